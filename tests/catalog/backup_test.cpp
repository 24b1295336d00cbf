#include "catalog/backup.hpp"

#include <algorithm>
#include <thread>

#include "catalog/backup_file.hpp"
#include "catalog/doctor.hpp"
#include "catalog/fixture.hpp"
#include "catalog/manifest.hpp"
#include "catalog/upkeep.hpp"

using namespace caitu;
using namespace caitu::catalog::test;

namespace {

struct Kept : Land {
  Kept() : backup(folder.path() / "ws.backup"), back{folder.path() / "back"} {
    import({folder.write("a.geojson", collection(squares(50)))});
    auto rows = squares(55);
    rows.push_back(R"({"type":"Feature","properties":{"plot":"99"},"geometry":null})");
    import({folder.write("b.geojson", collection(rows))}, {.as_of = "2025-01-01"});
    fs::create_directories(workspace.folder / "attachments" / "ab");
    std::ofstream(workspace.folder / "attachments" / "ab" / "photo") << "a photo";
    std::ofstream(workspace.configuration()) << "[serve]\nthreads = 2\n";
  }
  fs::path backup;
  catalog::Workspace back;
};

std::size_t damaged(const catalog::Workspace& workspace) {
  const auto checks = catalog::examine_workspace(workspace, {}, false);
  return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(), [](const store::Check& c) {
    if (c.verdict == store::Verdict::damaged) UNSCOPED_INFO(c.what << ": " << c.found);
    return c.verdict == store::Verdict::damaged;
  }));
}

std::vector<geodata::Feature> features_of(const catalog::Workspace& workspace, std::uint32_t edition) {
  std::vector<geodata::Feature> all;
  store::Store::open(workspace.database(), true).read("fields", edition, [&all](const auto& f) {
    all.push_back(f);
  });
  return all;
}
bool same(const std::vector<geodata::Feature>& a, const std::vector<geodata::Feature>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.id == y.id && x.geometry == y.geometry && x.values == y.values && x.area_m2 == y.area_m2;
  });
}

/// A tar with a manifest that is as it should be, of members that may not be.
void forge(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& members) {
  catalog::Manifest manifest{
      .program = "x", .made_at = "x", .record_form = 1, .rows = base::Json::object(), .members = {}};
  for (const auto& [name, bytes] : members)
    manifest.members.push_back({name, bytes.size(), base::hex(base::sha256(bytes))});
  catalog::BackupWriter writer(file, true);
  const std::string text = catalog::to_json(manifest).dump();
  writer.begin(catalog::kManifestName, text.size());
  writer.append(text);
  for (const auto& [name, bytes] : members) {
    writer.begin(name, bytes.size());
    writer.append(bytes);
  }
  writer.finish();
}

}  // namespace

TEST_CASE("a restored workspace holds what the one that was backed up held") {
  const Kept land;
  const bool with_snapshots = GENERATE(false, true);
  const auto manifest = catalog::back_up(land.workspace, land.backup, {.with_snapshots = with_snapshots});
  CHECK(manifest.members.front().name == "caitu.db");
  catalog::restore(land.backup, land.back);
  for (const std::uint32_t edition : {1u, 2u})
    CHECK(same(features_of(land.workspace, edition), features_of(land.back, edition)));
  CHECK(read_file(land.back.folder / "attachments/ab/photo") == "a photo");
  CHECK(read_file(land.back.configuration()) == read_file(land.workspace.configuration()));
  CHECK(read_file(land.back.rejects() / "fields-2.csv") ==
        read_file(land.workspace.rejects() / "fields-2.csv"));
  CHECK(fs::exists(land.back.snapshots() / "fields-1.snapshot") == with_snapshots);
  CHECK(damaged(land.back) == 0);
  CHECK(catalog::Catalog(land.back, {}).edition("fields")->snapshot->size() == 55);
  CHECK(read_file(land.back.snapshots() / "fields-2.snapshot") ==
        read_file(land.workspace.snapshots() / "fields-2.snapshot"));
}

TEST_CASE(
    "a backup replaces no file and a restore no workspace unless told so, and neither leaves anything "
    "half-made") {
  const Kept land;
  catalog::back_up(land.workspace, land.backup, {});
  CHECK(error_of([&] { catalog::back_up(land.workspace, land.backup, {}); }).code() == base::Code::conflict);
  catalog::back_up(land.workspace, land.backup, {.replace = true});
  CHECK(error_of([&] { catalog::restore(land.backup, land.workspace); }).code() == base::Code::conflict);
  fs::create_directory(land.back.folder);
  catalog::restore(land.backup, land.back);
  CHECK(error_of([&] { catalog::restore(land.backup, land.back); }).code() == base::Code::conflict);
  CHECK(error_of([&] { catalog::restore(land.folder.path() / "none", land.back); }).code() ==
        base::Code::conflict);
  for (const auto& entry : fs::directory_iterator(land.folder.path()))
    CHECK(entry.path().string().find(".part-") == std::string::npos);
}

TEST_CASE("a backup that is cut or changed anywhere is refused, and nothing is restored") {
  const Kept land;
  catalog::back_up(land.workspace, land.backup, {});
  const std::string bytes = read_file(land.backup);
  const auto refused = [&](const std::string& with) {
    std::ofstream(land.backup, std::ios::binary | std::ios::trunc) << with;
    const auto code = error_of([&] { catalog::restore(land.backup, land.back); }).code();
    CHECK_FALSE(fs::exists(land.back.folder));
    return code == base::Code::corrupt;
  };
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{100}, std::size_t{600}, bytes.size() / 2, bytes.size() / 3})
    CHECK(refused(bytes.substr(0, length)));
  for (const std::size_t at : {bytes.size() / 2, bytes.size() / 4, std::size_t{5000}, std::size_t{520}}) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    INFO("byte " << at);
    CHECK(refused(changed));
  }
}

TEST_CASE("a backup that would write outside its workspace is refused") {
  const Kept land;
  const std::string database = read_file(land.workspace.database());
  for (const char* name : {"../evil", "/tmp/evil", "layers/../../evil", "layers/./x", "layers//x", "evil",
                           "caitu.db/x", "layers/", "snapshots\\x", "layers/..\\x"}) {
    INFO(name);
    forge(land.backup, {{"caitu.db", database}, {name, "x"}});
    CHECK(error_of([&] { catalog::restore(land.backup, land.back); }).code() == base::Code::corrupt);
    CHECK_FALSE(fs::exists(land.back.folder));
    CHECK_FALSE(fs::exists(land.folder.path() / "evil"));
  }
  forge(land.backup, {{"work.db", "x"}});
  CHECK(error_of([&] { catalog::restore(land.backup, land.back); }).code() == base::Code::corrupt);
}

TEST_CASE("backups taken while deliveries come in are each of one moment") {
  const Kept land;
  std::atomic<bool> stop = false;
  std::thread importer([&] {
    for (int count = 60; !stop; ++count)
      land.import({land.folder.write("c.geojson", collection(squares(count)))}, {.as_of = "2025-06-01"});
  });
  for (int round = 0; round < 4; ++round) {
    catalog::back_up(land.workspace, land.backup, {.replace = true});
    const catalog::Workspace back{land.folder.path() / ("back" + std::to_string(round))};
    catalog::restore(land.backup, back);
    CHECK(damaged(back) == 0);
    const auto layer = store::Store::open(back.database(), true).layer("fields");
    REQUIRE(layer);
    CHECK(same(features_of(back, layer->current), features_of(land.workspace, layer->current)));
  }
  stop = true;
  importer.join();
}

TEST_CASE("a workspace of form 1 is brought up with a backup of what it was, and only once") {
  const TempFolder folder;
  const catalog::Workspace workspace{folder.path() / "ws"};
  for (const fs::path& made : {workspace.own_layers(), workspace.snapshots(), workspace.rejects()})
    fs::create_directories(made);
  std::ofstream(workspace.database(), std::ios::binary)
      << base::gunzip(read_file(fs::path(CAITU_SOURCE_DIR) / "tests/data/record_form_1.db.gz"), 16 << 20);
  const std::string before = read_file(workspace.database());
  CHECK(error_of([&] { catalog::Catalog(workspace, {}); }).code() == base::Code::unsupported);
  const auto done = catalog::migrate_workspace(workspace, true);
  CHECK(done.record_before == 1);
  CHECK(done.work_before == 0);
  CHECK(fs::exists(done.backup));
  CHECK(damaged(workspace) == 0);
  CHECK(catalog::Catalog(workspace, {}).edition("fields", 1)->snapshot->size() == 12);
  CHECK_FALSE(catalog::migrate_workspace(workspace, true).changed());

  // The backup is of the old form, and a restore brings it up.
  const catalog::Workspace back{folder.path() / "back"};
  CHECK(catalog::restore(done.backup, back).record_form == 1);
  CHECK(same(features_of(workspace, 1), features_of(back, 1)));
  CHECK(damaged(back) == 0);
}
