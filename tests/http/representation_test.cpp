#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "http/raw_client.hpp"
#include "http/test_server.hpp"

using namespace caitu::http;

namespace {

constexpr char kGzip[] = "Accept-Encoding: gzip\r\n";
const std::string kText(5000, 'x');

Response tagged(const std::string& type) {
  Response response = text_response(200, type, kText);
  response.etag = "abc";
  response.set("Cache-Control", "max-age=60");
  return response;
}

}  // namespace

TEST_CASE("a body worth it is gzipped for those who take it, under a tag of its own") {
  TestServer test;
  test.get("/worker", [] { return tagged("application/geo+json"); });
  test.fast("/fast", [] { return tagged("application/geo+json"); });
  RawClient client(test.start());
  for (const char* path : {"/worker", "/fast"}) {
    const Answer plain = client.get(path);
    CHECK(plain.body == kText);
    CHECK(plain.header("etag") == "\"abc\"");
    CHECK(plain.header("vary") == "Accept-Encoding");
    CHECK_FALSE(plain.has("content-encoding"));
    const Answer packed = client.get(path, kGzip);
    CHECK(packed.header("content-encoding") == "gzip");
    CHECK(packed.header("etag") == "\"abc-gzip\"");
    CHECK(packed.header("vary") == "Accept-Encoding");
    CHECK(packed.body.size() < kText.size() / 10);
    CHECK(caitu::base::gunzip(packed.body, 1 << 20) == kText);
    client.send(std::string("HEAD ") + path + " HTTP/1.1\r\nHost: t\r\n" + kGzip + "\r\n");
    CHECK(client.read(true).header("content-length") == std::to_string(packed.body.size()));
  }
}

TEST_CASE("small bodies, packed types and bodies encoded already go out as they are") {
  TestServer test;
  test.get("/small", [] { return text_response(200, "text/plain", std::string(511, 'x')); });
  test.get("/png", [] { return tagged("image/png"); });
  test.get("/encoded", [] {
    Response response = tagged("text/plain");
    response.set("Content-Encoding", "br");
    return response;
  });
  test.get("/noise", [] { return text_response(200, "text/plain", caitu::base::random_bytes(1000)); });
  RawClient client(test.start());
  for (const char* path : {"/small", "/png", "/encoded"}) {
    INFO(path);
    const Answer answer = client.get(path, kGzip);
    CHECK(answer.header("content-encoding") != "gzip");
    CHECK_FALSE(answer.has("vary"));
  }
  const Answer noise = client.get("/noise", kGzip);
  CHECK_FALSE(noise.has("content-encoding"));
  CHECK(noise.body.size() == 1000);
}

TEST_CASE("bytes that are gzipped ready are sent as they are, and unpacked for who cannot take them") {
  TestServer test;
  const auto packed = std::make_shared<const std::string>(caitu::base::gzip(kText));
  test.fast("/tile", [packed] {
    Response response;
    response.set("Content-Type", "application/vnd.mapbox-vector-tile");
    response.set("Vary", "Origin");
    response.gzip_body = packed;
    response.etag = "t";
    return response;
  });
  test.get("/damaged", [] {
    Response response;
    response.gzip_body = std::make_shared<const std::string>("no gzip");
    return response;
  });
  RawClient client(test.start());
  const Answer ready = client.get("/tile", kGzip);
  CHECK(ready.body == *packed);
  CHECK(ready.header("vary") == "Origin, Accept-Encoding");
  const Answer plain = client.get("/tile");
  CHECK(plain.body == kText);
  CHECK(plain.header("etag") == "\"t\"");
  CHECK(client.get("/damaged", kGzip).body == "no gzip");
  CHECK(client.get("/damaged").status == 500);
}

TEST_CASE("a tag that the client holds is answered by 304, each encoding by its own") {
  TestServer test;
  test.get("/worker", [] { return tagged("text/plain"); });
  test.fast("/fast", [] { return tagged("text/plain"); });
  RawClient client(test.start());
  const std::tuple<const char*, const char*, const char*> table[] = {
      {"", "\"abc\"", "\"abc\""},
      {"", "W/\"abc\"", "\"abc\""},
      {"", "\"x\", \"abc\"", "\"abc\""},
      {"", "*", "\"abc\""},
      {kGzip, "\"abc-gzip\"", "\"abc-gzip\""},
      {kGzip, "*", "\"abc-gzip\""},
      {kGzip, "\"abc\"", "\"abc\""},
      {kGzip, "\"abc\", \"abc-gzip\"", "\"abc-gzip\""}};
  for (const char* path : {"/worker", "/fast"}) {
    for (const auto& [encoding, known, expected] : table) {
      INFO(path << " " << encoding << known);
      const Answer answer = client.get(path, encoding + std::string("If-None-Match: ") + known + "\r\n");
      CHECK(answer.status == 304);
      CHECK(answer.header("etag") == expected);
      CHECK(answer.header("vary") == "Accept-Encoding");
      CHECK(answer.header("cache-control") == "max-age=60");
      for (const char* absent : {"content-length", "content-type", "content-encoding"})
        CHECK_FALSE(answer.has(absent));
    }
    CHECK(client.get(path, "If-None-Match: \"abc-gzip\"\r\n").status == 200);
    CHECK(client.get(path, "If-None-Match: \"abcd\"\r\n").status == 200);
  }
}

TEST_CASE("only a successful read is answered by 304") {
  TestServer test;
  test.get("/error", [] {
    Response response = tagged("text/plain");
    response.status = 404;
    return response;
  });
  test.router.add(
      {Method::post, "/made", "", [](const Request&, const PathValues&) { return tagged("text/plain"); }});
  RawClient client(test.start());
  CHECK(client.get("/error", "If-None-Match: \"abc\"\r\n").status == 404);
  client.send("POST /made HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\nIf-None-Match: \"abc\"\r\n\r\n");
  CHECK(client.read().status == 200);
}

TEST_CASE("an answer of 204 has no body and no length") {
  TestServer test;
  test.get("/empty", [] {
    Response response = text_response(204, "text/plain", "dropped");
    response.etag = "e";
    return response;
  });
  RawClient client(test.start());
  for (int i = 0; i < 2; ++i) {
    const Answer answer = client.get("/empty", kGzip);
    CHECK(answer.status == 204);
    CHECK(answer.header("etag") == "\"e\"");
    CHECK_FALSE(answer.has("content-length"));
  }
}
