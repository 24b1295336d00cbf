#include <random>
#include <set>

#include "store/detail/rtree_table.hpp"
#include "store/fixture.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::detail;
using namespace caitu::store::test;

namespace {

class Boxes {
 public:
  explicit Boxes(std::uint64_t seed) : random_(seed) {}
  geometry::Box next() {
    const double lon = between(115.4, 117.5), lat = between(39.4, 41.1);
    return {lon, lat, lon + between(0, 0.01), lat + between(0, 0.01)};
  }
  std::vector<RtreeEntry> entries(std::int64_t first, std::size_t count) {
    std::vector<RtreeEntry> made;
    for (std::size_t i = 0; i < count; ++i)
      made.push_back(rtree_entry(first + static_cast<std::int64_t>(i), next()));
    return made;
  }

 private:
  double between(double low, double high) { return std::uniform_real_distribution<>(low, high)(random_); }
  std::mt19937_64 random_;
};

std::set<std::int64_t> found(const Connection& connection, const geometry::Box& box) {
  std::set<std::int64_t> ids;
  Statement rows(connection,
                 "SELECT pkid FROM tree WHERE xmax >= ? AND xmin <= ? AND ymax >= ? AND ymin <= ?");
  rows.bind_all(box.min_lon, box.max_lon, box.min_lat, box.max_lat);
  while (rows.step()) ids.insert(rows.integer(0));
  return ids;
}

std::set<std::int64_t> expected(const std::vector<RtreeEntry>& entries, const geometry::Box& box) {
  std::set<std::int64_t> ids;
  for (const RtreeEntry& e : entries) {
    if (box.intersects({e.min_x, e.min_y, e.max_x, e.max_y})) ids.insert(e.row_id);
  }
  return ids;
}

struct Tree {
  Tree() : connection(folder / "tree.db", Access::create) { create_rtree(connection, "tree"); }
  void add(const std::vector<RtreeEntry>& more) {
    Transaction transaction(connection);
    add_to_rtree(connection, "tree", more);
    transaction.commit();
    entries.insert(entries.end(), more.begin(), more.end());
  }
  void check(Boxes& boxes) const {
    CHECK(connection.text("SELECT rtreecheck('tree')") == "ok");
    CHECK(connection.integer("SELECT count(*) FROM tree") == static_cast<std::int64_t>(entries.size()));
    for (int i = 0; i < 20; ++i) {
      const geometry::Box box = boxes.next();
      CHECK(found(connection, box) == expected(entries, box));
    }
  }

  TempFolder folder;
  Connection connection;
  std::vector<RtreeEntry> entries;
};

}  // namespace

TEST_CASE("a single-precision box is never smaller than the box it stands for") {
  const auto holds = rc::check([](double a, double b) {
    const geometry::Box box{std::min(a, b), std::min(a, b), std::max(a, b), std::max(a, b)};
    const RtreeEntry entry = rtree_entry(1, box);
    RC_ASSERT(double{entry.min_x} <= box.min_lon);
    RC_ASSERT(double{entry.max_x} >= box.max_lon);
    RC_ASSERT(double{entry.min_y} <= box.min_lat);
    RC_ASSERT(double{entry.max_y} >= box.max_lat);
  });
  CHECK(holds);
}

TEST_CASE("SQLite finds a packed tree sound and finds in it what is there, at every height") {
  for (const std::size_t count : {1, 50, 51, 52, 46 * 51, 46 * 51 + 1, 30000, 150000}) {
    INFO(count << " boxes");
    Boxes boxes(count);
    Tree tree;
    tree.add(boxes.entries(1, count));
    tree.check(boxes);
  }
}

TEST_CASE("a tree grows by few, by many, and again by few") {
  Boxes boxes(5);
  Tree tree;
  std::int64_t next = 1;
  for (const std::size_t count : {5000, 100, 5000, 300, 0, 1, 20000, 700}) {
    tree.add(boxes.entries(next, count));
    next += static_cast<std::int64_t>(count);
    tree.check(boxes);
  }
}

TEST_CASE("a tree is cut back to the rows before one") {
  Boxes boxes(6);
  Tree tree;
  tree.add(boxes.entries(1, 4000));
  tree.add(boxes.entries(4001, 200));
  for (const std::int64_t first_row : {5000, 4001, 3000, 1}) {
    Transaction transaction(tree.connection);
    cut_rtree(tree.connection, "tree", first_row);
    transaction.commit();
    std::erase_if(tree.entries, [first_row](const RtreeEntry& e) { return e.row_id >= first_row; });
    tree.check(boxes);
  }
}
