#include "base/text.hpp"

#include <catch2/catch.hpp>

using namespace caitu::base;

TEST_CASE("Digits stand in groups of three, before the point alone") {
  CHECK(grouped(std::uint64_t{0}) == "0");
  CHECK(grouped(std::uint64_t{999}) == "999");
  CHECK(grouped(std::uint64_t{1'234'567}) == "1,234,567");
  CHECK(grouped("1234567.8901") == "1,234,567.8901");
  CHECK(grouped("-123.5") == "-123.5");
  CHECK(grouped("-1234.5") == "-1,234.5");
}

TEST_CASE("Text is no markup in a page") {
  CHECK(html_escaped("<b a=\"1\">&</b> 菜地") == "&lt;b a=&quot;1&quot;&gt;&amp;&lt;/b&gt; 菜地");
}
