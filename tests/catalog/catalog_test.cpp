#include "catalog/catalog.hpp"

#include <chrono>
#include <thread>

#include "catalog/fixture.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using catalog::Catalog;
using Catch::Matchers::Contains;

namespace {

/// Editions 1, 2 and 3 of 3, 4 and 5 squares, as of 2020, 2022 and 2021.
void import_three(const Land& land) {
  int squares_of = 3;
  for (const char* as_of : {"2020-01-01", "2022-01-01", "2021-01-01"}) {
    land.import({land.folder.write("a.geojson", collection(squares(squares_of++)))}, {.as_of = as_of});
  }
}

}  // namespace

TEST_CASE("a workspace is made once, and empty it has layers and no editions") {
  const Land land;
  CHECK(error_of([&] { catalog::create_workspace(land.workspace); }).code() == base::Code::conflict);
  const Catalog catalog(land.workspace, {});
  CHECK(catalog.state()->declarations.count("fields") == 1);
  CHECK(catalog.state()->current.empty());
  const auto error = error_of([&] { catalog.edition("fields"); });
  CHECK(error.code() == base::Code::not_found);
}

TEST_CASE("a date takes the newest edition not after it, a number takes exactly that one") {
  const Land land;
  import_three(land);
  const Catalog catalog(land.workspace, {});
  const auto as_of = [&](const std::string& date) {
    return catalog.edition("fields", {}, date)->record.edition;
  };
  CHECK(catalog.edition("fields")->record.edition == catalog.state()->current.at("fields")->record.edition);
  CHECK(as_of("2020-01-01") == 1);
  CHECK(as_of("2020-12-31") == 1);
  CHECK(as_of("2021-06-30") == 3);
  CHECK(as_of("2022-01-01") == 2);
  CHECK(as_of("2099-01-01") == 2);
  CHECK(catalog.edition("fields", 2)->snapshot->size() == 4);
  const auto early = error_of([&] { catalog.edition("fields", {}, "2019-12-31"); });
  CHECK(early.code() == base::Code::not_found);
  CHECK_THAT(early.hint(), Contains("1 (2020-01-01)"));
  CHECK(error_of([&] { catalog.edition("fields", 4); }).code() == base::Code::not_found);
  CHECK(error_of([&] { catalog.edition("meadows", 1); }).code() == base::Code::not_found);
}

TEST_CASE("of two editions of one date the later import counts") {
  const Land land;
  for (const int count : {3, 4}) {
    land.import({land.folder.write("a.geojson", collection(squares(count)))}, {.as_of = "2024-01-01"});
  }
  const Catalog catalog(land.workspace, {});
  CHECK(catalog.edition("fields", {}, "2024-01-01")->record.edition == 2);
}

TEST_CASE("an import from elsewhere is taken up by refresh, and who reads keeps what he holds") {
  const Land land;
  land.import({land.folder.write("a.geojson", collection(squares(3)))});
  Catalog catalog(land.workspace, {});
  CHECK(!catalog.refresh());
  const auto held = catalog.state();
  const auto pinned = catalog.edition("fields");

  land.import({land.folder.write("b.geojson", collection(squares(5)))}, {.as_of = "2025-01-01"});
  CHECK(catalog.edition("fields")->record.edition == 1);
  CHECK(catalog.refresh());
  CHECK(!catalog.refresh());
  CHECK(catalog.state()->generation > held->generation);
  CHECK(catalog.edition("fields")->record.edition == 2);
  CHECK(catalog.edition("fields")->snapshot->size() == 5);

  CHECK(held->current.at("fields") == pinned);
  CHECK(pinned->snapshot->size() == 3);
  CHECK(catalog.edition("fields", 1) == pinned);
}

TEST_CASE("a watching catalog takes up an import by itself") {
  const Land land;
  Catalog catalog(land.workspace, {});
  catalog.watch(10);
  land.import({land.folder.write("a.geojson", collection(squares(3)))});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (catalog.state()->current.empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(catalog.edition("fields")->snapshot->size() == 3);
}

TEST_CASE("a snapshot that is missing or cut is built again from the record, byte for byte") {
  const Land land;
  auto rows = squares(500);
  rows.push_back(square("7", 116.9, 40, R"(,"crop":"菜","owner":"张三")"));
  land.import({land.folder.write("a.geojson", collection(rows))});
  const fs::path file = land.workspace.snapshots() / "fields-1.snapshot";
  const std::string original = read_file(file);
  SECTION("missing") { fs::remove(file); }
  SECTION("cut") { fs::resize_file(file, original.size() / 2); }
  SECTION("foreign") { std::ofstream(file, std::ios::binary) << "not a snapshot"; }
  SECTION("its header is damaged") { flip_byte(file, 12); }
  const Catalog catalog(land.workspace, {});
  CHECK(catalog.edition("fields")->snapshot->size() == 501);
  CHECK(read_file(file) == original);
}

TEST_CASE("a snapshot of another edition under the name is not taken for it") {
  const Land land;
  import_three(land);
  const fs::path file = land.workspace.snapshots() / "fields-3.snapshot";
  const std::string original = read_file(file);
  fs::copy_file(land.workspace.snapshots() / "fields-1.snapshot", file, fs::copy_options::overwrite_existing);
  const Catalog catalog(land.workspace, {});
  CHECK(catalog.edition("fields", 3)->snapshot->size() == 5);
  CHECK(read_file(file) == original);
}

TEST_CASE("damage inside a snapshot is found and mended while it is served") {
  const Land land;
  land.import({land.folder.write("a.geojson", collection(squares(3000)))});
  const fs::path file = land.workspace.snapshots() / "fields-1.snapshot";
  const std::string original = read_file(file);
  REQUIRE(original.size() > 200000);
  flip_byte(file, 140000);
  Catalog catalog(land.workspace, {});
  const auto damaged = catalog.state();
  CHECK(error_of([&] { damaged->current.at("fields")->snapshot->verify(); }).code() == base::Code::corrupt);

  CHECK(catalog.mend());
  CHECK(!catalog.mend());
  CHECK(read_file(file) == original);
  CHECK(catalog.state()->generation > damaged->generation);
  catalog.edition("fields")->snapshot->verify();
  CHECK(catalog.edition("fields", 1) == catalog.edition("fields"));
}
