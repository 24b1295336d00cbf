#include "jobs/process.hpp"

#include "jobs/fixture.hpp"

using namespace caitu;
using namespace caitu::jobs;
using namespace caitu::jobs::test;
using base::Json;

namespace {

Process import_like() {
  Process process = process_of([](const Call&) { return Json(); });
  process.inputs.push_back(
      {.name = "as_of", .title = {}, .schema = {{"type", "string"}, {"format", "date"}}});
  process.inputs.push_back(
      {.name = "datum", .title = {}, .schema = {{"type", "string"}, {"enum", {"gcj02", "bd09"}}}});
  process.inputs.push_back(
      {.name = "files",
       .title = {},
       .schema = {{"type", "array"},
                  {"minItems", 1},
                  {"maxItems", 2},
                  {"items", {{"type", "string"}, {"maxLength", 8}, {"pattern", "[a-f]+"}}}}});
  process.inputs.push_back({.name = "map",
                            .title = {},
                            .schema = {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}});
  return process;
}

std::string refused(const Json& inputs) {
  try {
    check_inputs(import_like(), inputs);
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::invalid);
    return error.where().field;
  }
  return {};
}

}  // namespace

TEST_CASE("inputs that fit their schemas are taken") {
  CHECK(refused({{"layer", "parcels"}}).empty());
  CHECK(refused({{"layer", "parcels"},
                 {"as_of", "2025-06-30"},
                 {"datum", "bd09"},
                 {"files", {"abc", "def"}},
                 {"map", {{"DLBM", "CODE"}}}})
            .empty());
}

TEST_CASE("an input that does not fit is named, down to the item") {
  CHECK(refused(Json::array()) == "inputs");
  CHECK(refused(Json::object()) == "inputs.layer");
  CHECK(refused({{"layer", 7}}) == "inputs.layer");
  CHECK(refused({{"layer", "p"}, {"lyaer", "p"}}) == "inputs.lyaer");
  CHECK(refused({{"layer", "p"}, {"as_of", "30.6.2025"}}) == "inputs.as_of");
  CHECK(refused({{"layer", "p"}, {"datum", "wgs84"}}) == "inputs.datum");
  CHECK(refused({{"layer", "p"}, {"files", Json::array()}}) == "inputs.files");
  CHECK(refused({{"layer", "p"}, {"files", {"a", "b", "c"}}}) == "inputs.files");
  CHECK(refused({{"layer", "p"}, {"files", {"abc", "../../etc"}}}) == "inputs.files[1]");
  CHECK(refused({{"layer", "p"}, {"files", {"abc", std::string(100'000, 'a')}}}) == "inputs.files[1]");
  CHECK(refused({{"layer", "p"}, {"map", {{"DLBM", 3}}}}) == "inputs.map.DLBM");
}

TEST_CASE("a wrong name of a process or an input is answered with the nearest") {
  try {
    find_process({import_like()}, "cuont");
    FAIL("found");
  } catch (const base::Error& error) {
    CHECK(error.hint().find("\"count\"") != std::string::npos);
  }
}

TEST_CASE("an error comes back from its JSON as it was") {
  const base::Error error(base::Code::refused, "no CRS",
                          {.file = "a.shp", .layer = "parcels", .row = 3, .field = "DLBM"}, "say --crs");
  const base::Error back = error_of(to_json(error));
  CHECK(back.code() == error.code());
  CHECK(back.full() == error.full());
}
