#include "http/detail/forwarded.hpp"

#include <catch2/catch.hpp>

#include "http/raw_client.hpp"
#include "http/test_server.hpp"

using namespace caitu::http;

namespace {

Request forwarded(const std::string& client, const std::string& scheme) {
  Request request;
  request.remote = "10.0.0.1";
  if (!client.empty()) request.headers.emplace_back("x-forwarded-for", client);
  if (!scheme.empty()) request.headers.emplace_back("x-forwarded-proto", scheme);
  detail::take_forwarded(request);
  return request;
}

}  // namespace

TEST_CASE("the client is the last that the proxy names, for what stands before came from elsewhere") {
  CHECK(forwarded("203.0.113.7", "https").remote == "203.0.113.7");
  CHECK(forwarded("1.2.3.4, 203.0.113.7", "https").remote == "203.0.113.7");
  CHECK(forwarded("2001:db8::1", "").remote == "2001:db8::1");
  for (const char* wrong : {"", "unknown", "1.2.3.4,", "1.2.3.4, <script>"}) {
    CHECK(forwarded(wrong, "https").remote == "10.0.0.1");
  }
}

TEST_CASE("the scheme is that which the proxy names last") {
  CHECK(forwarded("", "https").secure);
  CHECK(forwarded("", "HTTPS").secure);
  CHECK_FALSE(forwarded("", "https, http").secure);
  CHECK_FALSE(forwarded("", "").secure);
}

TEST_CASE("forwarded headers are believed from a proxy alone") {
  for (const bool behind_proxy : {false, true}) {
    ListenOptions options;
    options.behind_proxy = behind_proxy;
    TestServer test(options);
    test.router.add({Method::get, "/who", "", [](const Request& request, const PathValues&) {
                       return text_response(200, "text/plain",
                                            request.remote + (request.secure ? " s" : " -"));
                     }});
    RawClient client(test.start());
    const std::string told = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n";
    CHECK(client.get("/who", told).body == (behind_proxy ? "203.0.113.7 s" : "127.0.0.1 -"));
    // What one request said is not remembered for the next of its connection.
    CHECK(client.get("/who").body == "127.0.0.1 -");
  }
}
