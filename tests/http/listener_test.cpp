#include "http/listener.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "http/raw_client.hpp"
#include "http/test_server.hpp"

using namespace caitu::http;
using namespace std::chrono_literals;

TEST_CASE("one connection carries many requests") {
  TestServer test;
  const auto port = test.start();
  RawClient client(port);
  for (int i = 0; i < 20; ++i) {
    const Answer answer = client.get("/hello");
    CHECK(answer.status == 200);
    CHECK(answer.body == "hello");
    CHECK(answer.header("server") == "caitu");
    CHECK(answer.header("date").ends_with(" GMT"));
    CHECK_FALSE(answer.has("connection"));
  }
  CHECK(test.server.counters().connections_total == 1);
  CHECK(test.server.counters().requests_total == 20);
  CHECK(test.server.counters().by_class[2] == 20);
}

TEST_CASE("a client that asks for it is closed after its answer") {
  TestServer test;
  const auto port = test.start();
  RawClient client(port);
  CHECK(client.get("/hello", "Connection: close\r\n").header("connection") == "close");
  CHECK(client.closed_within(5s));
  RawClient old(port);
  old.send("GET /hello HTTP/1.0\r\n\r\n");
  CHECK(old.read().body == "hello");
  CHECK(old.closed_within(5s));
  RawClient staying(port);
  for (int i = 0; i < 2; ++i) {
    staying.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(staying.read().header("connection") == "keep-alive");
  }
  CHECK(test.server.counters().connections_open >= 1);
}

TEST_CASE("pipelined requests are answered in order, fast and slow ones mixed") {
  TestServer test;
  test.get("/slow", [] {
    std::this_thread::sleep_for(50ms);
    return text_response(200, "text/plain", "slow");
  });
  test.fast("/fast", [] { return text_response(200, "text/plain", "fast"); });
  RawClient client(test.start());
  const auto line = [](const char* path) {
    return std::string("GET ") + path + " HTTP/1.1\r\nHost: t\r\n\r\n";
  };
  client.send(
      line("/slow") + line("/fast") + "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbody" +
      "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" +
      line("/slow") + line("/nothing") + line("/fast"));
  for (const char* body : {"slow", "fast", "body", "abc", "slow"}) CHECK(client.read().body == body);
  CHECK(client.read().status == 404);
  CHECK(client.read().body == "fast");
}

TEST_CASE("HEAD answers as GET would, without a body") {
  TestServer test;
  test.get("/chunks", [] {
    Response response;
    response.chunks = [](std::string&) -> bool { throw std::runtime_error("not to be called"); };
    return response;
  });
  RawClient client(test.start());
  for (int i = 0; i < 2; ++i) {
    client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
    const Answer answer = client.read(true);
    CHECK(answer.status == 200);
    CHECK(answer.header("content-length") == "5");
    client.send("HEAD /chunks HTTP/1.1\r\nHost: t\r\n\r\n");
    CHECK(client.read(true).header("transfer-encoding") == "chunked");
  }
  client.send("no request\r\n\r\n");
  CHECK_FALSE(client.read().body.empty());
}

TEST_CASE("a known address without the method says which it takes") {
  TestServer test;
  RawClient client(test.start());
  client.send("DELETE /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  Answer answer = client.read();
  CHECK(answer.status == 405);
  CHECK(answer.header("allow") == "GET, HEAD, OPTIONS");
  client.send("OPTIONS /echo HTTP/1.1\r\nHost: t\r\n\r\n");
  answer = client.read();
  CHECK(answer.status == 204);
  CHECK(answer.header("allow") == "POST, OPTIONS");
  CHECK_FALSE(answer.has("content-length"));
  client.send("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.read().status == 204);
  client.send("BREW /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.read().status == 405);
  client.send("BREW /coffee HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.read().status == 501);
  client.send("OPTIONS /nothing HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.read().status == 404);
}

TEST_CASE("what a handler throws becomes its page, and a page that throws plain text") {
  TestServer test;
  test.fast("/fast", []() -> Response { throw caitu::base::Error(caitu::base::Code::invalid, "too fast"); });
  test.get("/strange", []() -> Response { throw 7; });
  RawClient client(test.start());
  CHECK(client.get("/throws").body == "/throws: no such thing");
  CHECK(client.get("/fast").body == "/fast: too fast");
  const Answer strange = client.get("/strange");
  CHECK(strange.status == 500);
  CHECK(strange.header("content-type").starts_with("text/plain"));
  CHECK(client.get("/hello").status == 200);
}

TEST_CASE("default headers stand in every answer that does not set them itself") {
  ListenOptions options;
  options.default_headers = {{"X-Content-Type-Options", "nosniff"}, {"Access-Control-Allow-Origin", "*"}};
  TestServer test(options);
  test.get("/own", [] {
    Response response = text_response(200, "text/plain", "own");
    response.set("access-control-allow-origin", "https://map.example");
    response.set("X-Split", "a\r\nSet-Cookie: b");
    return response;
  });
  RawClient client(test.start());
  CHECK(client.get("/nothing").header("x-content-type-options") == "nosniff");
  const Answer own = client.get("/own");
  CHECK(own.header("access-control-allow-origin") == "https://map.example");
  CHECK(own.header("x-split") == "a  Set-Cookie: b");
  CHECK_FALSE(own.has("set-cookie"));
}

TEST_CASE("a full queue of work is answered by 503 and when to come again") {
  ListenOptions options;
  options.limits.retry_after = 7s;
  TestServer test(options, 1, 1);
  Gate gate;
  test.get("/gated", [&] {
    gate.wait();
    return text_response(200, "text/plain", "through");
  });
  test.fast("/fast", [] { return text_response(200, "text/plain", std::string(5000, 'x')); });
  const auto port = test.start();
  RawClient running(port), queued(port), refused(port);
  running.send("GET /gated HTTP/1.1\r\nHost: t\r\n\r\n");
  gate.until_waiting(1);
  queued.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  REQUIRE(eventually([&] { return test.workers.queued() == 1; }));
  const Answer busy = refused.get("/hello");
  CHECK(busy.status == 503);
  CHECK(busy.header("retry-after") == "7");
  CHECK(busy.header("content-type") == "application/problem+json");
  CHECK(test.server.counters().refused_busy == 1);
  const Answer plain = refused.get("/fast", "Accept-Encoding: gzip\r\n");
  CHECK(plain.body == std::string(5000, 'x'));
  gate.open();
  CHECK(running.read().body == "through");
  CHECK(queued.read().body == "hello");
  CHECK(refused.get("/hello").status == 200);
}

TEST_CASE("stopping lets a running handler answer and closes the others") {
  TestServer test;
  Gate gate;
  test.get("/gated", [&] {
    gate.wait();
    return text_response(200, "text/plain", "through");
  });
  const auto port = test.start();
  RawClient working(port), idle(port), silent(port);
  CHECK(idle.get("/hello").status == 200);
  working.send("GET /gated HTTP/1.1\r\nHost: t\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  gate.until_waiting(1);
  std::thread stopping([&] { test.server.stop(30s); });
  CHECK(idle.closed_within(5s));
  CHECK(silent.closed_within(5s));
  CHECK_THROWS_AS(RawClient{port}, std::runtime_error);
  gate.open();
  const Answer last = working.read();
  CHECK(last.body == "through");
  CHECK(last.header("connection") == "close");
  CHECK(working.closed_within(5s));
  working.close();
  stopping.join();
  CHECK(test.server.counters().connections_open == 0);
}

TEST_CASE("past the grace, stopping cuts what does not end by itself") {
  TestServer test;
  test.get("/endless", [] {
    Response response;
    response.chunks = [](std::string& chunk) {
      chunk.assign(65536, 'x');
      return true;
    };
    return response;
  });
  const auto port = test.start();
  RawClient stuck(port), half(port);
  stuck.send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n");
  half.send("GET /hello HT");
  REQUIRE(eventually([&] { return test.server.counters().bytes_sent > 65536; }));
  const auto begin = std::chrono::steady_clock::now();
  test.server.stop(1s);
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= 900ms);
  CHECK(took < 5s);
}

TEST_CASE("a thousand connections opened and dropped leave none behind") {
  ListenOptions options;
  options.io_threads = 2;
  TestServer test(options);
  const auto port = test.start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<RawClient>(port));
    if (i % 3 == 1) clients.back()->send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
    if (i % 3 == 2) clients.back()->send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nhalf");
    if (clients.size() == 200) clients.clear();
  }
  clients.clear();
  CHECK(test.all_closed());
  CHECK(test.server.counters().connections_total == 1000);
  RawClient client(port);
  CHECK(client.get("/hello").status == 200);
}

TEST_CASE("past the cap a connection hears 503 and is closed, until others have gone") {
  ListenOptions options;
  options.limits.connections = 2;
  TestServer test(options);
  const auto port = test.start();
  {
    RawClient first(port), second(port);
    CHECK(first.get("/hello").status == 200);
    CHECK(second.get("/hello").status == 200);
    RawClient third(port);
    const Answer refused = third.get("/hello");
    CHECK(refused.status == 503);
    CHECK(refused.header("connection") == "close");
    CHECK(refused.has("retry-after"));
    CHECK(third.closed_within(5s));
    CHECK(test.server.counters().refused_connections == 1);
  }
  REQUIRE(test.all_closed());
  CHECK(RawClient(port).get("/hello").status == 200);
}

TEST_CASE("an address that is taken is said to be") {
  TestServer first;
  ListenOptions options;
  options.port = first.start();
  Router router;
  caitu::base::Workers workers(1, 1);
  Server second(options, router, {}, workers);
  CHECK_THROWS_WITH(second.start(), Catch::Contains("in use"));
  options.host = "no such host";
  Server nowhere(options, router, {}, workers);
  CHECK_THROWS_AS(nowhere.start(), caitu::base::Error);
}

TEST_CASE("every answer is in one bucket of the latency histogram") {
  TestServer test;
  RawClient client(test.start());
  for (int i = 0; i < 10; ++i) client.get("/hello");
  const Counters& counters = test.server.counters();
  std::uint64_t sum = 0;
  for (const auto& bucket : counters.latency) sum += bucket;
  CHECK((sum == counters.requests_total || sum + 1 == counters.requests_total));
  CHECK(counters.bytes_sent > 10 * 100);
}
