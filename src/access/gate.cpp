#include "access/gate.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "access/token.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "store/accounts.hpp"

namespace caitu::access {
namespace {

using base::Code;
using base::Error;

constexpr std::string_view kScheme = "bearer ";

struct Known {
  base::Digest256 digest;
  std::shared_ptr<const Caller> caller;
  std::optional<std::string> expires_at;
};

/// What opens the gate at one moment. Found by the head of its digest, then compared whole in constant time.
struct Keys {
  std::unordered_multimap<std::uint64_t, Known> tokens;
  bool accounts = false;
};

std::uint64_t head_of(const base::Digest256& digest) {
  return base::load_value<std::uint64_t>(digest.data());
}

/// An account that says a role which this program does not know opens nothing.
std::shared_ptr<const Keys> read_keys(store::Work& work) {
  auto keys = std::make_shared<Keys>();
  const store::Accounts accounts(work);
  std::unordered_map<std::string, std::shared_ptr<const Caller>> callers;
  for (store::AccountRecord& account : accounts.all()) {
    const auto role = role_named(account.role);
    if (account.revoked_at || !role) continue;
    callers[account.name] =
        std::make_shared<const Caller>(Caller{account.name, *role, std::move(account.districts)});
  }
  for (store::TokenRecord& token : accounts.tokens()) {
    const auto caller = callers.find(token.account);
    if (token.revoked_at || caller == callers.end()) continue;
    keys->tokens.emplace(head_of(token.digest),
                         Known{token.digest, caller->second, std::move(token.expires_at)});
  }
  keys->accounts = !callers.empty();
  return keys;
}

/// The token behind "Bearer ", whose case does not matter (RFC 9110 §11.1); empty when the header holds no
/// such thing.
std::string_view bearer_token(std::string_view authorization) {
  if (authorization.size() <= kScheme.size()) return {};
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return {};
  }
  authorization.remove_prefix(kScheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return authorization;
}

}  // namespace

struct Gate::Impl {
  const std::filesystem::path file;
  const bool reads_open;

  std::mutex work_mutex;  ///< one reader of the file at a time
  std::optional<store::Work> work;
  std::int64_t seen = -1;

  mutable std::mutex keys_mutex;
  std::shared_ptr<const Keys> keys = std::make_shared<const Keys>();

  std::mutex watch_mutex;
  std::condition_variable watch_stop;
  bool stopping = false;
  std::thread watcher;

  Impl(std::filesystem::path where, bool open) : file(std::move(where)), reads_open(open) { take_up(); }

  std::shared_ptr<const Keys> current() const {
    std::lock_guard lock(keys_mutex);
    return keys;
  }

  void take_up() {
    std::lock_guard lock(work_mutex);
    if (!work) {
      if (!std::filesystem::exists(file)) return;
      work.emplace(store::Work::open(file, true));
    }
    // Asked before the rows are read: what is committed between the two is read now, and once more next time.
    const std::int64_t counter = work->change_counter();
    if (counter == seen) return;
    auto fresh = read_keys(*work);
    seen = counter;
    std::lock_guard swap(keys_mutex);
    keys = std::move(fresh);
  }

  void watch(std::chrono::milliseconds interval) {
    std::string last_fault;
    std::unique_lock lock(watch_mutex);
    while (!watch_stop.wait_for(lock, interval, [this] { return stopping; })) {
      std::string fault;
      try {
        take_up();
      } catch (const Error& error) {
        fault = error.full();
      }
      if (!fault.empty() && fault != last_fault) spdlog::error("accounts are as they were: {}", fault);
      last_fault = std::move(fault);
    }
  }
};

Gate::Gate(std::filesystem::path work_database, bool reads_open)
    : impl_(std::make_unique<Impl>(std::move(work_database), reads_open)) {}

Gate::~Gate() {
  if (!impl_->watcher.joinable()) return;
  {
    std::lock_guard lock(impl_->watch_mutex);
    impl_->stopping = true;
  }
  impl_->watch_stop.notify_all();
  impl_->watcher.join();
}

Caller Gate::caller(std::string_view authorization) const {
  if (authorization.empty()) return {};
  const std::string_view token = bearer_token(authorization);
  if (token.empty()) {
    throw Error(Code::unauthenticated, "the Authorization header holds no bearer token",
                "send \"Authorization: Bearer TOKEN\" with a token of `caitu account add`");
  }
  const auto keys = impl_->current();
  const base::Digest256 digest = token_digest(token);
  const auto [first, last] = keys->tokens.equal_range(head_of(digest));
  const auto known =
      std::find_if(first, last, [&](const auto& each) { return same_digest(each.second.digest, digest); });
  if (known == last || (known->second.expires_at && *known->second.expires_at <= base::utc_now())) {
    throw Error(Code::unauthenticated, "this token is not known here, or it has expired or was revoked",
                "ask for a new one: `caitu account add WS NAME --new-token`");
  }
  return *known->second.caller;
}

bool Gate::reads_open() const { return impl_->reads_open; }
bool Gate::has_accounts() const { return impl_->current()->accounts; }
void Gate::refresh() { impl_->take_up(); }

void Gate::watch(int interval_ms) {
  const std::chrono::milliseconds interval(std::min(interval_ms, kLongestWaitMs));
  impl_->watcher = std::thread([this, interval] { impl_->watch(interval); });
}

}  // namespace caitu::access
