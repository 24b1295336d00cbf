#pragma once

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "delivery.hpp"
#include "geometry/measure.hpp"
#include "resubmission.hpp"

/// A delivery made for the tests, read back by GDAL.
namespace caitu::demo::test {

namespace fs = std::filesystem;
using geometry::Geometry;

inline constexpr std::size_t kParcels = 10'000;

/// The delivery, made once for all tests and removed at the end.
class Delivery {
 public:
  static const fs::path& folder() {
    static const Delivery delivery;
    return delivery.folder_;
  }
  static fs::path make(const std::string& name, std::uint64_t seed, std::size_t threads,
                       std::size_t parcels = kParcels) {
    const fs::path at = fs::temp_directory_path() / fmt::format("caitu-demo-test-{}-{}", getpid(), name);
    fs::remove_all(at);
    write_delivery(at, {parcels, seed, threads}, {});
    return at;
  }

 private:
  Delivery() : folder_(make("one", 1, 2)) {}
  ~Delivery() { fs::remove_all(folder_); }
  fs::path folder_;
};

struct Feature {
  Geometry shape;
  std::map<std::string, std::string> values;
  const std::string& operator[](const std::string& field) const { return values.at(field); }
  double number(const std::string& field) const { return std::stod(values.at(field)); }
};

inline void append(const OGRPolygon& polygon, Geometry& to) {
  for (const OGRLinearRing* ring : polygon) {
    for (int i = 0; i < ring->getNumPoints(); ++i) to.positions.push_back({ring->getX(i), ring->getY(i)});
    to.end_path();
  }
  to.end_part();
}

inline Geometry shape_of(const OGRGeometry& from) {
  Geometry shape;
  if (wkbFlatten(from.getGeometryType()) == wkbPoint)
    return geometry::make_point({from.toPoint()->getX(), from.toPoint()->getY()});
  if (wkbFlatten(from.getGeometryType()) == wkbLineString) return shape;
  shape.kind = geometry::Kind::polygon;
  if (wkbFlatten(from.getGeometryType()) == wkbPolygon) {
    append(*from.toPolygon(), shape);
  } else {
    for (const OGRPolygon* part : from.toMultiPolygon()) append(*part, shape);
  }
  return shape;
}

inline std::vector<Feature> read(const fs::path& file, const std::string& layer = "") {
  const GDALDatasetUniquePtr dataset(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY));
  REQUIRE(dataset != nullptr);
  OGRLayer* from = layer.empty() ? dataset->GetLayer(0) : dataset->GetLayerByName(layer.c_str());
  REQUIRE(from != nullptr);
  std::vector<Feature> features;
  for (const auto& row : *from) {
    Feature feature;
    if (const OGRGeometry* shape = row->GetGeometryRef()) feature.shape = shape_of(*shape);
    for (int i = 0; i < row->GetFieldCount(); ++i) {
      feature.values[row->GetFieldDefnRef(i)->GetNameRef()] =
          row->IsFieldSetAndNotNull(i) ? row->GetFieldAsString(i) : "";
    }
    features.push_back(std::move(feature));
  }
  return features;
}

inline std::vector<Feature> plan(const std::string& layer) {
  return read(Delivery::folder() / "plan.gpkg", layer);
}
inline std::vector<Feature> land(const std::string& layer) {
  return read(Delivery::folder() / "land.gpkg", layer);
}

inline double mu_of(const std::vector<Feature>& features) {
  double m2 = 0;
  for (const Feature& feature : features) m2 += geometry::area_m2(feature.shape);
  return base::mu_from_m2(m2);
}

/// DLTB of the districts, which have no fault.
inline std::vector<fs::path> parcel_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(Delivery::folder() / "parcels")) {
    const fs::path file = entry.path();
    if (file.extension() == ".shp" && file.filename() != fs::path(kResubmission).filename())
      files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::map<std::string, std::string> all_bytes(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), folder).string()] = bytes(entry.path());
  }
  return files;
}

/// Directed edges of rings: in a coverage none occurs twice.
using EdgeSet = std::set<std::array<double, 4>>;
/// False when one of the shape's edges was there already.
inline bool add_edges(const Geometry& shape, EdgeSet& edges) {
  bool fresh = true;
  for (std::size_t i = 0; i + 1 < shape.positions.size(); ++i) {
    const auto a = shape.positions[i], b = shape.positions[i + 1];
    fresh = edges.insert({a.lon, a.lat, b.lon, b.lat}).second && fresh;
  }
  return fresh;
}

/// Cells of a table after its first line, which must be `head`. No cell holds a comma.
template <std::size_t kColumns>
std::vector<std::array<std::string, kColumns>> table(const fs::path& file, const std::string& head) {
  std::istringstream in(bytes(file));
  std::vector<std::array<std::string, kColumns>> rows;
  std::string line;
  std::getline(in, line);
  REQUIRE(line == head);
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    auto& row = rows.emplace_back();
    for (std::string& cell : row) std::getline(cells, cell, ',');
  }
  return rows;
}

inline std::vector<std::array<std::string, 5>> truth() {
  return table<5>(Delivery::folder() / "truth.csv", "site,lon,lat,rule,expected");
}
inline std::vector<std::array<std::string, 4>> faults() {
  return table<4>(Delivery::folder() / "faults.csv", "file,row,key,fault");
}

}  // namespace caitu::demo::test
