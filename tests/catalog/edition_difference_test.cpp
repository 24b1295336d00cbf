#include "catalog/edition_difference.hpp"

#include <array>

#include "catalog/fixture.hpp"
#include "catalog/land_difference.hpp"
#include "geometry/measure.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using catalog::Catalog;
using catalog::Change;
using catalog::EditionDifference;
using Catch::Matchers::Contains;

namespace {

EditionDifference difference_of(const Land& land, const std::string& from, const std::string& to) {
  const Catalog catalog(land.workspace, {});
  return catalog::difference(catalog, catalog.edition_named("fields", from),
                             catalog.edition_named("fields", to));
}

std::string box(const std::string& plot, double west, double east, const std::string& more = {}) {
  const base::Json ring = {{west, 40}, {east, 40}, {east, 40.001}, {west, 40.001}, {west, 40}};
  return R"({"type":"Feature","properties":{"plot":)" + base::Json(plot).dump() + more +
         R"(},"geometry":{"type":"Polygon","coordinates":[)" + ring.dump() + "]}}";
}
double box_m2(double west, double east) {
  return geometry::area_m2(geometry::make_box({west, 40, east, 40.001}));
}

void import(const Land& land, const std::vector<std::string>& features,
            const std::string& as_of = "2024-01-01") {
  land.import({land.folder.write("a.geojson", collection(features))}, {.as_of = as_of});
}

/// Rectangles of whole cells on a grid, so that coverage can be counted cell by cell.
constexpr int kCells = 6;
struct Rectangle {
  int west, south, east, north;  ///< in cells
  bool covers(int x, int y) const { return west <= x && x < east && south <= y && y < north; }
  geometry::Geometry land() const {
    return geometry::oriented(
        geometry::make_box({116 + 0.001 * west, 40 + 0.001 * south, 116 + 0.001 * east, 40 + 0.001 * north}));
  }
};
using Rectangles = std::map<std::uint64_t, Rectangle>;

rc::Gen<Rectangle> rectangle() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, kCells), rc::gen::inRange(0, kCells),
                                     rc::gen::inRange(1, 4), rc::gen::inRange(1, 4)),
                      [](const std::tuple<int, int, int, int>& of) {
                        const auto& [x, y, wide, high] = of;
                        return Rectangle{x, y, x + wide, y + high};
                      });
}

std::shared_ptr<const catalog::Edition> edition_of(const fs::path& file, const Rectangles& rectangles) {
  geodata::Schema schema;
  schema.layer = "fields";
  schema.kinds = {geometry::Kind::polygon};
  schema.fields = {{.name = "extra"}};
  geodata::SnapshotWriter writer(file, schema, {"fields", 1, "2024-01-01"});
  for (const auto& [id, rectangle] : rectangles) {
    const auto land = rectangle.land();
    writer.add(id, land, {geodata::Value{}}, geometry::area_m2(land));
  }
  writer.finish();
  auto edition = std::make_shared<catalog::Edition>();
  edition->snapshot = geodata::Snapshot::open(file);
  return edition;
}

/// Area of the cells that `covered` says yes to.
template <typename Covered>
double cells_m2(const Covered& covered) {
  double sum = 0;
  for (int x = 0; x < kCells + 4; ++x)
    for (int y = 0; y < kCells + 4; ++y)
      if (covered(x, y)) sum += geometry::area_m2(Rectangle{x, y, x + 1, y + 1}.land());
  return sum;
}

bool any_covers(const Rectangles& rectangles, int x, int y) {
  return std::any_of(rectangles.begin(), rectangles.end(),
                     [&](const auto& one) { return one.second.covers(x, y); });
}

}  // namespace

TEST_CASE("added, removed, reshaped and changed features are told apart, with what changed") {
  const Land land;
  import(land,
         {box("1", 116, 116.001, R"(,"crop":"a")"), box("2", 116.002, 116.003), box("3", 116.004, 116.005)});
  import(land,
         {box("1", 116, 116.001, R"(,"crop":"b","rows":7)"), box("3", 116.004, 116.0055),
          box("4", 116.006, 116.007)},
         "2024-06-01");
  const auto d = difference_of(land, "1", "2024-06-30");
  CHECK(d.total.added == 1);
  CHECK(d.total.removed == 1);
  CHECK(d.total.reshaped == 1);
  CHECK(d.total.attributes == 1);
  CHECK(d.unchanged == 0);
  const double grown = box_m2(116.005, 116.0055), added = box_m2(116.006, 116.007),
               removed = box_m2(116.002, 116.003);
  CHECK(d.total.gained_m2 == Approx(grown + added).epsilon(1e-9));
  CHECK(d.total.lost_m2 == Approx(removed).epsilon(1e-9));
  CHECK(d.land_gained_m2 == Approx(grown + added).epsilon(1e-9));
  CHECK(d.land_lost_m2 == Approx(removed).epsilon(1e-9));
  for (const auto& change : d.changes) {
    const geodata::Feature feature = difference_feature(d, change);
    if (change.change != Change::attributes) continue;
    CHECK(std::get<std::string>(feature.values[1]) == "1");
    CHECK(std::get<std::string>(feature.values[2]) == "crop, rows");
  }
  const auto back = difference_of(land, "2", "1");
  CHECK(back.total.added == 1);
  CHECK(back.total.gained_m2 == Approx(removed).epsilon(1e-9));
  CHECK(back.total.lost_m2 == Approx(grown + added).epsilon(1e-9));
}

TEST_CASE("a border that moved between two neighbours changes both and no land") {
  const Land land;
  import(land, {box("1", 116, 116.001), box("2", 116.001, 116.002)});
  import(land, {box("1", 116, 116.0015), box("2", 116.0015, 116.002)});
  const auto d = difference_of(land, "1", "2");
  CHECK(d.total.reshaped == 2);
  CHECK(d.total.gained_m2 == Approx(box_m2(116.001, 116.0015)).epsilon(1e-9));
  CHECK(d.total.lost_m2 == Approx(d.total.gained_m2).epsilon(1e-9));
  CHECK(d.land_gained_m2 == Approx(0).margin(1e-6));
  CHECK(d.land_lost_m2 == Approx(0).margin(1e-6));
}

TEST_CASE("what changed and changed back is no difference, nor is a field that nobody fills") {
  const Land land;
  import(land, {box("1", 116, 116.001)});
  import(land, {box("1", 116, 116.002)});
  std::string grown = kFields;
  grown.insert(grown.rfind(']'), R"(  { name = "owner", title = "权属", type = "text" },)"
                                 "\n");
  std::ofstream(land.workspace.own_layers() / "fields.toml") << grown;
  import(land, {box("1", 116, 116.001)});
  const auto d = difference_of(land, "1", "3");
  CHECK(d.changes.empty());
  CHECK(d.unchanged == 1);
  CHECK(difference_of(land, "2", "2").changes.empty());
}

TEST_CASE("land of a class also comes and goes with features that were put to another") {
  const Land land;
  std::string classed = kFields;
  classed.insert(0, "class_field = \"crop\"\n");
  std::ofstream(land.workspace.own_layers() / "fields.toml") << classed;
  import(land, {box("1", 116, 116.001, R"(,"crop":"a")"), box("2", 116.002, 116.003, R"(,"crop":"a")")});
  import(land, {box("1", 116, 116.001, R"(,"crop":"b")"), box("2", 116.002, 116.0035, R"(,"crop":"a")")});
  const auto d = difference_of(land, "1", "2");
  REQUIRE(d.by_class.size() == 2);
  const auto &a = d.by_class.at("a"), &b = d.by_class.at("b");
  CHECK(b.attributes == 1);
  CHECK(a.reshaped == 1);
  CHECK(b.gained_m2 == Approx(box_m2(116, 116.001)));
  CHECK(a.lost_m2 == Approx(box_m2(116, 116.001)));
  for (const auto* sum : {&a, &b})
    CHECK(sum->gained_m2 - sum->lost_m2 == Approx(sum->after_m2 - sum->before_m2).margin(1e-6));
}

TEST_CASE("more changes than are allowed are refused with a way out") {
  const Land land;
  import(land, squares(3));
  import(land, squares(9));
  const Catalog catalog(land.workspace, {});
  const auto error = error_of([&] {
    catalog::difference(catalog, catalog.edition("fields", 1), catalog.edition("fields", 2),
                        {.threads = 1, .most = 5});
  });
  CHECK(error.code() == base::Code::too_large);
  CHECK_THAT(error.hint(), Contains("caitu diff"));
}

TEST_CASE("an edition is named by a number or a date, and by nothing else") {
  const Land land;
  import(land, squares(1));
  const Catalog catalog(land.workspace, {});
  CHECK(catalog.edition_named("fields", "1")->record.edition == 1);
  CHECK(catalog.edition_named("fields", "2024-02-29")->record.edition == 1);
  for (const char* text : {"", "0", "-1", "1.5", "2024-02-30", "x", "1 "})
    CHECK(error_of([&] { catalog.edition_named("fields", text); }).code() == base::Code::invalid);
  CHECK(error_of([&] { catalog.edition_named("fields", "2"); }).code() == base::Code::not_found);
}

TEST_CASE("land gained and lost is what cells say, by feature and as a whole, on any number of threads") {
  const TempFolder folder;
  REQUIRE(rc::check([&folder] {
    const auto made = *rc::gen::container<std::vector<std::pair<Rectangle, Rectangle>>>(
        rc::gen::pair(rectangle(), rectangle()));
    Rectangles before, after;
    EditionDifference d;
    for (std::uint64_t id = 1; id <= made.size(); ++id) {
      const int fate = *rc::gen::inRange(0, 4);
      const auto& [was, is] = made[id - 1];
      if (fate != 0) before[id] = was;
      if (fate != 1) after[id] = fate == 2 ? was : is;
    }
    d.before = edition_of(folder.path() / "before", before);
    d.after = edition_of(folder.path() / "after", after);
    for (std::uint64_t id = 1; id <= made.size(); ++id) {
      const auto was = d.before->snapshot->find(id), is = d.after->snapshot->find(id);
      if (was && is && before[id].land() == after[id].land()) continue;
      d.changes.push_back({.change = !was  ? Change::added
                                     : !is ? Change::removed
                                           : Change::reshaped,
                           .id = id,
                           .before = was,
                           .after = is});
    }
    EditionDifference other = d;
    measure_land(d, 1, {});
    measure_land(other, 3, {});
    double fresh = 0, gone = 0;
    for (std::size_t i = 0; i < d.changes.size(); ++i) {
      const auto& change = d.changes[i];
      const auto in = [&change](const Rectangles& all, int x, int y) {
        const auto at = all.find(change.id);
        return at != all.end() && at->second.covers(x, y);
      };
      const double gained = cells_m2([&](int x, int y) { return in(after, x, y) && !in(before, x, y); });
      RC_ASSERT(std::abs(change.gained_m2 - gained) < 1e-4);
      RC_ASSERT(std::abs(change.gained_m2 - change.lost_m2 - (change.after_m2 - change.before_m2)) < 1e-4);
      RC_ASSERT(other.changes[i].fresh_m2 == change.fresh_m2);
      fresh += change.fresh_m2;
      gone += change.gone_m2;
    }
    RC_ASSERT(std::abs(fresh - cells_m2([&](int x, int y) {
                         return any_covers(after, x, y) && !any_covers(before, x, y);
                       })) < 1e-3);
    RC_ASSERT(std::abs(gone - cells_m2([&](int x, int y) {
                         return any_covers(before, x, y) && !any_covers(after, x, y);
                       })) < 1e-3);
  }));
}
