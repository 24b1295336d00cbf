#include "subdivision.hpp"

#include <catch2/catch.hpp>

using namespace caitu::demo;

TEST_CASE("a cut divides a face without losing any of it, and the neighbour gets its vertices") {
  Subdivision field(Path{{0, 0}, {400, 0}, {400, 300}, {0, 300}});
  const auto across = field.cut(0, {{200, -50}, {201, 150}, {199, 350}}, {});
  // The border is frozen and has no vertex near the middle: the cut ends at corners.
  REQUIRE(across);
  CHECK(field.area(0) + field.area(*across) == Approx(120'000).epsilon(1e-12));
  const auto beside = field.cut(*across, {{0, 150}, {200, 150}, {400, 150}}, {});
  if (beside) {
    CHECK(field.area(0) + field.area(*across) + field.area(*beside) == Approx(120'000).epsilon(1e-12));
  }

  Path border;
  for (int i = 0; i < 40; ++i) border.push_back({10.0 * i, 0});
  for (int i = 0; i < 40; ++i) border.push_back({400, 10.0 * i});
  for (int i = 0; i < 40; ++i) border.push_back({400 - 10.0 * i, 400});
  for (int i = 0; i < 40; ++i) border.push_back({0, 400 - 10.0 * i});
  Subdivision land_of(border);
  const auto lane = land_of.cut_strip(0, {{203, -50}, {203, 200}, {203, 450}}, 12, {});
  REQUIRE(lane);
  REQUIRE(lane->strip != Subdivision::kOutside);
  const std::size_t before = land_of.ring(lane->strip).size();
  const auto half = land_of.cut(lane->left, {{-50, 203}, {100, 207}, {250, 203}}, {});
  REQUIRE(half);
  CHECK(land_of.ring(lane->strip).size() == before + 1);
  double sum = 0;
  for (std::size_t f = 0; f < land_of.faces(); ++f) sum += land_of.area(static_cast<Subdivision::Face>(f));
  CHECK(sum == Approx(160'000).epsilon(1e-12));
}

TEST_CASE("a cut that would leave too little is not made") {
  Path border;
  for (int i = 0; i < 10; ++i) border.push_back({10.0 * i, 0});
  for (int i = 0; i < 10; ++i) border.push_back({100, 10.0 * i});
  for (int i = 0; i < 10; ++i) border.push_back({100 - 10.0 * i, 100});
  for (int i = 0; i < 10; ++i) border.push_back({0, 100 - 10.0 * i});
  Subdivision field(border);
  CHECK_FALSE(field.cut(0, {{2, -50}, {2, 50}, {2, 150}}, {}));
  CHECK_FALSE(field.cut(0, {{200, -50}, {200, 50}, {200, 150}}, {}));
  CHECK(field.faces() == 1);
}
