#include "checks/evidence.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>

#include "base/error.hpp"
#include "checks/check_fixture.hpp"
#include "checks/manifest.hpp"
#include "geodata/source.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;

namespace {

namespace fs = std::filesystem;

/// One guard house over size, and two fields that share land.
class Reported {
 public:
  Reported() : context_(world(world_).context()), run_(run_checks(context_, kAsked)) {}

  void write(const fs::path& folder) const {
    const base::Json manifest =
        to_json(manifest_of(run_, context_, {}, read_tables(context_.plan, shipped("land_classes.csv"))));
    write_report(folder, run_, context_, manifest);
  }
  const Run& run() const { return run_; }

 private:
  static World& world(World& made) {
    return made
        .with("structures", {{{{"structure_id", "S1"}, {"kind", "guard_house"}, {"error_m2", 0.5}},
                              rectangle(place(0, 0), 5, 30)}})
        .with("vegetable_land", {{{{"plot_id", "V1"}}, rectangle_mu(place(0, 200), 60, 10)},
                                 {{{"plot_id", "V2"}}, rectangle_mu(place(30, 200), 60, 10)}});
  }
  inline static const std::vector<std::string> kAsked = {"retention", "greenhouse"};

  World world_;
  Context context_;
  Run run_;
};

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}
const std::set<std::string> kFiles = {"report.html", "findings.gpkg", "findings.xlsx", "manifest.json",
                                      "double_counted.gpkg"};

}  // namespace

TEST_CASE("a report is a folder of its page, its findings, its manifest and what the checks draw",
          "[evidence]") {
  const Reported reported;
  const TempFolder folder;
  reported.write(folder / "report");
  CHECK(names_in(folder / "report") == kFiles);
  CHECK(folder.files() == 1);
  const auto rows_of = [&](const char* file, const char* layer) {
    return geodata::Source(folder.path() / "report" / file, {.layer = layer, .encoding = {}}).rows();
  };
  CHECK(rows_of("double_counted.gpkg", "double_counted") == 1);
  CHECK(rows_of("findings.gpkg", "findings") == 1);
}

TEST_CASE("a former report is replaced, and its bytes are the same", "[evidence]") {
  const Reported reported;
  const TempFolder folder;
  reported.write(folder / "report");
  std::map<std::string, std::string> before;
  for (const std::string& name : kFiles) before[name] = caitu::test::read_file(folder / "report" / name);
  std::ofstream(folder / "report" / "belts.gpkg") << "of an earlier run";
  reported.write(folder / "report");
  CHECK(names_in(folder / "report") == kFiles);
  for (const std::string& name : kFiles) {
    INFO(name);
    CHECK(caitu::test::read_file(folder / "report" / name) == before[name]);
  }
  CHECK(folder.files() == 1);
}

TEST_CASE("nothing is lost that lies where a report is to go", "[evidence]") {
  const Reported reported;
  const TempFolder folder;
  const auto refused = [&](const fs::path& target) {
    try {
      reported.write(target);
    } catch (const base::Error& error) {
      CHECK_FALSE(error.hint().empty());
      return error.code() == base::Code::refused;
    }
    return false;
  };
  fs::create_directory(folder / "photos");
  std::ofstream(folder / "photos" / "1.jpg") << "a photo";
  CHECK(refused(folder / "photos"));
  std::ofstream(folder / "notes.txt") << "notes";
  CHECK(refused(folder / "notes.txt"));
  reported.write(folder / "report");
  std::ofstream(folder / "report" / "notes.txt") << "notes";
  CHECK(refused(folder / "report"));
  CHECK(names_in(folder.path()) == std::set<std::string>{"photos", "notes.txt", "report"});
  CHECK(caitu::test::read_file(folder / "photos" / "1.jpg") == "a photo");
  CHECK(caitu::test::read_file(folder / "report" / "notes.txt") == "notes");
}
