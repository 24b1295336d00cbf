#include "store/fixture.hpp"

#include <algorithm>
#include <map>

#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

Schema parks() {
  Schema schema;
  schema.layer = "parks";
  schema.kinds = {geometry::Kind::polygon};
  schema.fields = {{.name = "project"}, {.name = "extra"}};
  return schema;
}

Feature park(std::uint64_t id, const std::string& project) {
  const double lon = 116.0 + static_cast<double>(id) * 0.01;
  return {id, geometry::make_box({lon, 40, lon + 0.005, 40.005}), {project, geodata::Value{}}, 1000.0};
}

/// One edition that holds these features, written as an import does: what did not change stays in its row.
void import_changes(Store& store, const std::vector<Feature>& features) {
  std::map<std::uint64_t, RowState> old;
  for (const RowState& row : store.newest_rows("parks")) old[row.id] = row;
  StagedEdition staged = store.stage(parks(), "2024-01-01");
  for (const Feature& feature : features) {
    const auto at = old.find(feature.id);
    if (at != old.end() && at->second.content == content_of(feature)) {
      old.erase(at);
      continue;
    }
    staged.add(feature, content_of(feature));
  }
  for (const auto& [id, row] : old) staged.end_row(row.row_id);
  staged.publish(record_of(features.size()));
}

std::vector<bool> withdrawn(const Store& store) {
  std::vector<bool> all;
  for (const EditionRecord& record : store.editions("parks")) all.push_back(record.withdrawn);
  return all;
}

using States = std::vector<std::pair<std::uint64_t, std::int64_t>>;
States states(const std::vector<RowState>& rows) {
  States all;
  for (const RowState& row : rows) all.emplace_back(row.id, row.row_id);
  return all;
}
/// Of `rows` those that are not among `others`, by row.
States only_in(const std::vector<RowState>& rows, const std::vector<RowState>& others) {
  States all;
  for (const RowState& row : rows) {
    const auto same = [&row](const RowState& other) { return other.row_id == row.row_id; };
    if (std::none_of(others.begin(), others.end(), same)) all.emplace_back(row.id, row.row_id);
  }
  return all;
}

}  // namespace

TEST_CASE("an older edition made current is what the layer's view shows, with its count and extent") {
  const Record record;
  Store store = record.open();
  import_changes(store, {park(1, "a"), park(2, "b")});
  import_changes(store, {park(2, "c"), park(3, "d"), park(9, "e")});
  store.make_current("parks", 1);
  CHECK(store.layer("parks")->current == 1);
  CHECK(record.integer("SELECT count(*) FROM parks") == 2);
  CHECK(record.text("SELECT project FROM parks WHERE id = 2") == "b");
  CHECK(record.integer("SELECT row_count FROM views_geometry_columns_statistics WHERE view_name = 'parks'") ==
        2);
  const std::string east =
      record.text("SELECT extent_max_x FROM views_geometry_columns_statistics WHERE view_name = 'parks'");
  CHECK(std::stod(east) == Approx(116.025).margin(1e-4));
  store.make_current("parks", 2);
  CHECK(record.integer("SELECT count(*) FROM parks") == 3);
  CHECK(record.text("SELECT extent_max_x FROM views_geometry_columns_statistics WHERE view_name = 'parks'") >
        east);
}

TEST_CASE("editions off the current one's line are withdrawn, and return with it") {
  const Record record;
  Store store = record.open();
  for (int i = 1; i <= 4; ++i) import_changes(store, {park(1, std::to_string(i))});
  store.make_current("parks", 2);
  CHECK(withdrawn(store) == std::vector{false, false, true, true});
  import_changes(store, {park(1, "5")});
  CHECK(store.layer("parks")->current == 5);
  CHECK(store.edition("parks", 5)->follows == 2);
  CHECK(withdrawn(store) == std::vector{false, false, true, true, false});
  store.make_current("parks", 4);
  CHECK(withdrawn(store) == std::vector{false, false, false, false, true});
  store.make_current("parks", 5);
  CHECK(withdrawn(store) == std::vector{false, false, true, true, false});
  for (std::uint32_t edition = 1; edition <= 5; ++edition)
    CHECK(std::get<std::string>(read_all(store, "parks", edition).at(0).values[0]) ==
          std::to_string(edition));
}

TEST_CASE("what is current already is left alone, and who asks for what is not there is told") {
  const Record record;
  Store store = record.open();
  import_changes(store, {park(1, "a")});
  int told = 0;
  store.make_current("parks", 1, [&told](const auto&, const auto&) { ++told; });
  CHECK(told == 0);
  CHECK(code_of([&] { store.make_current("parks", 2); }) == base::Code::not_found);
  CHECK(code_of([&] { store.make_current("roads", 1); }) == base::Code::not_found);
}

TEST_CASE("no edition is made current while an import of the layer runs, and none when the caller objects") {
  const Record record;
  Store store = record.open();
  import_changes(store, {park(1, "a")});
  import_changes(store, {park(1, "b")});
  {
    const StagedEdition staged = store.stage(parks(), "2024-01-01");
    Store other = record.open();
    CHECK(code_of([&] { other.make_current("parks", 1); }) == base::Code::busy);
  }
  const auto object = [](const EditionRecord& before, const EditionRecord& now) {
    CHECK(before.edition == 2);
    CHECK(now.edition == 1);
    throw base::Error(base::Code::denied, "no");
  };
  CHECK(code_of([&] { store.make_current("parks", 1, object); }) == base::Code::denied);
  CHECK(store.layer("parks")->current == 2);
}

TEST_CASE("touched rows are those that two editions do not share, whichever is the older") {
  const Record record;
  Store store = record.open();
  Land land(11);
  constexpr std::uint32_t kEditions = 12;
  for (std::uint32_t edition = 1; edition <= kEditions; ++edition) {
    std::vector<Feature> features;
    for (std::uint64_t id = 1; id <= 20; ++id)
      if (land.below(4) > 0) features.push_back(park(id, std::to_string(land.below(3))));
    import_changes(store, features);
    if (land.below(3) == 0) store.make_current("parks", 1 + static_cast<std::uint32_t>(land.below(edition)));
  }
  for (std::uint32_t a = 1; a <= kEditions; ++a) {
    for (std::uint32_t b = 1; b <= kEditions; ++b) {
      INFO("from " << a << " to " << b);
      const auto before = store.rows_of("parks", a), after = store.rows_of("parks", b);
      const TouchedRows touched = store.touched_rows("parks", a, b);
      CHECK(states(touched.before) == only_in(before, after));
      CHECK(states(touched.after) == only_in(after, before));
    }
  }
}
