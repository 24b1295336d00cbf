#include "geodata/sink.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "base/units.hpp"
#include "geodata/source.hpp"
#include "made_files.hpp"

namespace {

namespace fs = std::filesystem;
namespace geometry = caitu::geometry;
using caitu::base::Code;
using caitu::base::Error;
using caitu::geodata::Feature;
using caitu::geodata::FieldType;
using caitu::geodata::Schema;
using caitu::geodata::Sink;
using caitu::geodata::SinkOptions;
using caitu::geodata::Source;
using caitu::geodata::SourceRow;
using caitu::geodata::Value;

Schema fields_schema() {
  Schema schema;
  schema.layer = "fields";
  schema.kinds = {geometry::Kind::polygon};
  using T = FieldType;
  schema.fields = {{"DLBM", "地类编码", T::text, 5},      {"crop", "作物", T::text},
                   {"count_n", "数", T::integer},         {"share", "占比", T::real},
                   {"old", "老旧", T::boolean},           {"since", "起", T::date},
                   {"supplied_daily_t", "日供", T::real}, {"supplied_daily_u", "", T::text, 300}};
  return schema;
}

/// Two squares with a hole, and a field with nothing in it.
std::vector<Feature> some_features() {
  std::vector<Feature> features;
  for (int i = 0; i < 20; ++i) {
    Feature feature;
    feature.id = (std::uint64_t{1} << 52) + static_cast<std::uint64_t>(i);
    const double west = 116.5 + 0.01 * i;
    feature.geometry.kind = geometry::Kind::polygon;
    for (const auto& [size, inner] : {std::pair{0.004, 0.0}, {0.001, 0.001}}) {
      const double w = west + inner, s = 39.7 + inner;
      // Shells run counter-clockwise and holes clockwise, as RFC 7946 wants them.
      const geometry::Position round[4] = {{w, s}, {w + size, s}, {w + size, s + size}, {w, s + size}};
      for (int k = 0; k <= 4; ++k)
        feature.geometry.positions.push_back(round[inner == 0 ? k % 4 : (8 - k) % 4]);
      feature.geometry.end_path();
    }
    feature.geometry.end_part();
    feature.values = {"0102", "黄瓜", std::int64_t{i}, i / 7.0, std::int64_t{i % 2}, "2023-10-31", 12.5, "t"};
    feature.area_m2 = 1000.0 + i;
    features.push_back(std::move(feature));
  }
  features.back().values = std::vector<Value>(8);
  return features;
}

void write_all(const fs::path& file, const Schema& schema, const std::vector<Feature>& features,
               const SinkOptions& options = {}) {
  Sink sink(file, schema, options);
  for (const Feature& one : features) sink.write(one.id, one.geometry, one.values, one.area_m2);
  sink.finish();
}

std::vector<SourceRow> read_all(Source& source) { return source.read(1'000'000); }

double number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nan("");
}

bool same(const Value& read, const Value& written) {
  if (std::holds_alternative<std::monostate>(written)) {
    const auto* text = std::get_if<std::string>(&read);
    return std::holds_alternative<std::monostate>(read) || (text != nullptr && text->empty());
  }
  if (std::holds_alternative<std::string>(written)) return read == written;
  return std::abs(number(read) - number(written)) <= 1e-9 * std::abs(number(written));
}

/// In degrees; formats turn rings as they like.
double farthest(const geometry::Geometry& read, const geometry::Geometry& written) {
  const geometry::Geometry a = geometry::oriented(read), b = geometry::oriented(written);
  if (a.positions.size() != b.positions.size() || a.path_ends != b.path_ends || a.part_ends != b.part_ends)
    return 1e9;
  double most = 0;
  for (std::size_t i = 0; i < a.positions.size(); ++i) {
    most = std::max({most, std::abs(a.positions[i].lon - b.positions[i].lon),
                     std::abs(a.positions[i].lat - b.positions[i].lat)});
  }
  return most;
}

Code code_of(const std::function<void()>& action, const std::string& words) {
  try {
    action();
  } catch (const Error& error) {
    CHECK_THAT(error.full(), Catch::Contains(words));
    return error.code();
  }
  FAIL("nothing was refused");
  throw 0;
}

}  // namespace

TEST_CASE("what a format holds comes back as it was written: id first, the fields in order, mu last") {
  struct Format {
    std::string name, driver, crs;
    SinkOptions options;
    bool typed, ordered;
  };
  const std::vector<Format> formats = {
      {"f.gpkg", "GPKG", "EPSG:4490", {}, true, true},
      {"f.fgb", "FlatGeobuf", "EPSG:4490", {}, true, false},
      {"f.gdb", "OpenFileGDB", "EPSG:4490", {}, true, true},
      {"f.geojson", "GeoJSON", "OGC:CRS84", {}, true, true},
      {"f.shp", "ESRI Shapefile", "EPSG:4490", {}, true, true},
      {"f-gbk.shp",
       "ESRI Shapefile",
       "EPSG:4490",
       {.format = {}, .encoding = "GBK", .crs = geometry::Crs::cgcs2000()},
       true,
       true},
      {"f.csv", "CSV", "", {}, true, true},
      {"f.sqlite", "SQLite", "EPSG:4490", {}, true, true},
      {"f.kml", "LIBKML", "OGC:CRS84", {}, false, true},
  };
  const made::Folder folder;
  const Schema schema = fields_schema();
  const std::vector<Feature> features = some_features();
  for (const Format& format : formats) {
    INFO(format.name);
    const fs::path file = folder.path / format.name;
    write_all(file, schema, features, format.options);
    Source source(file, {});
    CHECK(source.driver() == format.driver);
    if (!format.crs.empty()) {
      REQUIRE(source.crs());
      CHECK(source.crs()->authority() == format.crs);
    }
    std::vector<std::string> names = {
        "id", "DLBM", "crop", "count_n", "share", "old", "since", "supplied_daily_t", "supplied_daily_u",
        "mu"};
    if (format.driver == "ESRI Shapefile") {
      names[7] = "supplied_d";
      names[8] = "supplied_1";
    }
    std::vector<std::string> found;
    for (const auto& field : source.fields()) found.push_back(field.name);
    if (format.typed) CHECK(found == names);
    source.select(names);
    std::vector<SourceRow> rows = read_all(source);
    REQUIRE(rows.size() == features.size());
    if (!format.ordered) {
      std::ranges::sort(rows, {}, [](const SourceRow& row) { return number(row.values[0]); });
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const SourceRow& row = rows[i];
      CHECK(row.flaw.empty());
      CHECK(farthest(row.geometry, features[i].geometry) < 1.1e-9);
      if (!format.typed) continue;
      CHECK(number(row.values[0]) == static_cast<double>(features[i].id));
      for (std::size_t k = 0; k < schema.fields.size(); ++k) {
        INFO(schema.fields[k].name);
        CHECK(same(row.values[k + 1], features[i].values[k]));
      }
      CHECK(number(row.values.back()) == Approx(caitu::base::mu_from_m2(features[i].area_m2)).epsilon(1e-12));
    }
  }
}

TEST_CASE("the same features give the same bytes") {
  const made::Folder first, second;
  const auto write_into = [](const made::Folder& folder) {
    for (const char* name :
         {"f.gpkg", "f.fgb", "f.geojson", "f.shp", "f.csv", "f.xlsx", "f.sqlite", "f.kml", "f.dxf"}) {
      INFO(name);
      write_all(folder.path / name, fields_schema(), some_features());
    }
  };
  write_into(first);
  // A clock that is not pinned shows in the seconds.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  write_into(second);
  CHECK(first.names() == second.names());
  for (const std::string& name : first.names()) {
    INFO(name);
    CHECK(made::bytes_of(first.path / name) == made::bytes_of(second.path / name));
  }
}

TEST_CASE("a file has its name only once it is finished, and leaves nothing else behind") {
  const made::Folder folder;
  const fs::path file = folder.path / "f.shp";
  const std::vector<Feature> features = some_features();
  {
    Sink sink(file, fields_schema());
    sink.write(1, features[0].geometry, features[0].values, 1);
    CHECK_FALSE(fs::exists(file));
  }
  CHECK(folder.names().empty());
  folder.write("f.qix", "an index of the table that was here before");
  write_all(file, fields_schema(), features);
  CHECK(folder.names() == std::vector<std::string>{"f.cpg", "f.dbf", "f.prj", "f.shp", "f.shx"});
  CHECK(code_of([&] { Sink(folder.path / "no/such/f.gpkg", fields_schema()); },
                "cannot write in the folder") == Code::io);
}

TEST_CASE("a Shapefile says its encoding, and text that has no place in it is refused") {
  const made::Folder folder;
  std::vector<Feature> features = some_features();
  const SinkOptions gbk{.format = {}, .encoding = "GBK", .crs = geometry::Crs::cgcs2000()};
  write_all(folder.path / "g.shp", fields_schema(), features, gbk);
  CHECK_THAT(made::bytes_of(folder.path / "g.dbf"), Catch::Contains("\xbb\xc6\xb9\xcf"));
  CHECK(Source(folder.path / "g.shp", {}).encoding_note().find("say") != std::string::npos);
  features[3].values[1] = "黄瓜\xf0\x9f\xa5\x92";
  CHECK(code_of([&] { write_all(folder.path / "h.shp", fields_schema(), features, gbk); },
                "GBK does not hold") == Code::invalid);
  features[3].values[1] = std::string(255, 'x');
  CHECK(code_of([&] { write_all(folder.path / "h.shp", fields_schema(), features); }, "254 bytes") ==
        Code::invalid);
  CHECK_FALSE(fs::exists(folder.path / "h.shp"));
  CHECK(code_of([&] { write_all(folder.path / "h.gpkg", fields_schema(), features, gbk); },
                "always in UTF-8") == Code::unsupported);
}

TEST_CASE("another coordinate system is written as asked, northing never first") {
  const made::Folder folder;
  const SinkOptions zone39{.format = {}, .encoding = {}, .crs = geometry::Crs::parse("EPSG:4527")};
  for (const char* name : {"z.shp", "z.gpkg", "z.fgb"}) {
    INFO(name);
    write_all(folder.path / name, fields_schema(), some_features(), zone39);
    Source source(folder.path / name, {});
    REQUIRE(source.crs());
    CHECK(source.crs()->authority() == "EPSG:4527");
    const SourceRow row = source.read(1).at(0);
    CHECK(row.geometry.positions[0].lon > 39e6);
    CHECK(row.geometry.positions[0].lat < 5e6);
    std::vector<geometry::Position> back = row.geometry.positions;
    CHECK(geometry::Transform(*source.crs(), geometry::Crs::cgcs2000()).apply(back) == 0);
    CHECK(back[0].lat == Approx(39.7).margin(0.01));
  }
  CHECK(code_of([&] { write_all(folder.path / "z.geojson", fields_schema(), some_features(), zone39); },
                "WGS 84 degrees") == Code::unsupported);
}

TEST_CASE(
    "a feature without a geometry is written where the format can hold it, and refused where it would be "
    "lost") {
  const made::Folder folder;
  std::vector<Feature> features = some_features();
  features[5].geometry.clear();
  for (const char* name : {"e.gpkg", "e.geojson", "e.shp", "e.csv"}) {
    INFO(name);
    write_all(folder.path / name, fields_schema(), features);
    Source source(folder.path / name, {});
    const auto rows = read_all(source);
    REQUIRE(rows.size() == features.size());
    CHECK(rows[5].flaw == "no geometry");
  }
  CHECK(code_of([&] { write_all(folder.path / "e.fgb", fields_schema(), features); }, "loses features") ==
        Code::unsupported);
}

TEST_CASE("a drawing holds the outlines and the layer's name, and no coordinate system") {
  const made::Folder folder;
  write_all(folder.path / "d.dxf", fields_schema(), some_features());
  Source source(folder.path / "d.dxf", {});
  CHECK_FALSE(source.crs());
  source.select({"Layer"});
  const auto rows = read_all(source);
  REQUIRE(rows.size() >= some_features().size());
  CHECK(rows[0].values == std::vector<Value>{"fields"});
}

TEST_CASE("a table without geometry can be written, and is no delivery") {
  const made::Folder folder;
  write_all(folder.path / "t.xlsx", fields_schema(), some_features());
  CHECK(code_of([&] { Source(folder.path / "t.xlsx", {}); }, "columns lon and lat") == Code::refused);
}

TEST_CASE("a format that nobody writes, a value that is no date, a wrong number of values: each is named") {
  const made::Folder folder;
  CHECK(code_of([&] { Sink(folder.path / "f.pdfx", fields_schema()); }, ".gpkg") == Code::unsupported);
  CHECK(code_of(
            [&] {
              Sink(folder.path / "f", fields_schema(),
                   {.format = "OSM", .encoding = {}, .crs = geometry::Crs::cgcs2000()});
            },
            "does not write") == Code::unsupported);
  std::vector<Feature> features = some_features();
  features[0].values[5] = "last year";
  CHECK(code_of([&] { write_all(folder.path / "f.gpkg", fields_schema(), features); }, "is no date") ==
        Code::invalid);
  features[0].values.pop_back();
  CHECK(code_of([&] { write_all(folder.path / "f.gpkg", fields_schema(), features); },
                "values of its schema") == Code::internal);
}
