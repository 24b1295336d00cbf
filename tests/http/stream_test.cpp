#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "http/raw_client.hpp"
#include "http/test_server.hpp"

using namespace caitu::http;
using namespace std::chrono_literals;

namespace {

/// `count` pieces "0\n", "1\n", … with an empty one before each.
ChunkSource numbers(int count) {
  return [count, next = 0, empty = true](std::string& chunk) mutable {
    empty = !empty;
    if (!empty) return true;
    chunk = std::to_string(next++) + "\n";
    return next < count;
  };
}

std::string joined(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += std::to_string(i) + "\n";
  return all;
}

Response streamed(ChunkSource source) {
  Response response;
  response.set("Content-Type", "application/geo+json");
  response.etag = "s";
  response.chunks = std::move(source);
  return response;
}

}  // namespace

TEST_CASE("chunks arrive in order and the connection goes on") {
  TestServer test;
  test.get("/numbers", [] { return streamed(numbers(500)); });
  test.fast("/fast", [] { return streamed(numbers(3)); });
  test.get("/none", [] { return streamed([](std::string&) { return false; }); });
  RawClient client(test.start());
  for (int i = 0; i < 2; ++i) {
    const Answer answer = client.get("/numbers", "Accept-Encoding: gzip\r\n");
    CHECK(answer.header("transfer-encoding") == "chunked");
    CHECK_FALSE(answer.has("content-length"));
    CHECK(answer.header("etag") == "\"s\"");
    CHECK(answer.body == joined(500));
    CHECK(client.get("/fast").body == joined(3));
    const Answer none = client.get("/none");
    CHECK(none.status == 200);
    CHECK(none.body.empty());
    CHECK(client.get("/numbers", "If-None-Match: \"s\"\r\n").status == 304);
  }
}

TEST_CASE("an HTTP/1.0 client gets a stream that the end of the connection ends") {
  TestServer test;
  test.get("/numbers", [] { return streamed(numbers(100)); });
  RawClient client(test.start());
  client.send("GET /numbers HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string all = client.read_rest();
  CHECK(all.find("Transfer-Encoding") == std::string::npos);
  CHECK(all.find("Connection: close") != std::string::npos);
  CHECK(all.ends_with("\r\n\r\n" + joined(100)));
  CHECK_FALSE(client.was_reset());
}

TEST_CASE("a source that fails before its first piece is answered by an error") {
  TestServer test;
  test.get("/fails", [] {
    return streamed(
        [](std::string&) -> bool { throw caitu::base::Error(caitu::base::Code::invalid, "at once"); });
  });
  RawClient client(test.start());
  const Answer answer = client.get("/fails");
  CHECK(answer.status == 400);
  CHECK(answer.body == "/fails: at once");
  CHECK_FALSE(answer.has("etag"));
}

TEST_CASE("a source that fails midway cuts the connection, so that half never looks whole") {
  TestServer test;
  test.get("/fails", [] {
    return streamed([sent = 0](std::string& chunk) mutable -> bool {
      if (++sent == 3) throw std::runtime_error("the disk is gone");
      chunk = "piece";
      return true;
    });
  });
  const auto port = test.start();
  RawClient client(port);
  CHECK(client.get("/fails").status == 0);
  CHECK(client.was_reset());
  RawClient old(port);
  old.send("GET /fails HTTP/1.0\r\n\r\n");
  old.read_rest();
  CHECK(old.was_reset());
  CHECK(test.all_closed());
}

TEST_CASE("the source is dropped when the client goes away") {
  TestServer test(TestServer::hasty());
  const auto kept = std::make_shared<int>(0);
  std::atomic<int> pulls{0};
  test.get("/endless", [&, kept] {
    return streamed([&, kept](std::string& chunk) {
      ++pulls;
      chunk.assign(65536, 'x');
      return true;
    });
  });
  {
    RawClient client(test.start());
    client.send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n");
    REQUIRE(eventually([&] { return pulls > 2; }));
    CHECK(kept.use_count() >= 3);
  }
  CHECK(test.all_closed());
  CHECK(kept.use_count() == 2);
}

TEST_CASE("a stream under way waits for its place in a full queue") {
  TestServer test({}, 1, 1);
  std::atomic<bool> begun{false};
  test.get("/numbers", [&] {
    return streamed([source = numbers(2000), &begun](std::string& chunk) {
      begun = true;
      std::this_thread::sleep_for(100us);
      return source(chunk);
    });
  });
  RawClient reader(test.start());
  reader.send("GET /numbers HTTP/1.1\r\nHost: t\r\n\r\n");
  REQUIRE(eventually([&] { return begun.load(); }));
  Gate gate;
  test.workers.submit([&] { gate.wait(); });
  gate.until_waiting(1);
  test.workers.try_submit([] {});
  CHECK(test.workers.queued() == 1);
  std::this_thread::sleep_for(50ms);
  gate.open();
  CHECK(reader.read().body == joined(2000));
}
