#include <algorithm>
#include <catch2/catch.hpp>

#include "geodata/source.hpp"
#include "made_files.hpp"

namespace {

namespace fs = std::filesystem;
using caitu::geodata::Source;
using caitu::geodata::SourceRow;

std::vector<SourceRow> rows_of(const fs::path& file) { return Source(file, {}).read(1000); }

}  // namespace

TEST_CASE("rows of a Shapefile that are known by their bytes are passed over, and the others are read") {
  const made::Folder folder;
  const std::string table = made::dbf({"NAME"}, {{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}, 0, {1});
  const fs::path file = made::shapefile(folder, "some", table, 5);
  const auto whole = rows_of(file);
  REQUIRE(whole.size() == 4);
  for (unsigned which = 0; which < 16; ++which) {
    std::vector<caitu::base::Digest128> known;
    for (std::size_t i = 0; i < whole.size(); ++i)
      if ((which >> i & 1U) != 0) known.push_back(whole[i].bytes.value());
    Source source(file, {});
    const auto rows = source.read(10, [&](const caitu::base::Digest128& bytes) {
      return std::find(known.begin(), known.end(), bytes) != known.end();
    });
    CHECK(source.read(10).empty());
    REQUIRE(rows.size() == whole.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(rows[i].row == whole[i].row);
      CHECK(rows[i].bytes == whole[i].bytes);
      CHECK(rows[i].passed_over == ((which >> i & 1U) != 0));
      if (rows[i].passed_over) continue;
      CHECK(rows[i].values == whole[i].values);
      CHECK(rows[i].geometry.positions == whole[i].geometry.positions);
    }
  }
}

TEST_CASE("the bytes of a row are others when its values, its place or the widths of its fields are") {
  const made::Folder folder;
  const auto bytes_of_row = [&](const std::string& name, const std::string& table, std::size_t row) {
    return rows_of(made::shapefile(folder, name, table, 2)).at(row).bytes.value();
  };
  const std::string table = made::dbf({"NAME"}, {{"a"}, {"a"}});
  std::string later = table, wider = table;
  later[3] = 9;         // the day on which it was written
  wider[32 + 16] = 19;  // the field's width
  const auto first = bytes_of_row("some", table, 0);
  CHECK(bytes_of_row("later", later, 0) == first);
  CHECK(bytes_of_row("other", made::dbf({"NAME"}, {{"b"}, {"a"}}), 0) != first);
  CHECK(bytes_of_row("some", table, 1) != first);
  CHECK(bytes_of_row("wider", wider, 0) != first);
}

TEST_CASE("a Shapefile whose parts do not agree, and every other format, has no bytes by row") {
  const made::Folder folder;
  const fs::path file = made::shapefile(folder, "some", made::dbf({"NAME"}, {{"a"}, {"b"}, {"c"}}), 2);
  CHECK_FALSE(rows_of(file).at(0).bytes);
  CHECK_FALSE(rows_of(folder.write("a.csv", "lon,lat,name\n116,40,a\n")).at(0).bytes);
}
