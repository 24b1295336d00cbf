#include "catalog/living.hpp"

#include <thread>

#include "catalog/living_fixture.hpp"
#include "catalog/present.hpp"
#include "geometry/measure.hpp"
#include "store/audit_log.hpp"

using namespace caitu;
using namespace caitu::catalog;
using namespace caitu::catalog::test;
using base::Code;

TEST_CASE("readers see the edition with what was edited since, and the edition itself stays as it was") {
  const LivingLand land;
  land.deliver(squares(3));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::string before = shown(catalog)->record.digest;
  const std::uint64_t two = id_of(*shown(catalog), "2");

  const Edited made =
      living.insert("plots", draft(square("9", 116.5, 40.5, R"(,"crop":"葱","rows":3)")), kZhang);
  living.merge("plots", two, merge(R"({"crop":"蒜"})"),
               {.any = false, .tags = {tag_in(*shown(catalog), two)}}, kZhang);
  living.remove("plots", id_of(*shown(catalog), "1"), kAny, kZhang);

  const auto edition = shown(catalog);
  CHECK(crops(*edition) == std::map<std::string, std::string>{{"2", "蒜"}, {"3", ""}, {"9", "葱"}});
  CHECK(edition->record.edition == 1);
  CHECK(edition->changes == made.sequence + 2);
  CHECK(edition->record.rows == 3);
  CHECK(edition->record.digest != before);
  CHECK(edition->record.area_m2 == edition->snapshot->total_area_m2());
  CHECK(tag_in(*edition, made.feature) == made.tag);
  CHECK(catalog.edition("plots", 1)->record.digest == before);
  CHECK(catalog.edition("plots", 1)->changes == 0);
  CHECK(Catalog(land.workspace, {}).edition("plots")->record.digest == edition->record.digest);
  for (const auto& entry : fs::directory_iterator(land.workspace.snapshots()))
    CHECK(entry.path().filename().string().find('+') == std::string::npos);
}

TEST_CASE("a layer that only edits have filled is shown, and folds into its first edition") {
  const LivingLand land;
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  CHECK(shown(catalog) == nullptr);
  living.insert("plots", draft(square("1", 116.1, 40, R"(,"crop":"葱")")), kZhang);
  REQUIRE(shown(catalog) != nullptr);
  CHECK(shown(catalog)->record.edition == 0);
  CHECK(crops(*shown(catalog)) == std::map<std::string, std::string>{{"1", "葱"}});
  CHECK(land.fold() == 1u);
  CHECK(shown(catalog)->record.edition == 1);
  CHECK(shown(catalog)->changes == 0);
  CHECK(crops(*shown(catalog)) == std::map<std::string, std::string>{{"1", "葱"}});
}

TEST_CASE("an edit of another state than the editor has seen is a conflict and changes nothing") {
  const LivingLand land;
  land.deliver(squares(2));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t one = id_of(*shown(catalog), "1");
  const Expected seen{.any = false, .tags = {tag_in(*shown(catalog), one)}};
  const Edited first = living.merge("plots", one, merge(R"({"rows":5})"), seen, kZhang);
  CHECK(first.version == 1);
  // The catalog has not been asked since: what counts is the log.
  for (const auto& edit :
       {std::function<void()>([&] { living.merge("plots", one, merge(R"({"rows":6})"), seen, kZhang); }),
        std::function<void()>(
            [&] { living.replace("plots", one, draft(square("1", 116, 40)), seen, kZhang); }),
        std::function<void()>([&] { living.remove("plots", one, seen, kZhang); })}) {
    CHECK_THROWS_AS(edit(), ChangedMeanwhile);
    CHECK(error_of(edit).code() == Code::conflict);
  }
  const Edited second = living.merge("plots", one, merge(R"({"rows":7})"),
                                     {.any = false, .tags = {"other", first.tag}}, kZhang);
  CHECK(second.version == 2);
  CHECK(land.fold());
  // The tag says what the feature holds, so a fold in between is nobody's conflict.
  shown(catalog);
  CHECK(living.merge("plots", one, merge(R"({"rows":8})"), {.any = false, .tags = {second.tag}}, kZhang)
            .version == 3);
  CHECK(error_of([&] { living.remove("plots", 12345, kAny, kZhang); }).code() == Code::not_found);
}

TEST_CASE("a key that another feature holds is a conflict, whether it was delivered, edited or filled in") {
  const LivingLand land;
  land.deliver(squares(2));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const auto insert = [&](const std::string& feature) {
    return living.insert("plots", draft(feature), kZhang);
  };
  CHECK(error_of([&] { insert(square("1", 117, 41)); }).code() == Code::conflict);
  insert(square("5", 117, 41));
  CHECK(error_of([&] { insert(square("5", 117.1, 41)); }).code() == Code::conflict);

  const std::string bare = R"({"properties":{},"geometry":{"type":"Point","coordinates":[116.2,40.2]}})";
  const Edited keyless = insert(bare);
  CHECK(error_of([&] { insert(bare); }).code() == Code::conflict);
  CHECK(error_of([&] {
          living.merge("plots", keyless.feature, merge(R"({"plot":"2"})"), kAny, kZhang);
        }).code() == Code::conflict);
  living.merge("plots", keyless.feature, merge(R"({"plot":"7"})"), kAny, kZhang);
  CHECK(error_of([&] { insert(square("7", 117.2, 41)); }).code() == Code::conflict);
  shown(catalog);
  CHECK(error_of([&] { insert(square("7", 117.2, 41)); }).code() == Code::conflict);
  // The place of the first one is free for another of no key: it gets an id of its own.
  CHECK(insert(bare).feature != keyless.feature);
  const base::Error rekeyed =
      error_of([&] { living.merge("plots", keyless.feature, merge(R"({"plot":"8"})"), kAny, kZhang); });
  CHECK(rekeyed.code() == Code::invalid);
  CHECK(rekeyed.where().field == "plot");
}

TEST_CASE("a feature deleted and inserted again under its key is the same one, its versions counting on") {
  const LivingLand land;
  const auto delivered = land.deliver(squares(1));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t one = id_of(*shown(catalog), "1");
  CHECK(living.remove("plots", one, kAny, kZhang).version == 1);
  CHECK(error_of([&] { living.remove("plots", one, kAny, kZhang); }).code() == Code::not_found);
  CHECK(shown(catalog)->snapshot->size() == 0);
  const Edited again = living.insert("plots", draft(square("1", 116.5, 40.5)), kZhang);
  CHECK(again.feature == one);
  CHECK(again.version == 2);
  CHECK(shown(catalog)->snapshot->size() == 1);
}

TEST_CASE("an outline that is sent back as it was read has not moved") {
  const LivingLand land;
  land.deliver({square("1", 116.123456789123, 40.987654321987)});
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const auto held = [&] {
    const auto edition = shown(catalog);
    return edition->snapshot->feature(edition->snapshot->find(id_of(*edition, "1")).value());
  };
  const geodata::Feature before = held();
  const auto as_read = [&](double moved) {
    Draft read = draft(square("1", 0, 0, R"(,"crop":"蒜")"));
    std::string text;
    geometry::append_geojson(text, before.geometry, 8);
    read.geometry = geometry::read_geojson(base::parse_json(text));
    read.geometry->positions[1].lon += moved;
    return read;
  };
  REQUIRE(as_read(0).geometry->positions != before.geometry.positions);
  living.replace("plots", before.id, as_read(0), kAny, kZhang);
  CHECK(held().geometry.positions == before.geometry.positions);
  CHECK(held().area_m2 == before.area_m2);
  CHECK(crops(*shown(catalog)).at("1") == "蒜");
  living.merge("plots", before.id, as_read(0), kAny, kZhang);
  CHECK(held().geometry.positions == before.geometry.positions);
  living.merge("plots", before.id, as_read(2e-8), kAny, kZhang);
  CHECK(held().geometry.positions == as_read(2e-8).geometry->positions);
}

TEST_CASE("what an import would mend or move aside, an edit is refused for, naming field and place") {
  const LivingLand land;
  land.deliver(squares(1));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const auto refused = [&](const std::string& feature) {
    const base::Error error = error_of([&] { living.insert("plots", draft(feature), kZhang); });
    CHECK(error.code() == Code::invalid);
    return error;
  };
  const base::Error bow = refused(
      R"({"properties":{"plot":"9"},"geometry":{"type":"Polygon","coordinates":[[[116,40],[116.002,40.002],[116.002,40],[116,40.002],[116,40]]]}})");
  CHECK(std::string(bow.what()).find("near 116.001, 40.001") != std::string::npos);
  CHECK(refused(square("9", 116, 40, R"(,"rows":"many")")).where().field == "rows");
  CHECK(refused(square("9", 116, 40, R"(,"rows":2.5)")).where().field == "rows");
  CHECK(refused(square("9", 116, 40, R"(,"since":"2023-02-31")")).where().field == "since");
  CHECK(refused(square("9", 116, 40, R"(,"crop":["a"])")).where().field == "crop");
  CHECK(refused(square("9", 116, 40, R"(,"corp":"a")")).hint().find("crop") != std::string::npos);
  CHECK(refused(square("9", 40, 116)).where().field == "geometry");
  CHECK(refused(square("9", 10, 40)).where().field == "geometry");
  CHECK(
      refused(
          R"({"properties":{"plot":"9"},"geometry":{"type":"LineString","coordinates":[[116,40],[116.1,40]]}})")
          .where()
          .field == "geometry");
  CHECK(error_of([&] { living.insert("fields", draft(square("9", 116, 40)), kZhang); }).code() ==
        Code::unsupported);
  CHECK(error_of([&] { living.insert("nowhere", draft(square("9", 116, 40)), kZhang); }).code() ==
        Code::not_found);
  CHECK(shown(catalog)->changes == 0);
}

TEST_CASE("values come back in their fields' types, with area, extra and a merge member by member") {
  const LivingLand land;
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const Edited made = living.insert(
      "plots",
      draft(square(
          "1", 116, 40,
          R"(,"rows":"12","weight":3,"old":true,"since":"2023/10/31","mu":4,"extra":{"a":1,"b":{"c":2}})")),
      kZhang);
  living.merge("plots", made.feature, merge(R"({"crop":"","old":null,"extra":{"a":null,"b":{"d":3}}})"), kAny,
               kZhang);
  const auto edition = shown(catalog);
  const geodata::Feature feature = edition->snapshot->feature(*edition->snapshot->find(made.feature));
  CHECK(feature.values[2] == geodata::Value(std::int64_t{12}));
  CHECK(feature.values[3] == geodata::Value(3.0));
  CHECK(feature.values[4] == geodata::Value());
  CHECK(feature.values[5] == geodata::Value("2023-10-31"));
  CHECK(feature.values[6] == geodata::Value(R"({"b":{"c":2,"d":3}})"));
  CHECK(feature.area_m2 == geometry::area_m2(feature.geometry));
  CHECK(feature.area_m2 > 9000);
  // The editor's own answer and a reader's look agree, so that either tag serves the next edit.
  const auto log = store::Work::open(land.workspace.work(), true);
  CHECK(living
            .merge("plots", made.feature, merge("{}"),
                   {.any = false, .tags = {tag_in(*edition, made.feature)}}, kZhang)
            .version == 3);
}

TEST_CASE("an edit stands with its audit row, before and after") {
  const LivingLand land;
  land.deliver(squares(1));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t one = id_of(*shown(catalog), "1");
  living.merge("plots", one, merge(R"({"crop":"葱"})"), kAny, kZhang);
  living.remove("plots", one, kAny, {.who = "li", .districts = {}});
  store::Work work = store::Work::open(land.workspace.work(), true);
  std::vector<store::AuditEntry> rows;
  store::AuditLog(work).read(1, [&rows](const store::AuditRow& row) {
    if (row.entry.action.starts_with("feature.")) rows.push_back(row.entry);
  });
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].action == "feature.update");
  CHECK(rows[0].subject == "plots/" + std::to_string(one));
  CHECK_FALSE(rows[0].before["properties"].contains("crop"));
  CHECK(rows[0].after["properties"]["crop"] == "葱");
  CHECK(rows[1].who == "li");
  CHECK(rows[1].action == "feature.delete");
  CHECK(rows[1].after.is_null());
}

TEST_CASE("an editor bound to districts edits there alone, neither taking features out nor in") {
  const LivingLand land;
  std::ofstream(land.workspace.own_layers() / "districts.toml") << R"(id = "districts"
title = "区"
geometry = ["polygon"]
key = ["code"]
field = [ { name = "code", title = "代码", type = "text", required = true } ]
)";
  const auto box = [](const std::string& code, double west) {
    return R"({"type":"Feature","properties":{"code":")" + code +
           R"("},"geometry":{"type":"Polygon","coordinates":[[[)" + std::to_string(west) + ",39],[" +
           std::to_string(west + 1) + ",39],[" + std::to_string(west + 1) + ",41],[" + std::to_string(west) +
           ",41],[" + std::to_string(west) + ",39]]]}}";
  };
  land.import({land.folder.write("d.geojson", collection({box("110113", 116), box("110115", 117)}))},
              {.layer = "districts"});
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const Editor shunyi{.who = "li", .districts = {"110113"}};
  const Edited mine = living.insert("plots", draft(square("1", 116.5, 40)), shunyi);
  CHECK(error_of([&] { living.insert("plots", draft(square("2", 117.5, 40)), shunyi); }).code() ==
        Code::denied);
  CHECK(error_of([&] { living.insert("plots", draft(square("2", 115.5, 40)), shunyi); }).code() ==
        Code::denied);
  CHECK(error_of([&] {
          living.replace("plots", mine.feature, draft(square("1", 117.5, 40)), kAny, shunyi);
        }).code() == Code::denied);
  const Edited other = living.insert("plots", draft(square("2", 117.5, 40)), kZhang);
  CHECK(error_of([&] { living.remove("plots", other.feature, kAny, shunyi); }).code() == Code::denied);
  CHECK(error_of([&] {
          living.merge("plots", other.feature, merge(R"({"crop":"a"})"), kAny, shunyi);
        }).code() == Code::denied);
  living.merge("plots", other.feature, merge(R"({"crop":"a"})"), kAny,
               {.who = "w", .districts = {"110113", "110115"}});
}

TEST_CASE("two editors of two catalogs lose nothing of each other") {
  const LivingLand land;
  const Edited counter = [&] {
    Catalog catalog(land.workspace, {});
    return Living(catalog).insert("plots", draft(square("n", 116, 40, R"(,"rows":0)")), kZhang);
  }();
  constexpr int kEdits = 40;
  std::atomic<int> done = 0, conflicts = 0;
  const auto count_up = [&](const std::string& who) {
    Catalog catalog(land.workspace, {});
    Living living(catalog);
    for (int i = 0; i < kEdits;) {
      const auto edition = shown(catalog);
      const auto item = *edition->snapshot->find(counter.feature);
      const auto rows = edition->snapshot->column(2).integer(item);
      try {
        living.merge("plots", counter.feature, merge(R"({"rows":)" + std::to_string(rows + 1) + "}"),
                     {.any = false, .tags = {tag_in(*edition, counter.feature)}},
                     {.who = who, .districts = {}});
        living.insert("plots", draft(square(who + std::to_string(i), 116.3, 40.3)),
                      {.who = who, .districts = {}});
        ++i;
        ++done;
      } catch (const ChangedMeanwhile&) {
        ++conflicts;
      }
    }
  };
  std::thread first([&] { count_up("a"); }), second([&] { count_up("b"); });
  first.join();
  second.join();
  Catalog catalog(land.workspace, {});
  const auto edition = shown(catalog);
  CHECK(edition->snapshot->size() == 2 * kEdits + 1);
  CHECK(edition->snapshot->column(2).integer(*edition->snapshot->find(counter.feature)) == 2 * kEdits);
  store::Work work = store::Work::open(land.workspace.work(), true);
  CHECK_FALSE(store::AuditLog(work).first_broken());
}

TEST_CASE("a page's edition is kept while it is edited on, and a lost one is told with the way out") {
  const LivingLand land;
  land.deliver(squares(2));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  living.insert("plots", draft(square("8", 116.5, 40.5)), kZhang);
  const auto first = shown(catalog);
  catalog.keep(first);
  living.insert("plots", draft(square("9", 116.6, 40.5)), kZhang);
  const auto second = shown(catalog);
  living.insert("plots", draft(square("10", 116.7, 40.5)), kZhang);
  shown(catalog);
  CHECK(catalog.kept("plots", 1, first->changes) == first);
  const base::Error gone = error_of([&] { catalog.kept("plots", 1, second->changes); });
  CHECK(gone.code() == Code::not_found);
  CHECK(gone.hint().find("first page") != std::string::npos);
}

TEST_CASE("edits of a layer whose declaration has grown fit the edition below") {
  const LivingLand land;
  land.deliver({square("1", 116, 40, R"(,"crop":"葱","more":"x")")});
  std::string grown = kSpots;
  grown.replace(grown.rfind("]"), 1, "  { name = \"note\", title = \"备注\", type = \"text\" },\n]");
  std::ofstream(land.workspace.own_layers() / "plots.toml") << grown;
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t one = id_of(*shown(catalog), "1");
  living.merge("plots", one, merge(R"({"note":"n"})"), {.any = false, .tags = {tag_in(*shown(catalog), one)}},
               kZhang);
  const auto edition = shown(catalog);
  const geodata::Feature feature = edition->snapshot->feature(0);
  CHECK(feature.values[1] == geodata::Value("葱"));
  CHECK(feature.values[6] == geodata::Value("n"));
  CHECK(feature.values[7] == geodata::Value(R"({"more":"x"})"));
  CHECK(land.fold() == 2u);
  CHECK(shown(catalog)->record.digest == edition->record.digest);
}

TEST_CASE("the log of work.db that edits fill is moved into the file beside them") {
  const LivingLand land;
  land.deliver(squares(1));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  living.watch();
  const std::string crop = std::string(60'000, 'x');
  for (int i = 0; i < 100; ++i) {
    living.insert(
        "plots", draft(square("n" + std::to_string(i), 116.5 + 0.001 * i, 40.5, R"(,"crop":")" + crop + '"')),
        kZhang);
  }
  const auto without_log = land.folder / "copy.db";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::uint64_t moved = 0;
  while (moved == 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::filesystem::copy_file(land.workspace.work(), without_log,
                               std::filesystem::copy_options::overwrite_existing);
    store::Work copy = store::Work::open(without_log, true);
    moved = store::LivingChanges(copy).head("plots");
  }
  CHECK(moved > 0);
  CHECK(std::filesystem::file_size(land.workspace.work().string() + "-wal") < (32U << 20));
}

namespace {

std::uint64_t audit_rows(const LivingLand& land) {
  store::Work work = store::Work::open(land.workspace.work(), true);
  const auto head = store::AuditLog(work).head();
  return head ? head->number : 0;
}

Edit inserted(const std::string& feature) { return {.kind = Edit::Kind::insert, .draft = draft(feature)}; }

}  // namespace

TEST_CASE("several edits are one transaction, each with its audit row, each seeing those before it") {
  const LivingLand land;
  land.deliver(squares(3));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t one = id_of(*shown(catalog), "1"), two = id_of(*shown(catalog), "2"),
                      three = id_of(*shown(catalog), "3");
  const std::uint64_t rows = audit_rows(land);
  const std::vector<Edited> made = living.together(
      "plots",
      std::vector<Edit>{{.feature = one, .draft = merge(R"({"crop":"葱","rows":3})"), .expected = kAny},
                        {.feature = one, .draft = merge(R"({"rows":4})"), .expected = kAny},
                        {.kind = Edit::Kind::remove, .feature = two, .expected = kAny},
                        inserted(square("2", 116.5, 40.5, R"(,"crop":"蒜")")),
                        {.kind = Edit::Kind::replace,
                         .feature = three,
                         .draft = draft(square("3", 116.6, 40)),
                         .expected = kAny}},
      kZhang);
  REQUIRE(made.size() == 5);
  CHECK(made[1].version == 2);
  CHECK(made[3].feature == two);
  CHECK(made[3].version == 2);
  CHECK(made[4].sequence == made[0].sequence + 4);
  CHECK(audit_rows(land) == rows + 5);
  const auto edition = shown(catalog);
  CHECK(crops(*edition) == std::map<std::string, std::string>{{"1", "葱"}, {"2", "蒜"}, {"3", ""}});
  CHECK(edition->snapshot->column(2).integer(*edition->snapshot->find(one)) == 4);
  CHECK(edition->changes == made[4].sequence);
  CHECK(tag_in(*edition, one) == made[1].tag);
  CHECK(living.together("plots", std::vector<Edit>{}, kZhang).empty());
  CHECK(audit_rows(land) == rows + 5);
}

TEST_CASE("of several edits one that cannot be made takes back all, and later ones are told rightly") {
  const LivingLand land;
  land.deliver(squares(2));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t one = id_of(*shown(catalog), "1");
  const Edited before = living.merge("plots", one, merge(R"({"crop":"葱"})"), kAny, kZhang);
  const std::uint64_t rows = audit_rows(land);
  const auto fails = [&](const Edit& last) {
    return error_of([&] {
      living.together(
          "plots",
          std::vector<Edit>{{.feature = one, .draft = merge(R"({"crop":"蒜"})"), .expected = kAny},
                            inserted(square("9", 116.5, 40.5)),
                            last},
          kZhang);
    });
  };
  CHECK(fails(inserted(square("9", 116.7, 40.5))).code() ==
        Code::conflict);  // the one before it holds the key
  CHECK(fails({.kind = Edit::Kind::remove, .feature = 12345, .expected = kAny}).code() == Code::not_found);
  CHECK(fails({.feature = one, .draft = merge("{}"), .expected = {.any = false, .tags = {before.tag}}})
            .code() == Code::conflict);
  CHECK(fails({.feature = one, .draft = merge(R"({"rows":"many"})"), .expected = kAny}).code() ==
        Code::invalid);
  CHECK(audit_rows(land) == rows);
  CHECK(crops(*shown(catalog)) == std::map<std::string, std::string>{{"1", "葱"}, {"2", ""}});
  // What was taken back is not remembered: the state of before is there, and the key is free.
  CHECK(living.merge("plots", one, merge(R"({"rows":1})"), {.any = false, .tags = {before.tag}}, kZhang)
            .version == 2);
  CHECK(living.insert("plots", draft(square("9", 116.5, 40.5)), kZhang).version == 1);
}

TEST_CASE("edits may depend on what the layer is inside their transaction") {
  const LivingLand land;
  land.deliver(squares(3));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t one = id_of(*shown(catalog), "1");
  living.merge("plots", one, merge(R"({"rows":7})"), kAny, kZhang);
  living.insert("plots", draft(square("9", 116.5, 40.5, R"(,"rows":2)")), kZhang);
  living.remove("plots", id_of(*shown(catalog), "3"), kAny, kZhang);
  // The catalog has not been asked since: the log is what counts.
  std::map<std::string, std::int64_t> seen;
  const auto made = living.together(
      "plots",
      [&](const geodata::Declaration&, const Present& now) {
        std::vector<Edit> edits;
        now.each([&](const geodata::Feature& feature) {
          const auto* rows = std::get_if<std::int64_t>(&feature.values[2]);
          seen[std::get<std::string>(feature.values[0])] = rows == nullptr ? -1 : *rows;
          if (rows != nullptr)
            edits.push_back({.feature = feature.id,
                             .draft = merge(R"({"rows":)" + std::to_string(*rows + 1) + "}"),
                             .expected = kAny});
        });
        return edits;
      },
      kZhang);
  CHECK(seen == std::map<std::string, std::int64_t>{{"1", 7}, {"2", -1}, {"9", 2}});
  CHECK(made.size() == 2);

  const auto count_up = [](const geodata::Schema& schema, const geodata::Feature& now) {
    const auto rows = std::get<std::int64_t>(now.values[*schema.index_of("rows")]);
    return merge(R"({"rows":)" + std::to_string(rows + 10) + "}");
  };
  living.merge("plots", one, count_up, kAny, kZhang);
  CHECK_THROWS_AS(living.merge("plots", one, count_up, {.any = false, .tags = {"seen before"}}, kZhang),
                  ChangedMeanwhile);
  const auto edition = shown(catalog);
  CHECK(edition->snapshot->column(2).integer(*edition->snapshot->find(one)) == 18);
}

TEST_CASE("a key goes from feature to feature, and whoever holds it now is told") {
  const LivingLand land;
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const auto bare = [](double lon) {
    return draft(R"({"properties":{},"geometry":{"type":"Point","coordinates":[)" + std::to_string(lon) +
                 ",40.2]}}");
  };
  const std::uint64_t first = living.insert("plots", bare(116.2), kZhang).feature;
  const std::uint64_t second = living.insert("plots", bare(116.3), kZhang).feature;
  living.merge("plots", first, merge(R"({"plot":"7"})"), kAny, kZhang);
  living.remove("plots", first, kAny, kZhang);
  living.merge("plots", second, merge(R"({"plot":"7"})"), kAny, kZhang);
  const base::Error held = error_of([&] { living.insert("plots", draft(square("7", 117, 41)), kZhang); });
  CHECK(held.code() == Code::conflict);
  CHECK(std::string(held.what()).find(std::to_string(second)) != std::string::npos);
}
