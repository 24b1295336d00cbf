#include "jobs/uploads.hpp"

#include <fstream>

#include "jobs/fixture.hpp"

using namespace caitu;
using namespace caitu::jobs;
using namespace caitu::jobs::test;

namespace {

Upload keep(const Uploads& uploads, const std::string& name) {
  std::filesystem::create_directories(uploads.folder());
  const auto part = uploads.folder() / "part-1";
  std::ofstream(part) << "land";
  return uploads.keep(part, {.id = {}, .name = name, .bytes = 4, .sha256 = "ab", .who = "zhang", .at = {}});
}

}  // namespace

TEST_CASE("a file that was kept is found under its id, whole, until it is removed") {
  const TempFolder folder;
  const Uploads uploads(folder / "uploads");
  const Upload kept = keep(uploads, "大兴.zip");
  const auto found = uploads.find(kept.id);
  REQUIRE(found);
  CHECK(found->name == "大兴.zip");
  CHECK(found->who == "zhang");
  CHECK(std::filesystem::file_size(uploads.file(*found)) == 4);
  CHECK_FALSE(uploads.find("../" + kept.id));
  CHECK_FALSE(uploads.find(std::string(32, 'a')));
  uploads.remove(kept.id);
  CHECK_FALSE(uploads.find(kept.id));
  CHECK(std::filesystem::is_empty(uploads.folder()));
}

TEST_CASE("what is old goes, but for what a job still needs") {
  const TempFolder folder;
  const Uploads uploads(folder / "uploads");
  const Upload needed = keep(uploads, "a.zip"), old = keep(uploads, "b.zip");
  std::ofstream(uploads.folder() / "part-2") << "half";
  uploads.expire(std::chrono::hours(1), {});
  CHECK(uploads.find(old.id));
  uploads.expire(std::chrono::seconds(0), {needed.id});
  CHECK(uploads.find(needed.id));
  CHECK_FALSE(uploads.find(old.id));
  CHECK_FALSE(std::filesystem::exists(uploads.folder() / "part-2"));
}

TEST_CASE("a sent name keeps its ending and loses what leads elsewhere") {
  CHECK(safe_name("DLTB.zip") == "DLTB.zip");
  CHECK(safe_name("../../etc/passwd") == "passwd");
  CHECK(safe_name("C:\\data\\大兴区.gpkg") == "大兴区.gpkg");
  CHECK(safe_name("..") == "");
  CHECK(safe_name("/") == "");
  CHECK(safe_name(".hidden.zip") == "hidden.zip");
  CHECK(safe_name("a:b\n.zip") == "a_b_.zip");
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "菜";
  const std::string cut = safe_name(long_name + ".geojson");
  CHECK(cut.size() <= 200);
  CHECK(cut.ends_with("菜.geojson"));
}
