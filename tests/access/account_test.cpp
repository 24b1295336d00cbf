#include "access/account.hpp"

#include <algorithm>

#include "access/fixture.hpp"
#include "access/token.hpp"
#include "store/audit_log.hpp"

using namespace caitu;
using namespace caitu::access;
using namespace caitu::access::test;

namespace {

std::vector<store::AuditEntry> trail(const Accounts& accounts) {
  store::Work work = store::Work::open(accounts.file, true);
  std::vector<store::AuditEntry> entries;
  CHECK_FALSE(store::AuditLog(work).first_broken());
  store::AuditLog(work).read(1, [&](const store::AuditRow& row) { entries.push_back(row.entry); });
  return entries;
}

}  // namespace

TEST_CASE("a new account is a viewer of all the city, with a token that is kept nowhere") {
  const Accounts accounts;
  const std::string token = accounts.add({.name = "li"});
  CHECK(token.starts_with("caitu_"));
  CHECK(token.size() == 6 + 43);
  store::Work work = store::Work::open(accounts.file, true);
  const auto account = store::Accounts(work).find("li");
  REQUIRE(account);
  CHECK(account->role == "viewer");
  CHECK(account->districts.empty());
  CHECK(account->password.empty());
  REQUIRE(store::Accounts(work).tokens().size() == 1);
  CHECK(store::Accounts(work).tokens().front().digest == base::sha256(token));
  for (const auto& entry : std::filesystem::directory_iterator(accounts.file.parent_path())) {
    CHECK(store::test::output_of("grep -c -a '" + token.substr(6) + "' " + entry.path().string() +
                                 " || true") == "0\n");
  }
}

TEST_CASE("names that would mislead in the audit trail or break a header are refused") {
  const Accounts accounts;
  for (const char* name : {"li", "zhang.san", "张三", "a-1_b@bureau", "7"})
    CHECK_NOTHROW(accounts.add({.name = name}));
  for (const std::string name : {"", "shell:root", "li mei", "li\n", "-li", ".li", "a/b", "é", "\xE5\xBC",
                                 "a\"b", "\xE2\x80\xAEli", "\xE3\x80\x80li"}) {
    CHECK(code_of([&] { accounts.add({.name = name}); }) == base::Code::invalid);
  }
  CHECK(code_of([&] { accounts.add({.name = std::string(65, 'a')}); }) == base::Code::invalid);
  for (const char* code : {"11011", "1101155", "11011x", "大兴"}) {
    CHECK(code_of([&] { accounts.add({.name = "wang", .districts = {{code}}}); }) == base::Code::invalid);
  }
  CHECK(code_of([&] { accounts.add({.name = "wang", .expires_at = "2020-01-01T00:00:00Z"}); }) ==
        base::Code::invalid);
  CHECK(code_of([&] { accounts.add({.name = "wang", .password = "short"}); }) == base::Code::invalid);
  CHECK(trail(accounts).size() == 5);
}

TEST_CASE("a name is given once; a further token leaves the account as it is but for what is said") {
  const Accounts accounts;
  accounts.add({.name = "li", .role = Role::analyst, .districts = {{"110115"}}});
  CHECK(code_of([&] { accounts.add({.name = "li"}); }) == base::Code::conflict);
  CHECK(code_of([&] { accounts.add({.name = "wang", .new_token = true}); }) == base::Code::not_found);
  accounts.add({.name = "li", .districts = {{"110112", "110115"}}, .new_token = true});
  store::Work work = store::Work::open(accounts.file, true);
  const auto account = store::Accounts(work).find("li");
  CHECK(account->role == "analyst");
  CHECK(account->districts == std::vector<std::string>{"110112", "110115"});
  CHECK(store::Accounts(work).tokens().size() == 2);
}

TEST_CASE("revoking ends every token for ever, even when the account comes back") {
  const Accounts accounts;
  accounts.add({.name = "li"});
  accounts.add({.name = "li", .new_token = true});
  CHECK(accounts.revoke("li"));
  CHECK_FALSE(accounts.revoke("li"));
  CHECK(code_of([&] { accounts.revoke("lii"); }) == base::Code::not_found);
  CHECK(code_of([&] { accounts.add({.name = "li"}); }) == base::Code::conflict);
  accounts.add({.name = "li", .new_token = true});
  store::Work work = store::Work::open(accounts.file, true);
  CHECK_FALSE(store::Accounts(work).find("li")->revoked_at);
  const auto tokens = store::Accounts(work).tokens();
  CHECK(std::count_if(tokens.begin(), tokens.end(), [](const auto& token) { return !token.revoked_at; }) ==
        1);
}

TEST_CASE("the last administrator stays one, unless forced") {
  const Accounts accounts;
  accounts.add({.name = "chief", .role = Role::admin});
  CHECK(code_of([&] { accounts.revoke("chief", false); }) == base::Code::conflict);
  CHECK(code_of([&] { accounts.add({.name = "chief", .role = Role::viewer, .new_token = true}); }) ==
        base::Code::conflict);
  accounts.add({.name = "deputy", .role = Role::admin});
  CHECK(accounts.revoke("chief", false));
  CHECK(code_of([&] { accounts.revoke("deputy", false); }) == base::Code::conflict);
  CHECK(accounts.revoke("deputy", true));
}

TEST_CASE("every change of accounts leaves its audit row, without anything secret") {
  const Accounts accounts;
  const std::string token = accounts.add({.name = "li", .role = Role::analyst, .password = "correct horse"});
  accounts.add({.name = "li", .role = Role::inspector, .new_token = true});
  accounts.revoke("li");
  accounts.revoke("li");
  const auto entries = trail(accounts);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].action == "account.add");
  CHECK(entries[0].subject == "li");
  CHECK(entries[0].who == "shell:test");
  CHECK(entries[0].after["role"] == "analyst");
  CHECK(entries[0].after["password"] == true);
  CHECK(entries[1].action == "account.token");
  CHECK(entries[1].before["role"] == "analyst");
  CHECK(entries[1].after["role"] == "inspector");
  CHECK(entries[2].action == "account.revoke");
  CHECK(entries[2].after["revoked_at"].is_string());
  for (const auto& entry : entries) {
    const std::string text = entry.before.dump() + entry.after.dump();
    CHECK(text.find("argon2") == std::string::npos);
    CHECK(text.find("horse") == std::string::npos);
    CHECK(text.find(base::hex(base::sha256(token))) == std::string::npos);
  }
}
