#include "base/error.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <set>
#include <vector>

using caitu::base::Code;
using caitu::base::edit_distance;
using caitu::base::Error;
using caitu::base::nearest_name;
using caitu::base::Where;

TEST_CASE("every code has a name of its own") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Code::internal); ++i) names.insert(name(static_cast<Code>(i)));
  CHECK(names.size() == static_cast<std::size_t>(Code::internal) + 1);
  CHECK(name(Code::too_large) == "too_large");
}

TEST_CASE("an error says where it happened before what, and the way out last") {
  const Error error(Code::refused, "the ring crosses itself",
                    Where{.file = "a.shp", .layer = "DLTB", .row = 7, .field = "BSM"}, "mend it");
  CHECK(error.full() == "a.shp, layer DLTB, row 7, BSM: the ring crosses itself\n  mend it");
  CHECK(std::string(error.what()) == "the ring crosses itself");
  CHECK(error.code() == Code::refused);
}

TEST_CASE("an error with no place and no hint is its sentence alone") {
  CHECK(Error(Code::io, "the disk is full").full() == "the disk is full");
  CHECK(Error(Code::invalid, "odd", Where{.position = 3}).full() == "position 3: odd");
}

TEST_CASE("the nearest name is found for a slip of the pen and not for a stranger") {
  const std::vector<std::string> names{"parcels", "parks", "protected"};
  CHECK(nearest_name("parcel", names) == "parcels");
  CHECK(nearest_name("pakrs", names) == "parks");
  CHECK(nearest_name("zzzzzzzzzzzz", names).empty());
}

TEST_CASE("edit distance is symmetric, zero only for equal texts, and bounded by the longer one") {
  const auto holds = rc::check([](const std::string& a, const std::string& b) {
    const std::size_t distance = edit_distance(a, b);
    RC_ASSERT(distance == edit_distance(b, a));
    RC_ASSERT((distance == 0) == (a == b));
    RC_ASSERT(distance <= std::max(a.size(), b.size()));
  });
  CHECK(holds);
}
