#include "access/account.hpp"

#include <algorithm>

#include "access/token.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/audit_log.hpp"

namespace caitu::access {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;

constexpr std::size_t kMaxNameBytes = 64;
/// NIST SP 800-63B §5.1.1.2 asks for at least 8 characters and no rules about which.
constexpr std::size_t kMinPasswordBytes = 8, kMaxPasswordBytes = 1024;

bool alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The bytes of an ideograph at the front of `text` (U+3400 to U+9FFF), 0 when there is none.
std::size_t ideograph_length(std::string_view text) {
  if (text.size() < 3) return 0;
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned code = (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
  const bool whole = (byte(0) & 0xF0U) == 0xE0U && (byte(1) & 0xC0U) == 0x80U && (byte(2) & 0xC0U) == 0x80U;
  return whole && code >= 0x3400 && code <= 0x9FFF ? 3 : 0;
}

/// A name stands in the audit trail beside "shell:<user>", in headers and in logs: no colon, no space,
/// nothing unseen.
bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxNameBytes) return false;
  for (bool first = true; !text.empty(); first = false) {
    const char c = text.front();
    const bool joins = !first && (c == '.' || c == '_' || c == '-' || c == '@');
    const std::size_t length = alphanumeric(c) || joins ? 1 : ideograph_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_district(std::string_view code) {
  return code.size() == 6 &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void check(const AccountRequest& request) {
  if (!is_name(request.name)) {
    throw Error(Code::invalid, "\"" + request.name + "\" is no name for an account", Where{.field = "NAME"},
                "letters, digits and Chinese characters, with . _ - @ between them, 64 bytes at most");
  }
  for (const std::string& code : request.districts.value_or(std::vector<std::string>{})) {
    if (is_district(code)) continue;
    throw Error(Code::invalid, "\"" + code + "\" is no code of a district", Where{.field = "--district"},
                "six digits as in GB/T 2260, like 110115 for 大兴");
  }
  const auto& password = request.password;
  if (password && (password->size() < kMinPasswordBytes || password->size() > kMaxPasswordBytes)) {
    throw Error(Code::invalid, "a password has 8 to 1024 bytes", Where{.field = "--password"},
                "choose a longer one; a few words do well");
  }
  if (request.expires_at && *request.expires_at <= base::utc_now()) {
    throw Error(Code::invalid, "the token would have expired already, at " + *request.expires_at,
                Where{.field = "--expires"}, "name a day to come");
  }
}

/// What the audit trail shows of an account: no hash of anything secret.
Json shown(const store::AccountRecord& account) {
  return {{"role", account.role},
          {"districts", account.districts},
          {"password", !account.password.empty()},
          {"revoked_at", account.revoked_at ? Json(*account.revoked_at) : Json()}};
}

void require_another_admin(const store::Accounts& accounts, std::string_view name, bool force) {
  if (force) return;
  const std::string admin(access::name(Role::admin));
  bool was_admin = false, others = false;
  for (const store::AccountRecord& account : accounts.all()) {
    if (account.role != admin || account.revoked_at) continue;
    (account.name == name ? was_admin : others) = true;
  }
  if (!was_admin || others) return;
  throw Error(Code::conflict, "\"" + std::string(name) + "\" is the last administrator",
              "make another one first, or say --force");
}

/// The account as it shall be.
store::AccountRecord merged(const AccountRequest& request,
                            const std::optional<store::AccountRecord>& before) {
  store::AccountRecord account = before.value_or(store::AccountRecord{
      .name = request.name, .role = std::string(name(Role::viewer)), .created_at = base::utc_now()});
  if (request.role) account.role = name(*request.role);
  if (request.districts) account.districts = *request.districts;
  if (request.password) account.password = hash_password(*request.password);
  account.revoked_at.reset();
  return account;
}

}  // namespace

Issued add_account(store::Work& work, const AccountRequest& request, const std::string& who) {
  check(request);
  store::WorkChange change(work);
  store::Accounts accounts(work);
  const auto before = accounts.find(request.name);
  if (before && !request.new_token) {
    throw Error(Code::conflict, "there is an account \"" + request.name + "\" already",
                before->revoked_at ? "it was revoked; --new-token brings it back with a new token"
                                   : "--new-token gives it a further token; or choose another name");
  }
  if (!before && request.new_token) {
    throw Error(Code::not_found, "there is no account \"" + request.name + "\"",
                "without --new-token it is made");
  }
  Issued issued{.account = merged(request, before),
                .token = new_token(),
                .reinstated = before && before->revoked_at.has_value()};
  if (issued.account.role != name(Role::admin)) require_another_admin(accounts, request.name, request.force);
  const base::Digest256 digest = token_digest(issued.token);
  accounts.put(issued.account);
  accounts.add({.digest = digest,
                .account = request.name,
                .created_at = base::utc_now(),
                .expires_at = request.expires_at});
  Json after = shown(issued.account);
  // Enough to tell tokens apart, too little to know one by.
  after["token"] = {{"digest", base::hex(digest).substr(0, 8)},
                    {"expires_at", request.expires_at ? Json(*request.expires_at) : Json()}};
  store::AuditLog(work).append({.who = who,
                                .action = before ? "account.token" : "account.add",
                                .subject = request.name,
                                .before = before ? shown(*before) : Json(),
                                .after = std::move(after)});
  change.commit();
  return issued;
}

bool revoke_account(store::Work& work, std::string_view name, const std::string& who, bool force) {
  store::WorkChange change(work);
  store::Accounts accounts(work);
  const auto before = accounts.find(name);
  if (!before) {
    std::vector<std::string> names;
    for (const auto& account : accounts.all()) names.push_back(account.name);
    const std::string nearest = base::nearest_name(name, names);
    throw Error(Code::not_found, "there is no account \"" + std::string(name) + "\"",
                nearest.empty() ? "`caitu account list WS` shows those that are there"
                                : "did you mean \"" + nearest + "\"?");
  }
  if (before->revoked_at) return false;
  require_another_admin(accounts, name, force);
  store::AccountRecord after = *before;
  after.revoked_at = base::utc_now();
  accounts.put(after);
  accounts.revoke_tokens(name, *after.revoked_at);
  store::AuditLog(work).append({.who = who,
                                .action = "account.revoke",
                                .subject = std::string(name),
                                .before = shown(*before),
                                .after = shown(after)});
  change.commit();
  return true;
}

}  // namespace caitu::access
