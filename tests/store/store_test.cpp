#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

/// Two fields and `extra`, as a declaration would give them.
Schema small_schema() {
  Schema schema;
  schema.layer = "parks";
  schema.kinds = {geometry::Kind::polygon};
  schema.fields = {
      {.name = "project"}, {.name = "storeys", .type = geodata::FieldType::integer}, {.name = "extra"}};
  return schema;
}

Feature park(std::uint64_t id, const std::string& project, std::int64_t storeys) {
  const double lon = 116.0 + static_cast<double>(id) * 0.01;
  return {
      id, geometry::make_box({lon, 40, lon + 0.005, 40.005}), {project, storeys, geodata::Value{}}, 1000.0};
}

}  // namespace

TEST_CASE("a new record is empty, and is not made twice") {
  const Record record;
  CHECK(record.open().layers().empty());
  CHECK(record.open(true).editions("parcels").empty());
  CHECK_FALSE(record.open().layer("parcels"));
  CHECK(record.open().newest_rows("parcels").empty());
  CHECK(code_of([&] { Store::create(record.file); }) == base::Code::conflict);
  CHECK(code_of([&] { Store::open(record.folder / "none.db", true); }) == base::Code::not_found);
}

TEST_CASE("features come back as they went in, for every kind and type") {
  const Record record;
  Store store = record.open();
  const auto features = Land(1).features(500);
  import_all(store, every_type(), features);

  const auto back = read_all(store, "parcels", 1);
  REQUIRE(back.size() == features.size());
  for (std::size_t i = 0; i < back.size(); ++i) {
    INFO("feature " << i);
    CHECK(back[i].id == features[i].id);
    CHECK(back[i].area_m2 == features[i].area_m2);
    CHECK(back[i].values == features[i].values);
    CHECK(content_of(back[i]) == content_of(features[i]));
  }
}

TEST_CASE("text keeps its spaces, quotes, Chinese and emptiness apart from absence") {
  const Record record;
  Store store = record.open();
  std::vector<Feature> features;
  for (const std::string& text :
       {std::string(), std::string(" 杨镇地区 "), std::string("it's \"so\""), std::string("007")}) {
    features.push_back(park(features.size() + 1, text, std::numeric_limits<std::int64_t>::min()));
  }
  import_all(store, small_schema(), features);
  const auto back = read_all(store, "parks", 1);
  for (std::size_t i = 0; i < features.size(); ++i) CHECK(back[i].values == features[i].values);
}

TEST_CASE("nothing of an edition is seen before it is published") {
  const Record record;
  Store store = record.open();
  import_all(store, small_schema(), {park(1, "a", 1), park(2, "b", 1)});

  StagedEdition staged = store.stage(small_schema(), "2024-10-31");
  CHECK(staged.edition() == 2);
  staged.end_row(store.newest_rows("parks").front().row_id);
  const Feature changed = park(1, "changed", 2);
  staged.add(changed, content_of(changed));
  const Feature added = park(3, "c", 1);
  staged.add(added, content_of(added));
  staged.index();

  const Store reader = record.open(true);
  CHECK(reader.layer("parks")->current == 1);
  CHECK(record.integer("SELECT count(*) FROM parks") == 2);
  CHECK(record.text("SELECT group_concat(project) FROM parks") == "a,b");
  CHECK(reader.newest_rows("parks").size() == 2);
  CHECK(code_of([&] { read_all(reader, "parks", 2); }) == base::Code::not_found);
  REQUIRE(reader.editions("parks").size() == 2);
  CHECK_FALSE(reader.editions("parks")[1].published);

  staged.publish(record_of(3));
  CHECK(reader.layer("parks")->current == 2);
  CHECK(record.text("SELECT group_concat(project) FROM (SELECT * FROM parks ORDER BY id)") == "changed,b,c");
  CHECK(read_all(reader, "parks", 1).size() == 2);
  CHECK(read_all(reader, "parks", 2).size() == 3);
}

TEST_CASE("an edition's record comes back, with its number and layer set by the store") {
  const Record record;
  Store store = record.open();
  StagedEdition staged = store.stage(small_schema(), "2023-10-31");
  EditionRecord written = record_of(0);
  written.layer = "something else";
  written.edition = 77;
  staged.publish(written);
  const auto edition = store.edition("parks", 1);
  REQUIRE(edition);
  CHECK(edition->layer == "parks");
  CHECK(edition->as_of == "2023-10-31");
  CHECK(edition->imported_at.size() == std::string("2023-10-31T00:00:00Z").size());
  CHECK(edition->published);
  CHECK(edition->source == written.source);
  CHECK(edition->report == written.report);
  CHECK(edition->area_m2 == written.area_m2);
  CHECK(edition->digest == "abcd");
  CHECK(edition->snapshot == "parcels-1.snap");
  CHECK_FALSE(store.edition("parks", 2));
}

TEST_CASE("newest rows are sorted by id and tell what each holds") {
  const Record record;
  Store store = record.open();
  import_all(store, small_schema(), {park(9, "a", 1), park(2, "b", 1), park(5, "c", 1)});
  const auto rows = store.newest_rows("parks");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].id == 2);
  CHECK(rows[1].id == 5);
  CHECK(rows[2].id == 9);
  CHECK(rows[2].row_id == 1);
  CHECK(rows[2].content == content_of(park(9, "a", 1)));
}

TEST_CASE("an edition that says other counts than it holds is not published") {
  const Record record;
  Store store = record.open();
  StagedEdition staged = store.stage(small_schema(), "2023-10-31");
  staged.add(park(1, "a", 1), {});
  CHECK(code_of([&] { staged.publish(record_of(2)); }) == base::Code::internal);
  CHECK_FALSE(store.layer("parks"));
}

TEST_CASE("a row can be ended once, and only one that is of the newest edition") {
  const Record record;
  Store store = record.open();
  import_all(store, small_schema(), {park(1, "a", 1)});
  StagedEdition staged = store.stage(small_schema(), "2024-10-31");
  staged.end_row(1);
  CHECK(code_of([&] { staged.end_row(1); }) == base::Code::internal);
  CHECK(code_of([&] { staged.end_row(99); }) == base::Code::internal);
}

TEST_CASE("an import that was dropped leaves nothing that the next one keeps") {
  const Record record;
  Store store = record.open();
  Land land(3);
  import_all(store, every_type(), land.features(300));
  {
    StagedEdition dropped = store.stage(every_type(), "2024-01-01");
    for (const RowState& row : store.newest_rows("parcels")) dropped.end_row(row.row_id);
    for (const Feature& feature : land.features(9000)) dropped.add(feature, content_of(feature));
    dropped.reject({7, "DLTB.shp", "empty ring", {}, "{}"});
    dropped.index();
  }
  CHECK(record.integer("SELECT count(*) FROM parcels_rows") == 9300);
  CHECK(record.integer("SELECT count(*) FROM parcels") == 300);

  StagedEdition staged = store.stage(every_type(), "2024-02-02");
  CHECK(staged.edition() == 2);
  CHECK(record.integer("SELECT count(*) FROM parcels_rows") == 300);
  CHECK(record.integer("SELECT count(*) FROM parcels_rows WHERE to_edition IS NOT NULL") == 0);
  CHECK(record.integer("SELECT count(*) FROM idx_parcels_rows_geometry") ==
        record.integer("SELECT count(geometry) FROM parcels_rows"));
  CHECK(record.text("SELECT rtreecheck('idx_parcels_rows_geometry')") == "ok");
  CHECK(store.rejects("parcels", 2).empty());
  REQUIRE(store.editions("parcels").size() == 2);
  CHECK(store.editions("parcels")[1].as_of == "2024-02-02");
}

TEST_CASE("a first import that was dropped may come again with other fields") {
  const Record record;
  Store store = record.open();
  { StagedEdition dropped = store.stage(small_schema(), "2024-01-01"); }
  Schema other = small_schema();
  other.fields[1].type = geodata::FieldType::text;
  import_all(store, other, {});
  CHECK(store.layer("parks")->schema == other);
}

TEST_CASE("a grown schema leaves the new field of old rows missing") {
  const Record record;
  Store store = record.open();
  import_all(store, small_schema(), {park(1, "a", 1)});
  Schema grown = small_schema();
  grown.fields.insert(grown.fields.begin() + 1, {.name = "built_on", .type = geodata::FieldType::date});
  {
    // One that never came to its end has tried the field as another type.
    Schema mistaken = grown;
    mistaken.fields[1].type = geodata::FieldType::integer;
    StagedEdition dropped = store.stage(mistaken, "2024-01-01");
  }
  CHECK(store.layer("parks")->schema == small_schema());
  StagedEdition staged = store.stage(grown, "2024-10-31");
  Feature added = park(2, "b", 1);
  added.values = {"b", "2024-05-01", std::int64_t{3}, geodata::Value{}};
  staged.add(added, content_of(added));
  staged.publish(record_of(2));

  const auto rows = read_all(store, "parks", 2);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].values == std::vector<geodata::Value>{"a", {}, std::int64_t{1}, {}});
  CHECK(rows[1].values == added.values);
  CHECK(record.text("SELECT type FROM pragma_table_info('parks_rows') WHERE name = 'built_on'") == "DATE");
  CHECK(record.text("SELECT group_concat(built_on) FROM parks") == "2024-05-01");
}

TEST_CASE("a field that published editions hold may not vanish or change its type") {
  const Record record;
  Store store = record.open();
  import_all(store, small_schema(), {park(1, "a", 1)});
  Schema shrunk = small_schema();
  shrunk.fields.erase(shrunk.fields.begin());
  CHECK(code_of([&] { store.stage(shrunk, "2024-10-31"); }) == base::Code::refused);
  Schema retyped = small_schema();
  retyped.fields[1].type = geodata::FieldType::real;
  CHECK(code_of([&] { store.stage(retyped, "2024-10-31"); }) == base::Code::refused);
  // Refused, and the layer is free again.
  CHECK(store.stage(small_schema(), "2024-10-31").edition() == 2);
}

TEST_CASE("names that the record itself uses are refused") {
  const Record record;
  Store store = record.open();
  for (const char* layer : {"geometry_columns", "caitu_layers", "idx_parks", "x y", "", "a\"b", "1st"}) {
    Schema schema = small_schema();
    schema.layer = layer;
    INFO(layer);
    CHECK(code_of([&] { store.stage(schema, "2024-10-31"); }) == base::Code::refused);
  }
  for (const char* field : {"id", "MU", "row_id", "geometry", "Project", "a b"}) {
    Schema schema = small_schema();
    schema.fields.push_back({.name = field});
    INFO(field);
    CHECK(code_of([&] { store.stage(schema, "2024-10-31"); }) == base::Code::refused);
  }
  import_all(store, small_schema(), {});
  Schema schema = small_schema();
  schema.layer = "parks_rows";
  CHECK(code_of([&] { store.stage(schema, "2024-10-31"); }) == base::Code::refused);
}

TEST_CASE("a field may be called like a word of SQL") {
  const Record record;
  Store store = record.open();
  Schema schema = small_schema();
  schema.fields[0].name = "order";
  schema.fields[1].name = "select";
  import_all(store, schema, {park(1, "a", 4)});
  CHECK(read_all(store, "parks", 1).front().values == park(1, "a", 4).values);
}

TEST_CASE("refused rows are kept in their order with the geometry that was delivered") {
  const Record record;
  Store store = record.open();
  StagedEdition staged = store.stage(small_schema(), "2023-10-31");
  const Reject with_geometry{12, "DLTB.shp", "zone unknown", geometry::make_box({4.4e7, 4.3e6, 4.5e7, 4.4e6}),
                             R"({"BSM":"1"})"};
  const Reject without{3, "DLTB.shp", "no geometry", {}, "{}"};
  staged.reject(with_geometry);
  staged.reject(without);
  staged.publish(record_of(0));
  const auto rejects = store.rejects("parks", 1);
  REQUIRE(rejects.size() == 2);
  CHECK(rejects[0].row == 12);
  CHECK(rejects[0].file == "DLTB.shp");
  CHECK(rejects[0].reason == "zone unknown");
  CHECK(rejects[0].geometry == with_geometry.geometry);
  CHECK(rejects[0].attributes == with_geometry.attributes);
  CHECK(rejects[1].row == 3);
  CHECK(rejects[1].geometry.empty());
}

TEST_CASE("the change counter moves when another connection publishes, and else stands") {
  const Record record;
  const Store reader = record.open(true);
  const auto before = reader.change_counter();
  CHECK(reader.change_counter() == before);
  Store writer = record.open();
  import_all(writer, small_schema(), {park(1, "a", 1)});
  CHECK(reader.change_counter() != before);
  CHECK(reader.change_counter() == reader.change_counter());
}

TEST_CASE("one change in a hundred adds under five in a hundred to the file") {
  const Record record;
  Store store = record.open();
  auto features = Land(8).features(20000);
  import_all(store, every_type(), features);
  const auto before = std::filesystem::file_size(record.file);
  StagedEdition staged = store.stage(every_type(), "2024-10-31");
  for (std::size_t i = 0; i < features.size(); i += 100) {
    staged.end_row(static_cast<std::int64_t>(i) + 1);
    features[i].values[1] = "changed";
    staged.add(features[i], content_of(features[i]));
  }
  staged.publish(record_of(features.size()));
  CHECK(std::filesystem::file_size(record.file) < before + before / 20);
  CHECK(std::filesystem::file_size(record.file.string() + "-wal") == 0);
}
