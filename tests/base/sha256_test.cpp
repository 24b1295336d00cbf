#include "base/sha256.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace caitu::base;

TEST_CASE("a SHA-256 taken in pieces is that of the whole") {
  Sha256 empty;
  CHECK(hex(empty.finish()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  std::string all;
  Sha256 pieces;
  for (int i = 0; i < 300; ++i) {
    const std::string piece(static_cast<std::size_t>(i * 7 % 501), static_cast<char>(i));
    pieces.add(piece);
    all += piece;
  }
  CHECK(pieces.finish() == sha256(all));
}
