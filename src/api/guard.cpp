#include "api/guard.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "access/gate.hpp"
#include "api/problem.hpp"
#include "base/error.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;

http::Response refused(const Error& error, const std::string& challenge) {
  http::Response response = problem(error);
  response.set("WWW-Authenticate", challenge);
  return response;
}

/// The caller, or the answer to one who may not. RFC 6750 §3: a challenge names an error only to who sent a
/// token.
std::variant<access::Caller, http::Response> admit(const Context& context, Rule rule,
                                                   const http::Request& request) {
  if (rule.kind == Rule::Kind::open) return access::Caller{};
  access::Gate& gate = context.gate;
  if (rule.kind == Rule::Kind::write) gate.refresh();
  access::Caller caller;
  try {
    caller = gate.caller(request.header("authorization"));
  } catch (const Error& error) {
    if (error.code() != Code::unauthenticated) throw;
    return refused(error, R"(Bearer realm="caitu", error="invalid_token")");
  }
  if (!caller.known()) {
    if (rule.kind == Rule::Kind::read && gate.reads_open()) return caller;
    return refused(Error(Code::unauthenticated, "this needs an account",
                         "send \"Authorization: Bearer TOKEN\" with a token of `caitu account add`"),
                   R"(Bearer realm="caitu")");
  }
  if (caller.role < rule.least) {
    return refused(Error(Code::denied,
                         "this needs the role " + std::string(name(rule.least)) + ", and the account \"" +
                             caller.account + "\" is " + std::string(name(caller.role)),
                         "ask an administrator for another role"),
                   R"(Bearer realm="caitu", error="insufficient_scope")");
  }
  return caller;
}

}  // namespace

http::Handler guarded(const Context& context, Rule rule, GuardedHandler handler) {
  return [&context, rule, handler = std::move(handler)](const http::Request& request,
                                                        const http::PathValues& path) {
    auto admitted = admit(context, rule, request);
    if (auto* refusal = std::get_if<http::Response>(&admitted)) return std::move(*refusal);
    return handler(request, path, std::get<access::Caller>(admitted));
  };
}

std::function<std::optional<http::Response>(const http::Request&, const http::PathValues&)> admission(
    const Context& context, Rule rule) {
  return [&context, rule](const http::Request& request,
                          const http::PathValues&) -> std::optional<http::Response> {
    auto admitted = admit(context, rule, request);
    if (auto* refusal = std::get_if<http::Response>(&admitted)) return std::move(*refusal);
    return std::nullopt;
  };
}

http::FastHandler guarded_fast(const Context& context, Rule rule, GuardedFastHandler handler) {
  if (rule.kind == Rule::Kind::write)
    throw Error(Code::internal, "A write is never answered on an I/O thread.");
  return [&context, rule, handler = std::move(handler)](
             const http::Request& request, const http::PathValues& path, http::Response& response) {
    auto admitted = admit(context, rule, request);
    if (auto* refusal = std::get_if<http::Response>(&admitted)) {
      response = std::move(*refusal);
      return true;
    }
    return handler(request, path, std::get<access::Caller>(admitted), response);
  };
}

}  // namespace caitu::api
