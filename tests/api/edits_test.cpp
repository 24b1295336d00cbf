#include "api/edits.hpp"

#include "api/fixture.hpp"
#include "base/json.hpp"
#include "store/audit_log.hpp"

using namespace caitu;
using namespace caitu::api;
using namespace caitu::api::test;

namespace {

constexpr const char* kItems = "/ogc/collections/inspections/items";

std::string record(const std::string& id, const std::string& more = {}) {
  return R"({"type":"Feature","geometry":{"type":"Point","coordinates":[116.6,40.1]},"properties":{"record_id":")" +
         id + "\"" + more + "}}";
}

struct Editing : Served {
  Editing() : Served(true), inspector(account("li", access::Role::inspector)) {}

  http::Response send(http::Method method, const std::string& target, const std::string& body = {},
                      const std::string& if_match = {}) {
    http::Request request = asks(target, inspector);
    request.body = body;
    request.headers.emplace_back("content-type", "application/geo+json; charset=utf-8");
    if (!if_match.empty()) request.headers.emplace_back("if-match", if_match);
    return answer(method, std::move(request));
  }
  base::Json get(const std::string& target) {
    catalog.refresh();
    return base::parse_json(*send(http::Method::get, target).body);
  }

  std::string inspector;
};

}  // namespace

TEST_CASE("a feature lives through insert, merge, replace and delete under its entity tags") {
  Editing served;
  const http::Response made = served.send(http::Method::post, kItems, record("a", R"(,"storeys":2)"));
  REQUIRE(made.status == 201);
  const std::string place = header(made, "Location").substr(std::string("http://test").size());
  CHECK(place.rfind(std::string(kItems) + "/", 0) == 0);

  served.catalog.refresh();
  CHECK(served.send(http::Method::get, place).etag == made.etag);
  CHECK(served.get(std::string(kItems) + "?limit=1")["edition"] == 0);
  CHECK(served.get("/ogc/collections/inspections")["caitu:changes"] == 1);
  CHECK(served.get("/query/at?lon=116.6&lat=40.1")["editions"]["inspections"]["changes"] == 1);
  CHECK(served.send(http::Method::get, "/query/at?lon=116.6&lat=40.1&as_of=2024-01-01").status == 200);

  const http::Response merged = served.send(
      http::Method::patch, place, R"({"properties":{"finding":"拆除"}})", '"' + made.etag + "-gzip\"");
  REQUIRE(merged.status == 204);
  CHECK(merged.etag != made.etag);
  const base::Json properties = served.get(place)["properties"];
  CHECK(properties["finding"] == "拆除");
  CHECK(properties["storeys"] == 2);

  CHECK(served.send(http::Method::put, place, record("a"), '"' + made.etag + '"').status == 412);
  CHECK(served.send(http::Method::put, place, record("a"), "W/\"" + merged.etag + '"').status == 412);
  CHECK(served.send(http::Method::put, place, record("a")).status == 428);
  const http::Response replaced =
      served.send(http::Method::put, place, record("a"), "\"x\" , \"" + merged.etag + '"');
  REQUIRE(replaced.status == 204);
  CHECK(served.get(place)["properties"]["storeys"].is_null());
  // What was read can be sent back as it came, links and all.
  CHECK(served.send(http::Method::put, place, served.get(place).dump(), '"' + replaced.etag + '"').status ==
        204);

  CHECK(served.send(http::Method::del, place, {}, "*").status == 204);
  served.catalog.refresh();
  CHECK(served.send(http::Method::get, place).status == 404);
}

TEST_CASE("edits are an inspector's, each with the account's name") {
  Editing served;
  served.inspector = served.account("wang", access::Role::analyst);
  CHECK(served.send(http::Method::post, kItems, record("a")).status == 403);
  served.inspector.clear();
  CHECK(served.send(http::Method::post, kItems, record("a")).status == 401);
  served.inspector = served.account("zhao", access::Role::admin);
  CHECK(served.send(http::Method::post, kItems, record("a")).status == 201);
  store::Work work = store::Work::open(served.workspace.work(), true);
  CHECK(store::AuditLog(work).head()->entry.who == "zhao");
}

TEST_CASE("a layer that lives by deliveries takes no edits and says how it changes") {
  Editing served;
  const http::Response response =
      served.send(http::Method::post, "/ogc/collections/parcels/items", record("a"));
  CHECK(response.status == 405);
  CHECK(header(response, "Allow") == "GET, HEAD");
  CHECK(response.body->find("caitu import") != std::string::npos);
}

TEST_CASE("a page of a living layer goes on in the edits that it was begun with") {
  Editing served;
  for (const char* id : {"a", "b", "c"}) served.send(http::Method::post, kItems, record(id));
  const base::Json first = served.get(std::string(kItems) + "?limit=2");
  REQUIRE(first["numberMatched"] == 3);
  const std::string next =
      first["links"].back()["href"].get<std::string>().substr(std::string("http://test").size());
  served.send(http::Method::post, kItems, record("d"));
  CHECK(served.get(std::string(kItems) + "?limit=2")["numberMatched"] == 4);
  const base::Json second = served.get(next);
  CHECK(second["numberMatched"] == 3);
  CHECK(second["numberReturned"] == 1);
  CHECK(second["changes"] == first["changes"]);
  CHECK(served.send(http::Method::get, std::string(kItems) + "?cursor=0.99.1").status == 404);
  for (const char* cursor : {"0", "0.", "0.1.", "0.1.2.3", "a.1", "1.-2"}) {
    INFO(cursor);
    CHECK(served.send(http::Method::get, std::string(kItems) + "?cursor=" + cursor).status == 400);
  }
}

TEST_CASE("a tile shows what was edited, and is another one for a cache") {
  Editing served;
  const std::string tile = "/tiles/flags/14/13498/6196";
  const std::string made = served.send(http::Method::post, kItems, record("a")).etag;
  served.catalog.refresh();
  const http::Response before = served.send(http::Method::get, tile);
  REQUIRE(before.status == 200);
  CHECK(before.body->find("record_id") != std::string::npos);
  const std::string place = served.get(kItems)["features"][0]["id"].dump();
  REQUIRE(served
              .send(http::Method::patch, std::string(kItems) + "/" + place,
                    R"({"properties":{"finding":"拆除"}})", '"' + made + '"')
              .status == 204);
  CHECK(served.send(http::Method::get, tile).etag == before.etag);
  served.catalog.refresh();
  const http::Response after = served.send(http::Method::get, tile);
  CHECK(after.etag != before.etag);
  CHECK(after.body->find("拆除") != std::string::npos);
}
