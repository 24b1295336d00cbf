#include "base/ids.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <set>

using caitu::base::feature_id;
using caitu::base::kMaxFeatureId;

TEST_CASE("an id is a safe integer of JavaScript and never zero") {
  const auto holds = rc::check([](const std::string& layer, const std::string& key, unsigned attempt) {
    const std::uint64_t id = feature_id(layer, key, attempt);
    RC_ASSERT(id > 0);
    RC_ASSERT(id <= kMaxFeatureId);
    RC_ASSERT(id == feature_id(layer, key, attempt));
  });
  CHECK(holds);
}

TEST_CASE("an id depends on layer, key and attempt, and on where one ends and the next begins") {
  const std::set<std::uint64_t> ids{feature_id("parcels", "1"),    feature_id("parks", "1"),
                                    feature_id("parcels", "2"),    feature_id("parcels1", ""),
                                    feature_id("parcels", "1", 1), feature_id("parcels", "1", 2)};
  CHECK(ids.size() == 6);
}

TEST_CASE("ids last: those of published editions never change") {
  // Every workspace holds such ids; another value here would break the history of all of them.
  CHECK(feature_id("parcels", "110115000000000001") == 772098346576026);
}

TEST_CASE("a hundred thousand keys of one layer meet no collision") {
  std::set<std::uint64_t> ids;
  for (int i = 0; i < 100'000; ++i)
    ids.insert(feature_id("parcels", std::to_string(110115000000000000LL + i)));
  CHECK(ids.size() == 100'000);
}
