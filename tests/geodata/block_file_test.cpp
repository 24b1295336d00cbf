#include "geodata/block_file.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <numeric>

#include "base/error.hpp"
#include "geodata/snapshot_fixture.hpp"

namespace caitu::geodata {
namespace {

using test::TempFolder;

constexpr SectionKey kNumbers{1, 0}, kNothing{1, 7}, kText{2, 0};

std::vector<std::uint64_t> numbers() {
  std::vector<std::uint64_t> made(100'000);
  std::iota(made.begin(), made.end(), 7);
  return made;
}

base::Digest128 write(const std::filesystem::path& file, std::string_view metadata = "{}",
                      std::uint64_t added = 0, std::string_view kind = "levels", std::uint32_t version = 2) {
  BlockFileWriter writer(file, kind, version);
  writer.begin(kNumbers);
  for (std::uint64_t number : numbers()) {
    number += added;
    writer.append(std::span<const std::uint64_t>(&number, 1));
  }
  writer.begin(kNothing);
  writer.begin(kText);
  writer.append(std::span<const char>(std::string_view("abcde")));
  return writer.finish(metadata);
}

std::string refusal(const std::filesystem::path& file) {
  try {
    BlockFile(file, "levels", 2);
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::corrupt);
    CHECK(error.where().file == file.string());
    CHECK_FALSE(error.hint().empty());
    return error.what();
  }
  FAIL("the file was opened");
  return {};
}

TEST_CASE("sections come back whole, aligned and of their own length") {
  const TempFolder folder;
  const base::Digest128 digest = write(folder / "a", "about");
  const BlockFile file(folder / "a", "levels", 2);
  CHECK(file.digest() == digest);
  CHECK(file.metadata() == "about");
  CHECK(file.bytes() == std::filesystem::file_size(folder / "a"));
  const auto section = file.section<std::uint64_t>(kNumbers);
  const auto whole = file.slice(section, 0, section.size());
  CHECK(std::vector<std::uint64_t>(whole.begin(), whole.end()) == numbers());
  CHECK(file.section<std::uint64_t>(kNothing).empty());
  const auto text = file.slice(file.section<char>(kText), 1, 4);
  CHECK(std::string(text.begin(), text.end()) == "bcd");
  CHECK(reinterpret_cast<std::uintptr_t>(file.section<char>(kText).data()) % 64 == 0);
}

TEST_CASE("a place outside a section is an error, not memory") {
  const TempFolder folder;
  write(folder / "a");
  const BlockFile file(folder / "a", "levels", 2);
  const auto text = file.section<char>(kText);
  CHECK_THROWS_AS(file.at(text, 5), base::Error);
  CHECK_THROWS_AS(file.slice(text, 3, 6), base::Error);
  CHECK_THROWS_AS(file.slice(text, 3, 2), base::Error);
  CHECK_THROWS_AS(file.section<std::uint64_t>(kText), base::Error);
  CHECK_THROWS_AS(file.section<char>({9, 9}), base::Error);
}

TEST_CASE("the digest is of kind, version and body, not of metadata") {
  const TempFolder folder;
  const base::Digest128 digest = write(folder / "a");
  CHECK(write(folder / "a", "other metadata") == digest);
  CHECK(write(folder / "a", "{}", 1) != digest);
  CHECK(write(folder / "a", "{}", 0, "snapshot") != digest);
  CHECK(write(folder / "a", "{}", 0, "levels", 3) != digest);
}

TEST_CASE("files of others, of other kinds and of other versions say what they are not") {
  const TempFolder folder;
  test::write_file(folder / "a", std::string(4096, 'x'));
  CHECK_THAT(refusal(folder / "a"), Catch::Contains("no file of caitu"));
  test::write_file(folder / "a", "short");
  CHECK_THAT(refusal(folder / "a"), Catch::Contains("too short"));
  write(folder / "a", "{}", 0, "snapshot");
  CHECK_THAT(refusal(folder / "a"), Catch::Contains("\"levels\""));
  write(folder / "a", "{}", 0, "levels", 3);
  CHECK_THAT(refusal(folder / "a"), Catch::Contains("format 3"));
  write(folder / "a");
  test::write_file(folder / "b", test::read_file(folder / "a").substr(0, 300'000));
  CHECK_THAT(refusal(folder / "b"), Catch::Contains("truncated"));
}

TEST_CASE("a folder that cannot be written is an error of the disk that names the file") {
  try {
    write("/nowhere/at/all");
    FAIL("written");
  } catch (const base::Error& error) {
    CHECK_THAT(error.where().file, Catch::StartsWith("/nowhere/at/all"));
  }
}

TEST_CASE("a dropped writer leaves nothing behind") {
  const TempFolder folder;
  {
    BlockFileWriter writer(folder / "a", "levels", 2);
    writer.begin(kNumbers);
    writer.append(std::span<const std::uint64_t>(numbers()));
    CHECK(folder.files() == 1);
  }
  CHECK(folder.files() == 0);
}

}  // namespace
}  // namespace caitu::geodata
