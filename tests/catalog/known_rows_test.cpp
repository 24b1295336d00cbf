#include "catalog/known_rows.hpp"

#include <random>

#include "catalog/fixture.hpp"
#include "geodata/sink.hpp"

using namespace caitu;
using namespace caitu::catalog::test;

namespace {

constexpr int kRows = 2600;  // the first thousand are read in any case

struct Plot {
  std::string name, crop;
  std::int64_t rows = 0;
  double lon = 0, lat = 0;
};

std::vector<Plot> plots() {
  std::vector<Plot> all;
  for (int i = 0; i < kRows; ++i)
    all.push_back({"P" + std::to_string(i), "白菜", i % 40, 116 + 0.002 * (i % 100), 40 + 0.002 * (i / 100)});
  return all;
}

/// What a surveyor does to a delivery between two submissions: rows changed, moved, left out, added, given
/// twice, in another order.
std::vector<Plot> resubmitted(std::vector<Plot> all, unsigned seed) {
  std::mt19937 random(seed);
  const auto any = [&] { return random() % all.size(); };
  for (int i = 0; i < 20; ++i) all[any()].crop = "萝卜";
  for (int i = 0; i < 20; ++i) all[any()].rows = 99;
  for (int i = 0; i < 20; ++i) all[any()].lon += 0.0005;
  for (int i = 0; i < 20; ++i) all.erase(all.begin() + static_cast<std::ptrdiff_t>(any()));
  for (int i = 0; i < 20; ++i) all.push_back({"new" + std::to_string(i), "葱", i, 116.9 + 0.002 * i, 41});
  for (int i = 0; i < 5; ++i) all.push_back(all[any()]);
  if (seed % 2 == 1) std::shuffle(all.begin(), all.end(), random);
  return all;
}

class Resubmission {
 public:
  explicit Resubmission(std::string ending) : ending_(std::move(ending)) { allow_rows(land_.workspace, 30); }

  const Land& land() const { return land_; }
  /// Above so many rows a plot is found at fault.
  static void allow_rows(const catalog::Workspace& workspace, int most) {
    std::string text = kFields;
    const std::string field = R"(type = "integer")";
    text.replace(text.find(field), field.size(), field + ", most = " + std::to_string(most));
    std::ofstream(workspace.own_layers() / "fields.toml") << text;
  }

  fs::path deliver(const std::vector<Plot>& all) {
    const fs::path file = land_.folder.path() / ("delivery" + std::to_string(++deliveries_) + ending_);
    const auto schema = geodata::load_declaration(land_.workspace.own_layers() / "fields.toml").schema;
    geodata::Sink sink(file, schema, {.own_columns = false});
    for (const Plot& plot : all) {
      const double west = plot.lon, south = plot.lat, east = west + 0.001, north = south + 0.001;
      geometry::Geometry land;
      land.kind = geometry::Kind::polygon;
      land.positions = {{west, south}, {east, south}, {east, north}, {west, north}, {west, south}};
      land.path_ends = {5};
      land.part_ends = {1};
      sink.write(1, land, {plot.name, plot.crop, plot.rows, "2024-01-01", geodata::Value()}, 0);
    }
    sink.finish();
    return file;
  }

  /// The report of an import into this workspace, and of the same one where nothing is known.
  struct Reports {
    catalog::ImportReport known, anew;
  };
  Reports both(const std::vector<fs::path>& files, const catalog::ImportRequest& request = {}) const {
    const TempFolder beside;
    const catalog::Workspace other{beside.path() / "ws"};
    fs::copy(land_.workspace.folder, other.folder, fs::copy_options::recursive);
    for (const auto& entry : fs::directory_iterator(other.snapshots()))
      if (entry.path().extension() == ".rows") fs::remove(entry.path());
    catalog::ImportRequest anew = request;
    anew.layer = "fields";
    anew.as_of = "2024-01-01";
    anew.files = files;
    return {land_.import(files, request), catalog::import_delivery(other, {}, anew)};
  }

 private:
  Land land_;
  std::string ending_;
  int deliveries_ = 0;
};

/// All but the time that it took.
std::string text_of(const catalog::ImportReport& report) {
  base::Json json = to_json(report);
  json.erase("seconds");
  json.erase("rejects_file");
  return json.dump();
}

void check_same(const Resubmission::Reports& reports) {
  CHECK(text_of(reports.known) == text_of(reports.anew));
  CHECK(reports.anew.rows_known == 0);
  REQUIRE(reports.known.quality.findings.size() == reports.anew.quality.findings.size());
  for (std::size_t i = 0; i < reports.known.quality.findings.size(); ++i) {
    const auto &ours = reports.known.quality.findings[i], &theirs = reports.anew.quality.findings[i];
    CHECK(std::tie(ours.rule, ours.what, ours.file, ours.row, ours.key, ours.feature, ours.other) ==
          std::tie(theirs.rule, theirs.what, theirs.file, theirs.row, theirs.key, theirs.feature,
                   theirs.other));
  }
}

}  // namespace

TEST_CASE("a resubmission comes out as if every row had been taken anew") {
  const std::string ending = GENERATE(".shp", ".gpkg", ".geojson");
  Resubmission resubmission(ending);
  std::vector<Plot> all = plots();
  resubmission.land().import({resubmission.deliver(all)});
  for (unsigned seed = 0; seed < 3; ++seed) {
    all = resubmitted(all, seed);
    const auto reports = resubmission.both({resubmission.deliver(all)});
    INFO(ending << ", seed " << seed << ", known " << reports.known.rows_known);
    check_same(reports);
    CHECK(resubmission.land().record().edition("fields", seed + 2)->digest ==
          resubmission.land().record().edition("fields", reports.known.edition)->digest);
    // A quarter of the plots is found at fault; of a Shapefile the first thousand rows are read, but known.
    CHECK(reports.known.rows_known > kRows / 2);
    CHECK(reports.known.rows_known < reports.known.rows_published - 60);
  }
}

TEST_CASE("the same delivery again is known but for the rows that were found at fault") {
  Resubmission resubmission(".shp");
  const auto file = resubmission.deliver(plots());
  const auto first = resubmission.land().import({file});
  CHECK(first.rows_known == 0);
  const std::uint64_t at_fault = first.quality.by_rule.at("number_range");
  CHECK(at_fault > 0);
  const auto reports = resubmission.both({file});
  check_same(reports);
  CHECK(reports.known.rows_known == kRows - at_fault);
  CHECK(reports.known.quality.by_rule.at("number_range") == at_fault);
  CHECK(reports.known.unchanged == kRows);
}

TEST_CASE("rows are known in other files and in any order of them") {
  Resubmission resubmission(".shp");
  const auto all = plots();
  resubmission.land().import({resubmission.deliver(all)});
  const auto second = resubmission.deliver({all.begin(), all.begin() + 1200});
  const auto first = resubmission.deliver({all.begin() + 1200, all.end()});
  const auto reports = resubmission.both({first, second});
  check_same(reports);
  CHECK(reports.known.rows_known > kRows / 2);
  CHECK(reports.known.unchanged == kRows);
}

TEST_CASE("no row is known when what it is taken by has changed") {
  Resubmission resubmission(".shp");
  const auto file = resubmission.deliver(plots());
  resubmission.land().import({file});
  SECTION("the declaration") {
    Resubmission::allow_rows(resubmission.land().workspace, 20);
    const auto reports = resubmission.both({file});
    CHECK(reports.known.rows_known == 0);
    check_same(reports);
  }
  SECTION("the CRS that the caller says") {
    const auto reports = resubmission.both({file}, {.crs = "EPSG:4326"});
    CHECK(reports.known.rows_known == 0);
  }
  SECTION("the fields") {
    const auto reports = resubmission.both({file}, {.field_map = {{"crop", "plot"}, {"plot", "crop"}}});
    CHECK(reports.known.rows_known == 0);
  }
}

TEST_CASE("a damaged file of known rows, or a snapshot that is gone, costs nothing but time") {
  Resubmission resubmission(".shp");
  const auto file = resubmission.deliver(plots());
  resubmission.land().import({file});
  const fs::path snapshots = resubmission.land().workspace.snapshots();
  const fs::path rows = snapshots / catalog::known_rows_name("fields", 1);
  REQUIRE(fs::exists(rows));
  SECTION("a bit of it is another") { flip_byte(rows, static_cast<std::streamoff>(fs::file_size(rows) / 3)); }
  SECTION("it is cut off") { fs::resize_file(rows, fs::file_size(rows) / 2); }
  SECTION("the snapshot is gone") { fs::remove(snapshots / "fields-1.snapshot"); }
  const auto reports = resubmission.both({file});
  CHECK(reports.known.rows_known == 0);
  check_same(reports);
  CHECK_FALSE(fs::exists(rows));
  CHECK(fs::exists(snapshots / catalog::known_rows_name("fields", 2)));
}

TEST_CASE("a dry run knows rows and leaves none") {
  Resubmission resubmission(".shp");
  const auto file = resubmission.deliver(plots());
  resubmission.land().import({file});
  const auto report = resubmission.land().import({file}, {.dry_run = true});
  CHECK(report.rows_known > kRows / 2);
  const fs::path snapshots = resubmission.land().workspace.snapshots();
  CHECK(fs::exists(snapshots / catalog::known_rows_name("fields", 1)));
  CHECK_FALSE(fs::exists(snapshots / catalog::known_rows_name("fields", 0)));
}
