#include "geometry/china_offset.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "geometry/measure.hpp"

using namespace caitu::geometry;

namespace {

constexpr Box kBeijing{115.42, 39.43, 117.51, 41.06};
// The formula's rectangle less the strip in which the way back is ambiguous.
constexpr Box kChina{72.1, 0.9, 137.7, 55.7};

Position within(const Box& box) {
  const auto part = [] { return *rc::gen::inRange(0, 1 << 30) / double{1 << 30}; };
  return {box.min_lon + (box.max_lon - box.min_lon) * part(),
          box.min_lat + (box.max_lat - box.min_lat) * part()};
}

}  // namespace

TEST_CASE("Tiananmen moves as the published formulas say") {
  const Position gcj = shift({116.3913, 39.9057}, Datum::cgcs2000, Datum::gcj02);
  CHECK(gcj.lon == Approx(116.397541).margin(5e-7));
  CHECK(gcj.lat == Approx(39.907101).margin(5e-7));
  const Position bd = shift(gcj, Datum::gcj02, Datum::bd09);
  CHECK(bd.lon == Approx(116.403915).margin(5e-7));
  CHECK(bd.lat == Approx(39.913445).margin(5e-7));
  CHECK(shift({116.3913, 39.9057}, Datum::cgcs2000, Datum::bd09) == bd);
}

TEST_CASE("a round trip of any two datums stays below a millimetre") {
  for (const Box& box : {kBeijing, kChina}) {
    for (const Datum from : {Datum::cgcs2000, Datum::gcj02, Datum::bd09}) {
      for (const Datum to : {Datum::cgcs2000, Datum::gcj02, Datum::bd09}) {
        INFO(name(from) << " to " << name(to) << " and back");
        const auto holds = rc::check([&] {
          const Position p = within(box);
          RC_ASSERT(distance_m(p, shift(shift(p, from, to), to, from)) < 0.001);
        });
        CHECK(holds);
      }
    }
  }
}

TEST_CASE("in Beijing GCJ-02 is off by half a kilometre and BD-09 by more than one") {
  const auto holds = rc::check([] {
    const Position p = within(kBeijing);
    const double gcj = distance_m(p, shift(p, Datum::cgcs2000, Datum::gcj02));
    const double bd = distance_m(p, shift(p, Datum::cgcs2000, Datum::bd09));
    RC_ASSERT(gcj > 450);
    RC_ASSERT(gcj < 650);
    RC_ASSERT(bd > 1200);
    RC_ASSERT(bd < 1500);
  });
  CHECK(holds);
}

TEST_CASE("outside China GCJ-02 is WGS 84") {
  const Position london{-0.1276, 51.5072};
  CHECK(shift(london, Datum::cgcs2000, Datum::gcj02) == london);
  CHECK(shift(london, Datum::gcj02, Datum::cgcs2000) == london);
}

TEST_CASE("coordinates that are not finite come back and do not hang") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(shift(Position{nan, 39}, Datum::gcj02, Datum::cgcs2000).lon));
  CHECK_NOTHROW(shift(Position{116, std::numeric_limits<double>::infinity()}, Datum::bd09, Datum::cgcs2000));
}

TEST_CASE("many positions move as each alone does") {
  std::vector<Position> positions{{116.3, 39.9}, {116.4, 40.0}};
  const Position second = shift(positions[1], Datum::bd09, Datum::cgcs2000);
  shift(positions, Datum::bd09, Datum::cgcs2000);
  CHECK(positions[1] == second);
}

TEST_CASE("datums are known by the names that people write") {
  CHECK(parse_datum("GCJ-02") == Datum::gcj02);
  CHECK(parse_datum("bd09") == Datum::bd09);
  CHECK(parse_datum("WGS-84") == Datum::cgcs2000);
  CHECK(parse_datum("CGCS2000") == Datum::cgcs2000);
  CHECK_FALSE(parse_datum("beijing54"));
  CHECK_FALSE(parse_datum(""));
  for (const Datum datum : {Datum::cgcs2000, Datum::gcj02, Datum::bd09})
    CHECK(parse_datum(name(datum)) == datum);
}
