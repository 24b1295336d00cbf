#include "store/accounts.hpp"

#include "base/json.hpp"
#include "store/detail/work_impl.hpp"

namespace caitu::store {
namespace {

using detail::Statement;

constexpr const char* kAccounts =
    "SELECT name, role, districts, password, created_at, revoked_at FROM accounts";

std::optional<std::string> text_or_none(const Statement& row, int column) {
  if (row.null(column)) return std::nullopt;
  return std::string(row.text(column));
}

AccountRecord account_of(const Statement& row) {
  return {.name = std::string(row.text(0)),
          .role = std::string(row.text(1)),
          .districts = base::parse_json(row.text(2)).get<std::vector<std::string>>(),
          .password = std::string(row.text(3)),
          .created_at = std::string(row.text(4)),
          .revoked_at = text_or_none(row, 5)};
}

void bind_optional(Statement& statement, int place, const std::optional<std::string>& text) {
  text ? statement.bind(place, *text) : statement.bind_null(place);
}

std::string_view bytes_of(const base::Digest256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::vector<AccountRecord> Accounts::all() const {
  Statement rows(work_.impl().connection, std::string(kAccounts) + " ORDER BY name");
  std::vector<AccountRecord> accounts;
  while (rows.step()) accounts.push_back(account_of(rows));
  return accounts;
}

std::optional<AccountRecord> Accounts::find(std::string_view name) const {
  Statement row(work_.impl().connection, std::string(kAccounts) + " WHERE name = ?");
  row.bind(1, name);
  if (!row.step()) return std::nullopt;
  return account_of(row);
}

std::vector<TokenRecord> Accounts::tokens() const {
  Statement rows(work_.impl().connection,
                 "SELECT digest, account, created_at, expires_at, revoked_at FROM tokens ORDER BY digest");
  std::vector<TokenRecord> tokens;
  while (rows.step()) {
    TokenRecord token{.account = std::string(rows.text(1)),
                      .created_at = std::string(rows.text(2)),
                      .expires_at = text_or_none(rows, 3),
                      .revoked_at = text_or_none(rows, 4)};
    const std::string_view digest = rows.blob(0);
    if (digest.size() != token.digest.size()) continue;  // no token has such a digest
    std::memcpy(token.digest.data(), digest.data(), digest.size());
    tokens.push_back(std::move(token));
  }
  return tokens;
}

void Accounts::put(const AccountRecord& account) {
  Statement row(work_.impl().connection, "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?)");
  const std::string districts = base::Json(account.districts).dump();
  row.bind(1, account.name).bind(2, account.role).bind(3, districts).bind(4, account.password);
  row.bind(5, account.created_at);
  bind_optional(row, 6, account.revoked_at);
  row.run();
}

void Accounts::add(const TokenRecord& token) {
  Statement row(work_.impl().connection, "INSERT INTO tokens VALUES (?, ?, ?, ?, ?)");
  row.bind_blob(1, bytes_of(token.digest)).bind(2, token.account).bind(3, token.created_at);
  bind_optional(row, 4, token.expires_at);
  bind_optional(row, 5, token.revoked_at);
  row.run();
}

void Accounts::revoke_tokens(std::string_view account, std::string_view at) {
  work_.impl().connection.run("UPDATE tokens SET revoked_at = ? WHERE account = ? AND revoked_at IS NULL", at,
                              account);
}

}  // namespace caitu::store
