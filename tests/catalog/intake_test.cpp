#include "catalog/intake.hpp"

#include "catalog/fixture.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using Catch::Matchers::Contains;

namespace {

std::string feature(const std::string& properties, const std::string& geometry) {
  return R"({"type":"Feature","properties":)" + properties + R"(,"geometry":)" + geometry + "}";
}
const std::string kBowTie =
    R"({"type":"Polygon","coordinates":[[[116,40],[116.002,40.002],[116.002,40],[116,40.002],[116,40]]]})";
const std::string kLine = R"({"type":"LineString","coordinates":[[116,40],[116.001,40]]})";
const std::string kSpike = R"({"type":"Polygon","coordinates":[[[116,40],[116.001,40],[116,40]]]})";
const std::string kSquare =
    R"({"type":"Polygon","coordinates":[[[116,40],[116.001,40],[116.001,40.001],[116,40.001],[116,40]]]})";

}  // namespace

TEST_CASE("rows in are rows published and rows refused, and each refused one says why") {
  const Land land;
  const auto file = land.folder.write(
      "mixed.geojson", collection({square("1", 116, 40), feature(R"({"plot":"2"})", "null"),
                                   feature(R"({"plot":"3"})", kLine), feature(R"({"plot":"4"})", kSpike),
                                   feature(R"({"crop":"菜","note":"x"})", kSquare), square("6", 116.1, 40)}));
  const auto report = land.import({file});
  CHECK(report.rows_in == 6);
  CHECK(report.rows_published == 2);
  CHECK(report.rows_refused == 4);
  REQUIRE(report.refused.size() == 4);
  CHECK(report.refused[0].row == 2);
  CHECK_THAT(report.refused[0].reason, Contains("no geometry"));
  CHECK_THAT(report.refused[1].reason, Contains("line") && Contains("does not hold"));
  CHECK(report.refused[2].row == 4);
  CHECK_THAT(report.refused[3].reason, Contains("plot") && Contains("required"));

  SECTION("the record keeps them with their geometry and attributes") {
    const auto rejects = land.record().rejects("fields", report.edition);
    REQUIRE(rejects.size() == 4);
    CHECK(rejects[0].geometry.empty());
    CHECK(rejects[1].geometry.kind == geometry::Kind::line);
    CHECK(rejects[1].geometry.positions.at(1) == geometry::Position{116.001, 40});
    CHECK(rejects[2].reason == report.refused[2].reason);
    CHECK(rejects[3].geometry.positions.size() == 5);
    const auto attributes = base::Json::parse(rejects[3].attributes);
    CHECK(attributes == base::Json{{"note", "x"}, {"crop", "菜"}});
    CHECK(base::Json::parse(rejects[0].attributes).at("plot") == "2");
  }
  SECTION("so does a CSV file that a spreadsheet opens") {
    const std::string csv = read_file(report.rejects_file);
    CHECK(csv.rfind("\xEF\xBB\xBFrow,file,reason,attributes,WKT\r\n", 0) == 0);
    CHECK_THAT(csv, Contains("\r\n3,\"" + file.string() + "\",") && Contains("116.001 40") &&
                        Contains(R"(""plot"":""3"")"));
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
  }
}

TEST_CASE("an invalid ring is mended with a reason and a place, and its land is what is left") {
  const Land land;
  const auto file = land.folder.write("bow.geojson", collection({feature(R"({"plot":"1"})", kBowTie)}));
  const auto report = land.import({file});
  CHECK(report.rows_repaired == 1);
  CHECK(report.repaired_by_reason.at("Self-intersection") == 1);
  REQUIRE(report.repaired.size() == 1);
  CHECK(report.repaired[0].at.lon == Approx(116.001));
  CHECK(report.repaired[0].at.lat == Approx(40.001));
  const auto kept = land.features(1).at(0);
  CHECK(!geometry::flaw_of(kept.geometry));
  CHECK(kept.area_m2 == geometry::area_m2(kept.geometry));
  CHECK(kept.area_m2 == report.area_m2);
  CHECK(kept.geometry.part_ends.size() == 2);
}

TEST_CASE("a value that its field's type cannot hold is kept in extra, and the row is noted") {
  const Land land;
  const auto file = land.folder.write(
      "odd.geojson",
      collection({square("1", 116, 40, R"(,"rows":"many","since":"2023-02-31","owner":"张三")"),
                  square("2", 116.1, 40, R"(,"rows":" 12 ","since":"2023年10月31日")")}));
  const auto report = land.import({file});
  CHECK(report.rows_published == 2);
  CHECK(report.rows_noted == 1);
  CHECK(report.notes.size() == 2);
  std::map<geodata::Value, geodata::Feature> by_plot;
  for (const auto& one : land.features(1)) by_plot[one.values[0]] = one;
  const auto& odd = by_plot.at("1");
  CHECK(odd.values[2] == geodata::Value());
  CHECK(odd.values[3] == geodata::Value());
  const auto extra = base::Json::parse(std::get<std::string>(odd.values.back()));
  CHECK(extra == base::Json{{"owner", "张三"}, {"rows", "many"}, {"since", "2023-02-31"}});
  CHECK(by_plot.at("2").values[2] == geodata::Value(std::int64_t{12}));
  CHECK(by_plot.at("2").values[3] == geodata::Value("2023-10-31"));
}

TEST_CASE("edges of a projected file stay within a millimetre of it, and equal land has equal bytes") {
  const Land land;
  const auto clockwise =
      land.folder.write("cw.csv",
                        "plot,WKT\n1,\"POLYGON((39457000 4396000,39457000 4416000,39477000 4416000,39477000 "
                        "4396000,39457000 4396000))\"\n");
  const auto other_start =
      land.folder.write("ccw.csv",
                        "plot,WKT\n1,\"POLYGON((39477000 4396000,39477000 4416000,39457000 4416000,39457000 "
                        "4396000,39477000 4396000))\"\n");
  const auto first = land.import({clockwise}, {.crs = "EPSG:4527"});
  CHECK(first.notes.at("edges split to stay within 1 mm of the source") == 1);
  CHECK(land.features(1).at(0).geometry.positions.size() > 5);
  const auto second = land.import({other_start}, {.crs = "EPSG:4527"});
  CHECK(second.unchanged == 1);
  CHECK(second.changed == 0);
}

TEST_CASE("land outside the layer's region is said, and all of it outside is refused") {
  const Land land;
  const auto file =
      land.folder.write("away.geojson", collection({square("1", 116, 40), square("2", 10, 50)}));
  const auto report = land.import({file});
  CHECK(report.rows_published == 2);
  CHECK_THAT(report.warnings.back(), Contains("1 features lie outside the region"));
  const auto swapped = land.folder.write("swapped.geojson", collection({square("1", 40, 86)}));
  const auto error = error_of([&] { land.import({swapped}); });
  CHECK(error.code() == base::Code::refused);
  CHECK_THAT(error.what(), Contains("axis order"));
  CHECK(land.record().layer("fields")->current == 1);
}
