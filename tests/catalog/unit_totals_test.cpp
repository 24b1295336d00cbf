#include "catalog/unit_totals.hpp"

#include <thread>

#include "catalog/fixture.hpp"

using namespace caitu;
using namespace caitu::catalog::test;

namespace {

/// Units "1" and "2" side by side, and fields in and around them.
struct Counted {
  Land land;
  std::unique_ptr<catalog::Catalog> living;
  catalog::UnitTotals totals{2};

  Counted() {
    std::ofstream(land.workspace.own_layers() / "units.toml")
        << "id = \"units\"\ntitle = \"单元\"\ngeometry = [\"polygon\"]\nkey = [\"code\"]\n"
           "field = [{ name = \"code\", title = \"代码\", type = \"text\" }]\n";
    const auto unit = [](const std::string& code, double west, double east) {
      const base::Json ring = {{west, 39.9}, {east, 39.9}, {east, 40.1}, {west, 40.1}, {west, 39.9}};
      return R"({"type":"Feature","properties":{"code":")" + code +
             R"("},"geometry":{"type":"Polygon","coordinates":[)" + ring.dump() + "]}}";
    };
    land.import({land.folder.write("units.geojson",
                                   collection({unit("1", 116, 116.0055), unit("2", 116.0055, 117)}))},
                {.layer = "units"});
    import_squares(5);
    living = std::make_unique<catalog::Catalog>(land.workspace, std::vector<fs::path>{});
  }
  void import_squares(int count) const {
    land.import({land.folder.write("a.geojson", collection(squares(count)))});
  }
  catalog::UnitTotals::Shared of() {
    return totals.of(*living->edition("fields"), *living->edition("units"), "");
  }
};

}  // namespace

TEST_CASE("totals are computed once for a set of editions, however many ask at once") {
  Counted counted;
  std::vector<catalog::UnitTotals::Shared> got(8);
  std::vector<std::thread> threads;
  for (auto& one : got) threads.emplace_back([&] { one = counted.of(); });
  for (auto& thread : threads) thread.join();
  for (const auto& one : got) CHECK(one == got.front());
  // Squares stand at 116.002, 116.004 …, each a thousandth of a degree wide.
  std::uint64_t features = got.front()->elsewhere.features;
  for (const auto& unit : got.front()->units) features += unit.features;
  CHECK(features == 5);
}

TEST_CASE("a new edition is counted anew, and the same again is not") {
  Counted counted;
  const auto before = counted.of();
  CHECK(counted.of() == before);
  counted.import_squares(9);
  counted.living->refresh();
  const auto after = counted.of();
  CHECK(after != before);
  std::uint64_t features = after->elsewhere.features;
  for (const auto& unit : after->units) features += unit.features;
  CHECK(features == 9);
}

TEST_CASE("a failure reaches who asked, and the next one may try again") {
  Counted counted;
  const auto fields = counted.living->edition("fields"), units = counted.living->edition("units");
  CHECK(error_of([&] { counted.totals.of(*fields, *units, "no_such_field"); }).code() ==
        base::Code::internal);
  CHECK(error_of([&] { counted.totals.of(*fields, *units, "no_such_field"); }).code() ==
        base::Code::internal);
  CHECK(counted.of() != nullptr);
}

TEST_CASE("a layer is counted by the unit field that it declares, if its edition has it") {
  Counted counted;
  auto state = std::make_shared<catalog::State>(*counted.living->state());
  const auto fields = counted.living->edition("fields");
  CHECK(catalog::unit_field_of(*state, *fields).empty());
  state->declarations.at("fields").unit_field = "plot";
  CHECK(catalog::unit_field_of(*state, *fields) == "plot");
  state->declarations.at("fields").unit_field = "later_field";
  CHECK(catalog::unit_field_of(*state, *fields).empty());
}
