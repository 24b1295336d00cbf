#include "catalog/matching.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "catalog/fixture.hpp"
#include "catalog/nearness.hpp"
#include "geometry/measure.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using catalog::Claim;
using catalog::Identities;
using geodata::Feature;
using geodata::Value;

namespace {

const geodata::Schema& fields() {
  static const geodata::Schema kSchema = [] {
    geodata::Schema schema;
    schema.layer = "fields";
    schema.kinds = {geometry::Kind::polygon, geometry::Kind::line, geometry::Kind::point};
    schema.fields = {{.name = "plot"}, {.name = "crop"}, {.name = "extra"}};
    schema.key = {"plot"};
    return schema;
  }();
  return kSchema;
}

geometry::Geometry square(double lon, double lat, double side = 0.001) {
  return geometry::oriented(geometry::make_box({lon, lat, lon + side, lat + side}));
}

Feature field(const std::string& plot, geometry::Geometry land, const std::string& crop = "a") {
  const double m2 = geometry::area_m2(land);
  return {.id = 0,
          .geometry = std::move(land),
          .values = {plot.empty() ? Value{} : Value(plot), Value(crop), Value{}},
          .area_m2 = m2};
}

/// An edition as identity sees it.
struct Edition {
  std::vector<Feature> features;
  Identities identities;
  std::shared_ptr<const geodata::Snapshot> snapshot;
  std::vector<store::RowState> rows;
};

class Layer {
 public:
  /// The next edition, which is held against the one before.
  const Edition& deliver(const std::vector<Feature>& features, std::size_t threads = 1) {
    std::vector<Claim> claims;
    for (const Feature& feature : features) claims.push_back(catalog::claim_of(fields(), {0}, feature));
    const auto land = [&features](std::size_t claim) { return features[claim].geometry; };
    std::optional<catalog::Former> former;
    if (last_.snapshot) former.emplace(catalog::Former{*last_.snapshot, last_.rows});
    Edition next{features,
                 catalog::identify(fields(), claims, former ? &*former : nullptr, land, {.threads = threads}),
                 nullptr,
                 {}};
    geodata::SnapshotWriter writer(folder_.path() / "snapshot", fields(), {"fields", 1, "2024-01-01"});
    for (std::size_t i = 0; i < features.size(); ++i) {
      next.features[i].id = next.identities.ids[i];
      writer.add(next.features[i].id, features[i].geometry, features[i].values, features[i].area_m2);
      next.rows.push_back({static_cast<std::int64_t>(i), next.features[i].id, claims[i].content});
    }
    writer.finish();
    std::sort(next.rows.begin(), next.rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    next.snapshot = geodata::Snapshot::open(folder_.path() / "snapshot");
    last_ = std::move(next);
    return last_;
  }

 private:
  TempFolder folder_;
  Edition last_;
};

/// Who holds what, whatever order the rows came in.
std::multiset<std::pair<base::Digest128, std::uint64_t>> meaning(const Edition& edition) {
  std::multiset<std::pair<base::Digest128, std::uint64_t>> all;
  for (const Feature& feature : edition.features)
    all.emplace(geodata::content_digest(feature.geometry, feature.values), feature.id);
  return all;
}

/// Crowded land: few keys, some missing, some on several rows; squares on few places, so that some lie on
/// another.
rc::Gen<std::vector<Feature>> crowded() {
  return rc::gen::container<std::vector<Feature>>(
      rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 8), rc::gen::inRange(0, 30), rc::gen::inRange(0, 3)),
                   [](const std::tuple<int, int, int>& of) {
                     const auto& [plot, place, crop] = of;
                     return field(plot < 2 ? "" : std::to_string(plot), square(116 + 0.0004 * place, 40),
                                  std::to_string(crop));
                   }));
}

/// Squares that do not overlap, with keys of their own.
std::vector<Feature> apart(int count, const std::string& prefix, double shift = 0) {
  std::vector<Feature> all;
  for (int i = 0; i < count; ++i)
    all.push_back(
        field(prefix.empty() ? "" : prefix + std::to_string(i), square(116 + 0.002 * i + shift, 40)));
  return all;
}

std::set<std::uint64_t> ids(const Edition& edition) {
  return {edition.identities.ids.begin(), edition.identities.ids.end()};
}

}  // namespace

TEST_CASE("row order, threads and a delivery that comes again, and again, change no id") {
  REQUIRE(rc::check([] {
    const auto first = *crowded(), second = *crowded();
    auto shuffled = second;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(*rc::gen::inRange(0u, 1000000u)));
    Layer layer, other;
    layer.deliver(first);
    other.deliver(first);
    const auto told = meaning(layer.deliver(second));
    RC_ASSERT(meaning(other.deliver(shuffled, 3)) == told);
    for (int again = 0; again < 2; ++again) {
      const Edition& same = layer.deliver(again == 0 ? shuffled : second);
      RC_ASSERT(meaning(same) == told);
      RC_ASSERT(same.identities.fresh == 0U);
    }
  }));
}

TEST_CASE("ids are all different, and how they came adds up to the rows") {
  REQUIRE(rc::check([] {
    Layer layer;
    for (int edition = 0; edition < 3; ++edition) {
      const auto rows = *crowded();
      const Identities& identities = layer.deliver(rows).identities;
      const std::set<std::uint64_t> different(identities.ids.begin(), identities.ids.end());
      RC_ASSERT(different.size() == rows.size());
      RC_ASSERT(identities.by_key + identities.by_geometry + identities.by_overlap + identities.fresh ==
                rows.size());
      RC_ASSERT(edition > 0 || identities.fresh == rows.size());
    }
  }));
}

TEST_CASE("a feature that loses its key, gets another, or moves a little, keeps its id") {
  REQUIRE(rc::check([] {
    const int count = *rc::gen::inRange(1, 12);
    Layer layer;
    const auto born = ids(layer.deliver(apart(count, "A")));
    // Of a thousandth of a degree a fifth: two thirds of the union are shared.
    for (int step = 1; step <= 4; ++step) {
      const std::string prefix = *rc::gen::element<std::string>("", "A", "B", "C");
      const double shift = 0.0002 * *rc::gen::inRange(0, 2);
      auto rows = apart(count, prefix, shift);
      std::shuffle(rows.begin(), rows.end(), std::mt19937(*rc::gen::inRange(0u, 1000000u)));
      const Edition& edition = layer.deliver(rows);
      RC_ASSERT(ids(edition) == born);
    }
  }));
}

TEST_CASE("a key comes before a place: two fields that swap their keys swap their ids") {
  Layer layer;
  const auto before =
      layer.deliver({field("1", square(116, 40)), field("2", square(117, 40))}).identities.ids;
  const auto after = layer.deliver({field("2", square(116, 40)), field("1", square(117, 40))}).identities;
  CHECK(after.ids == std::vector{before[1], before[0]});
  CHECK(after.by_key == 2);
}

TEST_CASE("a key that was given to another place while its feature got a new one starts a new feature") {
  Layer layer;
  const auto born = layer.deliver({field("1", square(116, 40))}).identities.ids[0];
  const auto both = layer.deliver({field("2", square(116, 40)), field("1", square(117, 40))});
  // The old key is on another field now: the key decides.
  CHECK(both.identities.ids[1] == born);
  CHECK(both.identities.ids[0] != born);
  Layer slow;
  slow.deliver({field("1", square(116, 40))});
  CHECK(slow.deliver({field("2", square(116, 40))}).identities.ids[0] == born);
  const auto later = slow.deliver({field("2", square(116, 40)), field("1", square(117, 40))});
  CHECK(later.identities.ids[0] == born);
  CHECK(later.identities.ids[1] != born);
  CHECK(later.identities.fresh == 1);
  CHECK(slow.deliver({field("2", square(118, 40))}).identities.ids[0] == born);
}

TEST_CASE("of two features that hold more than half of a row the nearer one is it") {
  Layer layer;
  const auto before =
      layer.deliver({field("1", square(116, 40)), field("2", square(116.0003, 40))}).identities.ids;
  const auto after =
      layer.deliver({field("3", square(116.0002, 40)), field("4", square(116.0001, 40))}).identities;
  CHECK(after.ids == std::vector{before[1], before[0]});
  CHECK(after.by_overlap == 2);
}

TEST_CASE("a field of which less than half is left is another field") {
  Layer layer;
  layer.deliver({field("1", square(116, 40))});
  CHECK(layer.deliver({field("2", square(116.0005, 40))}).identities.fresh == 1);
}

TEST_CASE("lines and points are the same within reach, and no further") {
  const auto point = [](double lon) { return field("", geometry::make_point({lon, 40})); };
  const auto line = [](double lat) {
    geometry::Geometry made;
    made.kind = geometry::Kind::line;
    made.positions = {{116, lat}, {116.01, lat}, {116.02, lat}};
    made.end_path();
    return field("", made);
  };
  Layer layer;
  const auto before = layer.deliver({point(116), point(116.001), line(40.01), line(40.02)}).identities.ids;
  // 4e-5 degrees are 4.4 m of latitude and 3.4 m of longitude here; 1e-4 are 11 m and 8.5 m.
  const auto after =
      layer.deliver({point(116.00004), point(116.0011), line(40.01004), line(40.0201)}).identities;
  CHECK(after.ids[0] == before[0]);
  CHECK(after.ids[1] != before[1]);
  CHECK(after.ids[2] == before[2]);
  CHECK(after.ids[3] != before[3]);
  CHECK(after.by_overlap == 2);
  CHECK(after.fresh == 2);
}

TEST_CASE("of rows that share a key each finds its own feature again, also when all of them moved") {
  Layer layer;
  const auto before = layer.deliver(
      {field("1", square(116, 40)), field("1", square(116.01, 40)), field("1", square(116.02, 40))});
  const auto after = layer.deliver(
      {field("1", square(116.0201, 40)), field("1", square(116.0001, 40)), field("1", square(116.0101, 40))});
  CHECK(after.identities.ids ==
        std::vector{before.identities.ids[2], before.identities.ids[0], before.identities.ids[1]});
}

TEST_CASE("a row without a geometry has no place, and is told by its key alone") {
  Layer layer;
  layer.deliver({field("1", {}), field("2", {})});
  const auto after = layer.deliver({field("1", {}), field("3", {})}).identities;
  CHECK(after.by_key == 1);
  CHECK(after.fresh == 1);
}

TEST_CASE("nearness is symmetric in how far it looks, and kinds do not mix") {
  const catalog::MatchOptions options;
  const auto a = square(116, 40), b = square(116.0001, 40);
  const double a_m2 = geometry::area_m2(a), b_m2 = geometry::area_m2(b);
  const double near = catalog::nearness(a, a_m2, b, b_m2, options);
  CHECK(near == Approx(9.0 / 11).epsilon(1e-6));
  CHECK(catalog::nearness(b, b_m2, a, a_m2, options) == Approx(near).epsilon(1e-12));
  CHECK(catalog::nearness(a, a_m2, geometry::make_point({116, 40}), 0, options) < 0);
  CHECK(catalog::nearness({}, 0, {}, 0, options) < 0);
}

TEST_CASE("deliveries in any order and number of files keep ids, digest and land through several imports") {
  std::mt19937 random(5);
  const auto below = [&random](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (int round = 0; round < 20; ++round) {
    INFO("round " << round);
    std::vector<std::string> rows;
    for (int i = 0; i < 12; ++i)
      rows.push_back(
          catalog::test::square(std::to_string(below(9)), 116 + 0.0004 * static_cast<double>(below(40)), 40));
    const Land land;
    land.import({land.folder.write("a.geojson", collection(rows))});
    const auto first = land.record().edition("fields", 1);
    for (std::uint32_t edition = 2; edition <= 4; ++edition) {
      std::shuffle(rows.begin(), rows.end(), random);
      const auto cut = rows.begin() + static_cast<std::ptrdiff_t>(1 + below(rows.size() - 1));
      land.import({land.folder.write("b.geojson", collection({rows.begin(), cut})),
                   land.folder.write("c.geojson", collection({cut, rows.end()}))});
      const auto next = land.record().edition("fields", edition);
      CHECK(next->digest == first->digest);
      CHECK(next->area_m2 == Approx(first->area_m2).epsilon(1e-12));
      CHECK(next->report.at("unchanged") == 12);
    }
  }
}
