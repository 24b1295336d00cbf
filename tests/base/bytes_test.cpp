#include "base/bytes.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace caitu::base;

namespace {

Code code_of_gunzip(std::string_view data, std::size_t limit) {
  try {
    gunzip(data, limit);
  } catch (const Error& error) {
    return error.code();
  }
  return Code::usage;
}

}  // namespace

TEST_CASE("digests are those of the standards") {
  CHECK(crc32("123456789") == 0xCBF43926U);
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(first_half(sha256("abc"))) == "ba7816bf8f01cfea414140de5dae2223");
  // As xxh128sum prints them.
  CHECK(hex(digest128("abc")) == "06b05ab6733a618578af5f94892f3950");
  CHECK(hex(digest128("")) == "99aa06d3014798d86001c324468d497f");
  CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("values are appended little-endian and read back at any alignment") {
  std::string bytes = "x";
  append_value(bytes, std::uint32_t{0x01020304});
  append_value(bytes, 116.3913);
  CHECK(bytes.substr(0, 5) == std::string("x\x04\x03\x02\x01"));
  CHECK(load_value<std::uint32_t>(bytes.data() + 1) == 0x01020304U);
  CHECK(load_value<double>(bytes.data() + 5) == 116.3913);
}

TEST_CASE("gzip gives the same bytes for the same input, whatever ran before") {
  const std::string text(10'000, 'a');
  const std::string first = gzip(text, 6);
  gzip(random_bytes(5'000), 1);
  CHECK(gzip(text, 6) == first);
  CHECK(first.size() < 200);
}

TEST_CASE("what gzip packs, gunzip unpacks") {
  const auto holds = rc::check([](const std::string& text) {
    const int level = *rc::gen::inRange(1, 13);
    RC_ASSERT(gunzip(gzip(text, level), text.size() + 1) == text);
  });
  CHECK(holds);
}

TEST_CASE("gunzip stops at its limit") {
  const std::string bomb = gzip(std::string(10'000'000, '\0'));
  CHECK(code_of_gunzip(bomb, 9'999'999) == Code::too_large);
  CHECK(gunzip(bomb, 10'000'000).size() == 10'000'000);
  CHECK(code_of_gunzip(gzip("x"), 0) == Code::too_large);
}

TEST_CASE("a damaged, cut or lengthened gzip stream is refused") {
  const std::string good = gzip("vegetable land of Beijing");
  std::string flipped = good;
  flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);
  CHECK(code_of_gunzip(flipped, 1000) == Code::corrupt);
  CHECK(code_of_gunzip(good.substr(0, good.size() - 3), 1000) == Code::corrupt);
  CHECK(code_of_gunzip(good + good, 1000) == Code::corrupt);
  CHECK(code_of_gunzip("", 1000) == Code::corrupt);
}

TEST_CASE("random bytes have the length asked for and differ") {
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(32).size() == 32);
  CHECK(random_bytes(32) != random_bytes(32));
}
