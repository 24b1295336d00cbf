#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "store/work.hpp"

namespace caitu::store {

struct AccountRecord {
  std::string name, role;
  std::vector<std::string> districts = {};     ///< codes that bound it; empty: all of the city
  std::string password = {};                   ///< an argon2id string; empty: none
  std::string created_at;                      ///< UTC, ISO
  std::optional<std::string> revoked_at = {};  ///< from when it opens nothing
};

struct TokenRecord {
  base::Digest256 digest{};  ///< SHA-256 of the token, which itself is kept nowhere
  std::string account, created_at;
  std::optional<std::string> expires_at = {}, revoked_at = {};
};

/// Accounts and tokens as rows; what they mean is `access`. An account is never taken out: the audit trail
/// names it. Writes stand inside the caller's WorkChange. Errors: those of work.db. Threads: as its Work,
/// which outlives it.
class Accounts {
 public:
  explicit Accounts(Work& work) : work_(work) {}

  std::vector<AccountRecord> all() const;  ///< by name
  std::optional<AccountRecord> find(std::string_view name) const;
  std::vector<TokenRecord> tokens() const;

  /// A new account, or the new state of one that is there.
  void put(const AccountRecord& account);
  void add(const TokenRecord& token);
  void revoke_tokens(std::string_view account, std::string_view at);

 private:
  Work& work_;
};

}  // namespace caitu::store
