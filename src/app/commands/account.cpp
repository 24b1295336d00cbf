#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "access/account.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/work_file.hpp"
#include "app/moments.hpp"
#include "app/password.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, name, role, expires;
  std::vector<std::string> districts;
  bool password = false, new_token = false, force = false, json = false;
};

std::string bounds(const std::vector<std::string>& districts) {
  return districts.empty() ? "all districts" : fmt::format("{}", fmt::join(districts, ", "));
}

access::AccountRequest make_request(const Arguments& a) {
  access::AccountRequest request{.name = a.name, .new_token = a.new_token, .force = a.force};
  if (!a.role.empty()) {
    request.role = access::role_named(a.role);
    if (!request.role) {
      throw base::Error(base::Code::usage, "\"" + a.role + "\" is no role", base::Where{.field = "--role"},
                        "viewer, analyst, inspector or admin");
    }
  }
  if (!a.districts.empty()) request.districts = a.districts;
  if (!a.expires.empty()) request.expires_at = end_of(a.expires, "--expires");
  if (a.password) request.password = read_password(a.name);
  return request;
}

void add(const Arguments& a) {
  const access::AccountRequest request = make_request(a);
  store::Work work = open_work(a.workspace);
  const access::Issued issued = access::add_account(work, request, shell_user());
  const store::AccountRecord& account = issued.account;
  if (a.json) {
    const base::Json json{{"name", account.name},
                          {"role", account.role},
                          {"districts", account.districts},
                          {"password", !account.password.empty()},
                          {"expires_at", request.expires_at ? base::Json(*request.expires_at) : base::Json()},
                          {"reinstated", issued.reinstated},
                          {"token", issued.token}};
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{}: {}, {}{}{}\n", account.name, account.role, bounds(account.districts),
             issued.reinstated ? ", back after it was revoked" : "",
             request.expires_at ? ", the token expires at " + *request.expires_at : "");
  fmt::print("token: {}\n", issued.token);
  fmt::print(
      "This is the only time that the token is shown: caitu keeps none. Programs send it as\n"
      "  Authorization: Bearer TOKEN\n");
}

base::Json token_json(const store::TokenRecord& token) {
  const auto text = [](const std::optional<std::string>& value) {
    return value ? base::Json(*value) : base::Json();
  };
  return {{"digest", base::hex(token.digest).substr(0, 8)},
          {"created_at", token.created_at},
          {"expires_at", text(token.expires_at)},
          {"revoked_at", text(token.revoked_at)}};
}

void print_account(const store::AccountRecord& account, const std::vector<store::TokenRecord>& tokens) {
  const std::string now = base::utc_now();
  const auto opens = [&now](const store::TokenRecord& token) {
    return !token.revoked_at && (!token.expires_at || *token.expires_at > now);
  };
  fmt::print("{:<20} {:<10} {:<24} {:>6}  {:<20}  {}\n", account.name, account.role,
             bounds(account.districts), std::count_if(tokens.begin(), tokens.end(), opens),
             account.created_at, account.revoked_at ? "revoked " + *account.revoked_at : "");
}

void list(const Arguments& a) {
  store::Work work = open_work(a.workspace);
  const store::Accounts accounts(work);
  const auto all_tokens = accounts.tokens();
  base::Json json = base::Json::array();
  if (!a.json)
    fmt::print("{:<20} {:<10} {:<24} {:>6}  {:<20}\n", "account", "role", "bounds", "tokens", "made");
  for (const store::AccountRecord& account : accounts.all()) {
    std::vector<store::TokenRecord> tokens;
    std::copy_if(all_tokens.begin(), all_tokens.end(), std::back_inserter(tokens),
                 [&account](const auto& token) { return token.account == account.name; });
    if (!a.json) {
      print_account(account, tokens);
      continue;
    }
    base::Json row{{"name", account.name},
                   {"role", account.role},
                   {"districts", account.districts},
                   {"password", !account.password.empty()},
                   {"created_at", account.created_at},
                   {"revoked_at", account.revoked_at ? base::Json(*account.revoked_at) : base::Json()}};
    for (const auto& token : tokens) row["tokens"].push_back(token_json(token));
    json.push_back(std::move(row));
  }
  if (a.json) fmt::print("{}\n", json.dump(2));
}

void revoke(const Arguments& a) {
  store::Work work = open_work(a.workspace);
  const bool revoked = access::revoke_account(work, a.name, shell_user(), a.force);
  if (a.json) {
    fmt::print("{}\n", base::Json{{"name", a.name}, {"revoked", revoked}}.dump(2));
  } else if (revoked) {
    fmt::print("{}: revoked with all its tokens; running servers know within a second\n", a.name);
  } else {
    fmt::print("{}: was revoked already\n", a.name);
  }
}

void add_add(CLI::App& account) {
  auto* command = account.add_subcommand("add", "Make an account with a token; or a further token of one");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("NAME", a->name, "letters, digits, Chinese characters; . _ - @ between them")
      ->required();
  command->add_option("--role", a->role,
                      "viewer (default), analyst, inspector or admin; each may all that those "
                      "before it may");
  command
      ->add_option("--district", a->districts,
                   "code of a district that bounds the account, like 110115; several "
                   "by commas or repeated (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--expires", a->expires,
                      "the last day of the token, in Beijing, or 2025-06-30T12:34:56Z "
                      "(default: never)");
  command->add_flag("--password", a->password,
                    "set a password, read from the terminal unseen, or from stdin");
  command->add_flag("--new-token", a->new_token,
                    "the account is there: a further token, and what else is said; one "
                    "that was revoked comes back");
  command->add_flag("--force", a->force, "even when no administrator is left");
  command->add_flag("--json", a->json, "as JSON");
  command->callback([a] { add(*a); });
}

}  // namespace

void add_account(CLI::App& program) {
  auto* account = program.add_subcommand("account", "Who may use a workspace's server: accounts and tokens");
  account->require_subcommand(1);
  add_add(*account);
  const auto a = std::make_shared<Arguments>();
  auto* listing =
      account->add_subcommand("list", "The accounts, with how many tokens of theirs open something");
  listing->add_option("WS", a->workspace, "folder of the workspace")->required();
  listing->add_flag("--json", a->json, "as JSON");
  listing->callback([a] { list(*a); });
  auto* revoking =
      account->add_subcommand("revoke", "End an account and all its tokens, on running servers too");
  revoking->add_option("WS", a->workspace, "folder of the workspace")->required();
  revoking->add_option("NAME", a->name, "the account")->required();
  revoking->add_flag("--force", a->force, "even the last administrator");
  revoking->add_flag("--json", a->json, "as JSON");
  revoking->callback([a] { revoke(*a); });
}

}  // namespace caitu::app
