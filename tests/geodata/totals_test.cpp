#include "geodata/totals.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "geodata/snapshot_fixture.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "support/properties.hpp"

namespace caitu::geodata {
namespace {

using geometry::Position;
using test::Land;
using test::TempFolder;

class Stored {
 public:
  explicit Stored(const std::vector<Feature>& features) {
    test::write_snapshot(folder_ / "a", features);
    snapshot_ = Snapshot::open(folder_ / "a");
  }
  const Snapshot& operator*() const { return *snapshot_; }
  const Snapshot* operator->() const { return snapshot_.get(); }
  /// The place of a feature among the items.
  std::size_t item(std::uint64_t id) const { return snapshot_->find(id).value(); }

 private:
  TempFolder folder_;
  std::shared_ptr<const Snapshot> snapshot_;
};

Feature feature_of(std::uint64_t id, geometry::Geometry geometry, const std::string& code = {}) {
  Feature feature;
  feature.id = id;
  feature.area_m2 = geometry::area_m2(geometry);
  feature.geometry = std::move(geometry);
  feature.values.resize(test::every_type().fields.size());
  if (!code.empty()) feature.values[1] = code;
  return feature;
}

constexpr std::size_t kCode = 1;

/// Outlines that share borders to the bit: cells of a lattice with moved corners. Cells may be left out.
std::vector<Feature> outlines(Land& land, std::size_t side) {
  std::vector<std::vector<Position>> corners(side + 1, std::vector<Position>(side + 1));
  const double step = 1.4 / static_cast<double>(side);
  for (std::size_t x = 0; x <= side; ++x)
    for (std::size_t y = 0; y <= side; ++y)
      corners[x][y] = {116 + step * (static_cast<double>(x) + land.between(-0.3, 0.3)),
                       39.4 + step * (static_cast<double>(y) + land.between(-0.3, 0.3))};
  std::vector<Feature> made;
  for (std::size_t x = 0; x < side; ++x)
    for (std::size_t y = 0; y < side; ++y) {
      if (land.below(8) == 0) continue;
      geometry::Geometry cell;
      cell.kind = geometry::Kind::polygon;
      cell.positions = {corners[x][y], corners[x + 1][y], corners[x + 1][y + 1], corners[x][y + 1],
                        corners[x][y]};
      cell.end_path();
      cell.end_part();
      made.push_back(feature_of(1 + x * side + y, std::move(cell)));
    }
  return made;
}

ClassSum sum_of(const Totals& totals) {
  ClassSum sum = totals.elsewhere;
  for (const ClassSum& unit : totals.units) sum += unit;
  return sum;
}

bool same_bits(const Totals& a, const Totals& b) {
  const auto same = [](const ClassSum& x, const ClassSum& y) {
    return x.features == y.features && x.area_m2 == y.area_m2 && x.length_m == y.length_m;
  };
  return std::ranges::equal(a.units, b.units, same) && same(a.elsewhere, b.elsewhere);
}

TEST_CASE("units and what lies in none sum to the edition, over a thousand fields of any shape") {
  const bool held = rc::check("totals are additive", [](std::uint64_t seed) {
    Land land(seed);
    const auto units_made = outlines(land, 1 + land.below(5));
    RC_PRE(!units_made.empty());
    const Stored units(units_made), layer(land.features(1 + land.below(12)));
    const Totals totals = totals_by_outline(*layer, *units, 2);
    const ClassSum sum = sum_of(totals);
    RC_ASSERT(std::abs(sum.area_m2 - layer->total_area_m2()) <= 1e-9 * layer->total_area_m2());
    RC_ASSERT(sum.features >= layer->size());
  });
  CHECK(held);
}

TEST_CASE("each unit has what GEOS cuts out of every field one by one") {
  const bool held = rc::check("totals equal brute force", [](std::uint64_t seed) {
    Land land(seed);
    const auto units_made = outlines(land, 3);
    RC_PRE(!units_made.empty());
    const Stored units(units_made), layer(land.features(8));
    const Totals totals = totals_by_outline(*layer, *units, 1);
    for (std::size_t unit = 0; unit < units->size(); ++unit) {
      double area = 0;
      for (std::size_t item = 0; item < layer->size(); ++item)
        if (layer->kind(item) == geometry::Kind::polygon)
          area += geometry::area_m2(geometry::intersection(layer->geometry(item), units->geometry(unit)));
      RC_ASSERT(std::abs(totals.units[unit].area_m2 - area) <= 1e-9 * area + 10 * kLeastPieceM2);
    }
  });
  CHECK(held);
}

TEST_CASE("where outlines overlap, land counts in one of them only") {
  const Stored units({feature_of(1, geometry::make_box({116, 39, 116.6, 40})),
                      feature_of(2, geometry::make_box({116.4, 39, 117, 40}))});
  const Stored layer({feature_of(7, geometry::make_box({116.45, 39.5, 116.55, 39.6})),
                      feature_of(8, geometry::make_box({116.3, 39.2, 116.7, 39.3})),
                      feature_of(9, geometry::make_box({116.9, 39.2, 117.1, 39.3}))});
  const Totals totals = totals_by_outline(*layer, *units, 1);
  CHECK(sum_of(totals).area_m2 == Approx(layer->total_area_m2()).epsilon(1e-12));
  CHECK(totals.elsewhere.features == 1);
  CHECK(totals.elsewhere.area_m2 ==
        Approx(geometry::area_m2(geometry::make_box({117, 39.2, 117.1, 39.3}))).epsilon(1e-9));
}

TEST_CASE("a field that only touches a neighbouring unit is not counted there") {
  const Stored units({feature_of(1, geometry::make_box({116, 39, 116.5, 40})),
                      feature_of(2, geometry::make_box({116.5, 39, 117, 40}))});
  const Stored layer({feature_of(7, geometry::make_box({116.4, 39.5, 116.5, 39.6}))});
  const Totals totals = totals_by_outline(*layer, *units, 1);
  CHECK(totals.units[units.item(1)].features == 1);
  CHECK(totals.units[units.item(1)].area_m2 == Approx(layer->total_area_m2()).epsilon(1e-12));
  CHECK(totals.units[units.item(2)].features == 0);
  CHECK(totals.elsewhere.features == 0);
  CHECK(totals.elsewhere.area_m2 == 0);
}

TEST_CASE("points and lines belong where they stand, and what has no geometry is elsewhere") {
  geometry::Geometry line;
  line.kind = geometry::Kind::line;
  line.positions = {{116.1, 39.5}, {116.2, 39.5}};
  line.end_path();
  const Stored units({feature_of(1, geometry::make_box({116, 39, 116.5, 40}))});
  const Stored layer({feature_of(7, geometry::make_point({116.2, 39.2})),
                      feature_of(8, geometry::make_point({117.2, 39.2})), feature_of(9, line),
                      feature_of(10, geometry::Geometry{})});
  const Totals totals = totals_by_outline(*layer, *units, 1);
  CHECK(totals.units[0].features == 2);
  CHECK(totals.units[0].length_m == Approx(geometry::length_m(line)));
  CHECK(totals.elsewhere.features == 2);
}

TEST_CASE("any number of threads gives the same bits") {
  Land land(4);
  const Stored units(outlines(land, 6)), layer(land.features(6000));
  const Totals one = totals_by_outline(*layer, *units, 1);
  CHECK(same_bits(one, totals_by_outline(*layer, *units, 2)));
  CHECK(same_bits(one, totals_by_outline(*layer, *units, 7)));
}

TEST_CASE("by code a feature belongs to the unit with whose digits its text begins, the longest of several") {
  const auto box = geometry::make_box({116, 39, 116.01, 39.01});
  const Stored units({feature_of(1, box, "110115"), feature_of(2, box, "110115104000"),
                      feature_of(3, box, "110115105"), feature_of(4, box, "110116000000")});
  const Stored layer({feature_of(11, box, "1101151042010000000"), feature_of(12, box, "110115104201"),
                      feature_of(13, box, "1101151050000000000"), feature_of(14, box, "1101159990000000000"),
                      feature_of(15, box, "1101162220000000000"), feature_of(16, box, "1102"),
                      feature_of(17, box)});
  const Totals totals = totals_by_code(*layer, kCode, *units, kCode);
  CHECK(totals.units[units.item(1)].features == 1);
  CHECK(totals.units[units.item(2)].features == 2);
  CHECK(totals.units[units.item(3)].features == 1);
  CHECK(totals.units[units.item(4)].features == 1);
  CHECK(totals.elsewhere.features == 2);
  CHECK(sum_of(totals).area_m2 == Approx(layer->total_area_m2()).epsilon(1e-12));
}

}  // namespace
}  // namespace caitu::geodata
