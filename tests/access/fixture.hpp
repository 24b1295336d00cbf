#pragma once

#include "access/account.hpp"
#include "store/fixture.hpp"

namespace caitu::access::test {

using store::test::code_of;

/// A work database in a folder of its own, with ways to change its accounts as a command would.
struct Accounts {
  Accounts() : file(folder / "work.db") { store::Work::create(file); }

  /// Makes an account and returns its token.
  std::string add(const AccountRequest& request) const {
    store::Work work = store::Work::open(file, false);
    return add_account(work, request, "shell:test").token;
  }
  bool revoke(const std::string& name, bool force = true) const {
    store::Work work = store::Work::open(file, false);
    return revoke_account(work, name, "shell:test", force);
  }

  store::test::TempFolder folder;
  std::filesystem::path file;
};

}  // namespace caitu::access::test
