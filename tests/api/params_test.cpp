#include "api/params.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace caitu;

namespace {

http::Request request(const std::string& target) {
  http::Request made;
  REQUIRE(http::parse_target(target, made));
  return made;
}

/// The error of reading a box from a target, as "code parameter position".
std::string box_error(const std::string& bbox) {
  const http::Request asked = request("/items?bbox=" + bbox);
  try {
    api::Params(asked, {"bbox"}).bbox();
  } catch (const base::Error& error) {
    return std::string(base::name(error.code())) + " " + error.where().field + " " + std::to_string(error.where().position);
  }
  return "none";
}

}  // namespace

TEST_CASE("a box is read as west, south, east, north, with heights passed over") {
  const auto four = request("/items?bbox=116.1,39.5,116.2,39.6");
  CHECK(api::Params(four, {"bbox"}).bbox() == geometry::Box{116.1, 39.5, 116.2, 39.6});
  const auto six = request("/items?bbox=116.1,39.5,0,116.2,39.6,100");
  CHECK(api::Params(six, {"bbox"}).bbox() == geometry::Box{116.1, 39.5, 116.2, 39.6});
  const auto none = request("/items");
  CHECK_FALSE(api::Params(none, {"bbox"}).bbox());
}

TEST_CASE("a wrong box names the parameter and the character where it goes wrong") {
  CHECK(box_error("1,2,3") == "invalid bbox 1");
  CHECK(box_error("1,2,x,4") == "invalid bbox 5");
  CHECK(box_error("1,2,3,nan") == "invalid bbox 7");
  CHECK(box_error("1,2,,4") == "invalid bbox 5");
  CHECK(box_error("170,2,190,4") == "invalid bbox 1");
  CHECK(box_error("3,2,1,4") == "invalid bbox 1");
  CHECK(box_error("") == "invalid bbox 1");
}

TEST_CASE("an unknown parameter is refused with the nearest known one") {
  const auto asked = request("/items?limt=3");
  try {
    api::Params(asked, {"limit", "bbox"});
    FAIL("nothing was refused");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::invalid);
    CHECK(error.hint() == "did you mean \"limit\"?");
  }
}

TEST_CASE("a parameter that comes twice is refused, for servers and proxies would differ on which counts") {
  const auto asked = request("/items?limit=3&limit=4");
  CHECK_THROWS_AS(api::Params(asked, {"limit"}), base::Error);
}

TEST_CASE("whole numbers keep to their range and take no other form") {
  for (const char* wrong : {"0", "11", "1.0", "1e1", " 1", "", "+1", "0x1"}) {
    http::Request asked;
    asked.query.emplace_back("limit", wrong);
    CHECK_THROWS_AS(api::Params(asked, {"limit"}).integer("limit", 1, 10), base::Error);
  }
  http::Request asked;
  asked.query.emplace_back("limit", "10");
  CHECK(api::Params(asked, {"limit"}).integer("limit", 1, 10) == 10);
}

TEST_CASE("dates are ISO 8601 and datums are known by name") {
  const auto asked = request("/tiles?as_of=2024-06-30&datum=GCJ-02");
  const api::Params params(asked, {"as_of", "datum"});
  CHECK(params.date("as_of") == "2024-06-30");
  CHECK(params.datum() == geometry::Datum::gcj02);
  const auto uncalendared = request("/tiles?as_of=2024-02-31");
  CHECK_THROWS_AS(api::Params(uncalendared, {"as_of"}).date("as_of"), base::Error);
  const auto wrong = request("/tiles?as_of=30.06.2024&datum=mars");
  const api::Params refused(wrong, {"as_of", "datum"});
  CHECK_THROWS_AS(refused.date("as_of"), base::Error);
  CHECK_THROWS_AS(refused.datum(), base::Error);
}
