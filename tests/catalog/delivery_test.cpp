#include "catalog/delivery.hpp"

#include "catalog/fixture.hpp"
#include "geodata/declared.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using Catch::Matchers::Contains;

namespace {

/// A GeoJSON file of one plot whose first corner is (x, y), in a CRS that it names itself, or in none.
fs::path plot_at(const Land& land, double x, double y, double side, const std::string& epsg) {
  const base::Json ring = {{x, y}, {x + side, y}, {x + side, y + side}, {x, y}};
  base::Json file{{"type", "FeatureCollection"},
                  {"features",
                   {{{"type", "Feature"},
                     {"properties", {{"plot", "1"}}},
                     {"geometry", {{"type", "Polygon"}, {"coordinates", {ring}}}}}}}};
  if (!epsg.empty()) {
    file["crs"] = {{"type", "name"}, {"properties", {{"name", "urn:ogc:def:crs:EPSG::" + epsg}}}};
  }
  return land.folder.write("plots.geojson", file.dump());
}

fs::path table_at(const Land& land, double x, double y) {
  const std::string a = std::to_string(x), b = std::to_string(y), c = std::to_string(x + 50);
  return land.folder.write("plots.csv", "plot,WKT\n1,\"POLYGON((" + a + " " + b + "," + c + " " + b + "," +
                                            c + " " + std::to_string(y + 50) + "," + a + " " + b + "))\"\n");
}

/// The refusal of a delivery, and that nothing came of it.
base::Error refusal(const Land& land, const fs::path& file, const catalog::ImportRequest& request = {}) {
  const base::Error error = error_of([&] { land.import({file}, request); });
  CHECK(error.code() == base::Code::refused);
  CHECK(land.record().newest_rows("fields").empty());
  return error;
}

}  // namespace

TEST_CASE("eastings without their zone in a CRS that carries one are refused, and the right CRS mends it") {
  const Land land;
  const auto file = plot_at(land, 457000, 4396000, 50, "4527");
  const auto error = refusal(land, file);
  CHECK_THAT(error.what(), Contains("carry no zone") && Contains("zone 39"));
  CHECK_THAT(error.hint(), Contains("--crs EPSG:4548"));
  CHECK(error.where().row == 1);

  const auto report = land.import({file}, {.crs = "EPSG:4548"});
  CHECK(report.rows_published == 1);
  CHECK(report.area_m2 == Approx(1250).epsilon(0.001));
  CHECK_THAT(report.warnings.at(0), Contains("--crs"));
}

TEST_CASE("eastings of zone 38 in a CRS of zone 39 are refused, and the right CRS mends it") {
  const Land land;
  const auto file = plot_at(land, 38650000, 4396000, 50, "4527");
  const auto error = refusal(land, file);
  CHECK_THAT(error.what(), Contains("carry zone 38") && Contains("zone 39"));
  CHECK_THAT(error.hint(), Contains("--crs EPSG:4526"));
  CHECK(land.import({file}, {.crs = "EPSG:4526"}).rows_published == 1);
}

TEST_CASE("eastings that carry a zone in a CRS without one are refused, and the right CRS mends it") {
  const Land land;
  const auto file = plot_at(land, 39457000, 4396000, 50, "4548");
  CHECK_THAT(refusal(land, file).hint(), Contains("--crs EPSG:4527"));
  CHECK(land.import({file}, {.crs = "EPSG:4527"}).rows_published == 1);
}

TEST_CASE("zones of six degrees are told from those of three") {
  const Land land;
  const auto file = plot_at(land, 457000, 4396000, 50, "4498");
  CHECK_THAT(refusal(land, file).hint(), Contains("--crs EPSG:4509"));
  CHECK(land.import({file}, {.crs = "EPSG:4509"}).rows_published == 1);
}

TEST_CASE("on another datum the zone is told, and no code of CGCS2000 as if it were the same") {
  const Land land;
  const auto error = refusal(land, plot_at(land, 38650000, 4396000, 50, "2363"));
  CHECK_THAT(error.hint(), Contains("zone 38") && Contains("on the datum"));
}

TEST_CASE("degrees in a CRS of metres are refused, and the right CRS mends it") {
  const Land land;
  const auto file = plot_at(land, 116.5, 39.7, 0.001, "4527");
  const auto error = refusal(land, file);
  CHECK_THAT(error.what(), Contains("degrees") && Contains("metres"));
  CHECK_THAT(error.hint(), Contains("--crs EPSG:4490"));
  CHECK(land.import({file}, {.crs = "EPSG:4490"}).rows_published == 1);
}

TEST_CASE("metres in a CRS of degrees are refused, and the right CRS mends it") {
  const Land land;
  const auto file = plot_at(land, 39457000, 4396000, 50, "4490");
  const auto error = refusal(land, file);
  CHECK_THAT(error.what(), Contains("metres") && Contains("degrees"));
  CHECK_THAT(error.hint(), Contains("--crs EPSG:4527"));
  CHECK(land.import({file}, {.crs = "EPSG:4527"}).rows_published == 1);
}

TEST_CASE("a file without a CRS is refused, not guessed, and --crs mends it") {
  const Land land;
  const auto file = table_at(land, 39457000, 4396000);
  const auto error = refusal(land, file);
  CHECK_THAT(error.what(), Contains("coordinate system"));
  CHECK_THAT(error.hint(),
             Contains("caitu import WS fields " + file.string()) && Contains("--crs EPSG:4527"));
  CHECK(land.import({file}, {.crs = "EPSG:4527"}).rows_published == 1);
}

TEST_CASE("a file beside a good one that has no CRS refuses the delivery whole") {
  const Land land;
  const auto good = land.folder.write("good.geojson", collection(squares(3)));
  const auto bad = table_at(land, 39457000, 4396000);
  CHECK(error_of([&] { land.import({good, bad}); }).code() == base::Code::refused);
  CHECK(land.record().editions("fields").empty());
}

TEST_CASE("--datum moves degrees and leaves a projected file beside them where it is") {
  const Land land;
  const auto degrees = land.folder.write("a.geojson", collection({square("2", 116.5, 39.7)}));
  const auto metres = plot_at(land, 39457000, 4396000, 50, "4527");
  land.import({degrees, metres});
  const auto report = land.import({degrees, metres}, {.datum = geometry::Datum::gcj02});
  CHECK(report.sources.at(0).at("datum") == "gcj02");
  CHECK(report.sources.at(1).at("datum") == "cgcs2000");
  CHECK(report.changed == 1);
  CHECK(report.unchanged == 1);
  REQUIRE(report.warnings.size() == 2);
  CHECK_THAT(report.warnings[0], Contains("--datum does not concern it"));
  CHECK_THAT(report.warnings[1], Contains("2 files: no source field for"));
}

TEST_CASE("fields are found by name, title, alias and --map, and a required one must be there") {
  const Land land;
  const std::string ring =
      R"("geometry":{"type":"Polygon","coordinates":[[[116,40],[116.001,40],[116.001,40.001],[116,40]]]})";
  const auto file = land.folder.write(
      "named.geojson",
      R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"编号":"7","CROP":"菜","n":"12"},)" +
          ring + "}]}");
  const auto report = land.import({file}, {.field_map = {{"rows", "n"}}});
  const auto values = land.features(1).at(0).values;
  CHECK(values[0] == geodata::Value("7"));
  CHECK(values[1] == geodata::Value("菜"));
  CHECK(values[2] == geodata::Value(std::int64_t{12}));
  CHECK_THAT(report.warnings.at(0), Contains("no source field for since"));

  const auto unnamed = land.folder.write(
      "unnamed.geojson",
      R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"number":"7"},)" + ring +
          "}]}");
  const auto error = error_of([&] { land.import({unnamed}); });
  CHECK(error.code() == base::Code::refused);
  CHECK_THAT(error.hint(), Contains("--map plot=FIELD") && Contains("number"));
  CHECK(error_of([&] { land.import({file}, {.field_map = {{"rows", "m"}}}); }).code() == base::Code::refused);
  const auto unknown = error_of([&] { land.import({file}, {.field_map = {{"row", "n"}}}); });
  CHECK(unknown.code() == base::Code::usage);
  CHECK_THAT(unknown.hint(), Contains("\"rows\""));
  const auto twice = error_of([&] { land.import({file}, {.field_map = {{"crop", "编号"}}}); });
  CHECK_THAT(twice.what(), Contains("two fields"));
}
