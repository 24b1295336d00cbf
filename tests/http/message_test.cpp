#include "http/message.hpp"

#include <catch2/catch.hpp>

#include "support/properties.hpp"

using namespace caitu::http;

TEST_CASE("a target is split into a decoded path and its parameters in order") {
  Request request;
  REQUIRE(parse_target("/query/a%20b/%E8%8F%9C?lon=116.4&name=%E5%8C%97+%E4%BA%AC&lon=1%2B1&&flag&empty=",
                       request));
  CHECK(request.target == "/query/a%20b/%E8%8F%9C?lon=116.4&name=%E5%8C%97+%E4%BA%AC&lon=1%2B1&&flag&empty=");
  CHECK(request.path == "/query/a b/菜");
  REQUIRE(request.query.size() == 5);
  CHECK(request.parameter("lon") == "116.4");
  CHECK(request.query[1].second == "北 京");
  CHECK(request.query[2] == std::pair<std::string, std::string>("lon", "1+1"));
  CHECK(request.parameter("flag") == "");
  CHECK_FALSE(request.parameter("lat").has_value());
}

TEST_CASE("a plus sign is a space in a query only") {
  Request request;
  REQUIRE(parse_target("/a+b?c=d+e", request));
  CHECK(request.path == "/a+b");
  CHECK(request.parameter("c") == "d e");
}

TEST_CASE("malformed targets are refused") {
  for (const char* target : {"",
                             "*",
                             "x",
                             "/%",
                             "/%2",
                             "/%zz",
                             "/a%00b",
                             "/?a=%00",
                             "/?a=%9",
                             "/?%",
                             "/a#b",
                             "//x/../y",
                             "/..",
                             "/a/..",
                             "/%2e%2E/etc/passwd",
                             "/a%2f..%2fb",
                             "/%ff",
                             "/?q=%C0%80",
                             "/%ED%A0%80",
                             "/%F4%90%80%80",
                             "ftp://host/",
                             "http:///a",
                             "http://user@host/"}) {
    INFO(target);
    Request request;
    CHECK_FALSE(parse_target(target, request));
  }
}

TEST_CASE("dots that do not climb are names like any other") {
  for (const char* target : {"/..a", "/a..", "/...", "/a/.b", "/?f=../x"}) {
    INFO(target);
    Request request;
    CHECK(parse_target(target, request));
  }
}

TEST_CASE("the authority of an absolute-form target takes the place of Host") {
  Request request;
  request.headers = {{"host", "old"}};
  REQUIRE(parse_target("HTTP://map.example:8080/tiles?x=1", request));
  CHECK(request.path == "/tiles");
  CHECK(request.header("host") == "map.example:8080");
  REQUIRE(parse_target("http://map.example?x=1", request));
  CHECK(request.path == "/");
  CHECK(request.parameter("x") == "1");
}

TEST_CASE("any text without NUL survives percent encoding, in a path and in a query") {
  CHECK(rc::check([](const std::string& text) {
    RC_PRE(text.find('\0') == std::string::npos);
    RC_ASSERT(percent_decode(percent_encode(text), false) == text);
    RC_ASSERT(percent_decode(percent_encode(text), true) == text);
  }));
}

TEST_CASE("no bytes make the target parser fail otherwise than by refusing") {
  CHECK(rc::check([](const std::string& text) {
    Request request;
    if (!parse_target("/" + text, request)) return;
    RC_ASSERT(request.path.starts_with('/'));
    RC_ASSERT(request.path.find('\0') == std::string::npos);
    RC_ASSERT(("/" + request.path + "/").find("/../") == std::string::npos);
  }));
}

TEST_CASE("setting a header replaces the one of that name whatever its case") {
  Response response = text_response(200, "text/plain", "hello");
  response.set("content-type", "text/html");
  response.set("ETag-Like", "1");
  REQUIRE(response.headers.size() == 2);
  CHECK(response.headers[0].second == "text/html");
  CHECK(*response.body == "hello");
}
