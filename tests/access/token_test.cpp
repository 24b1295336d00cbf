#include "access/token.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "access/caller.hpp"

using namespace caitu::access;

TEST_CASE("no two tokens are alike") {
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) tokens.insert(new_token());
  CHECK(tokens.size() == 1000);
}

TEST_CASE("a password fits its own argon2id hash alone, and two hashes of it differ") {
  const std::string hash = hash_password("correct horse");
  CHECK(hash.starts_with("$argon2id$"));
  CHECK(hash_password("correct horse") != hash);
  CHECK(password_fits(hash, "correct horse"));
  CHECK_FALSE(password_fits(hash, "correct horsf"));
  CHECK_FALSE(password_fits(hash, ""));
  CHECK_FALSE(password_fits("", ""));
  CHECK_FALSE(password_fits("correct horse", "correct horse"));
  CHECK_FALSE(password_fits(std::string(500, '$'), "correct horse"));
}

TEST_CASE("digests are the same by all their bytes") {
  const auto digest = token_digest("caitu_x");
  auto other = digest;
  CHECK(same_digest(digest, other));
  other[31] ^= 1;
  CHECK_FALSE(same_digest(digest, other));
}

TEST_CASE("roles are known by their names, and districts bound by their codes") {
  for (const Role role : {Role::viewer, Role::analyst, Role::inspector, Role::admin}) {
    CHECK(role_named(name(role)) == role);
  }
  CHECK_FALSE(role_named("owner"));
  CHECK_FALSE(role_named(""));
  CHECK(Caller{}.covers("110115"));
  const Caller caller{.account = "li", .districts = {"110115", "110112"}};
  CHECK(caller.covers("110115003"));
  CHECK(caller.covers("110112"));
  CHECK_FALSE(caller.covers("110113"));
  CHECK_FALSE(caller.covers(""));
}
