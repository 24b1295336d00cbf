#include "http/tls.hpp"

#include <fstream>

#include "http/raw_client.hpp"
#include "http/test_server.hpp"
#include "http/tls_client.hpp"

using namespace caitu;
using namespace caitu::http;
using namespace std::chrono_literals;

namespace {

/// A server that speaks TLS with a certificate of its own.
struct Secured {
  explicit Secured(ListenOptions options = {}) : test(with_tls(std::move(options))) {}

  ListenOptions with_tls(ListenOptions options) {
    certificates.make("first");
    tls = std::make_shared<Tls>(TlsFiles{certificates.path("first.crt"), certificates.path("first.key")});
    options.tls = tls;
    return options;
  }

  Certificates certificates;
  std::shared_ptr<Tls> tls;
  TestServer test;
};

std::string refusal(const Certificates& files, const std::string& certificate, const std::string& key) {
  try {
    const Tls tls({files.path(certificate), files.path(key)});
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::usage);
    return error.full();
  }
  return "";
}

}  // namespace

TEST_CASE("one connection carries many requests over TLS 1.3 and 1.2, with their client as secure") {
  Secured secured;
  secured.test.router.add({Method::get, "/scheme", "", [](const Request& request, const PathValues&) {
                             return text_response(200, "text/plain", request.secure ? "https" : "http");
                           }});
  const auto port = secured.test.start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(port, {.min_version = version, .max_version = version});
    REQUIRE(client.shaken());
    for (int i = 0; i < 20; ++i) CHECK_THAT(client.get("/hello"), Catch::EndsWith("\r\n\r\nhello"));
    CHECK_THAT(client.get("/scheme"), Catch::EndsWith("https"));
  }
  CHECK(secured.test.server.counters().connections_total == 2);
}

TEST_CASE("large bodies go both ways over TLS, whatever their pieces") {
  Secured secured;
  std::string body(5'000'001, 'x');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * 31 % 26);
  for (const std::size_t size : {16383u, 16384u, 16385u}) {
    secured.test.get(("/" + std::to_string(size)).c_str(),
                     [&body, size] { return text_response(200, "image/png", body.substr(0, size)); });
  }
  const auto port = secured.test.start();
  TlsClient client(port);
  for (const std::size_t size : {16383u, 16384u, 16385u}) {
    CHECK(client.get("/" + std::to_string(size)).ends_with("\r\n\r\n" + body.substr(0, size)));
  }
  REQUIRE(client.send("POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body));
  CHECK(client.read_rest().ends_with("\r\n\r\n" + body));
}

TEST_CASE("TLS before 1.2, suites without forward secrecy and protocols other than HTTP/1.1 are refused") {
  Secured secured;
  const auto port = secured.test.start();
  CHECK_FALSE(TlsClient(port, {.min_version = TLS1_VERSION, .max_version = TLS1_1_VERSION}).shaken());
  CHECK_FALSE(TlsClient(port, {.max_version = TLS1_2_VERSION,
                               .ciphers = "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256"})
                  .shaken());
  CHECK(
      TlsClient(port, {.max_version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"}).shaken());
  CHECK_FALSE(TlsClient(port, {.alpn = "\x02h2"}).shaken());
  const TlsClient both(port, {.alpn = "\x02h2\x08http/1.1"});
  CHECK(both.shaken());
  CHECK(both.protocol() == "http/1.1");
}

TEST_CASE("who speaks plain HTTP to TLS hears 400, and anything else is closed") {
  Secured secured;
  const auto port = secured.test.start();
  RawClient plain(port);
  const Answer answer = plain.get("/hello");
  CHECK(answer.status == 400);
  CHECK_THAT(answer.body, Catch::Contains("https"));
  CHECK(plain.closed_within(5s));
  RawClient garbage(port);
  garbage.send("SSH-2.0-OpenSSH_9.2\r\n");
  garbage.read_rest();
  CHECK(secured.test.all_closed());
  CHECK_THAT(TlsClient(port).get("/hello"), Catch::EndsWith("hello"));
}

TEST_CASE("a handshake that is not finished in time is closed") {
  Secured secured(TestServer::hasty());
  const auto port = secured.test.start();
  RawClient silent(port), half(port);
  half.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  CHECK(silent.closed_within(5s));
  half.read_rest();
  CHECK(secured.test.all_closed());
}

TEST_CASE("a server that stops waits for no handshake, and for a request in flight over TLS") {
  Secured secured;
  Gate gate;
  secured.test.get("/held", [&gate] {
    gate.wait();
    return text_response(200, "text/plain", "held");
  });
  const auto port = secured.test.start();
  RawClient half(port);
  half.send("\x16");
  TlsClient client(port);
  client.send("GET /held HTTP/1.1\r\nHost: t\r\n\r\n");
  gate.until_waiting(1);
  std::thread opener([&] {
    half.read_rest();
    gate.open();
  });
  secured.test.server.stop(600s);
  opener.join();
  bool whole = false;
  CHECK_THAT(client.read_rest(&whole), Catch::EndsWith("held"));
  CHECK(whole);
}

TEST_CASE("an answer that ends with its connection says so when it is whole, and not when it was cut") {
  Secured secured;
  for (const bool breaks : {false, true}) {
    secured.test.get(breaks ? "/cut" : "/whole", [breaks] {
      Response response;
      response.chunks = [breaks, count = 0](std::string& chunk) mutable {
        if (breaks && count == 3) throw std::runtime_error("broken");
        chunk = "piece\n";
        return ++count < 5;
      };
      return response;
    });
  }
  const auto port = secured.test.start();
  for (const bool breaks : {false, true}) {
    TlsClient client(port);
    client.send(std::string("GET ") + (breaks ? "/cut" : "/whole") + " HTTP/1.0\r\n\r\n");
    bool whole = false;
    const std::string got = client.read_rest(&whole);
    CHECK(whole == !breaks);
    CHECK(got.ends_with("piece\n"));
  }
}

TEST_CASE("a certificate read again serves new connections; one that cannot be used leaves the old") {
  Secured secured;
  const auto& files = secured.certificates;
  const auto port = secured.test.start();
  TlsClient old(port);
  REQUIRE(old.server_name() == "first");
  files.make("second");
  std::filesystem::rename(files.path("second.crt"), files.path("first.crt"));
  CHECK_THROWS_AS(secured.tls->reload(), base::Error);  // the key is the old one's still
  CHECK(TlsClient(port).server_name() == "first");
  std::filesystem::rename(files.path("second.key"), files.path("first.key"));
  secured.tls->reload();
  CHECK(TlsClient(port).server_name() == "second");
  CHECK_THAT(old.get("/hello"), Catch::EndsWith("hello"));
  std::ofstream(files.path("first.crt")) << "nothing";
  CHECK_THROWS_AS(secured.tls->reload(), base::Error);
  CHECK_THAT(TlsClient(port).get("/hello"), Catch::EndsWith("hello"));
}

TEST_CASE("what is wrong with the files is said of the file") {
  const Certificates files;
  files.make("one");
  files.make("two");
  Certificates::run("openssl pkey -aes256 -passout pass:secret -in " + files.path("one.key") + " -out " +
                    files.path("locked.key"));
  std::ofstream(files.path("text.crt")) << "no certificate\n";
  CHECK_THAT(refusal(files, "none.crt", "one.key"),
             Catch::Contains("none.crt") && Catch::Contains("cannot be read"));
  CHECK_THAT(refusal(files, "one.crt", "none.key"),
             Catch::Contains("none.key") && Catch::Contains("cannot be read"));
  CHECK_THAT(refusal(files, "", "one.key"), Catch::Contains("cannot be read"));
  CHECK_THAT(refusal(files, "text.crt", "one.key"), Catch::Contains("text.crt"));
  CHECK_THAT(refusal(files, "one.crt", "one.crt"), Catch::Contains("no private key"));
  CHECK_THAT(refusal(files, "one.crt", "two.key"),
             Catch::Contains("two.key") && Catch::Contains("not that of the certificate"));
  CHECK_THAT(refusal(files, "one.crt", "locked.key"), Catch::Contains("passphrase"));
  CHECK(refusal(files, "one.crt", "one.key").empty());
}

TEST_CASE("curl fetches over TLS from a certificate that it was told to trust") {
  Secured secured;
  const auto port = secured.test.start();
  const std::string address = "https://127.0.0.1:" + std::to_string(port) + "/hello";
  const std::string out = secured.certificates.path("out");
  Certificates::run("curl --fail --silent --cacert " + secured.certificates.path("first.crt") + " --output " +
                    out + " " + address);
  std::ifstream file(out);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "hello");
}
