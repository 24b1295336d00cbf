#include "api/flags.hpp"

#include "api/fixture.hpp"
#include "geometry/codec.hpp"

using namespace caitu;
using namespace caitu::api;
using namespace caitu::api::test;
using base::Json;

namespace {

struct Flags : Served {
  explicit Flags(bool reads_open = true)
      : Served(reads_open), inspector(account("li", access::Role::inspector)) {
    const Json square = {{{116.3, 39.7}, {116.301, 39.7}, {116.301, 39.701}, {116.3, 39.701}, {116.3, 39.7}}};
    catalog::Draft draft;
    draft.geometry = geometry::read_geojson({{"type", "Polygon"}, {"coordinates", square}});
    draft.properties = {{"fingerprint", "00c0ffee00c0ffee00c0ffee00c0ffee"},
                        {"rule", "G3"},
                        {"check", "greenhouse"},
                        {"verdict", "violation"},
                        {"status", "suspected"}};
    id = living.insert("flags", draft, {"boss", {}}).feature;
    catalog.refresh();
    place = "/flags/" + std::to_string(id);
  }

  http::Response ask(http::Method method, const std::string& target, const std::string& token,
                     const std::string& body = {}, const std::string& if_match = {}) {
    http::Request request = asks(target, token);
    request.body = body;
    if (!if_match.empty()) request.headers.emplace_back("if-match", if_match);
    return answer(method, std::move(request));
  }
  Json shown(const std::string& token = {}) {
    catalog.refresh();
    return Json::parse(*ask(http::Method::get, place, token).body);
  }

  std::string inspector, place;
  std::uint64_t id = 0;
};

std::string quoted(const http::Response& response) { return '"' + response.etag + '"'; }

}  // namespace

TEST_CASE("a flag is found by its id and by its fingerprint, with its next steps and its history") {
  Flags served;
  const Json flag = served.shown();
  CHECK(flag["type"] == "Feature");
  CHECK(flag["properties"]["rule"] == "G3");
  CHECK(flag["status_zh"] == "疑似");
  CHECK(flag["next"][0]["status"] == "assigned");
  CHECK(flag["next"][0]["needs_assignee"] == true);
  REQUIRE(flag["history"].size() == 1);
  CHECK(flag["history"][0]["who"] == "boss");
  const http::Response by_id = served.ask(http::Method::get, served.place, "");
  const http::Response by_print =
      served.ask(http::Method::get, "/flags/00c0ffee00c0ffee00c0ffee00c0ffee", "");
  CHECK(by_print.etag == by_id.etag);
  CHECK(by_id.etag ==
        served.ask(http::Method::get, "/ogc/collections/flags/items/" + std::to_string(served.id), "").etag);
  CHECK(served.ask(http::Method::get, "/flags/17", "").status == 404);
  CHECK(served.ask(http::Method::get, "/flags/nothing/why", "").status == 404);
}

TEST_CASE("a viewer sees a flag, and not who did what to it") {
  Flags served;
  const std::string vera = served.account("vera", access::Role::viewer);
  CHECK_FALSE(served.shown(vera).contains("history"));
  CHECK(served.shown(served.inspector).contains("history"));
}

TEST_CASE("a step is taken under If-Match, and one that there is not is refused with those that there are") {
  Flags served;
  const std::string analyst = served.account("zhang", access::Role::analyst);
  const auto step = [&](const std::string& body, const std::string& tag) {
    return served.ask(http::Method::patch, served.place, served.inspector, body, tag);
  };
  const std::string assign = R"({"status":"assigned","assignee":"li"})";
  CHECK(served.ask(http::Method::patch, served.place, "", assign, "*").status == 401);
  CHECK(served.ask(http::Method::patch, served.place, analyst, assign, "*").status == 403);
  CHECK(step(assign, "").status == 428);
  CHECK(step(assign, "\"0123\"").status == 412);
  CHECK(step(R"({"state":"assigned"})", "*").status == 400);
  CHECK(step(R"({"status":7})", "*").status == 400);
  CHECK(step("{}", "*").status == 400);
  CHECK(served.ask(http::Method::patch, "/flags/17", served.inspector, assign, "*").status == 404);
  const http::Response assigned = step(assign, quoted(served.ask(http::Method::get, served.place, "")));
  REQUIRE(assigned.status == 204);
  CHECK(served.shown()["properties"]["assignee"] == "li");
  CHECK(served.ask(http::Method::get, served.place, "").etag == assigned.etag);
  const http::Response leap = step(R"({"status":"closed"})", quoted(assigned));
  CHECK(leap.status == 409);
  CHECK(Json::parse(*leap.body)["hint"].get<std::string>().find("confirmed") != std::string::npos);
  const http::Response confirmed = step(R"({"status":"confirmed"})", quoted(assigned));
  REQUIRE(confirmed.status == 204);
  const Json history = served.shown()["history"];
  REQUIRE(history.size() == 3);
  CHECK(history[1]["status"] == "assigned");
  CHECK(history[2]["who"] == "li");
}
