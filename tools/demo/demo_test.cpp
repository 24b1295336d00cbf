#include <catch2/catch.hpp>
#include <set>

#include "delivery_reader.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

using namespace caitu;
using namespace caitu::demo;
using namespace caitu::demo::test;

TEST_CASE("equal seeds give equal bytes on any number of threads, another seed other land") {
  const fs::path again = Delivery::make("again", 1, 1), other = Delivery::make("other", 2, 2);
  const auto first = all_bytes(Delivery::folder()), second = all_bytes(again), third = all_bytes(other);
  REQUIRE(first.size() > 50);
  CHECK(first.size() == second.size());
  for (const auto& [name, content] : first) {
    INFO(name);
    CHECK((second.contains(name) && second.at(name) == content));
  }
  CHECK(first.at("parcels/DLTB_110115.shp") != third.at("parcels/DLTB_110115.shp"));
  fs::remove_all(again);
  fs::remove_all(other);
}

TEST_CASE("greenhouses run east-west and their guard houses keep to the limit") {
  const auto houses = land("greenhouses");
  REQUIRE(houses.size() > 10'000);
  std::size_t long_across = 0;
  for (const Feature& house : houses) {
    const auto box = geometry::box_of(house.shape);
    if (house["kind"] == "连栋温室") continue;
    long_across += (box.max_lon - box.min_lon) * 85'000 < (box.max_lat - box.min_lat) * 111'000 ? 1 : 0;
  }
  CHECK(long_across == 0);
  std::set<std::string> planted;
  for (const auto& row : truth()) planted.insert(row[0]);
  std::size_t huts = 0;
  for (const Feature& hut : land("structures")) {
    if (hut["kind"] != "guard_house") continue;
    ++huts;
    if (!planted.contains(hut["structure_id"])) CHECK(geometry::area_m2(hut.shape) <= 22.51);
  }
  CHECK(huts > 10'000);
}
