#include "catalog/quality.hpp"

#include <set>

#include "catalog/fixture.hpp"
#include "geometry/codec.hpp"
#include "geometry/measure.hpp"

using namespace caitu;
using namespace caitu::catalog;
using namespace caitu::catalog::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* kPlots = R"(id = "plots"
title = "地块"
geometry = ["polygon"]
key = ["plot"]
unique = ["serial"]
coverage = true
period = ["since", "until"]
region = { west = 115.0, south = 39.0, east = 118.0, north = 42.0 }
field = [
  { name = "plot", title = "编号", type = "text", width = 8 },
  { name = "serial", title = "序列号", type = "text" },
  { name = "growing", title = "方式", type = "text", values = ["open", "under_cover"] },
  { name = "depth", title = "深", type = "real", least = 0, most = 10 },
  { name = "since", title = "起", type = "date" },
  { name = "until", title = "止", type = "date" },
]
)";

struct Plots : Land {
  Plots() { std::ofstream(workspace.own_layers() / "plots.toml") << kPlots; }

  ImportReport deliver(const std::vector<std::string>& features, ImportRequest request = {}) const {
    request.layer = "plots";
    return import({folder.write("plots.geojson", collection(features))}, request);
  }
  std::vector<QualityFinding> kept() const { return record().findings("plots", 1); }
};

/// A polygon of rings as they stand.
std::string outline(const std::string& plot, const std::string& rings) {
  return R"({"type":"Feature","properties":{"plot":")" + plot +
         R"("},"geometry":{"type":"Polygon","coordinates":)" + rings + "}}";
}

std::map<std::string, std::uint64_t> rules_of(const ImportReport& report) { return report.quality.by_rule; }
using Counts = std::map<std::string, std::uint64_t>;

}  // namespace

TEST_CASE("every rule has a title and a way out in both languages, and its own name") {
  std::set<std::string_view> ids;
  for (const QualityRule& rule : quality_rules()) {
    INFO(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK(!rule.title_zh.empty());
    CHECK(!rule.title_en.empty());
    CHECK(!rule.way_out_zh.empty());
    CHECK(!rule.way_out_en.empty());
  }
  CHECK_THROWS(quality_rule("nothing"));
}

TEST_CASE("a delivery without a fault has no findings") {
  const Plots land;
  const auto report =
      land.deliver({square("1", 116, 40), square("2", 116.001, 40), square("3", 116.002, 40)});
  CHECK(rules_of(report).empty());
  CHECK(land.kept().empty());
}

TEST_CASE("findings are kept with the edition, each with row, key, feature and what to draw") {
  const Plots land;
  land.deliver({square("1", 116, 40), square("2", 116.001, 40, R"(,"depth":11)")});
  const auto kept = land.kept();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].rule == "number_range");
  CHECK(kept[0].severity == Severity::error);
  CHECK_THAT(kept[0].file, Catch::Matchers::EndsWith("plots.geojson"));
  CHECK(kept[0].row == 2);
  CHECK(kept[0].key == "2");
  CHECK(kept[0].field == "depth");
  CHECK(kept[0].measured == 11);
  CHECK(kept[0].allowed == 10);
  CHECK(kept[0].feature != 0);
  CHECK(geometry::box_of(kept[0].geometry).min_lon == Approx(116.001));
  const auto edition = land.record().edition("plots", 1);
  CHECK(edition->report["quality"]["errors"] == 1);
  CHECK(edition->report["quality"]["rules"][0]["rule"] == "number_range");
}

TEST_CASE("limits of a field are inclusive, and values are those that it declares") {
  const Plots land;
  const auto report = land.deliver(
      {square("1", 116, 40, R"(,"depth":0)"), square("2", 116.001, 40, R"(,"depth":10)"),
       square("3", 116.002, 40, R"(,"depth":-0.1)"), square("4", 116.003, 40, R"(,"growing":"open")"),
       square("5", 116.004, 40, R"(,"growing":"indoors")")});
  CHECK(rules_of(report) == Counts{{"number_range", 1}, {"value_unknown", 1}});
}

TEST_CASE("dates that the calendar lacks, values of a wrong type and periods that end before they begin") {
  const Plots land;
  const auto report =
      land.deliver({square("1", 116, 40, R"(,"since":"2023-02-31")"),
                    square("2", 116.001, 40, R"(,"since":"2024-01-02","until":"2024-01-01")"),
                    square("3", 116.002, 40, R"(,"since":"2024-01-01","until":"2024-01-01")"),
                    square("4", 116.003, 40, R"(,"depth":"deep")"), square("far too long", 116.004, 40)});
  CHECK(rules_of(report) ==
        Counts{{"invalid_date", 1}, {"period_reversed", 1}, {"text_too_long", 1}, {"wrong_type", 1}});
}

TEST_CASE("repeated keys and identifiers stand at the later row and name the first") {
  const Plots land;
  const auto report = land.deliver(
      {square("1", 116, 40, R"(,"serial":"A")"), square("1", 116.001, 40, R"(,"serial":"B")"),
       square("3", 116.002, 40, R"(,"serial":"A")"), square("4", 116.003, 40, R"(,"serial":"A")"),
       square("5", 116.004, 40, R"(,"serial":"")"), square("6", 116.005, 40, R"(,"serial":"")")});
  CHECK(rules_of(report) == Counts{{"duplicate_key", 1}, {"duplicate_value", 2}});
  const auto kept = land.kept();
  REQUIRE(kept.size() == 3);
  CHECK(kept[0].row == 2);
  CHECK_THAT(kept[0].other_place, Contains("row 1"));
  CHECK(kept[1].row == 3);
  CHECK(kept[2].row == 4);
  CHECK_THAT(kept[2].other_place, Contains("row 1"));
  CHECK(kept[2].other == kept[1].other);
}

TEST_CASE("spikes, crossings and repeated vertices are told at their place") {
  const Plots land;
  const auto report = land.deliver(
      {outline(
           "spike",
           "[[[116,40],[116.001,40],[116.002,40.0005],[116.001,40],[116.001,40.001],[116,40.001],[116,40]]]"),
       outline("tie", "[[[116.01,40],[116.012,40.002],[116.012,40],[116.01,40.001],[116.01,40]]]"),
       outline("again",
               "[[[116.02,40],[116.021,40],[116.021,40],[116.021,40.001],[116.02,40.001],[116.02,40]]]")});
  CHECK(rules_of(report) == Counts{{"repeated_vertex", 1}, {"self_intersection", 1}, {"spike", 1}});
  for (const auto& finding : land.kept()) {
    INFO(finding.rule);
    REQUIRE(finding.geometry.kind == geometry::Kind::point);
    const auto at = finding.geometry.positions.front();
    if (finding.rule == "spike") CHECK(at.lon == Approx(116.002).epsilon(1e-9));
    if (finding.rule == "repeated_vertex") CHECK(at.lon == Approx(116.021).epsilon(1e-9));
    if (finding.rule != "repeated_vertex") CHECK_THAT(finding.what, Contains("mended"));
  }
}

TEST_CASE("overlaps and gaps stand at the row that drew their vertices") {
  const Plots land;
  // The second reaches 10 m into the first, the fourth stays 3 m away from the third.
  const auto report =
      land.deliver({outline("1", "[[[116,40],[116.002,40],[116.002,40.002],[116,40.002],[116,40]]]"),
                    outline("2",
                            "[[[116.002,40],[116.004,40],[116.004,40.002],[116.002,40.002],[116.0019,40.0015]"
                            ",[116.0019,40.0005],[116.002,40]]]"),
                    outline("3", "[[[116.01,40],[116.012,40],[116.012,40.002],[116.01,40.002],[116.01,40]]]"),
                    outline("4",
                            "[[[116.012,40],[116.014,40],[116.014,40.002],[116.012,40.002],[116.012,40.0015],"
                            "[116.01203,40.0014],[116.01203,40.0006],[116.012,40.0005],[116.012,40]]]")});
  CHECK(rules_of(report) == Counts{{"gap", 1}, {"overlap", 1}});
  for (const auto& finding : land.kept()) {
    CHECK(finding.row == (finding.rule == "overlap" ? 2 : 4));
    CHECK(finding.other != 0);
    CHECK(geometry::area_m2(finding.geometry) == Approx(*finding.measured));
  }
}

TEST_CASE("land outside its region gets the shift that mends it") {
  const Plots land;
  ImportRequest request;
  request.crs = "EPSG:4527";
  const auto at = [](const std::string& plot, double east, double north) {
    const auto corner = [&](double x, double y) {
      return "[" + std::to_string(east + x) + "," + std::to_string(north + y) + "]";
    };
    return outline(plot, "[[" + corner(0, 0) + "," + corner(50, 0) + "," + corner(50, 50) + "," +
                             corner(0, 50) + "," + corner(0, 0) + "]]");
  };
  const auto report =
      land.deliver({at("1", 39448688, 4418598), at("2", 39448738, 4418598), at("3", 40448788, 4418598),
                    at("4", 4418598, 39448838), at("5", 39448688, 3418598)},
                   request);
  CHECK(rules_of(report) == Counts{{"outside_region", 1}, {"swapped_axes", 1}, {"wrong_zone", 1}});
  for (const auto& finding : land.kept()) {
    if (finding.rule == "wrong_zone") {
      CHECK(finding.row == 3);
      CHECK_THAT(finding.what, Contains("carry zone 40 in a file of zone 39") && Contains("-1000000 m"));
      CHECK(geometry::box_of(finding.geometry).min_lon == Approx(116.4).margin(0.01));
    }
    if (finding.rule == "swapped_axes") CHECK(finding.row == 4);
  }
  CHECK(report.rows_in == report.rows_published + report.rows_refused);
}

TEST_CASE("a file on a map service's datum is told by the edition that it should meet") {
  const Plots land;
  std::vector<std::string> right, wrong;
  for (int i = 0; i < 40; ++i) {
    const double lon = 116 + 0.002 * (i % 8), lat = 40 + 0.002 * (i / 8);
    const auto moved = geometry::shift({lon, lat}, geometry::Datum::cgcs2000, geometry::Datum::gcj02);
    right.push_back(square(std::to_string(i), lon, lat));
    wrong.push_back(square(std::to_string(i), moved.lon, moved.lat));
  }
  CHECK(rules_of(land.deliver(right)).empty());
  CHECK(rules_of(land.deliver(right)).empty());
  const auto report = land.deliver(wrong);
  CHECK(rules_of(report) == Counts{{"datum_shift", 1}});
  const auto kept = land.record().findings("plots", 3);
  REQUIRE(kept.size() == 1);
  CHECK_THAT(kept[0].what, Contains("gcj02→cgcs2000") && Contains("100 %") && Contains("edition 2's") &&
                               Contains("0 % before"));
  CHECK(kept[0].row == 0);
  CHECK_THAT(kept[0].way_out, Contains("--datum gcj02"));
}

TEST_CASE("a dry run gives the whole report, topology too, and writes nothing") {
  const Plots land;
  const std::vector<std::string> features = {square("1", 116, 40), square("2", 116.0005, 40),
                                             square("3", 116.01, 40, R"(,"depth":99)")};
  ImportRequest request;
  request.dry_run = true;
  request.report_folder = land.folder.path() / "report";
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(land.workspace.folder))
      count += entry.is_regular_file() && !entry.path().filename().string().starts_with("caitu.db-") ? 1 : 0;
    return count;
  };
  const std::size_t before = files();
  const auto report = land.deliver(features, request);
  CHECK(report.edition == 0);
  CHECK(rules_of(report) == Counts{{"number_range", 1}, {"overlap", 1}});
  CHECK(files() == before);
  CHECK(land.record().editions("plots").empty());
  const std::string page = read_file(request.report_folder / "report.html");
  CHECK_THAT(page, Contains("<svg") && Contains("图斑重叠") && Contains("行") && Contains("dry run"));
  CHECK(fs::exists(request.report_folder / "findings.xlsx"));
  CHECK(fs::exists(request.report_folder / "findings.gpkg"));

  request.dry_run = false;
  request.report_folder = fs::path();
  CHECK(rules_of(land.deliver(features, request)) == rules_of(report));
}

TEST_CASE("the same delivery gives the same report, byte for byte") {
  const Plots land;
  ImportRequest request;
  request.dry_run = true;
  std::map<std::string, std::string> bytes[2];
  for (auto& of : bytes) {
    request.report_folder = land.folder.path() / "report";
    land.deliver(
        {square("1", 116, 40), square("2", 116.0005, 40), square("<b>&", 116.01, 40, R"(,"depth":99)")},
        request);
    for (const char* name : {"report.html", "findings.xlsx", "findings.gpkg"})
      of[name] = read_file(request.report_folder / name);
    fs::remove_all(request.report_folder);
  }
  CHECK(bytes[0] == bytes[1]);
  CHECK_THAT(bytes[0]["report.html"], Contains("&lt;b&gt;&amp;") && !Contains("<b>&<"));
}

TEST_CASE("a delivery that lies elsewhere as a whole is refused with the shift that mends it") {
  const Plots land;
  const auto error = error_of([&] {
    land.deliver({outline("1", "[[[40,116],[40,116.001],[40.001,116.001],[40,116]]]"),
                  outline("2", "[[[40,116.01],[40,116.02],[40.001,116.02],[40,116.01]]]")});
  });
  CHECK(error.code() == base::Code::refused);
  CHECK_THAT(error.hint(), Contains("axes are exchanged"));
}

TEST_CASE("a first edition is held against the other layers of the workspace") {
  const Plots land;
  std::vector<std::string> there, moved;
  for (int i = 0; i < 30; ++i) {
    const double lon = 116 + 0.002 * i;
    const auto shifted = geometry::shift({lon, 40}, geometry::Datum::cgcs2000, geometry::Datum::bd09);
    there.push_back(square(std::to_string(i), lon, 40));
    moved.push_back(square(std::to_string(i), shifted.lon, shifted.lat));
  }
  land.import({land.folder.write("fields.geojson", collection(there))});
  CHECK(rules_of(land.deliver(moved)) == Counts{{"datum_shift", 1}});
  const auto kept = land.kept();
  REQUIRE(kept.size() == 1);
  CHECK_THAT(kept[0].what, Contains("bd09→cgcs2000") && Contains("fields edition 1"));
}

TEST_CASE("land that is declared apart from another layer's is held against it") {
  const Plots land;
  std::ofstream(land.workspace.own_layers() / "yards.toml") << R"(id = "yards"
title = "院"
geometry = ["polygon"]
apart_from = ["fields", "lakes"]
field = [{ name = "plot", title = "编号", type = "text" }]
)";
  land.import({land.folder.write("fields.geojson", collection({square("1", 116, 40)}))});
  ImportRequest request;
  request.layer = "yards";
  const auto report = land.import(
      {land.folder.write("yards.geojson", collection({square("a", 116.0005, 40), square("b", 116.001, 40),
                                                      square("c", 116.01, 40)}))},
      request);
  CHECK(rules_of(report) == Counts{{"neighbour_overlap", 1}});
  REQUIRE(report.quality.findings.size() == 1);
  CHECK(report.quality.findings[0].row == 1);
  CHECK(*report.quality.findings[0].measured ==
        Approx(geometry::area_m2(geometry::make_box({116.0005, 40, 116.001, 40.001}))));
  CHECK_THAT(report.quality.not_run.back(), Contains("lakes"));
}

TEST_CASE("a code system that nobody said, and that codes can only be of, is told") {
  const Land land;
  const auto parcel = [](const std::string& number, const std::string& code, const std::string& name) {
    return R"({"type":"Feature","properties":{"ZLDWDM":"1101182000000000000","TBBH":")" + number +
           R"(","DLBM":")" + code + R"(","DLMC":")" + name +
           R"("},"geometry":{"type":"Polygon","coordinates":[[[116.8,40.)" + number + R"(],[116.801,40.)" +
           number + R"(],[116.801,40.)" + number + R"(5],[116.8,40.)" + number + R"(]]]}})";
  };
  const auto file = land.folder.write(
      "dltb.geojson", collection({parcel("41", "0102", "水浇地"), parcel("42", "0602", "设施农用地"),
                                  parcel("43", "0602", "采矿用地")}));
  const ImportRequest request{.layer = "parcels", .files = {file}, .as_of = "2024-01-01", .threads = 2};
  const auto report = import_delivery(land.workspace, {CAITU_SOURCE_DIR "/geodata/layers"}, request);
  CHECK(rules_of(report) == Counts{{"code_system_inferred", 1}});
  REQUIRE(report.quality.findings.size() == 1);
  CHECK(report.quality.findings[0].row == 2);
  CHECK(report.quality.findings[0].severity == Severity::note);
}
