#include "api/problem.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"

using namespace caitu;

TEST_CASE("an error becomes problem+json with its parameter, position and way out") {
  const auto response = api::problem(base::Error(base::Code::invalid, "\"x\" is no number",
                                                 base::Where{.field = "lon", .position = 3}, "write it as 116.5"));
  CHECK(response.status == 400);
  const base::Json body = base::parse_json(*response.body);
  CHECK(body.at("title") == "Bad Request");
  CHECK(body.at("status") == 400);
  CHECK(body.at("detail") == "\"x\" is no number");
  CHECK(body.at("parameter") == "lon");
  CHECK(body.at("position") == 3);
  CHECK(body.at("hint") == "write it as 116.5");
}

TEST_CASE("each code has its status, and our own mistakes are 500") {
  CHECK(api::status_of(base::Code::not_found) == 404);
  CHECK(api::status_of(base::Code::too_large) == 413);
  CHECK(api::status_of(base::Code::conflict) == 409);
  CHECK(api::status_of(base::Code::busy) == 503);
  CHECK(api::status_of(base::Code::corrupt) == 500);
  CHECK(api::status_of(base::Code::internal) == 500);
}

TEST_CASE("what is not an Error is shown without its words") {
  const auto response = api::error_pages().thrown({}, std::make_exception_ptr(std::runtime_error("secret path")));
  CHECK(response.status == 500);
  CHECK(response.body->find("secret") == std::string::npos);
}
