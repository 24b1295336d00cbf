#include "geodata/row_file.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "support/properties.hpp"
#include "support/temp_folder.hpp"

using namespace caitu;
using namespace caitu::geodata;
using Values = std::vector<Value>;

namespace {

Values any_values() {
  Values values;
  for (int count = *rc::gen::inRange(0, 6); count > 0; --count) {
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        values.emplace_back();
        break;
      case 1:
        values.emplace_back(*rc::gen::arbitrary<std::int64_t>());
        break;
      case 2:
        values.emplace_back(*rc::gen::arbitrary<double>());
        break;
      default:
        values.emplace_back(*rc::gen::arbitrary<std::string>());
    }
  }
  return values;
}

}  // namespace

TEST_CASE("Rows come back as they were added, in any order", "[row_file]") {
  const test::TempFolder folder;
  CHECK(rc::check([&] {
    std::vector<Values> rows(static_cast<std::size_t>(*rc::gen::inRange(0, 20)));
    RowFile file(folder / "rows");
    for (Values& row : rows) {
      row = any_values();
      file.add(row);
    }
    file.seal();
    RC_ASSERT(file.size() == rows.size());
    for (std::size_t i = rows.size(); i > 0; --i) RC_ASSERT(file.row(i - 1) == rows[i - 1]);
  }));
}

TEST_CASE("Rows longer than a chunk of the disk, and a hundred thousand of them", "[row_file]") {
  const test::TempFolder folder;
  RowFile file(folder / "rows");
  const std::string longest(200'000, 'x');
  for (std::int64_t i = 0; i < 100'000; ++i) file.add({i, "菜地 " + std::to_string(i)});
  file.add({longest, Value{}});
  file.seal();
  CHECK(file.row(99'999) == Values{std::int64_t{99'999}, "菜地 99999"});
  CHECK(file.row(100'000) == Values{longest, Value{}});
  CHECK_THROWS_AS(file.row(100'001), base::Error);
  CHECK(folder.files() == 0);
}
