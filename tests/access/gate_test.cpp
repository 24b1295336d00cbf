#include "access/gate.hpp"

#include <chrono>
#include <thread>

#include "access/fixture.hpp"
#include "access/token.hpp"

using namespace caitu;
using namespace caitu::access;
using namespace caitu::access::test;

namespace {

std::string bearer(const std::string& token) { return "Bearer " + token; }

bool opens(const Gate& gate, const std::string& token) {
  try {
    return gate.caller(bearer(token)).known();
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::unauthenticated);
    CHECK(error.full().find(token) == std::string::npos);
    return false;
  }
}

}  // namespace

TEST_CASE("a token tells the account with its role and districts") {
  const Accounts accounts;
  const std::string token =
      accounts.add({.name = "李梅", .role = Role::inspector, .districts = {{"110115"}}});
  const Gate gate(accounts.file, false);
  for (const std::string scheme : {"Bearer ", "bearer ", "BEARER  "}) {
    const Caller caller = gate.caller(scheme + token);
    CHECK(caller.account == "李梅");
    CHECK(caller.role == Role::inspector);
    CHECK(caller.districts == std::vector<std::string>{"110115"});
  }
  CHECK_FALSE(gate.caller("").known());
}

TEST_CASE("what is no token of this workspace opens nothing, and is not repeated in the error") {
  const Accounts accounts;
  const std::string token = accounts.add({.name = "li"});
  const Gate gate(accounts.file, true);
  REQUIRE(opens(gate, token));
  CHECK_FALSE(opens(gate, token.substr(0, token.size() - 1)));
  CHECK_FALSE(opens(gate, token + "x"));
  CHECK_FALSE(opens(gate, std::string(kTokenPrefix) + std::string(43, 'A')));
  for (const std::string& header : {"Basic " + token, token, std::string("Bearer"), std::string("Bearer "),
                                    "Bearer " + token + ", Bearer " + token}) {
    CHECK(code_of([&] { gate.caller(header); }) == base::Code::unauthenticated);
  }
}

TEST_CASE(
    "a token opens nothing once it has expired, its account was revoked, or its digest alone is known") {
  const Accounts accounts;
  const std::string lasting = accounts.add({.name = "li"}), short_lived = accounts.add({.name = "zhang"});
  Gate gate(accounts.file, true);
  REQUIRE(opens(gate, lasting));
  REQUIRE(opens(gate, short_lived));
  store::detail::Connection(accounts.file, store::detail::Access::write)
      .execute("UPDATE tokens SET expires_at = '2020-01-01T00:00:00Z' WHERE account = 'zhang'");
  gate.refresh();
  CHECK_FALSE(opens(gate, short_lived));
  CHECK(opens(gate, lasting));
  accounts.revoke("li");
  CHECK(opens(gate, lasting));  // from memory, until it asks
  gate.refresh();
  CHECK_FALSE(opens(gate, lasting));
  CHECK_FALSE(gate.caller("").known());
}

TEST_CASE("a gate that watches learns of a revocation by itself") {
  const Accounts accounts;
  const std::string token = accounts.add({.name = "li"});
  Gate gate(accounts.file, true);
  gate.watch(10);
  REQUIRE(opens(gate, token));
  accounts.revoke("li");
  bool closed = false;
  for (int i = 0; i < 500 && !closed; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    closed = !opens(gate, token);
  }
  CHECK(closed);
}

TEST_CASE("a workspace without a work database has no accounts until one is made") {
  const store::test::TempFolder folder;
  Gate gate(folder / "work.db", true);
  CHECK_FALSE(gate.has_accounts());
  store::Work work = store::Work::open(folder / "work.db", false);
  const std::string token = add_account(work, {.name = "li"}, "shell:test").token;
  gate.refresh();
  CHECK(gate.has_accounts());
  CHECK(opens(gate, token));
  revoke_account(work, "li", "shell:test");
  gate.refresh();
  CHECK_FALSE(gate.has_accounts());
}

TEST_CASE("an account of a role that this program does not know opens nothing") {
  const Accounts accounts;
  const std::string token = accounts.add({.name = "li"});
  store::detail::Connection(accounts.file, store::detail::Access::write)
      .execute("UPDATE accounts SET role = 'owner'");
  const Gate gate(accounts.file, true);
  CHECK_FALSE(opens(gate, token));
}
