#include "geometry/index.hpp"

#include <rapidcheck.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

using namespace caitu::geometry;

namespace {

/// Boxes as items are stored: in Hilbert order, a few of them empty.
struct Stored {
  std::vector<Box> boxes, nodes;

  Stored(std::size_t count, std::uint64_t seed, double empty_share = 0) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> part(0, 1);
    std::vector<Box> loose;
    for (std::size_t i = 0; i < count; ++i) {
      // A coarse grid, so that boxes share edges and centres.
      const double lon = 115 + std::floor(part(random) * 64) / 32,
                   lat = 39 + std::floor(part(random) * 64) / 32;
      const Box box{lon, lat, lon + std::floor(part(random) * 8) / 64,
                    lat + std::floor(part(random) * 8) / 64};
      loose.push_back(part(random) < empty_share ? Box{} : box);
    }
    std::vector<std::uint64_t> ids(count);
    std::iota(ids.begin(), ids.end(), std::uint64_t{1});
    for (const std::uint32_t i : hilbert_order(loose, ids)) boxes.push_back(loose[i]);
    nodes = build_tree(boxes);
  }
  TreeView tree() const { return {boxes, nodes}; }
};

Box any_box() {
  const auto at = [](double least) { return least + *rc::gen::inRange(-8, 72) / 32.0; };
  const double lon = at(115), lat = at(39);
  return {lon, lat, lon + *rc::gen::inRange(0, 40) / 16.0, lat + *rc::gen::inRange(0, 40) / 16.0};
}

Stored any_stored() {
  return {*rc::gen::inRange<std::size_t>(0, 700), *rc::gen::arbitrary<std::uint64_t>(),
          *rc::gen::inRange(0, 3) * 0.1};
}

}  // namespace

TEST_CASE("the tree has as many nodes as it says, and its root is the extent") {
  for (const std::size_t count : {0, 1, 2, 15, 16, 17, 256, 257, 5000}) {
    const Stored stored(count, 7);
    CHECK(stored.nodes.size() == tree_size(count));
    Box extent;
    for (const Box& box : stored.boxes) extent.grow(box);
    CHECK(stored.tree().extent() == extent);
  }
  CHECK(tree_size(0) == 0);
  CHECK(tree_size(16) == 1);
  CHECK(tree_size(17) == 3);
  CHECK(tree_size(257) == 17 + 2 + 1);
}

TEST_CASE("a query meets exactly the items that a scan meets, in order, and knows which lie inside") {
  const auto holds = rc::check([] {
    const Stored stored = any_stored();
    const Box box = any_box();
    const std::size_t from = *rc::gen::inRange<std::size_t>(0, 800);
    std::vector<std::size_t> met, expected;
    std::size_t end_of_last = 0;
    bool last_inside = false;
    stored.tree().query(box, from, [&](std::size_t first, std::size_t last, bool inside) {
      RC_ASSERT(first < last);
      RC_ASSERT(first >= end_of_last);
      RC_ASSERT(met.empty() || first > end_of_last || inside != last_inside);
      for (std::size_t i = first; i < last; ++i) {
        RC_ASSERT(box.contains(stored.boxes[i]) == inside);
        met.push_back(i);
      }
      end_of_last = last;
      last_inside = inside;
      return true;
    });
    for (std::size_t i = from; i < stored.boxes.size(); ++i) {
      if (stored.boxes[i].intersects(box)) expected.push_back(i);
    }
    RC_ASSERT(met == expected);
  });
  CHECK(holds);
}

TEST_CASE("a query stops when it is told to and can go on from there") {
  const Stored stored(3000, 3);
  const Box box{115.3, 39.3, 116.2, 40.4};
  std::vector<std::size_t> whole, paged;
  const auto collect = [](std::vector<std::size_t>& into) {
    return [&into](std::size_t first, std::size_t last, bool) {
      for (std::size_t i = first; i < last; ++i) into.push_back(i);
      return true;
    };
  };
  stored.tree().query(box, 0, collect(whole));
  REQUIRE(whole.size() > 100);
  for (std::size_t from = 0, calls = 1; calls > 0;) {
    calls = 0;
    stored.tree().query(box, from, [&](std::size_t first, std::size_t, bool) {
      ++calls;
      paged.push_back(first);
      from = first + 1;
      return false;
    });
    REQUIRE(calls <= 1);
  }
  CHECK(paged == whole);
}

TEST_CASE("everything within the box comes as one run") {
  const Stored stored(5000, 11);
  int calls = 0;
  stored.tree().query({0, 0, 180, 90}, 10, [&](std::size_t first, std::size_t last, bool inside) {
    ++calls;
    CHECK(first == 10);
    CHECK(last == 5000);
    CHECK(inside);
    return true;
  });
  CHECK(calls == 1);
}

TEST_CASE("the nearest items come first, all of them, with the distance of a scan") {
  const auto holds = rc::check([] {
    const Stored stored = any_stored();
    const Position centre{115 + *rc::gen::inRange(-32, 96) / 32.0, 39 + *rc::gen::inRange(-32, 96) / 32.0};
    constexpr double kScale = 0.77;
    std::vector<double> distances;
    std::vector<std::pair<double, std::size_t>> met;
    stored.tree().nearest(centre, kScale, [&](std::size_t item, double least) {
      met.emplace_back(least, item);
      return true;
    });
    std::vector<std::pair<double, std::size_t>> expected;
    for (std::size_t i = 0; i < stored.boxes.size(); ++i) {
      const Box& box = stored.boxes[i];
      if (box.empty()) continue;
      const double dx = (std::clamp(centre.lon, box.min_lon, box.max_lon) - centre.lon) * kScale;
      const double dy = std::clamp(centre.lat, box.min_lat, box.max_lat) - centre.lat;
      expected.emplace_back(dx * dx + dy * dy, i);
    }
    std::sort(expected.begin(), expected.end());
    RC_ASSERT(met == expected);
  });
  CHECK(holds);
}

TEST_CASE("a search for the nearest stops when it is told to") {
  const Stored stored(1000, 5);
  int calls = 0;
  stored.tree().nearest({116, 40}, 1, [&](std::size_t, double) { return ++calls < 3; });
  CHECK(calls == 3);
}

TEST_CASE("the stored order does not depend on the order of delivery") {
  const auto holds = rc::check([] {
    const Stored stored = any_stored();
    std::vector<std::uint32_t> places(stored.boxes.size());
    std::iota(places.begin(), places.end(), 0U);
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    std::shuffle(places.begin(), places.end(), random);
    std::vector<Box> shuffled;
    std::vector<std::uint64_t> ids, expected, found;
    for (const std::uint32_t place : places) {
      shuffled.push_back(stored.boxes[place]);
      ids.push_back(place);
    }
    std::vector<std::uint64_t> in_place(stored.boxes.size());
    std::iota(in_place.begin(), in_place.end(), std::uint64_t{0});
    for (const std::uint32_t i : hilbert_order(stored.boxes, in_place)) expected.push_back(i);
    for (const std::uint32_t i : hilbert_order(shuffled, ids)) found.push_back(ids[i]);
    RC_ASSERT(found == expected);
  });
  CHECK(holds);
}

TEST_CASE("neighbours in the stored order are neighbours on the ground") {
  // The curve visits each cell of a grid once and steps by one cell only.
  std::vector<Box> boxes;
  for (int x = 0; x < 64; ++x) {
    for (int y = 0; y < 64; ++y) boxes.push_back({double(x), double(y), double(x), double(y)});
  }
  const auto order = hilbert_order(boxes, {});
  CHECK(std::set<std::uint32_t>(order.begin(), order.end()).size() == boxes.size());
  double steps = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Box &a = boxes[order[i - 1]], &b = boxes[order[i]];
    steps += std::abs(a.min_lon - b.min_lon) + std::abs(a.min_lat - b.min_lat);
  }
  CHECK(steps == double(boxes.size() - 1));
}

TEST_CASE("empty boxes stand last and are never met") {
  const std::vector<Box> loose{Box{}, {1, 1, 2, 2}, Box{}, {3, 3, 4, 4}};
  const auto order = hilbert_order(loose, {});
  CHECK(std::vector<std::uint32_t>(order.begin() + 2, order.end()) == std::vector<std::uint32_t>{0, 2});
  std::vector<Box> boxes;
  for (const std::uint32_t i : order) boxes.push_back(loose[i]);
  const auto nodes = build_tree(boxes);
  std::size_t met = 0;
  TreeView(boxes, nodes).query({0, 0, 9, 9}, 0, [&](std::size_t first, std::size_t last, bool) {
    met += last - first;
    return true;
  });
  CHECK(met == 2);
  CHECK(TreeView().extent().empty());
  TreeView().query({0, 0, 9, 9}, 0, [](std::size_t, std::size_t, bool) -> bool { throw 1; });
}
