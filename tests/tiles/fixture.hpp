#pragma once

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>

#include "geodata/snapshot.hpp"
#include "geometry/measure.hpp"
#include "support/temp_folder.hpp"

namespace caitu::test {

inline geodata::Schema parcel_schema() {
  geodata::Schema schema;
  schema.layer = "parcels";
  schema.title = "地类图斑";
  schema.kinds = {geometry::Kind::polygon, geometry::Kind::line, geometry::Kind::point};
  const auto add = [&](const char* name, geodata::FieldType type) {
    geodata::Field field;
    field.name = field.title = name;
    field.type = type;
    schema.fields.push_back(field);
  };
  add("DLBM", geodata::FieldType::text);
  add("TBBH", geodata::FieldType::text);
  add("year", geodata::FieldType::integer);
  add("share", geodata::FieldType::real);
  add("old", geodata::FieldType::boolean);
  add("since", geodata::FieldType::date);
  add("extra", geodata::FieldType::text);
  return schema;
}

/// A sheet of parcels without gaps around a place: cells of a lattice whose corners and sides are moved a
/// little, each side of three edges that its two parcels share to the bit.
class ParcelSheet {
 public:
  ParcelSheet(int columns, int rows, geometry::Position middle = {116.6500, 39.8700},
              double cell_deg = 0.0006)
      : columns_(columns), rows_(rows), middle_(middle), cell_(cell_deg) {}

  int size() const { return columns_ * rows_; }
  std::uint64_t id(int index) const { return 1000 + static_cast<std::uint64_t>(index) * 7; }
  geometry::Geometry parcel(int index) const {
    const int column = 3 * (index % columns_), row = 3 * (index / columns_);
    geometry::Geometry ring;
    ring.kind = geometry::Kind::polygon;
    for (int i = 0; i < 3; ++i) ring.positions.push_back(node(column + i, row));
    for (int i = 0; i < 3; ++i) ring.positions.push_back(node(column + 3, row + i));
    for (int i = 0; i < 3; ++i) ring.positions.push_back(node(column + 3 - i, row + 3));
    for (int i = 0; i < 3; ++i) ring.positions.push_back(node(column, row + 3 - i));
    ring.positions.push_back(ring.positions.front());
    ring.end_path();
    ring.end_part();
    return ring;
  }
  std::shared_ptr<const geodata::Snapshot> snapshot(const std::filesystem::path& file) const {
    geodata::SnapshotWriter writer(file, parcel_schema(),
                                   {.layer = "parcels", .edition = 1, .as_of = "2024-01-01"});
    static constexpr const char* kClasses[] = {"0102", "0103", "0201", "1202", "0702"};
    for (int i = 0; i < size(); ++i) {
      const geometry::Geometry shape = parcel(i);
      const auto whole = static_cast<std::int64_t>(i);
      writer.add(id(i), shape,
                 {std::string(kClasses[i % 5]), "T" + std::to_string(i), 2000 + whole % 25,
                  i % 3 == 0 ? geodata::Value{} : geodata::Value{0.25 * (i % 4)}, std::int64_t{i % 2},
                  std::string("2020-01-0") + std::to_string(1 + i % 9), geodata::Value{}},
                 geometry::area_m2(shape));
    }
    writer.finish();
    return geodata::Snapshot::open(file);
  }

 private:
  geometry::Position node(int column, int row) const {
    const auto noise = [&](unsigned salt) {
      auto h = static_cast<std::uint32_t>(column) * 0x9e3779b1u ^
               static_cast<std::uint32_t>(row) * 0x85ebca77u ^ salt;
      h = (h ^ (h >> 15)) * 0x2c1b3c6du;
      h ^= h >> 13;
      return (h & 0xffff) / 65536.0 - 0.5;
    };
    return {middle_.lon + cell_ * ((column + 0.7 * noise(1)) / 3.0 - columns_ / 2.0),
            middle_.lat + cell_ * ((row + 0.7 * noise(2)) / 3.0 - rows_ / 2.0)};
  }

  int columns_, rows_;
  geometry::Position middle_;
  double cell_;
};

}  // namespace caitu::test
