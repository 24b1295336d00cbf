#include "geodata/query.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "base/error.hpp"
#include "geodata/snapshot_fixture.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "support/properties.hpp"

namespace caitu::geodata {
namespace {

using geometry::Box;
using geometry::Kind;
using geometry::Position;
using test::Land;
using test::TempFolder;

class Stored {
 public:
  explicit Stored(const std::vector<Feature>& features, const Schema& schema = test::every_type()) {
    test::write_snapshot(folder_ / "a", features, schema);
    snapshot_ = Snapshot::open(folder_ / "a");
  }
  const Snapshot& operator*() const { return *snapshot_; }
  const Snapshot* operator->() const { return snapshot_.get(); }

 private:
  TempFolder folder_;
  std::shared_ptr<const Snapshot> snapshot_;
};

std::vector<std::size_t> all_items(const Snapshot& snapshot) {
  std::vector<std::size_t> items(snapshot.size());
  std::iota(items.begin(), items.end(), 0);
  return items;
}

/// What GEOS says of every item, one by one.
std::vector<std::size_t> meeting(const Snapshot& snapshot, const Box& box) {
  const geometry::Geometry area = geometry::make_box(box);
  std::vector<std::size_t> items = all_items(snapshot);
  std::erase_if(items, [&](std::size_t item) {
    const auto view = snapshot.geometry(item);
    return view.empty() || !geometry::intersects(view, area);
  });
  return items;
}

std::vector<std::size_t> page_through(const Snapshot& snapshot, Query query) {
  std::vector<std::size_t> items;
  for (;;) {
    const Page page = run(snapshot, query);
    REQUIRE(page.items.size() <= query.limit);
    items.insert(items.end(), page.items.begin(), page.items.end());
    if (!page.next) return items;
    REQUIRE(page.items.size() == query.limit);
    query.from = *page.next;
  }
}

Feature feature_of(std::uint64_t id, geometry::Geometry geometry) {
  Feature feature;
  feature.id = id;
  feature.area_m2 = geometry::area_m2(geometry);
  feature.geometry = std::move(geometry);
  feature.values.resize(test::every_type().fields.size());
  return feature;
}

geometry::Geometry polygon(std::vector<Position> ring) {
  geometry::Geometry made;
  made.kind = Kind::polygon;
  made.positions = std::move(ring);
  made.end_path();
  made.end_part();
  return made;
}

TEST_CASE("pages of a box hold what GEOS finds item by item, each once, in item order") {
  const Stored stored(Land(1).features(400));
  const bool held = rc::check("paging equals brute force", [&](std::uint64_t seed) {
    Land land(seed);
    const Position a = land.place(), b = land.place();
    const double shrink = land.between(0.01, 1.0);
    const Box box{a.lon, a.lat, a.lon + std::abs(a.lon - b.lon) * shrink,
                  a.lat + std::abs(a.lat - b.lat) * shrink};
    const auto expected = meeting(*stored, box);
    RC_ASSERT(page_through(*stored, {.box = box, .limit = 1 + land.below(50)}) == expected);
    RC_ASSERT(count(*stored, box) == expected.size());
  });
  CHECK(held);
}

TEST_CASE("boxes on a grid meet what they only touch, at corners and along edges") {
  std::vector<Feature> cells;
  for (int x = 0; x < 12; ++x) {
    for (int y = 0; y < 12; ++y) {
      const double lon = 116 + x * 0.01, lat = 40 + y * 0.01;
      cells.push_back(feature_of(static_cast<std::uint64_t>(1 + x * 12 + y),
                                 geometry::make_box({lon, lat, 116 + (x + 1) * 0.01, 40 + (y + 1) * 0.01})));
      cells.push_back(
          feature_of(static_cast<std::uint64_t>(1001 + x * 12 + y),
                     polygon({{lon, lat}, {lon + 0.03, lat + 0.01}, {lon + 0.01, lat + 0.03}, {lon, lat}})));
    }
  }
  const Stored stored(cells);
  const bool held = rc::check("touching equals brute force", [&](std::uint64_t seed) {
    Land land(seed);
    const auto line = [&](double origin) { return origin + static_cast<double>(land.below(30)) * 0.005; };
    Box box;
    box.grow(Position{line(116), line(40)});
    box.grow(Position{line(116), line(40)});
    RC_PRE(box.min_lon < box.max_lon && box.min_lat < box.max_lat);
    RC_ASSERT(page_through(*stored, {.box = box, .limit = 7}) == meeting(*stored, box));
  });
  CHECK(held);
}

TEST_CASE("a box inside a polygon meets it, and one inside its hole does not") {
  geometry::Geometry holed = geometry::make_box({116, 40, 117, 41});
  holed.part_ends.clear();
  for (const Position p :
       {Position{116.4, 40.4}, {116.4, 40.6}, {116.6, 40.6}, {116.6, 40.4}, {116.4, 40.4}}) {
    holed.positions.push_back(p);
  }
  holed.end_path();
  holed.end_part();
  const Stored stored({feature_of(1, holed)});
  CHECK(count(*stored, Box{116.1, 40.1, 116.2, 40.2}) == 1);
  CHECK(count(*stored, Box{116.45, 40.45, 116.55, 40.55}) == 0);
  CHECK(count(*stored, Box{116.45, 40.45, 116.6, 40.55}) == 1);
  CHECK(count(*stored, Box{116.5, 40.5, 116.5, 40.5}) == 0);
  CHECK(count(*stored, Box{116.3, 40.5, 116.3, 40.5}) == 1);
  CHECK(count(*stored, Box{}) == 0);
}

TEST_CASE("without a box every item comes, those without a geometry too") {
  const Stored stored(Land(2).features(97));
  CHECK(page_through(*stored, {.limit = 10}) == all_items(*stored));
  CHECK(count(*stored, std::nullopt) == 97);
  CHECK(run(*stored, {.from = 96, .limit = 10}).items == std::vector<std::size_t>{96});
  CHECK(run(*stored, {.from = 97, .limit = 10}).items.empty());
  CHECK_FALSE(run(*stored, {.from = 1000, .limit = 10}).next);
  CHECK(run(*stored, {.limit = 0}).next == 0u);
}

TEST_CASE("at a point are the polygons that hold it and what lies within reach") {
  const Stored stored(Land(3).features(300));
  Land land(4);
  std::size_t polygons = 0, others = 0;
  for (int i = 0; i < 300; ++i) {
    const Position p = land.place();
    const double reach = land.between(0, 3000);
    std::vector<std::size_t> expected;
    for (const std::size_t item : all_items(*stored)) {
      const auto view = stored->geometry(item);
      const bool area = view.kind == Kind::polygon;
      if (view.empty() || !(area ? geometry::covers(view, p) : geometry::distance_m(p, view) <= reach))
        continue;
      expected.push_back(item);
      ++(area ? polygons : others);
    }
    REQUIRE(at(*stored, p, reach) == expected);
  }
  CHECK(polygons > 100);
  CHECK(others > 10);
}

TEST_CASE("a point on a shared border is on both sides of it") {
  const Stored stored({feature_of(1, geometry::make_box({116, 40, 116.1, 40.1})),
                       feature_of(2, geometry::make_box({116.1, 40, 116.2, 40.1}))});
  CHECK(at(*stored, {116.1, 40.05}, 0).size() == 2);
}

TEST_CASE("the nearest come first, with ties by id, as when all distances are sorted") {
  std::vector<Feature> features = Land(5).features(300);
  for (std::size_t i = 0; i < 40; ++i)
    features[i].geometry = geometry::make_point({116.5, 40 + 0.001 * static_cast<double>(i / 8)});
  const Stored stored(features);
  const bool held = rc::check("near equals brute force", [&](std::uint64_t seed) {
    Land land(seed);
    const Position p = land.below(5) == 0 ? Position{116.5, 40}
                                          : Position{land.between(115.8, 117.2), land.between(39.2, 40.8)};
    const double radius = std::pow(10, land.between(2, 5.2));
    const std::size_t limit = 1 + land.below(40);
    std::vector<std::tuple<double, std::uint64_t, std::size_t>> sorted;
    for (const std::size_t item : all_items(*stored)) {
      if (stored->geometry(item).empty()) continue;
      const double distance = geometry::distance_m(p, stored->geometry(item));
      if (distance <= radius) sorted.emplace_back(distance, stored->id(item), item);
    }
    std::ranges::sort(sorted);
    if (sorted.size() > limit) sorted.resize(limit);
    const auto found = near(*stored, p, radius, limit);
    RC_ASSERT(found.size() == sorted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      RC_ASSERT(found[i].item == std::get<2>(sorted[i]));
      RC_ASSERT(found[i].distance_m == std::get<0>(sorted[i]));
    }
  });
  CHECK(held);
}

TEST_CASE("nothing is near when nothing is asked for or nothing is within the radius") {
  const Stored stored({feature_of(1, geometry::make_point({116, 40}))});
  CHECK(near(*stored, {116, 40}, 100, 0).empty());
  CHECK(near(*stored, {116, 40.01}, 1000, 5).empty());
  CHECK(near(*stored, {116, 40}, 0, 5).size() == 1);
  CHECK(near(*stored, {116, 40}, -1, 5).empty());
  CHECK(near(*stored, {116, 40}, std::nan(""), 5).empty());
}

TEST_CASE("a summary over the whole layer is the layer's own totals by class") {
  const Stored stored(Land(6).features(200));
  const geometry::Zone zone(geometry::make_box({110, 35, 120, 45}));
  const auto sums = summary(*stored, zone, 0);
  ClassSum total;
  for (const auto& [name, sum] : sums) total += sum;
  double length = 0;
  for (const std::size_t item : all_items(*stored)) {
    const auto view = stored->geometry(item);
    if (view.kind == Kind::line) length += geometry::length_m(view);
  }
  const auto unlocated = static_cast<std::size_t>(std::ranges::count_if(
      all_items(*stored), [&](std::size_t item) { return stored->geometry(item).empty(); }));
  CHECK(total.features == 200 - unlocated);
  CHECK(total.area_m2 == Approx(stored->total_area_m2()).epsilon(1e-12));
  CHECK(total.length_m == Approx(length).epsilon(1e-12));
  CHECK(sums.contains("水浇地"));
  const auto one = summary(*stored, zone, std::nullopt);
  REQUIRE(one.size() == 1);
  CHECK(one.at("").features == total.features);
}

TEST_CASE("two halves of a zone sum to the whole, and a neighbour that only touches is not counted") {
  std::vector<Feature> cells;
  for (std::uint64_t x = 0; x < 10; ++x) {
    const double lon = 116 + static_cast<double>(x) * 0.1;
    cells.push_back(
        feature_of(x + 1, geometry::make_box({lon, 40, 116 + static_cast<double>(x + 1) * 0.1, 40.1})));
    cells.back().values[0] = std::string(x % 2 == 0 ? "0101" : "0102");
  }
  const Stored stored(cells);
  const auto sum = [&](double west, double east) {
    return summary(*stored, geometry::Zone(geometry::make_box({west, 39, east, 41})), 0);
  };
  const auto west = sum(115, 116.45), east = sum(116.45, 118);
  CHECK(west.at("0101").features + west.at("0102").features == 5);
  CHECK(east.at("0101").features + east.at("0102").features == 6);
  const double area =
      west.at("0101").area_m2 + west.at("0102").area_m2 + east.at("0101").area_m2 + east.at("0102").area_m2;
  CHECK(area == Approx(stored->total_area_m2()).epsilon(1e-12));

  const auto touched = sum(116.2, 116.3);
  REQUIRE(touched.size() == 1);
  CHECK(touched.at("0101").features == 1);
  CHECK(touched.at("0101").area_m2 == Approx(cells[2].area_m2).epsilon(1e-12));
}

TEST_CASE("a summary does not group by numbers") {
  const Stored stored(Land(7).features(5));
  const geometry::Zone zone(geometry::make_box({116, 39, 117, 41}));
  try {
    summary(*stored, zone, 3);
    FAIL("grouped");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::invalid);
    CHECK(error.where().field == "TBMJ");
  }
}

}  // namespace
}  // namespace caitu::geodata
