#include "base/toml.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "base/error.hpp"

using namespace caitu::base;

namespace {

/// A TOML file in a fresh folder of its own, gone with the value.
class TomlFile {
 public:
  explicit TomlFile(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "caitu-toml-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    std::ofstream(path()) << text;
  }
  ~TomlFile() { std::filesystem::remove_all(folder_); }
  TomlFile(const TomlFile&) = delete;
  TomlFile& operator=(const TomlFile&) = delete;

  std::filesystem::path path() const { return folder_ / "rules.toml"; }
  TomlTable load() const { return TomlTable::load(path()); }

 private:
  std::filesystem::path folder_;
};

template <typename Body>
Error failure_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  return {Code::internal, "nothing was thrown"};
}

}  // namespace

TEST_CASE("values come out as their types, and a missing key as nothing") {
  const TomlFile file(
      "text='a'\nday=2023-10-31\nwhole=3\nreal=2.5\nyes=true\nlist=['x','y']\n[inner]\nk='v'\n[[row]]\na=1\n["
      "[row]]\na=2\n");
  TomlTable table = file.load();
  CHECK(table.text("text") == "a");
  CHECK(table.text("day") == "2023-10-31");
  CHECK(table.integer("whole") == 3);
  CHECK(table.number("whole") == 3.0);
  CHECK(table.number("real") == 2.5);
  CHECK(table.boolean("yes") == true);
  CHECK(table.texts("list") == std::vector<std::string>{"x", "y"});
  CHECK(table.table("inner")->text("k") == "v");
  CHECK(table.tables("row").at(1).integer("a") == 2);
  CHECK_FALSE(table.text("absent"));
  CHECK(table.tables("absent").empty());
  CHECK_NOTHROW(table.finish());
}

TEST_CASE("a key that nobody asked for is an error that names line, path and the nearest key") {
  const TomlFile file("[limits]\nthreads = 2\nqueu = 5\n");
  TomlTable table = file.load();
  auto limits = table.table("limits");
  limits->integer("threads");
  limits->integer("queue");
  CHECK_NOTHROW(table.finish());
  const Error error = failure_of([&] { limits->finish(); });
  CHECK(error.code() == Code::usage);
  CHECK(error.where().file == file.path().string());
  CHECK(error.where().field == "limits.queu");
  CHECK(std::string(error.what()).find("line 3") != std::string::npos);
  CHECK(error.hint().find("\"queue\"") != std::string::npos);
}

TEST_CASE("a value of the wrong type says what is wanted and where") {
  const TomlFile file("a = 1\nb = 'x'\nc = [1]\n");
  TomlTable table = file.load();
  CHECK(failure_of([&] { table.text("a"); }).where().field == "a");
  CHECK(failure_of([&] { table.integer("b"); }).code() == Code::usage);
  CHECK(failure_of([&] { table.boolean("b"); }).code() == Code::usage);
  CHECK(failure_of([&] { table.texts("c"); }).code() == Code::usage);
  CHECK(failure_of([&] { table.table("c"); }).code() == Code::usage);
  CHECK(failure_of([&] { table.tables("c"); }).code() == Code::usage);
  CHECK(std::string(failure_of([&] { table.required_text("d"); }).what()).find("\"d\" is missing") !=
        std::string::npos);
}

TEST_CASE("a file that is not TOML, or is not there, is a usage error that names it") {
  const TomlFile broken("a = \n");
  const Error error = failure_of([&] { broken.load(); });
  CHECK(error.code() == Code::usage);
  CHECK(error.where().file == broken.path().string());
  CHECK(failure_of([&] { TomlTable::load(broken.path().string() + ".none"); }).code() == Code::usage);
}

TEST_CASE("a required key that is misspelt is named with the one that was written", "[toml]") {
  const TomlFile file("title_en='a'\nsevrity='high'\n");
  const Error error = failure_of([&] {
    TomlTable table = file.load();
    table.required_text("severity");
  });
  CHECK(error.full().find("\"severity\" is missing") != std::string::npos);
  CHECK(error.full().find("line 2") != std::string::npos);
  CHECK(error.hint() == "did you mean \"severity\"?");
  const Error other = failure_of([&] {
    TomlTable table = file.load();
    table.required_text("title");
  });
  CHECK(other.full().find("title_en") == std::string::npos);
}
