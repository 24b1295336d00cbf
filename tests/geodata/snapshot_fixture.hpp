#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "geodata/snapshot.hpp"
#include "geometry/measure.hpp"
#include "support/temp_folder.hpp"

namespace caitu::geodata::test {

using caitu::test::read_file;
using caitu::test::TempFolder;

inline void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// One field of every type.
inline Schema every_type() {
  Schema schema;
  schema.layer = "parcels";
  schema.kinds = {geometry::Kind::point, geometry::Kind::line, geometry::Kind::polygon};
  schema.fields = {{.name = "DLBM"},
                   {.name = "BSM"},
                   {.name = "SJNF", .type = FieldType::integer},
                   {.name = "TBMJ", .type = FieldType::real},
                   {.name = "filed", .type = FieldType::boolean},
                   {.name = "built_on", .type = FieldType::date},
                   {.name = "seen_at", .type = FieldType::datetime},
                   {.name = "extra"}};
  schema.class_field = "DLBM";
  return schema;
}

/// Features of every kind around 116° E 40° N, the same ones for the same seed.
class Land {
 public:
  explicit Land(std::uint64_t seed) : random_(seed) {}

  double between(double low, double high) { return std::uniform_real_distribution<>(low, high)(random_); }
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  geometry::Position place() { return {between(116, 117), between(39.5, 40.5)}; }

  geometry::Geometry point(std::size_t parts) {
    geometry::Geometry made;
    made.kind = geometry::Kind::point;
    for (std::size_t i = 0; i < parts; ++i) made.positions.push_back(place());
    return made;
  }
  geometry::Geometry line(std::size_t parts) {
    geometry::Geometry made;
    made.kind = geometry::Kind::line;
    for (std::size_t part = 0; part < parts; ++part) {
      geometry::Position at = place();
      for (std::size_t i = 0, last = 2 + below(6); i < last; ++i) {
        made.positions.push_back(at);
        at.lon += between(-0.05, 0.05);
        at.lat += between(-0.05, 0.05);
      }
      made.end_path();
    }
    return made;
  }
  /// Each part is a star around its centre, with a hole at times; parts stand apart, as valid ones do.
  geometry::Geometry polygon(std::size_t parts) {
    geometry::Geometry made;
    made.kind = geometry::Kind::polygon;
    geometry::Position centre = place();
    for (std::size_t part = 0; part < parts; ++part) {
      centre.lon += 0.35;
      const double radius = between(0.001, 0.15);
      ring(made, centre, radius);
      if (below(3) == 0) ring(made, centre, radius * -0.4);
      made.end_part();
    }
    return made;
  }
  Feature feature(std::uint64_t id) {
    Feature feature;
    feature.id = id;
    const std::size_t parts = below(4) == 0 ? 3 : 1;
    switch (below(8)) {
      case 0:
        feature.geometry = point(parts);
        break;
      case 1:
        feature.geometry = line(parts);
        break;
      case 2:
        if (below(6) == 0) break;
        [[fallthrough]];
      default:
        feature.geometry = polygon(parts);
    }
    feature.area_m2 = geometry::area_m2(feature.geometry);
    feature.values = values(id);
    return feature;
  }
  std::vector<Feature> features(std::size_t count) {
    std::vector<Feature> made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(feature(1 + i * 7919 % 1000003));
    return made;
  }
  void shuffle(std::vector<Feature>& features) { std::ranges::shuffle(features, random_); }

 private:
  std::vector<Value> values(std::uint64_t id) {
    static const std::vector<std::string> kClasses{"0101", "0102", "0103", "1202", "", "水浇地"};
    std::vector<Value> made(8);
    const auto maybe = [&](std::size_t field, const auto& value) {
      if (below(5) != 0) made[field] = value;
    };
    maybe(0, kClasses[below(kClasses.size())]);
    made[1] = "11011200" + std::to_string(id);
    maybe(2, static_cast<std::int64_t>(below(1000)) - 500);
    maybe(3, between(-1e6, 1e6));
    maybe(4, static_cast<std::int64_t>(below(2)));
    maybe(5, "2023-10-" + std::to_string(10 + below(20)));
    maybe(6, std::string("2024-01-01T08:00:00"));
    return made;
  }
  /// A negative radius makes a hole (clockwise) of its size.
  void ring(geometry::Geometry& made, geometry::Position centre, double radius) {
    const std::size_t corners = 3 + below(9);
    const std::size_t first = made.positions.size();
    const double least = radius < 0 ? 1.0 : 0.6;
    for (std::size_t i = 0; i < corners; ++i) {
      const double angle = 2 * 3.141592653589793 * static_cast<double>(i) / static_cast<double>(corners);
      const double reach = std::abs(radius) * between(least, 1.0) * (radius < 0 ? 0.5 : 1.0);
      made.positions.push_back({centre.lon + reach * std::cos(angle),
                                centre.lat + (radius < 0 ? -reach : reach) * std::sin(angle)});
    }
    made.positions.push_back(made.positions[first]);
    made.end_path();
  }

  std::mt19937_64 random_;
};

inline std::string write_snapshot(const std::filesystem::path& file, const std::vector<Feature>& features,
                                  const Schema& schema = every_type(),
                                  const SnapshotInfo& info = {"parcels", 3, "2024-12-31"}) {
  SnapshotWriter writer(file, schema, info);
  for (const Feature& f : features) writer.add(f.id, f.geometry, f.values, f.area_m2);
  return writer.finish();
}

}  // namespace caitu::geodata::test
