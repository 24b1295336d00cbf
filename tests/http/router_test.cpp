#include "http/router.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace caitu::http;

namespace {

Router routes(std::initializer_list<std::pair<Method, const char*>> patterns) {
  Router router;
  for (const auto& [method, pattern] : patterns) router.add({method, pattern, "", nullptr, nullptr});
  return router;
}

std::string found(const Router& router, Method method, std::string_view path) {
  const Match match = router.find(method, path);
  return match.route == nullptr ? "" : match.route->pattern;
}

}  // namespace

TEST_CASE("the values of a path's names are handed over") {
  const Router router = routes({{Method::get, "/tiles/{tileset}/{z}/{x}/{y}"}});
  const Match match = router.find(Method::get, "/tiles/land/14/13489/6208");
  REQUIRE(match.route != nullptr);
  CHECK(match.values == PathValues{{"tileset", "land"}, {"z", "14"}, {"x", "13489"}, {"y", "6208"}});
  CHECK(found(router, Method::get, "/tiles/land/14/13489") == "");
  CHECK(found(router, Method::get, "/tiles/land/14/13489/6208/") == "");
  CHECK(found(router, Method::get, "/tiles/land//13489/6208") == "");
}

TEST_CASE("the closest pattern wins, in whatever order the routes were added") {
  const Router router = routes({{Method::get, "/{rest*}"},
                                {Method::get, "/tiles/{name}"},
                                {Method::get, "/tiles/{tileset}.json"},
                                {Method::get, "/tiles/land.json"},
                                {Method::get, "/tiles"},
                                {Method::get, "/"}});
  CHECK(found(router, Method::get, "/") == "/");
  CHECK(found(router, Method::get, "/tiles") == "/tiles");
  CHECK(found(router, Method::get, "/tiles/land.json") == "/tiles/land.json");
  CHECK(found(router, Method::get, "/tiles/plan.json") == "/tiles/{tileset}.json");
  CHECK(router.find(Method::get, "/tiles/plan.json").values == PathValues{{"tileset", "plan"}});
  CHECK(found(router, Method::get, "/tiles/.json") == "/tiles/{name}");
  CHECK(found(router, Method::get, "/tiles/plan") == "/tiles/{name}");
  CHECK(found(router, Method::get, "/tiles/") == "/{rest*}");
  CHECK(router.find(Method::get, "/assets/a/b.js").values == PathValues{{"rest", "assets/a/b.js"}});
}

TEST_CASE("a dead end among literals goes back to the names") {
  const Router router =
      routes({{Method::get, "/a/b/c"}, {Method::get, "/{x}/b/d"}, {Method::get, "/{x}/{rest*}"}});
  CHECK(found(router, Method::get, "/a/b/d") == "/{x}/b/d");
  CHECK(router.find(Method::get, "/a/b/e").values == PathValues{{"x", "a"}, {"rest", "b/e"}});
}

TEST_CASE("a wider pattern with the method answers where the closer one lacks it") {
  const Router router =
      routes({{Method::post, "/jobs/new"}, {Method::get, "/jobs/{id}"}, {Method::del, "/jobs/{job}"}});
  CHECK(found(router, Method::get, "/jobs/new") == "/jobs/{id}");
  CHECK(found(router, Method::post, "/jobs/new") == "/jobs/new");
  CHECK(router.find(Method::del, "/jobs/7").values == PathValues{{"job", "7"}});
}

TEST_CASE("where no method fits, the methods that would are named") {
  const Router router =
      routes({{Method::get, "/jobs/{id}"}, {Method::del, "/jobs/{id}"}, {Method::post, "/jobs/new"}});
  const Match match = router.find(Method::put, "/jobs/new");
  CHECK(match.route == nullptr);
  CHECK(match.allowed == std::vector<Method>{Method::post, Method::get, Method::del});
  CHECK(router.find(Method::put, "/elsewhere").allowed.empty());
  CHECK(router.find(Method::get, "/jobs/7").allowed.empty());
}

TEST_CASE("HEAD finds GET, unless it has a route of its own") {
  const Router router =
      routes({{Method::get, "/a"}, {Method::get, "/b"}, {Method::head, "/b"}, {Method::post, "/c"}});
  CHECK(router.find(Method::head, "/a").route->method == Method::get);
  CHECK(router.find(Method::head, "/b").route->method == Method::head);
  CHECK(router.find(Method::head, "/c").route == nullptr);
}

TEST_CASE("a malformed or doubled pattern is our own mistake, said when it is added") {
  for (const char* pattern : {"", "a", "/{}", "/{a", "/a}", "/{a}{b}", "/{a*}/b", "/a//b", "/}{"}) {
    INFO(pattern);
    CHECK_THROWS_AS(routes({{Method::get, pattern}}), caitu::base::Error);
  }
  CHECK_THROWS_AS(routes({{Method::get, "/a/{x}"}, {Method::get, "/a/{y}"}}), caitu::base::Error);
}
