#include "checks/plan_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "checks/detail/table_file.hpp"

namespace caitu::checks {
namespace {

using base::Code;
using base::Error;
using detail::TableRow;

constexpr std::size_t kDistrictDigits = 6, kTownDigits = 9;
constexpr std::int64_t kLastLine = 100'000, kMostBelts = 100, kFirstYear = 1949, kLastYear = 2200;
constexpr std::int64_t kMostResidents = 1'000'000'000;
constexpr std::string_view kExtension = "延长线";

// 密云县 and 延庆县 became districts in 2015, with other codes.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kFormerCounties = {
    {{"110228", "110118"}, {"110229", "110119"}}};

int line_in_plan(const TableRow& row) { return static_cast<int>(row.whole("line", 1, kLastLine)); }

PlanTown town_of(const TableRow& row) {
  PlanTown town{.district = row.required("district"),
                .district_code = row.digits("district_code", kDistrictDigits),
                .name = row.required("town"),
                .code = row.digits("town_code", kTownDigits),
                .official_name = row.required("official_name"),
                .aliases = row.list("aliases"),
                .line = line_in_plan(row)};
  if (!town.code.starts_with(town.district_code)) {
    row.fail("town_code", fmt::format("The code {} is not one of {}.", town.code, town.district),
             fmt::format("A town's code begins with that of its district, {}.", town.district_code));
  }
  return town;
}

std::vector<PlanTown> load_towns(const std::filesystem::path& file) {
  std::vector<PlanTown> towns;
  std::set<std::string> codes;
  std::map<std::pair<std::string, std::string>, std::string> named;  // district and name → whose name it is
  for (const TableRow& row : detail::read_table(
           file, {"district", "district_code", "town", "town_code", "official_name", "aliases", "line"})) {
    PlanTown town = town_of(row);
    if (!codes.insert(town.code).second)
      row.fail("town_code", fmt::format("The code {} stands twice.", town.code), "Leave one of them out.");
    std::set<std::string> names(town.aliases.begin(), town.aliases.end());
    names.insert({town.name, town.official_name});
    for (const std::string& called : names) {
      const auto [other, added] = named.emplace(std::pair(town.district_code, called), town.name);
      if (!added) {
        row.fail(called == town.name ? "town" : "aliases",
                 fmt::format("Two towns of {} go by {}: {} and {}.", town.district, called, other->second,
                             town.name),
                 "Leave the name out at one of them.");
      }
    }
    towns.push_back(std::move(town));
  }
  return towns;
}

PlanBelt belt_of(const TableRow& row) {
  PlanBelt belt{.name = row.required("name"),
                .district = row.required("district"),
                .district_code = row.digits("district_code", kDistrictDigits),
                .roads = row.list("roads"),
                .along = row.one_of<Along>("along", {{"road", Along::road}, {"extension", Along::extension}}),
                .side = row.one_of<Side>("side", {{"both", Side::both}, {"north", Side::north}}),
                .side_road = row.text("side_road"),
                .reading = row.text("reading"),
                .line = line_in_plan(row)};
  if (belt.roads.empty()) row.fail("roads", "A belt runs along a road.", "Name it, several parted by 、.");
  if (belt.side == Side::both && !belt.side_road.empty())
    row.fail("side_road", "A belt on both sides has no road of its side.", "Leave the cell empty.");
  if (belt.side != Side::both && std::ranges::count(belt.roads, belt.side_road) == 0) {
    row.fail("side_road", fmt::format("\"{}\" is no road of the belt.", belt.side_road),
             "Name the road of which the side holds.");
  }
  return belt;
}

std::vector<PlanBelt> load_belts(const std::filesystem::path& file) {
  std::vector<PlanBelt> belts;
  std::set<std::string> names;
  for (const TableRow& row : detail::read_table(file, {"name", "district", "district_code", "roads", "along",
                                                       "side", "side_road", "reading", "line"})) {
    belts.push_back(belt_of(row));
    if (!names.insert(belts.back().name).second)
      row.fail("name", fmt::format("The belt {} stands twice.", belts.back().name), "Leave one of them out.");
  }
  return belts;
}

/// Held against the belts and towns that the other tables have.
std::vector<BeltRow> load_rows(const std::filesystem::path& file, const std::vector<PlanBelt>& belts,
                               const std::vector<PlanTown>& towns) {
  std::vector<BeltRow> rows;
  std::set<std::string> districts;
  for (const TableRow& row :
       detail::read_table(file, {"district", "district_code", "belts", "towns", "line"})) {
    BeltRow read{.district = row.required("district"),
                 .district_code = row.digits("district_code", kDistrictDigits),
                 .belts = static_cast<int>(row.whole("belts", 1, kMostBelts)),
                 .towns = row.list("towns"),
                 .line = line_in_plan(row)};
    if (!districts.insert(read.district_code).second)
      row.fail("district_code", fmt::format("{} has two rows.", read.district), "Put them together.");
    const auto count = std::ranges::count(belts, read.district_code, &PlanBelt::district_code);
    if (count != read.belts) {
      row.fail("belts",
               fmt::format("{} has {} belts here and {} in belts.csv.", read.district, read.belts, count),
               "The plan's count holds (个数).");
    }
    for (const std::string& name : read.towns) {
      const bool known = std::ranges::any_of(towns, [&](const PlanTown& town) {
        return town.district_code == read.district_code && town.name == name;
      });
      if (!known) {
        row.fail("towns", fmt::format("{} of {} is not in clusters.csv.", name, read.district),
                 "Write a town as table 1 has it, several parted by 、.");
      }
    }
    rows.push_back(std::move(read));
  }
  for (const PlanBelt& belt : belts) {
    if (districts.contains(belt.district_code)) continue;
    throw Error(Code::usage, fmt::format("There is no row for {}, where {} is.", belt.district, belt.name),
                base::Where{.file = file.string(), .field = "district_code"}, "Add it, with its towns.");
  }
  return rows;
}

Population population_of(const TableRow& row) {
  Population one{
      .code = row.digits("code", kDistrictDigits),
      .name = row.required("name"),
      .year = static_cast<int>(row.whole("year", kFirstYear, kLastYear)),
      .as_of = row.required("as_of"),
      .kind = row.one_of<Population::Kind>(
          "kind", {{"census", Population::Kind::census}, {"year_end", Population::Kind::year_end}}),
      .residents = row.whole("residents", 1, kMostResidents),
      .confidence = row.one_of<char>("confidence", {{"A", 'A'}, {"B", 'B'}, {"C", 'C'}, {"D", 'D'}}),
      .source = row.required("source")};
  const bool city = row.one_of<bool>("scope", {{"city", true}, {"district", false}});
  if (city != (one.code == kCityCode)) {
    row.fail("scope", fmt::format("{} is the city's code and no other's.", kCityCode),
             "Write city beside it, and district beside the others.");
  }
  if (!one.as_of.starts_with(std::to_string(one.year) + "-")) {
    row.fail("as_of", fmt::format("{} is no day of {}.", one.as_of, one.year),
             "Write the day as 2022-12-31, in the row's year.");
  }
  return one;
}

std::vector<Population> load_population(const std::filesystem::path& file) {
  std::vector<Population> all;
  for (const TableRow& row : detail::read_table(
           file, {"scope", "code", "name", "year", "as_of", "kind", "residents", "confidence", "source"})) {
    Population one = population_of(row);
    const bool twice = std::ranges::any_of(all, [&](const Population& other) {
      return other.code == one.code && other.year == one.year && other.kind == one.kind;
    });
    if (twice) {
      row.fail("year", fmt::format("{} of {} stands twice.", one.year, one.name),
               "Leave one of them out; a census and a year end may stand beside each other.");
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::string_view bare_district(std::string_view name) {
  name = detail::trimmed(name);
  for (const std::string_view end : {"区", "县"}) {
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  }
  return name;
}

/// "110113006" of "110113006000"; empty when it is no code of a town.
std::string_view town_code(std::string_view code) {
  code = detail::trimmed(code);
  return code.size() < kTownDigits ? std::string_view() : code.substr(0, kTownDigits);
}

}  // namespace

std::string_view name(Side side) { return side == Side::north ? "north" : "both"; }

std::string district_code_of(std::string_view code) {
  code = detail::trimmed(code);
  if (code.size() < kDistrictDigits) return {};
  const std::string_view district = code.substr(0, kDistrictDigits);
  for (const auto& [former, today] : kFormerCounties) {
    if (district == former) return std::string(today);
  }
  return std::string(district);
}

bool same_district(std::string_view a, std::string_view b) {
  return !bare_district(a).empty() && bare_district(a) == bare_district(b);
}

bool PlanTown::goes_by(std::string_view called) const {
  called = detail::trimmed(called);
  return called == name || called == official_name || std::ranges::count(aliases, called) > 0;
}

std::string PlanBelt::line_name(const std::string& road) const {
  return along == Along::extension ? road + std::string(kExtension) : road;
}

PlanTables PlanTables::load(const std::filesystem::path& folder) {
  PlanTables tables;
  tables.towns_ = load_towns(folder / "clusters.csv");
  tables.belts_ = load_belts(folder / "belts.csv");
  tables.rows_ = load_rows(folder / "belt_towns.csv", tables.belts_, tables.towns_);
  tables.population_ = load_population(folder / "population.csv");
  return tables;
}

const PlanTown* PlanTables::match(const TownName& town) const {
  const std::string_view code = town_code(town.code);
  for (const PlanTown& known : towns_) {
    if (known.code == code) return &known;
  }
  std::string district = district_code_of(town.district_code);
  if (district.empty() && !code.empty()) district = district_code_of(code);
  const auto called = [&](std::string_view name) -> const PlanTown* {
    for (const PlanTown& known : towns_) {
      const bool here =
          district.empty() ? same_district(known.district, town.district) : known.district_code == district;
      if (here && known.goes_by(name)) return &known;
    }
    return nullptr;
  };
  if (const PlanTown* found = called(town.name)) return found;
  for (const std::string& alias : town.aliases) {
    if (const PlanTown* found = called(alias)) return found;
  }
  return nullptr;
}

const BeltRow& PlanTables::row_of(const PlanBelt& belt) const {
  for (const BeltRow& row : rows_) {
    if (row.district_code == belt.district_code) return row;
  }
  throw Error(Code::internal, fmt::format("No row of table 2 is of {}.", belt.district));
}

const Population& PlanTables::residents(int year, std::string_view code) const {
  const Population* found = nullptr;
  std::set<int> years;
  std::set<std::string> places;
  std::string of;
  for (const Population& one : population_) {
    places.insert(one.code);
    if (one.code != code) continue;
    of = one.name;
    years.insert(one.year);
    const bool better = found == nullptr || one.kind == Population::Kind::year_end;
    if (one.year == year && better) found = &one;
  }
  if (found != nullptr) return *found;
  if (of.empty()) {
    throw Error(Code::invalid, fmt::format("No population of {} is known.", code),
                base::Where{.field = "district"}, fmt::format("Known are {}.", fmt::join(places, ", ")));
  }
  throw Error(Code::invalid, fmt::format("The population of {} in {} is not known.", of, year),
              base::Where{.field = "year"},
              fmt::format("Known are {}; add a line to geodata/plan/population.csv for another year.",
                          fmt::join(years, ", ")));
}

}  // namespace caitu::checks
