#include "api/routes.hpp"

#include <set>

#include "api/fixture.hpp"

using namespace caitu;
using namespace caitu::api;
using namespace caitu::api::test;

namespace {

/// "/ogc/collections/{layer}" with something in each place.
std::string filled(std::string pattern) {
  for (std::size_t open; (open = pattern.find('{')) != std::string::npos;) {
    pattern.replace(open, pattern.find('}') - open + 1, "1");
  }
  return pattern;
}

bool is_read(http::Method method) { return method == http::Method::get || method == http::Method::head; }

}  // namespace

TEST_CASE("only liveness and the pages are open to anybody, and what changes something is a write") {
  const Served served(true);
  const std::set<std::string> open = {"/healthz", "/readyz", "/", "/{file*}"};
  // POST for the length of what is asked; they change nothing.
  const std::set<std::string> posted_reads = {"/query/summary", "/checks/retention/what-if"};
  for (const GuardedRoute& row : route_table(served.context, nullptr)) {
    INFO(http::name(row.method) << " " << row.pattern);
    CHECK((row.rule.kind == Rule::Kind::open) == (open.count(row.pattern) > 0));
    const bool write = !is_read(row.method) && posted_reads.count(row.pattern) == 0;
    CHECK((row.rule.kind == Rule::Kind::write) == write);
  }
}

TEST_CASE("every route that is not open refuses who has not said who they are, slow and fast alike") {
  Served served(false);
  const std::string token = served.account("li", access::Role::admin);
  for (const GuardedRoute& row : route_table(served.context, nullptr)) {
    if (row.rule.kind == Rule::Kind::open) continue;
    INFO(http::name(row.method) << " " << row.pattern);
    const http::Request request = asks(filled(row.pattern));
    const http::Match match = served.router.find(row.method, request.path);
    REQUIRE(match.route != nullptr);
    CHECK(match.route->handle(request, match.values).status == 401);
    if (!match.route->fast) continue;
    http::Response response;
    CHECK(match.route->fast(request, match.values, response));
    CHECK(response.status == 401);
  }
}

TEST_CASE("with a token the same address answers") {
  Served served(false);
  const http::Request request = asks("/ogc/collections", served.account("li", access::Role::viewer));
  const http::Match match = served.router.find(http::Method::get, request.path);
  CHECK(match.route->handle(request, match.values).status == 200);
}
