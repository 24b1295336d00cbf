// What programs that are not ours find in the record.
#include <fmt/format.h>

#include <map>

#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

Schema parcels() {
  Schema schema = every_type();
  schema.kinds = {geometry::Kind::polygon};
  return schema;
}

/// Two editions, so that some rows are ended and some came later. Returns what is true in the current one.
std::vector<Feature> two_editions(const Record& record) {
  Land land(11);
  std::vector<Feature> features = land.features(2000);
  for (Feature& feature : features) {
    feature.geometry = land.polygon(1);
    feature.area_m2 = geometry::area_m2(feature.geometry);
  }
  Store store = record.open();
  import_all(store, parcels(), features);
  StagedEdition staged = store.stage(parcels(), "2024-10-31");
  for (std::size_t i = 0; i < features.size(); i += 10) {
    staged.end_row(static_cast<std::int64_t>(i) + 1);
    features[i].geometry = land.polygon(1);
    features[i].area_m2 = geometry::area_m2(features[i].geometry);
    staged.add(features[i], content_of(features[i]));
  }
  staged.publish(record_of(features.size()));
  return features;
}

bool says(const std::string& output, const std::string& text) {
  return output.find(text) != std::string::npos;
}

std::size_t lines_with(const std::string& output, const std::string& text) {
  std::size_t count = 0;
  for (auto at = output.find(text); at != std::string::npos; at = output.find(text, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("GDAL sees a layer with its count, CRS, extent and types") {
  const Record record;
  const auto features = two_editions(record);
  const std::string output = output_of("ogrinfo -ro -so " + record.file.string() + " parcels");
  INFO(output);
  CHECK(says(output, "Geometry: Multi Polygon"));
  CHECK(says(output, "Feature Count: " + std::to_string(features.size()) + "\n"));
  CHECK(says(output, "ID[\"EPSG\",4490]"));
  CHECK(says(output, "FID Column = row_id"));
  for (const char* field : {"id: Integer64", "DLBM: String", "SJNF: Integer64", "TBMJ: Real",
                            "filed: Integer(Boolean)", "built_on: Date (", "seen_at: DateTime", "mu: Real"}) {
    INFO(field);
    CHECK(says(output, field));
  }
  geometry::Box extent;
  for (const Feature& feature : features) extent.grow(geometry::box_of(feature.geometry));
  CHECK(says(output, fmt::format("Extent: ({:.6f}, {:.6f}) - ({:.6f}, {:.6f})", extent.min_lon,
                                 extent.min_lat, extent.max_lon, extent.max_lat)));
}

TEST_CASE("GDAL's box query through the R*Tree finds what brute force finds") {
  const Record record;
  const auto features = two_editions(record);
  for (const geometry::Box& box : {geometry::Box{116.2, 39.7, 116.21, 39.71},
                                   geometry::Box{116, 39.5, 116.6, 40}, geometry::Box{120, 39.5, 121, 40}}) {
    const auto expected = std::count_if(features.begin(), features.end(), [&box](const Feature& feature) {
      return geometry::intersects(feature.geometry, geometry::make_box(box));
    });
    const std::string output =
        output_of(fmt::format("ogrinfo -ro -geom=NO -spat {} {} {} {} {} parcels", box.min_lon, box.min_lat,
                              box.max_lon, box.max_lat, record.file.string()));
    CHECK(lines_with(output, "OGRFeature(parcels)") == static_cast<std::size_t>(expected));
  }
}

TEST_CASE("GDAL hands out the same ids, attributes and coordinates") {
  const Record record;
  const auto features = two_editions(record);
  const auto target = record.folder / "out.geojson";
  output_of("ogr2ogr -f GeoJSON -lco COORDINATE_PRECISION=15 -lco RFC7946=NO " + target.string() + " " +
            record.file.string() + " parcels");
  const base::Json json = base::parse_json(geodata::test::read_file(target));
  std::map<std::uint64_t, const Feature*> by_id;
  for (const Feature& feature : features) by_id[feature.id] = &feature;
  REQUIRE(json.at("features").size() == features.size());
  for (const base::Json& row : json.at("features")) {
    const base::Json& properties = row.at("properties");
    const Feature& feature = *by_id.at(properties.at("id").get<std::uint64_t>());
    CHECK(properties.at("BSM") == std::get<std::string>(feature.values[1]));
    CHECK(properties.at("mu").get<double>() == Approx(feature.area_m2 * 3 / 2000).epsilon(1e-14));
    const base::Json& first = row.at("geometry").at("coordinates").at(0).at(0).at(0);
    CHECK(first.at(0).get<double>() == Approx(feature.geometry.positions[0].lon).margin(1e-13));
    CHECK(first.at(1).get<double>() == Approx(feature.geometry.positions[0].lat).margin(1e-13));
  }
}

TEST_CASE("SpatiaLite reads the geometry, knows the layer, and finds its index sound") {
  const Record record;
  const auto features = two_editions(record);
  const auto ask = [&record](const std::string& sql) {
    return output_of("sqlite3 " + record.file.string() + " \"SELECT load_extension('mod_spatialite');\" \"" +
                     sql + "\"");
  };
  CHECK(ask("SELECT CheckSpatialMetaData()") == "\n3\n");
  CHECK(ask("SELECT CheckSpatialIndex('parcels_rows', 'geometry')") == "\n1\n");
  CHECK(ask("SELECT count(*) FROM parcels WHERE ST_Srid(geometry) = 4490 AND "
            "GeometryType(geometry) = 'MULTIPOLYGON'") == fmt::format("\n{}\n", features.size()));
  CHECK(ask("SELECT row_count FROM vector_layers_statistics WHERE table_name = 'parcels'") ==
        fmt::format("\n{}\n", features.size()));
  const std::string area = ask("SELECT sum(ST_Area(geometry)) FROM parcels");
  double expected = 0;
  for (const Feature& feature : features) {
    const auto& g = feature.geometry;
    for (std::size_t part = 0, ring = 0; part < g.part_ends.size(); ++part) {
      for (bool shell = true; ring < g.part_ends[part]; ++ring, shell = false) {
        expected += (shell ? 0.5 : -0.5) * std::abs(geometry::signed_twice_area(g.view().path(ring)));
      }
    }
  }
  CHECK(std::stod(area) == Approx(expected).epsilon(1e-9));
}
