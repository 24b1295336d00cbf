#include "catalog/identity.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/ids.hpp"
#include "support/properties.hpp"

using namespace caitu;
using catalog::Claim;
using catalog::claimed_id;
using catalog::Identities;
using geodata::Value;

namespace {

const geodata::Schema& parcels() {
  static const geodata::Schema kSchema{.layer = "parcels",
                                       .title = {},
                                       .title_en = {},
                                       .kinds = {geometry::Kind::point},
                                       .fields = {{.name = "ZLDWDM"}, {.name = "TBBH"}},
                                       .key = {"ZLDWDM", "TBBH"},
                                       .class_field = {},
                                       .label_field = {}};
  return kSchema;
}

geodata::Feature parcel(Value unit, Value number, geometry::Position at = {116, 40}) {
  return {.id = 0, .geometry = geometry::make_point(at), .values = {std::move(unit), std::move(number)}};
}

std::uint64_t id_of(const geodata::Feature& feature) { return claimed_id(parcels(), {0, 1}, feature); }

/// Of the first edition of a layer.
Identities resolve(const std::string&, const std::vector<Claim>& claims) {
  return catalog::identify(parcels(), claims, nullptr, [](std::size_t) { return geometry::Geometry{}; });
}

/// Claims over few ids and few contents, so that both kinds of collision are common.
rc::Gen<std::vector<Claim>> crowded() {
  return rc::gen::container<std::vector<Claim>>(rc::gen::map(
      rc::gen::pair(rc::gen::inRange(1, 6), rc::gen::inRange(0, 4)), [](const std::pair<int, int>& of) {
        return Claim{.id = base::feature_id("parcels", std::to_string(of.first)),
                     .content = base::digest128(std::to_string(of.second))};
      }));
}

/// What a resolution says, whatever order the claims had.
std::multiset<std::pair<base::Digest128, std::uint64_t>> meaning(const std::vector<Claim>& claims) {
  const auto ids = resolve("parcels", claims).ids;
  std::multiset<std::pair<base::Digest128, std::uint64_t>> all;
  for (std::size_t i = 0; i < claims.size(); ++i) all.emplace(claims[i].content, ids[i]);
  return all;
}

}  // namespace

TEST_CASE("a whole key gives the id, and where the land lies does not matter") {
  const std::uint64_t id = id_of(parcel("110113", "7"));
  CHECK(id == id_of(parcel("110113", "7", {117, 41})));
  CHECK(id != id_of(parcel("110113", "8")));
  CHECK(id > 0);
  CHECK(id <= base::kMaxFeatureId);
}

TEST_CASE("the fields of a key do not run together") {
  CHECK(id_of(parcel("11", "01")) != id_of(parcel("110", "1")));
  CHECK(id_of(parcel("1101", "1")) != id_of(parcel("110", "11")));
}

TEST_CASE("a row whose key lacks a value is told apart by its geometry") {
  const auto missing = id_of(parcel("110113", {}));
  CHECK(missing == id_of(parcel("110113", "")));
  CHECK(missing == id_of(parcel({}, "7")));
  CHECK(missing != id_of(parcel("110113", {}, {116.5, 40})));
  CHECK(missing != id_of(parcel("110113", "7")));
}

TEST_CASE("ids do not depend on the order of rows") {
  REQUIRE(rc::check([] {
    const auto claims = *crowded();
    auto shuffled = claims;
    const auto seed = *rc::gen::inRange(0u, 1000000u);
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(seed));
    RC_ASSERT(meaning(claims) == meaning(shuffled));
  }));
}

TEST_CASE("duplicates keep ids of their own, and one of them keeps the id of the key") {
  REQUIRE(rc::check([] {
    const auto claims = *crowded();
    const auto identities = resolve("parcels", claims);
    const std::set<std::uint64_t> different(identities.ids.begin(), identities.ids.end());
    RC_ASSERT(different.size() == claims.size());
    std::set<std::uint64_t> claimed;
    for (const Claim& claim : claims) claimed.insert(claim.id);
    RC_ASSERT(std::includes(different.begin(), different.end(), claimed.begin(), claimed.end()));
    RC_ASSERT(identities.shared == claims.size() - claimed.size());
    for (const std::uint64_t id : different) RC_ASSERT(id > 0 && id <= base::kMaxFeatureId);
  }));
}

TEST_CASE("who shares no key does not feel the duplicates of others") {
  REQUIRE(rc::check([] {
    auto claims = *crowded();
    const Claim alone{.id = base::feature_id("parcels", "alone"), .content = base::digest128("alone")};
    const auto place = *rc::gen::inRange<std::size_t>(0, claims.size() + 1);
    claims.insert(claims.begin() + static_cast<std::ptrdiff_t>(place), alone);
    RC_ASSERT(resolve("parcels", claims).ids[place] == alone.id);
  }));
}

TEST_CASE("a duplicate that is taken away changes no id of lesser content") {
  REQUIRE(rc::check([] {
    const auto claims = *rc::gen::nonEmpty(crowded());
    const auto before = resolve("parcels", claims).ids;
    const auto gone = *rc::gen::inRange<std::size_t>(0, claims.size());
    auto rest = claims;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
    const auto after = resolve("parcels", rest).ids;
    for (std::size_t i = 0; i < claims.size(); ++i) {
      if (i == gone || !(claims[i].content < claims[gone].content)) continue;
      RC_ASSERT(before[i] == after[i < gone ? i : i - 1]);
    }
  }));
}
