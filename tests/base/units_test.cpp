#include "base/units.hpp"

#include <catch2/catch.hpp>

using namespace caitu::base;

TEST_CASE("a mu is two thirds of a thousand square metres, exactly") {
  CHECK(mu_from_m2(2000) == 3);
  CHECK(m2_from_mu(3) == 2000);
  CHECK(mu_from_m2(10'000) == 15);  // a hectare
  CHECK(m2_from_mu(200'000) == Approx(133'333'333.3333333).epsilon(1e-15));
}

TEST_CASE("three li a head are twenty square metres") {
  CHECK(m2_from_li(3) == Approx(20).epsilon(1e-15));
  CHECK(li_from_mu(0.03) == Approx(3).epsilon(1e-15));
}

TEST_CASE("200,000 mu for 21.84 million people are 0.916 li a head, far below three") {
  CHECK(li_from_mu(200'000 / 21.84e6) == Approx(0.916).margin(0.0005));
}
