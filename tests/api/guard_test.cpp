#include "api/guard.hpp"

#include "api/fixture.hpp"

using namespace caitu;
using namespace caitu::api;
using namespace caitu::api::test;
using access::Role;

namespace {

/// What a route with such a rule answers; the body of a 200 is the name of who was let in.
http::Response answer(const Served& served, Rule rule, const http::Request& request) {
  const auto handler = guarded(
      served.context, rule, [](const http::Request&, const http::PathValues&, const access::Caller& caller) {
        return http::text_response(200, "text/plain", caller.account);
      });
  return handler(request, {});
}

int status(const Served& served, Rule rule, const std::string& token) {
  return answer(served, rule, asks("/", token)).status;
}

}  // namespace

TEST_CASE("an open route is open, a read too while reads are, a write never without an account") {
  for (const bool reads_open : {true, false}) {
    Served served(reads_open);
    CHECK(status(served, Rule::open(), "") == 200);
    CHECK(status(served, Rule::read(), "") == (reads_open ? 200 : 401));
    CHECK(status(served, Rule::write(Role::viewer), "") == 401);
    const std::string token = served.account("li", Role::viewer);
    for (const Rule rule : {Rule::read(), Rule::write(Role::viewer)}) {
      const http::Response response = answer(served, rule, asks("/", token));
      CHECK(response.status == 200);
      CHECK(*response.body == "li");
    }
  }
}

TEST_CASE("a role that is too low is 403, a higher one does") {
  Served served(true);
  const std::string analyst = served.account("ann", Role::analyst),
                    admin = served.account("ada", Role::admin);
  CHECK(status(served, Rule::write(Role::inspector), analyst) == 403);
  CHECK(status(served, Rule::write(Role::inspector), admin) == 200);
  CHECK(status(served, Rule::read(Role::admin), analyst) == 403);
  const http::Response response = answer(served, Rule::write(Role::admin), asks("/", analyst));
  CHECK(header(response, "Content-Type") == "application/problem+json");
  CHECK_THAT(*response.body,
             Catch::Contains("admin") && Catch::Contains("ann") && Catch::Contains("analyst"));
}

TEST_CASE("a token that is not known is 401 even where nobody needs one, and is not repeated") {
  Served served(true);
  const std::string unknown = "caitu_" + std::string(43, 'A');
  const http::Response response = answer(served, Rule::read(), asks("/", unknown));
  CHECK(response.status == 401);
  CHECK(header(response, "WWW-Authenticate") == R"(Bearer realm="caitu", error="invalid_token")");
  CHECK(header(response, "Content-Type") == "application/problem+json");
  CHECK(header(response, "Cache-Control") == "no-store");
  CHECK(response.body->find(unknown) == std::string::npos);
  CHECK(header(answer(served, Rule::write(Role::viewer), asks("/")), "WWW-Authenticate") ==
        R"(Bearer realm="caitu")");
}

TEST_CASE("a write sees a revocation at once, without anybody having told the gate") {
  Served served(true);
  const std::string token = served.account("li", Role::inspector);
  REQUIRE(status(served, Rule::write(Role::inspector), token) == 200);
  served.revoke("li");
  CHECK(status(served, Rule::write(Role::inspector), token) == 401);
  CHECK(status(served, Rule::read(), token) == 401);
}

TEST_CASE("a fast answer obeys the rule of its route") {
  Served served(false);
  const std::string token = served.account("li", Role::viewer);
  const auto fast = guarded_fast(served.context, Rule::read(),
                                 [](const http::Request&, const http::PathValues&, const access::Caller&,
                                    http::Response&) { return false; });
  http::Response response;
  CHECK_FALSE(fast(asks("/", token), {}, response));
  CHECK(fast(asks("/"), {}, response));
  CHECK(response.status == 401);
  const std::string unknown = "caitu_" + std::string(43, 'A');
  CHECK(fast(asks("/", unknown), {}, response));
  CHECK(response.status == 401);
  CHECK_THROWS_AS(guarded_fast(served.context, Rule::write(Role::viewer), nullptr), base::Error);
}
