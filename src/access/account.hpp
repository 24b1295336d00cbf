#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/caller.hpp"
#include "store/accounts.hpp"
#include "store/work.hpp"

namespace caitu::access {

/// What an account shall be. What is not said is viewer, all of the city, no password; of an account that is
/// there it stays as it is.
struct AccountRequest {
  std::string name;
  std::optional<Role> role = {};
  std::optional<std::vector<std::string>> districts = {};  ///< six-digit codes of GB/T 2260
  std::optional<std::string> password = {};
  std::optional<std::string> expires_at = {};  ///< of the token: UTC, ISO, like base::utc_now()
  bool new_token = false;                      ///< the account is there, and wants one more token
  bool force = false;                          ///< even when no administrator is left
};

struct Issued {
  store::AccountRecord account;
  std::string token;  ///< said here and never again
  bool reinstated = false;
};

/// Makes an account with a token; or, with `new_token`, a further token for one that is there, which changes
/// by what the request says and comes back when it was revoked (its earlier tokens do not). With its audit
/// row or not at all. Error(invalid) for a name, code or password that cannot be; Error(conflict) for a name
/// that is taken, and for taking the last administrator's role away without `force`; Error(not_found) for
/// `new_token` without the account. `who`: who does it, as in the audit trail.
Issued add_account(store::Work& work, const AccountRequest& request, const std::string& who);

/// The account and all its tokens open nothing any more. False when that was so before. With its audit row or
/// not at all. Error(not_found) names the nearest; Error(conflict) for the last administrator without
/// `force`.
bool revoke_account(store::Work& work, std::string_view name, const std::string& who, bool force = false);

}  // namespace caitu::access
