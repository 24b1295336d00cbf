#include "catalog/quality_text.hpp"

#include <catch2/catch.hpp>

using caitu::catalog::text_damage;
using Catch::Matchers::Contains;

TEST_CASE("text as it should be is not damaged") {
  for (const char* text : {"", "0102", "水浇地", "穆家峪镇庄头峪村", "北京市密云区", "Miyun 密云 (2024)", "é",
                           "联通", "于家务回族乡"}) {
    INFO(text);
    CHECK_FALSE(text_damage(text));
  }
}

TEST_CASE("characters that were lost are told") {
  const auto damage = text_damage("庄头峪\xEF\xBF\xBD");
  REQUIRE(damage);
  CHECK_THAT(damage->what, Contains("--encoding GBK"));
  CHECK(text_damage("锟斤拷锟斤拷"));
}

TEST_CASE("UTF-8 that was read as GBK names the encoding that mends it, and what it says") {
  // the name's UTF-8 bytes, two to a character
  const auto whole = text_damage("瀵嗕簯鍖哄簞澶村唱");
  REQUIRE(whole);
  CHECK_THAT(whole->what, Contains("--encoding UTF-8"));
  CHECK(whole->mended == "密云区庄头峪");
}

TEST_CASE("Chinese that was read as Latin-1 names the encoding that mends it") {
  // 密云区 in UTF-8 and in GBK, each byte a character
  const auto latin = text_damage("\u00E5\u00AF\u0086\u00E4\u00BA\u0091\u00E5\u008C\u00BA");
  REQUIRE(latin);
  CHECK(latin->mended == "密云区");
  const auto gbk = text_damage("\u00C3\u00DC\u00D4\u00C6\u00C7\u00F8");
  REQUIRE(gbk);
  CHECK(gbk->mended == "密云区");
  CHECK_THAT(gbk->what, Contains("--encoding GBK"));
}
