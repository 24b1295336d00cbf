#pragma once

#include <functional>
#include <optional>

#include "access/caller.hpp"
#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// Who may call a route. Every row of the table in routes.cpp states one; it has no default.
///
/// `open`: anybody (liveness, the pages and their files), whatever token comes with it. `read`: anybody while
/// the gate's reads are open (loopback, unless the configuration closes them), else an account. `write`:
/// always an account. An account's role is at least `least`.
struct Rule {
  enum class Kind : std::uint8_t { open, read, write };

  static constexpr Rule open() { return Rule(Kind::open, access::Role::viewer); }
  static constexpr Rule read(access::Role least = access::Role::viewer) { return Rule(Kind::read, least); }
  static constexpr Rule write(access::Role least) { return Rule(Kind::write, least); }

  Kind kind;
  access::Role least;

 private:
  constexpr Rule(Kind what, access::Role role) : kind(what), least(role) {}
};

/// A handler that is told who asks; `caller.known()` holds where the rule wants an account.
using GuardedHandler =
    std::function<http::Response(const http::Request&, const http::PathValues&, const access::Caller&)>;
using GuardedFastHandler = std::function<bool(const http::Request&, const http::PathValues&,
                                              const access::Caller&, http::Response&)>;

/// The handler behind its rule. Nobody, or a token that is unknown, expired or revoked, where an account is
/// needed: 401 with WWW-Authenticate; such a token is 401 on an open read too, never nobody in silence. A
/// role too low: 403. A write asks work.db first, so that it never passes by what was revoked before it came;
/// a read knows from memory, at most Gate::kLongestWaitMs old.
http::Handler guarded(const Context& context, Rule rule, GuardedHandler handler);
/// The rule alone, for a body that goes to a file: the refusal, or nothing for who may send it.
std::function<std::optional<http::Response>(const http::Request&, const http::PathValues&)> admission(
    const Context& context, Rule rule);
/// The same for what answers on an I/O thread; a refusal is its answer. From memory alone; for reads.
http::FastHandler guarded_fast(const Context& context, Rule rule, GuardedFastHandler handler);

}  // namespace caitu::api
