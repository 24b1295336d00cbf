#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "http/raw_client.hpp"
#include "http/test_server.hpp"

using namespace caitu;
using namespace caitu::http;

namespace {

constexpr std::uint64_t kLimit = 8 << 20;

/// A server with a route whose body goes to a file, larger than what goes to memory.
struct Uploads {
  Uploads() : server(small_bodies()) {
    auto to_file = std::make_shared<BodyToFile>();
    to_file->folder = folder;
    to_file->limit = kLimit;
    to_file->admit = [](const Request& request, const PathValues&) -> std::optional<Response> {
      if (request.header("authorization") == "yes") return {};
      return text_response(401, "text/plain", "who?");
    };
    Route route{Method::post, "/uploads", "", nullptr, nullptr, to_file};
    route.handle = [this](const Request& request, const PathValues&) {
      if (!request.file) return text_response(500, "text/plain", "no file");
      if (request.parameter("keep")) std::filesystem::rename(request.file->path, folder / "kept");
      return text_response(201, "text/plain",
                           std::to_string(request.file->bytes) + " " + request.file->sha256);
    };
    server.router.add(std::move(route));
    port = server.start();
  }
  ~Uploads() { std::filesystem::remove_all(folder); }

  static ListenOptions small_bodies() {
    ListenOptions options;
    options.limits.body_bytes = 1000;
    return options;
  }
  std::size_t files() const {
    std::size_t count = 0;
    if (!std::filesystem::exists(folder)) return 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
    return count;
  }

  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("caitu-bodies-" + base::random_id());
  TestServer server;
  std::uint16_t port = 0;
};

std::string head(const std::string& framing, const std::string& path = "/uploads") {
  return "POST " + path + " HTTP/1.1\r\nHost: test\r\nAuthorization: yes\r\n" + framing + "\r\n\r\n";
}

std::string told(const std::string& body) {
  return std::to_string(body.size()) + " " + base::hex(base::sha256(body));
}

std::string some_bytes(std::size_t count) {
  std::string bytes(count, ' ');
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i * i >> 7);
  return bytes;
}

}  // namespace

TEST_CASE("a body that goes to a file comes whole, with its digest, and may be larger than one in memory") {
  const Uploads uploads;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{900}, std::size_t{5 << 20}}) {
    const std::string body = some_bytes(size);
    RawClient client(uploads.port);
    client.send(head("Content-Length: " + std::to_string(size)) + body);
    const Answer answer = client.read();
    CHECK(answer.status == 201);
    CHECK(answer.body == told(body));
    client.send(head("Content-Length: 3") + "abc");
    CHECK(client.read().body == told("abc"));  // the connection is kept
  }
  CHECK(eventually([&] { return uploads.files() == 0; }));
}

TEST_CASE("a chunked body goes to a file too, and a handler keeps it by moving it away") {
  const Uploads uploads;
  const std::string piece = some_bytes(100'000);
  RawClient client(uploads.port);
  client.send(head("Transfer-Encoding: chunked", "/uploads?keep=1"));
  std::string whole;
  for (int i = 0; i < 30; ++i) {
    client.send("186a0\r\n" + piece + "\r\n");
    whole += piece;
  }
  client.send("0\r\n\r\n");
  CHECK(client.read().body == told(whole));
  std::ifstream in(uploads.folder / "kept", std::ios::binary);
  std::stringstream kept;
  kept << in.rdbuf();
  CHECK(kept.str() == whole);
  CHECK(eventually([&] { return uploads.files() == 1; }));
}

TEST_CASE("a body past the route's limit is refused by its length at once, or as it grows") {
  const Uploads uploads;
  RawClient declared(uploads.port);
  declared.send(head("Content-Length: " + std::to_string(kLimit + 1)));
  CHECK(declared.read().status == 413);
  RawClient growing(uploads.port);
  growing.send(head("Transfer-Encoding: chunked"));
  const std::string chunk = "100000\r\n" + some_bytes(1 << 20) + "\r\n";
  for (int i = 0; i < 9 && growing.send(chunk); ++i) continue;
  CHECK(growing.read().status == 413);
  CHECK(eventually([&] { return uploads.files() == 0; }));
  // Other routes keep their own limit.
  RawClient echo(uploads.port);
  echo.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1001\r\n\r\n");
  CHECK(echo.read().status == 413);
}

TEST_CASE("who may not send is told so before the body comes, and nothing is kept") {
  const Uploads uploads;
  RawClient client(uploads.port);
  client.send(
      "POST /uploads HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n");
  const Answer answer = client.read();
  CHECK(answer.status == 401);
  CHECK(answer.body == "who?");
  CHECK(answer.header("connection") == "close");
  CHECK(uploads.files() == 0);
}

TEST_CASE("a client that may send and asks first is told to go on") {
  const Uploads uploads;
  RawClient client(uploads.port);
  client.send(head("Expect: 100-continue\r\nContent-Length: 3"));
  CHECK(client.read().status == 100);
  client.send("abc");
  CHECK(client.read().body == told("abc"));
}

TEST_CASE("a client that leaves in the middle leaves no file") {
  Uploads uploads;
  RawClient client(uploads.port);
  client.send(head("Content-Length: 5000000") + some_bytes(3'000'000));
  CHECK(eventually([&] { return uploads.files() == 1; }));
  client.close();
  CHECK(eventually([&] { return uploads.files() == 0; }));
  CHECK(uploads.server.all_closed());
}

TEST_CASE("a disk without room is said to be one: 507") {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const Uploads uploads;
  const rlimit small{2 << 20, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  RawClient client(uploads.port);
  client.send(head("Content-Length: 5000000") + some_bytes(5'000'000));
  CHECK(client.read().status == 507);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  CHECK(eventually([&] { return uploads.files() == 0; }));
}
