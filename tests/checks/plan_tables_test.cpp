#include "checks/plan_tables.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/units.hpp"
#include "support/temp_folder.hpp"

using namespace caitu;
using namespace caitu::checks;

namespace {

const std::filesystem::path kFolder = std::filesystem::path(CAITU_SOURCE_DIR) / "geodata" / "plan";

const PlanTables& plan() {
  static const PlanTables tables = PlanTables::load(kFolder);
  return tables;
}

const PlanTown* named(const char* name, const char* district_code) {
  return plan().match({.district_code = district_code, .name = name});
}

/// What is said when one piece of one table is changed.
std::string complaint(const std::string& table, const std::string& from, const std::string& to) {
  const test::TempFolder folder;
  for (const char* each : {"clusters.csv", "belts.csv", "belt_towns.csv", "population.csv"}) {
    std::string text = test::read_file(kFolder / each);
    if (table == each) {
      const std::size_t at = text.find(from);
      REQUIRE(at != std::string::npos);
      text.replace(at, from.size(), to);
    }
    folder.write(each, text);
  }
  try {
    PlanTables::load(folder.path());
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::usage);
    CHECK(error.where().file == (folder / table).string());
    CHECK_FALSE(error.hint().empty());
    return error.full();
  }
  return "";
}

}  // namespace

TEST_CASE("Table 1 has 35 towns: 5, 5, 4, 4, 4, 3, 3, 2, 2, 1, 1 and 1 in its 12 districts") {
  std::vector<std::string> districts;
  std::map<std::string, int> counts;
  for (const PlanTown& town : plan().towns()) {
    if (counts[town.district]++ == 0) districts.push_back(town.district);
  }
  CHECK(plan().towns().size() == 35);
  CHECK(districts == std::vector<std::string>{"大兴区", "平谷区", "顺义区", "房山区", "密云区", "通州区",
                                              "延庆区", "昌平区", "怀柔区", "海淀区", "朝阳区", "丰台区"});
  std::vector<int> sums;
  for (const std::string& district : districts) sums.push_back(counts[district]);
  CHECK(sums == std::vector<int>{5, 5, 4, 4, 4, 3, 3, 2, 2, 1, 1, 1});
}

TEST_CASE("Table 2 has 10 belts: 2, 1, 1, 1, 2, 1 and 2 in its 7 districts") {
  std::vector<int> sums;
  for (const BeltRow& row : plan().rows()) sums.push_back(row.belts);
  CHECK(plan().belts().size() == 10);
  CHECK(sums == std::vector<int>{2, 1, 1, 1, 2, 1, 2});
}

TEST_CASE("Trap 10: 延康路 and 延永路 are one belt") {
  const auto belt = std::ranges::find(plan().belts(), "延康路、延永路沿线", &PlanBelt::name);
  REQUIRE(belt != plan().belts().end());
  CHECK(belt->roads == std::vector<std::string>{"延康路", "延永路"});
}

TEST_CASE("Trap 11: the first belt of 大兴 runs along the extension of 庞安路, not along the road") {
  const PlanBelt& belt = plan().belts().front();
  CHECK(belt.name == "庞安路延长线");
  CHECK(belt.roads == std::vector<std::string>{"庞安路"});
  CHECK(belt.along == Along::extension);
  CHECK(belt.line_name("庞安路") == "庞安路延长线");
  CHECK_FALSE(belt.reading.empty());
}

TEST_CASE("Trap 12: 北侧 is of 顺平南线 alone, and both belts of its line state the reading") {
  for (const PlanBelt& belt : plan().belts()) {
    const bool north = belt.name == "顺平南线北侧";
    CHECK((belt.side == Side::north) == north);
    CHECK(belt.side_road == (north ? "顺平南线" : ""));
    if (belt.line == 154) CHECK_FALSE(belt.reading.empty());
  }
}

TEST_CASE("Traps 14 and 16: towns stand by row, 23 of the 35 in one and 12 in none") {
  std::set<std::string> in_row, in_none;
  for (const BeltRow& row : plan().rows()) in_row.insert(row.towns.begin(), row.towns.end());
  for (const PlanTown& town : plan().towns()) {
    if (!in_row.contains(town.name)) in_none.insert(town.name);
  }
  CHECK(in_row.size() == 23);
  CHECK(in_none == std::set<std::string>{"安定镇", "南独乐河镇", "峪口镇", "良乡镇", "韩村河镇", "百善镇",
                                         "小汤山镇", "北房镇", "桥梓镇", "上庄镇", "来广营乡", "王佐镇"});
  CHECK(plan().row_of(plan().belts()[1]).towns.size() == 4);
}

TEST_CASE("Trap 15: 安定镇 is in table 1 and in no row of table 2, whatever the roads are called") {
  CHECK(named("安定镇", "110115") != nullptr);
  for (const BeltRow& row : plan().rows()) CHECK(std::ranges::count(row.towns, "安定镇") == 0);
}

TEST_CASE("Traps 19 and 23: names are parted at 、 and 和, and the roads are 11") {
  std::vector<std::string> roads;
  for (const PlanBelt& belt : plan().belts()) roads.insert(roads.end(), belt.roads.begin(), belt.roads.end());
  CHECK(roads == std::vector<std::string>{"庞安路", "安采路", "漷永路", "龙塘路", "长周路", "顺密路",
                                          "西统路", "延康路", "延永路", "密三路", "顺平南线"});
  const auto row = std::ranges::find(plan().rows(), "110119", &BeltRow::district_code);
  REQUIRE(row != plan().rows().end());
  CHECK(row->towns == std::vector<std::string>{"延庆镇", "康庄镇", "永宁镇"});
}

TEST_CASE("Traps 20 and 21: other names of a town lead to it") {
  for (const char* name : {"杨镇", "杨镇地区", "杨镇地区办事处"})
    CHECK(named(name, "110113")->name == "杨镇");
  CHECK(named("杨", "110113") == nullptr);
  CHECK(named("于家务回族乡", "110112")->name == "于家务乡");
  CHECK(named("来广营地区办事处", "110105")->name == "来广营乡");
  CHECK(named("瀋县", "110112")->name == "漷县镇");
  CHECK(plan().match({.district = "顺义", .name = "某镇", .aliases = {"杨镇地区"}})->name == "杨镇");
}

TEST_CASE("Trap 28: a namesake elsewhere is another town") {
  CHECK(named("十里堡镇", "110118")->code == "110118103");
  CHECK(named("十里堡", "110105") == nullptr);  // 朝阳区
  CHECK(named("马坊镇", "131022") == nullptr);  // in Hebei
  CHECK(plan().match({.name = "马坊镇"}) == nullptr);
  CHECK(plan().match({.district = "平谷", .name = "马坊镇"})->code == "110117005");
  CHECK(plan().match({.district = "朝阳区", .name = "十里堡"}) == nullptr);
}

TEST_CASE("A code says more than a name, and a longer code than nothing") {
  CHECK(plan().match({.code = "110115105000", .name = "别处"})->name == "安定镇");
  CHECK(plan().match({.code = "110115999", .name = "安定镇"})->name == "安定镇");  // its district is known
  CHECK(plan().match({.code = "110105999", .name = "安定镇"}) == nullptr);
  CHECK(plan().match({.code = "110228104", .name = "河南寨镇"})->code == "110118104");  // 密云县, until 2015
  CHECK(same_district("密云县", "密云"));
  CHECK_FALSE(same_district("", ""));
}

TEST_CASE("Every row says where in the plan it stands") {
  for (const PlanTown& town : plan().towns()) CHECK((town.line >= 131 && town.line <= 142));
  for (const PlanBelt& belt : plan().belts()) CHECK((belt.line >= 148 && belt.line <= 154));
  for (const BeltRow& row : plan().rows()) CHECK((row.line >= 148 && row.line <= 154));
}

TEST_CASE("Trap 32: the basis year is 2022, with 65.529 万亩 to 3 厘 a head") {
  const Population& basis = plan().residents();
  CHECK(basis.year == 2022);
  CHECK(basis.residents == 21'843'000);
  CHECK(basis.confidence == 'A');
  const double need = static_cast<double>(basis.residents) * base::m2_from_li(3);
  CHECK(base::mu_from_m2(need) == Approx(655'290));
}

TEST_CASE("A year's population is that of its end; a census stands where nothing else is known") {
  CHECK(plan().residents(2020).residents == 21'890'000);
  CHECK(plan().residents(2020, "110115").residents == 1'993'591);
  CHECK(plan().residents(2020, "110115").kind == Population::Kind::census);
  CHECK(plan().residents(2024).confidence == 'C');
  CHECK_THROWS_WITH(plan().residents(2019), Catch::Contains("2019"));
  try {
    plan().residents(2022, "110115");
    FAIL("nothing was thrown");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::invalid);
    CHECK_THAT(error.full(), Catch::Contains("大兴区") && Catch::Contains("2020"));
  }
  CHECK_THROWS_WITH(plan().residents(2020, "131022"), Catch::Contains("131022"));
}

TEST_CASE("The districts of the census sum to the city's") {
  std::int64_t districts = 0, city = 0;
  for (const Population& one : plan().population()) {
    if (one.kind == Population::Kind::census) (one.code == kCityCode ? city : districts) += one.residents;
  }
  CHECK(districts == city);
}

TEST_CASE("A table that is wrong names its file, line and column, and the way out") {
  using Catch::Contains;
  CHECK_THAT(complaint("clusters.csv", "district,district_code", "district"), Contains("district_code"));
  CHECK_THAT(complaint("clusters.csv", ",110115103,", ",110113103,"), Contains("town_code"));
  CHECK_THAT(complaint("clusters.csv", ",110115103,", ",110115108,"), Contains("stands twice"));
  CHECK_THAT(complaint("clusters.csv", ",青云店,131", ",庞各庄,131"),
             Contains("Two towns of 大兴区 go by 庞各庄"));
  CHECK_THAT(complaint("clusters.csv", ",青云店,131", ",青云店,L131"), Contains("line") && Contains("L131"));
  CHECK_THAT(complaint("clusters.csv", ",青云店,131", ",青云店"), Contains("7 cells"));
  CHECK_THAT(complaint("clusters.csv", "青云店镇", "\xC7\xE0\xD4\xC6"), Contains("UTF-8"));
  CHECK_THAT(complaint("belts.csv", ",road,both", ",path,both"),
             Contains("along") && Contains("road, extension"));
  CHECK_THAT(complaint("belts.csv", ",north,顺平南线", ",north,密三路"), Contains("side_road"));
  CHECK_THAT(complaint("belts.csv", "延康路、延永路,", "延康路、延康路,"), Contains("roads"));
  CHECK_THAT(complaint("belt_towns.csv", "110115,2", "110115,3"), Contains("3 belts here and 2"));
  CHECK_THAT(complaint("belt_towns.csv", "康庄镇、永宁镇", "康庄镇和永宁镇"), Contains("towns"));
  CHECK_THAT(complaint("belt_towns.csv", "房山区,110111,1,琉璃河镇、长阳镇,151\n", ""), Contains("房山区"));
  CHECK_THAT(complaint("population.csv", ",21843000,", ",2184.3,"), Contains("residents"));
  CHECK_THAT(complaint("population.csv", "city,110000", "district,110000"), Contains("scope"));
}
