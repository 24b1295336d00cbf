#include <catch2/catch.hpp>
#include <string>

#include "http/raw_client.hpp"
#include "http/test_server.hpp"

using namespace caitu::http;
using namespace std::chrono_literals;

namespace {

Answer send_alone(std::uint16_t port, const std::string& bytes) {
  RawClient client(port);
  client.send(bytes);
  const Answer answer = client.read();
  if (answer.status >= 400) CHECK(client.closed_within(5s));
  return answer;
}

}  // namespace

TEST_CASE("part of a head and then silence is answered by 408, silence alone by closing") {
  TestServer test(TestServer::hasty());
  const auto port = test.start();
  RawClient half(port), silent(port), kept(port);
  half.send("GET /hello HTTP/1.1\r\nHost: te");
  CHECK(kept.get("/hello").status == 200);
  const Answer answer = half.read();
  CHECK(answer.status == 408);
  CHECK(answer.header("connection") == "close");
  CHECK(half.closed_within(5s));
  CHECK(silent.closed_within(5s));
  CHECK(kept.closed_within(5s));
  CHECK(test.server.counters().by_class[4] == 1);
}

TEST_CASE("a head that drips is not given more time for each drop") {
  TestServer test(TestServer::hasty());
  RawClient client(test.start());
  const auto begin = std::chrono::steady_clock::now();
  while (client.send("G") && std::chrono::steady_clock::now() - begin < 1300ms)
    std::this_thread::sleep_for(100ms);
  CHECK(client.read().status == 408);
}

TEST_CASE("a body that does not come in time is answered by 408") {
  TestServer test(TestServer::hasty());
  const auto port = test.start();
  for (const char* framing :
       {"Content-Length: 100\r\n\r\nsome of it", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    RawClient client(port);
    client.send(std::string("POST /echo HTTP/1.1\r\nHost: t\r\n") + framing);
    CHECK(client.read().status == 408);
  }
}

TEST_CASE("a client that reads nothing is cut") {
  TestServer test(TestServer::hasty());
  const auto big = std::make_shared<const std::string>(std::size_t{32} << 20, 'x');
  test.fast("/big", [big] {
    Response response;
    response.body = big;
    return response;
  });
  RawClient client(test.start());
  client.send("GET /big HTTP/1.1\r\nHost: t\r\n\r\n");
  REQUIRE(eventually([&] { return test.server.counters().bytes_sent > 0; }));
  CHECK(test.all_closed());
  CHECK(client.read().status == 0);
}

TEST_CASE("a body past the limit is refused at once when it is declared, else as it grows") {
  TestServer test;
  const auto port = test.start();
  const auto begin = std::chrono::steady_clock::now();
  const Answer declared =
      send_alone(port, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 73400320\r\n\r\n");
  CHECK(declared.status == 413);
  CHECK(std::chrono::steady_clock::now() - begin < 1s);
  const Answer huge_chunk =
      send_alone(port, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n4600000\r\nabc");
  CHECK(huge_chunk.status == 413);

  RawClient client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string mebibyte = "100000\r\n" + std::string(1 << 20, 'x') + "\r\n";
  int sent = 0;
  while (sent < 70 && client.send(mebibyte)) ++sent;
  CHECK(sent >= 64);
  CHECK(client.read().status == 413);
}

TEST_CASE("a client that sends a whole body past the limit still hears 413") {
  TestServer test;
  RawClient client(test.start());
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 73400320\r\n\r\n");
  CHECK(client.send(std::string(73400320, 'x')));
  CHECK(client.read().status == 413);
}

TEST_CASE("a body just within the limit comes back whole") {
  ListenOptions options;
  options.limits.body_bytes = 1 << 20;
  TestServer test(options);
  RawClient client(test.start());
  const std::string body(1 << 20, 'b');
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1048576\r\n\r\n" + body);
  CHECK(client.read().body == body);
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1048577\r\n\r\n");
  CHECK(client.read().status == 413);
}

TEST_CASE("a client that expects 100 is told to go on, or 413 instead") {
  TestServer test;
  const auto port = test.start();
  RawClient client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(client.read(true).status == 100);
  client.send("body");
  CHECK(client.read().body == "body");
  const Answer refused = send_alone(
      port, "POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 73400320\r\n\r\n");
  CHECK(refused.status == 413);
}

TEST_CASE("a head past the limit is answered by 431, however it comes") {
  TestServer test;
  const auto port = test.start();
  const std::string start = "GET /hello HTTP/1.1\r\nHost: t\r\n";
  CHECK(send_alone(port, start + "X-Long: " + std::string(20'000, 'x') + "\r\n\r\n").status == 431);
  CHECK(send_alone(port, "GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n").status == 431);
  std::string many = start;
  for (int i = 0; i < 200; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  CHECK(send_alone(port, many + "\r\n").status == 431);
  CHECK(send_alone(port, start + "X-Long: " + std::string(16'000, 'x') + "\r\n\r\n").status == 200);

  RawClient drops(port);
  drops.send(start);
  for (int i = 0; i < 20 && drops.send("X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n");
       ++i) {
    std::this_thread::sleep_for(2ms);
  }
  CHECK(drops.read().status == 431);
}

TEST_CASE("requests whose end two readers could see differently are refused and the connection closed") {
  TestServer test;
  const auto port = test.start();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: t\r\n";
  const std::pair<std::string, int> table[] = {
      {post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
      {post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
      {post + "Content-Length: 3, 3\r\n\r\nabc", 400},
      {post + "Content-Length: +3\r\n\r\nabc", 400},
      {post + "Content-Length: -3\r\n\r\nabc", 400},
      {post + "Content-Length: 0x3\r\n\r\nabc", 400},
      {post + "Content-Length: 3 3\r\n\r\nabc", 400},
      {post + "Content-Length:\r\n\r\nabc", 400},
      {post + "Content-Length: 99999999999999999999999\r\n\r\nabc", 400},
      {post + "Content-Length : 3\r\n\r\nabc", 400},
      {post + "Transfer-Encoding: gzip\r\n\r\nabc", 501},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", 501},
      {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n3;" + std::string(20'000, 'x') + "\r\nabc", 400},
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\nHost: a\n\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(1, '\0') + "\r\n\r\n", 400},
      {"GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hello\r\nHost: a\r\n\r\n", 400},
      {"GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 400},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400},
  };
  for (const auto& [request, expected] : table) {
    INFO(request.substr(0, 120));
    CHECK(send_alone(port, request).status == expected);
  }
  CHECK(send_alone(port, "GET /hello HTTP/1.0\r\n\r\n").status == 200);
  CHECK(send_alone(port, "\r\nGET /hello HTTP/1.1\r\nHost:\r\n\r\n").status == 200);
}

TEST_CASE("trailers do not become headers") {
  TestServer test;
  std::string seen;
  test.router.add({Method::post, "/seen", "", [&](const Request& request, const PathValues&) {
                     seen = std::string(request.header("authorization"));
                     return text_response(200, "text/plain", request.body);
                   }});
  RawClient client(test.start());
  client.send(
      "POST /seen HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;name=value\r\nabc\r\n0\r\nAuthorization: forged\r\n\r\n");
  CHECK(client.read().body == "abc");
  CHECK(seen.empty());
}

TEST_CASE("a malformed target is refused, and the connection goes on") {
  TestServer test;
  RawClient client(test.start());
  for (const char* path : {"/%zz", "/a%00", "/../etc/passwd", "/%2e%2e/x", "hello", "/hello?a=%", "/%ff"}) {
    INFO(path);
    CHECK(client.get(path).status == 400);
  }
  CHECK(client.get("http://elsewhere/hello").body == "hello");
}

TEST_CASE("header lines of one name are joined") {
  TestServer test;
  std::string seen;
  test.router.add({Method::get, "/seen", "", [&](const Request& request, const PathValues&) {
                     seen = std::string(request.header("accept")) + "|" +
                            std::string(request.header("x-folded"));
                     return Response{};
                   }});
  RawClient client(test.start());
  CHECK(client.get("/seen", "Accept: a/b\r\nACCEPT: c/d\r\nX-Folded: one\r\n two\r\n").status == 200);
  CHECK(seen == "a/b, c/d|one two");
}
