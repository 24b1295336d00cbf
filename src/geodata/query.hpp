#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "geodata/snapshot.hpp"
#include "geometry/zone.hpp"

namespace caitu::geodata {

/// Which features of a snapshot, and how many. A value.
struct Query {
  /// Features whose geometry meets it (exact, not only their boxes; touching counts). It does not go over
  /// 180°.
  std::optional<geometry::Box> box = std::nullopt;
  std::size_t from = 0;  ///< the item to begin with: the key cursor of the page before
  std::size_t limit = 10;
};

struct Page {
  std::vector<std::size_t> items;   ///< in item order
  std::optional<std::size_t> next;  ///< where the next page begins, when there is one
};

Page run(const Snapshot& snapshot, const Query& query);
/// How many features match in all (limit and from do not count). Whole runs inside the box are counted, not
/// visited.
std::uint64_t count(const Snapshot& snapshot, const std::optional<geometry::Box>& box);

/// Features that hold the point: polygons by the exact test with their boundary; lines and points within
/// `reach_m`.
std::vector<std::size_t> at(const Snapshot& snapshot, geometry::Position p, double reach_m);

struct Near {
  std::size_t item = 0;
  double distance_m = 0;
};
/// The nearest first (ties by id; inside is 0 m), at most `limit`, within `radius_m`.
std::vector<Near> near(const Snapshot& snapshot, geometry::Position p, double radius_m, std::size_t limit);

struct ClassSum {
  std::uint64_t features = 0;
  double area_m2 = 0;  ///< of the parts inside the zone
  double length_m = 0;

  ClassSum& operator+=(const ClassSum& other) {
    features += other.features;
    area_m2 += other.area_m2;
    length_m += other.length_m;
    return *this;
  }
};
/// A feature that crosses the zone's border with no more than this only touches it, and is left out: rounding
/// in the overlay of neighbours leaves such pieces, and the survey rounds areas to 0.01 m² anyway.
inline constexpr double kLeastPieceM2 = 1e-4;
inline constexpr double kLeastPieceM = 1e-4;
/// What of the snapshot lies in a zone, by the values of a text field; missing values, or all without a
/// field, are the group "". Another type of field is Error(invalid).
std::map<std::string, ClassSum> summary(const Snapshot& snapshot, const geometry::Zone& zone,
                                        std::optional<std::size_t> class_field);

}  // namespace caitu::geodata
