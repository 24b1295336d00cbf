#include "http/negotiate.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace caitu::http;

TEST_CASE("gzip is accepted by its weight, not by its name being there") {
  const std::pair<const char*, bool> table[] = {
      {"", false},
      {"gzip", true},
      {"GZip", true},
      {"x-gzip", true},
      {"deflate, gzip;q=1.0, *;q=0.5", true},
      {"gzip;q=0", false},
      {"gzip;q=0.000", false},
      {"gzip;q=0.001", true},
      {"gzip ; q=0.5", true},
      {"gzip;q=0.5, identity;q=1", false},
      {"gzip;q=0.5, identity;q=0.5", true},
      {"gzip;q=0.5, identity", false},
      {"identity", false},
      {"identity;q=0", false},
      {"*", true},
      {"*;q=0", false},
      {"*;q=0, gzip", true},
      {"gzip;q=0, *", false},
      {"identity;q=0, *;q=0.1", true},
      {"br, deflate", false},
      {"notgzip", false},
      {"gzipped;q=1", false},
      {"gzip;q=2", false},
      {"gzip;q=0.1234", false},
      {"gzip;q=abc", false},
      {"gzip;q=-1", false},
      {" , ,gzip, ,", true},
  };
  for (const auto& [header, expected] : table) {
    INFO("Accept-Encoding: " << header);
    CHECK(accepts_gzip(header) == expected);
  }
}

TEST_CASE("the offered type of the highest weight is preferred, the first of equals") {
  const std::vector<std::string_view> offered = {"application/geo+json", "application/json", "text/html"};
  const std::pair<const char*, const char*> table[] = {
      {"", "application/geo+json"},
      {"*/*", "application/geo+json"},
      {"text/html", "text/html"},
      {"TEXT/HTML", "text/html"},
      {"text/html;q=0.8, application/json", "application/json"},
      {"text/*;q=0.9, */*;q=0.1", "text/html"},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"},
      {"application/*, application/geo+json;q=0.2", "application/json"},
      {"*/*, application/geo+json;q=0", "application/json"},
      {"image/png", ""},
      {"text/html;q=0", ""},
      {"application/json;profile=\"a,b;c\"", ""},
      {"application/json;profile=\"a,b\", text/html;q=0.1", "text/html"},
  };
  for (const auto& [header, expected] : table) {
    INFO("Accept: " << header);
    CHECK(preferred_type(header, offered) == expected);
  }
}

TEST_CASE("a range with a parameter takes only a type that has it") {
  const std::vector<std::string_view> offered = {"application/vnd.oai.openapi+json;version=3.0", "text/html"};
  CHECK(preferred_type("application/vnd.oai.openapi+json; version=3.0, text/html;q=0.9", offered) ==
        offered[0]);
  CHECK(preferred_type("application/vnd.oai.openapi+json, text/html;q=0.9", offered) == offered[0]);
  CHECK(preferred_type("application/vnd.oai.openapi+json;version=3.1, text/html;q=0.9", offered) ==
        offered[1]);
}

TEST_CASE("a language is chosen by weight, then by place, from first subtags; the first offered else") {
  const auto preferred = [](const char* header) { return preferred_language(header, {"zh", "en"}); };
  CHECK(preferred("") == "zh");
  CHECK(preferred("en") == "en");
  CHECK(preferred("EN-gb") == "en");
  CHECK(preferred("zh-CN,zh;q=0.9,en;q=0.8") == "zh");
  CHECK(preferred("en-US,en;q=0.9,zh;q=0.8") == "en");
  CHECK(preferred("fr, en;q=0.3") == "en");
  CHECK(preferred("fr, de;q=0.3") == "zh");
  CHECK(preferred("en;q=0") == "zh");
  CHECK(preferred("en;q=0.5, *") == "zh");
  CHECK(preferred("*") == "zh");
  CHECK(preferred("english") == "zh");
  CHECK(preferred(",;,en;q=x") == "zh");
}

TEST_CASE("If-None-Match compares weakly and tag by tag") {
  CHECK(etag_matches("\"abc\"", "\"abc\""));
  CHECK(etag_matches("W/\"abc\"", "\"abc\""));
  CHECK(etag_matches("\"x\", W/\"y\" ,\"abc\"", "\"abc\""));
  CHECK(etag_matches("*", "\"abc\""));
  CHECK(etag_matches("\"a,b\"", "\"a,b\""));
  CHECK_FALSE(etag_matches("", "\"abc\""));
  CHECK_FALSE(etag_matches("abc", "\"abc\""));
  CHECK_FALSE(etag_matches("\"abc-gzip\"", "\"abc\""));
  CHECK_FALSE(etag_matches("\"x, \\\"abc\\\"\"", "\"abc\""));
}
