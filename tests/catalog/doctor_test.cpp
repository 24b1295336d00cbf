#include "catalog/doctor.hpp"

#include <algorithm>

#include "catalog/fixture.hpp"
#include "store/examine.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using store::Check;
using store::Checks;
using store::Verdict;

namespace {

struct Examined : Land {
  Examined() {
    import({folder.write("a.geojson", collection(squares(300)))});
    import({folder.write("b.geojson", collection(squares(310)))}, {.as_of = "2025-01-01"});
  }
  Checks examine(bool repair = false) const { return catalog::examine_workspace(workspace, {}, repair); }
  fs::path snapshot(int edition) const {
    return workspace.snapshots() / ("fields-" + std::to_string(edition) + ".snapshot");
  }
};

std::size_t count(const Checks& checks, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(), [&](const Check& c) {
    if (c.verdict == verdict && verdict != Verdict::good) UNSCOPED_INFO(c.what << ": " << c.found);
    return c.verdict == verdict;
  }));
}
std::size_t damaged(const Checks& checks) { return count(checks, Verdict::damaged); }

}  // namespace

TEST_CASE("a workspace as it was written is sound, and examining it changes nothing") {
  const Examined land;
  const std::string before = read_file(land.snapshot(1));
  for (const bool repair : {false, true}) {
    const Checks checks = land.examine(repair);
    CHECK(damaged(checks) == 0);
    CHECK(count(checks, Verdict::note) == 0);
    CHECK(count(checks, Verdict::repaired) == 0);
  }
  CHECK(read_file(land.snapshot(1)) == before);
  CHECK(std::distance(fs::directory_iterator(land.workspace.snapshots()), {}) ==
        3);  // and the known rows of the newest
}

TEST_CASE("a flipped bit among the rows that the next import would know is told, and they go when repaired") {
  const Examined land;
  const fs::path rows = land.workspace.snapshots() / "fields-2.rows";
  const auto size = static_cast<std::streamoff>(fs::file_size(rows));
  for (const std::streamoff at : {std::streamoff{0}, size / 3, size / 2, size - 1}) {
    flip_byte(rows, at);
    CHECK(damaged(land.examine()) == 1);
    flip_byte(rows, at);
    CHECK(damaged(land.examine()) == 0);
  }
  flip_byte(rows, size / 3);
  CHECK(count(land.examine(true), Verdict::repaired) == 1);
  CHECK_FALSE(fs::exists(rows));
  CHECK(damaged(land.examine()) == 0);
}

TEST_CASE("a snapshot that is damaged, foreign or missing is told and built again, byte for byte") {
  const Examined land;
  const std::string original = read_file(land.snapshot(1));
  Verdict told = Verdict::damaged;
  SECTION("a byte in the middle") {
    flip_byte(land.snapshot(1), static_cast<std::streamoff>(original.size() / 2));
  }
  SECTION("cut") { fs::resize_file(land.snapshot(1), original.size() - 1); }
  SECTION("of another edition") {
    fs::copy_file(land.snapshot(2), land.snapshot(1), fs::copy_options::overwrite_existing);
  }
  SECTION("missing") {
    fs::remove(land.snapshot(1));
    told = Verdict::note;
  }
  CHECK(count(land.examine(), told) == 1);
  CHECK(read_file(land.snapshot(1)) != original);
  CHECK(count(land.examine(true), Verdict::repaired) == 1);
  CHECK(read_file(land.snapshot(1)) == original);
  CHECK(damaged(land.examine()) == 0);
}

TEST_CASE(
    "rows that are not those published are told, never built into a snapshot, and no repair hides them") {
  const Examined land;
  fs::remove(land.snapshot(2));
  // What a flipped bit does to an id, which no row's digest covers.
  {
    std::fstream file(land.workspace.database(), std::ios::binary | std::ios::in | std::ios::out);
    const std::string bytes = read_file(land.workspace.database());
    const auto id = land.features(2).front().id;
    std::string stored;
    for (int shift = 48; shift >= 0; shift -= 8) stored += static_cast<char>(id >> shift);
    stored = stored.substr(stored.find_first_not_of('\0'));
    const std::size_t at = bytes.find(stored);
    REQUIRE(at != std::string::npos);
    file.seekp(static_cast<std::streamoff>(at + 1));
    file.put(static_cast<char>(bytes[at + 1] ^ 1));
  }
  CHECK(damaged(land.examine()) > 0);
  CHECK(damaged(land.examine(true)) > 0);
  CHECK_FALSE(fs::exists(land.snapshot(2)));
  CHECK(error_of([&] { catalog::Catalog(land.workspace, {}); }).code() == base::Code::corrupt);
}

TEST_CASE("what killed processes left is told by name, and goes when repaired; what is published stays") {
  const Examined land;
  for (const char* name : {"snapshots/fields-3.snapshot", "snapshots/fields-2.snapshot.part-0a1b2c",
                           "rejects/fields-3.csv", "caitu.db.new-4711"})
    std::ofstream(land.workspace.folder / name) << "x";
  const Checks told = land.examine();
  CHECK(damaged(told) == 0);
  CHECK(count(told, Verdict::note) == 1);
  CHECK(count(land.examine(true), Verdict::repaired) == 1);
  CHECK(count(land.examine(), Verdict::note) == 0);
  CHECK(fs::exists(land.snapshot(1)));
  CHECK(fs::exists(land.snapshot(2)));
}

TEST_CASE("a layer whose declaration is gone or broken is told") {
  const Examined land;
  fs::remove(land.workspace.own_layers() / "fields.toml");
  CHECK(count(land.examine(), Verdict::note) == 1);
  std::ofstream(land.workspace.own_layers() / "fields.toml") << "id = 3";
  CHECK(damaged(land.examine()) == 1);
}

TEST_CASE("a missing work database and a folder that is no workspace are told apart") {
  const Examined land;
  fs::remove(land.workspace.work());
  CHECK(damaged(land.examine()) == 1);
  CHECK(error_of([&] { catalog::examine_workspace({land.folder.path() / "none"}, {}, false); }).code() ==
        base::Code::not_found);
}
