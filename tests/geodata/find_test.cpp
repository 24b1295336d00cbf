#include "geodata/find.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <tuple>

#include "geodata/snapshot_fixture.hpp"
#include "support/properties.hpp"

namespace caitu::geodata {
namespace {

using test::TempFolder;
using Rows = std::vector<std::pair<std::string, std::string>>;

Schema named() {
  Schema schema;
  schema.layer = "places";
  schema.kinds = {geometry::Kind::point};
  schema.fields = {{.name = "name"}, {.name = "number"}, {.name = "extra"}};
  return schema;
}

/// Points named and numbered by the rows; an empty text is missing. Ids count from 1.
struct Places {
  explicit Places(const Rows& rows) {
    std::vector<Feature> features;
    for (const auto& [name, number] : rows) {
      Feature feature;
      feature.id = features.size() + 1;
      feature.geometry = geometry::make_point({116 + 0.001 * static_cast<double>(features.size() % 97),
                                               39 + 0.001 * static_cast<double>(features.size() % 89)});
      feature.values.resize(3);
      if (!name.empty()) feature.values[0] = name;
      if (!number.empty()) feature.values[1] = number;
      features.push_back(std::move(feature));
    }
    test::write_snapshot(folder / "a", features, named());
    snapshot = Snapshot::open(folder / "a");
  }
  std::vector<Found> found(const std::string& text, std::size_t limit = 100,
                           Each each = Each::feature) const {
    const std::vector<std::size_t> fields{0, 1};
    return find(*snapshot, fields, text, limit, each);
  }
  std::vector<std::string> values(const std::string& text, std::size_t limit = 100,
                                  Each each = Each::feature) const {
    std::vector<std::string> values;
    for (const Found& one : found(text, limit, each)) values.emplace_back(one.value);
    return values;
  }

  TempFolder folder;
  std::shared_ptr<const Snapshot> snapshot;
};

using Texts = std::vector<std::string>;

std::string folded(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// The same, the slow and plain way.
std::vector<std::tuple<Match, std::string, std::size_t>> by_hand(const Snapshot& snapshot,
                                                                 const std::string& wanted) {
  std::vector<std::tuple<Match, std::string, std::size_t>> all;
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    std::optional<std::tuple<Match, std::string, std::size_t>> best;
    for (const std::size_t field : {0, 1}) {
      const Column& column = snapshot.column(field);
      if (column.null(item)) continue;
      const std::string value(column.text(column.code(item))), text = folded(value), part = folded(wanted);
      for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        const bool begins = at == 0 || text.substr(0, at).ends_with("、");
        const std::string after = text.substr(at + part.size());
        const bool ends = after.empty() || after.starts_with("、");
        const Match match = begins ? (ends ? Match::equal : Match::prefix) : Match::inside;
        const std::tuple one{match, value, item};
        if (!best || one < *best) best = one;
      }
    }
    if (best) all.push_back(*best);
  }
  std::ranges::sort(all);
  return all;
}

TEST_CASE(
    "equal texts come first, then those that begin so, then those that hold it, each in order of value") {
  const Places places({{"长子营镇", ""}, {"北长子营", ""}, {"长子营", ""}, {"长子营村", ""}, {"采育镇", ""}});
  CHECK(places.values("长子营") == Texts{"长子营", "长子营村", "长子营镇", "北长子营"});
  CHECK(places.values("长子营", 2) == Texts{"长子营", "长子营村"});
  CHECK(places.values("镇") == Texts{"采育镇", "长子营镇"});
  CHECK(places.values("永乐店").empty());
  CHECK(places.values("").empty());
  CHECK(places.values("长子营", 0).empty());
}

TEST_CASE("each of several names in one text is a text of its own") {
  const Places places({{"杨镇、杨镇地区", ""}, {"杨镇地区办事处", ""}});
  CHECK(places.found("杨镇地区").at(0).match == Match::equal);
  CHECK(places.found("杨镇").at(0).match == Match::equal);
  CHECK(places.found("杨镇地").at(0).match == Match::prefix);
  CHECK(places.found("镇地区").at(0).match == Match::inside);
}

TEST_CASE("letters count without case, and nothing matches over the end of a text") {
  const Places places({{"X038", ""}, {"x039", ""}, {"a", "b"}, {"Z", ""}, {"[", ""}});
  CHECK(places.values("x03") == Texts{"X038", "x039"});
  CHECK(places.values("X039") == Texts{"x039"});
  CHECK(places.values("038x").empty());
  CHECK(places.values("{").empty());
}

TEST_CASE("a feature comes once, by its best field") {
  const Places places({{"110115001", "110115"}, {"110115", "9"}});
  const auto found = places.found("110115");
  REQUIRE(found.size() == 2);
  CHECK(found[0].match == Match::equal);
  CHECK(found[1].match == Match::equal);
  CHECK(std::set<std::size_t>{found[0].field, found[1].field} == std::set<std::size_t>{0, 1});
}

TEST_CASE("of one thing in many pieces each value is found once, and its pieces by the value") {
  Rows rows(40, {"庞安路", "X038"});
  rows.push_back({"庞安路东段", "X038"});
  rows.push_back({"", "X1038"});
  const Places places(rows);
  CHECK(places.values("庞安路", 10, Each::value) == Texts{"庞安路", "庞安路东段"});
  CHECK(places.values("庞安路", 3) == Texts{"庞安路", "庞安路", "庞安路"});
  CHECK(items_of_value(*places.snapshot, 0, "庞安路").size() == 40);
  CHECK(items_of_value(*places.snapshot, 1, "X038").size() == 41);
  CHECK(items_of_value(*places.snapshot, 0, "庞").empty());
}

TEST_CASE("what is found is what a plain search finds, whatever is asked") {
  const bool held = rc::check("find equals by hand", [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    static const Texts kPieces{"a", "B", "b", "0", "1", "镇", "杨", "、", "1101"};
    const auto text = [&](std::size_t most) {
      std::string made;
      for (std::size_t i = below(most + 1); i > 0; --i) made += kPieces[below(kPieces.size())];
      return made;
    };
    Rows rows(1 + below(40));
    for (auto& row : rows) row = {text(5), text(3)};
    const Places places(rows);
    const std::string wanted = text(2);
    RC_PRE(!wanted.empty());
    auto expected = by_hand(*places.snapshot, wanted);
    const std::size_t limit = 1 + below(20);
    if (expected.size() > limit) expected.resize(limit);
    std::vector<std::tuple<Match, std::string, std::size_t>> found;
    for (const Found& one : places.found(wanted, limit))
      found.emplace_back(one.match, std::string(one.value), one.item);
    RC_ASSERT(found == expected);
  });
  CHECK(held);
}

}  // namespace
}  // namespace caitu::geodata
