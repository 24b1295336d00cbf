#include "checks/pinned.hpp"

#include "catalog/living_fixture.hpp"
#include "catalog/rollback.hpp"

using namespace caitu;
using namespace caitu::catalog;
using namespace caitu::catalog::test;
using namespace caitu::checks;
using Catch::Matchers::Contains;

namespace {

Pinned again(const Catalog& catalog, const Pinned& pinned) {
  return pin_again(catalog, pinned.as_of, pins_of(pinned), pinned.missing);
}
std::string digest(const Pinned& pinned) { return pinned.find("plots")->record.digest; }

}  // namespace

TEST_CASE(
    "a living layer is pinned again as it was read, after later edits, folds, deliveries and a rollback") {
  const LivingLand land;
  land.deliver(squares(3));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  living.insert("plots", draft(square("9", 116.5, 40.5, R"(,"crop":"葱")")), kZhang);
  shown(catalog);
  const Pinned pinned = pin(catalog, std::nullopt);
  REQUIRE(pinned.find("plots")->changes > 0);

  living.remove("plots", id_of(*shown(catalog), "1"), kAny, kZhang);
  living.merge("plots", id_of(*shown(catalog), "9"), merge(R"({"crop":"蒜"})"), kAny, kZhang);
  shown(catalog);
  CHECK(digest(pin(catalog, std::nullopt)) != digest(pinned));
  CHECK(digest(again(catalog, pinned)) == digest(pinned));
  CHECK(crops(*again(catalog, pinned).find("plots")) == crops(*pinned.find("plots")));

  REQUIRE(land.fold() == 2u);
  // Edits over the fold begin past it.
  living.insert("plots", draft(square("10", 116.6, 40.5)), kZhang);
  shown(catalog);
  const Pinned folded = pin(catalog, std::nullopt);
  REQUIRE(folded.find("plots")->record.edition == 2);
  land.deliver(squares(5), "2030-01-01");
  roll_back(land.workspace, "plots", 1, "zhang");
  const Catalog later(land.workspace, {});
  CHECK(digest(again(later, pinned)) == digest(pinned));
  CHECK(digest(again(later, folded)) == digest(folded));
  CHECK(again(later, folded).find("plots")->record.as_of == folded.find("plots")->record.as_of);
}

TEST_CASE("a layer that only edits have filled is pinned again from the log") {
  const LivingLand land;
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  living.insert("plots", draft(square("1", 116.1, 40)), kZhang);
  shown(catalog);
  const Pinned pinned = pin(catalog, std::nullopt);
  REQUIRE(pinned.find("plots")->record.edition == 0);
  living.insert("plots", draft(square("2", 116.2, 40)), kZhang);
  REQUIRE(land.fold() == 1u);
  CHECK(digest(again(Catalog(land.workspace, {}), pinned)) == digest(pinned));
}

TEST_CASE("an edition that is not what the run read is refused by layer and edition") {
  const LivingLand land;
  land.deliver(squares(3));
  const Catalog catalog(land.workspace, {});
  const Pinned pinned = pin(catalog, std::nullopt);
  const auto refused = [&](const std::function<void(Pin&)>& change) {
    std::vector<Pin> pins = pins_of(pinned);
    change(pins.back());
    const base::Error error = error_of([&] { pin_again(catalog, pinned.as_of, pins, pinned.missing); });
    CHECK(error.code() == base::Code::refused);
    CHECK(error.where().layer == "plots");
    CHECK_FALSE(error.hint().empty());
    return std::string(error.what());
  };
  CHECK_THAT(refused([](Pin& pin) { pin.digest = "another"; }),
             Contains("edition 1 of layer \"plots\"") && Contains("another"));
  CHECK_THAT(refused([](Pin& pin) { pin.edition = 7; }), Contains("edition 7"));
  CHECK_THAT(refused([](Pin& pin) {
               pin.changes = 12;
               pin.schema.emplace();
               pin.schema->layer = "plots";
             }),
             Contains("edits up to 12"));
}
