#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "support/temp_folder.hpp"

namespace caitu::http {

/// Certificates of a test, made by the openssl program in a folder that goes with it.
struct Certificates {
  /// NAME.crt, signed by itself for 127.0.0.1, and NAME.key.
  void make(const std::string& name) const {
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=" + name +
        " -addext subjectAltName=IP:127.0.0.1 -keyout " + path(name + ".key") + " -out " +
        path(name + ".crt"));
  }
  std::string path(const std::string& file) const { return (folder / file).string(); }
  static void run(const std::string& command) {
    INFO(command);
    REQUIRE(std::system((command + " >/dev/null 2>&1").c_str()) == 0);
  }

  test::TempFolder folder;
};

/// What a client asks of TLS.
struct TlsWishes {
  int min_version = TLS1_2_VERSION, max_version = TLS1_3_VERSION;
  std::string ciphers = {};
  std::string_view alpn = {};  ///< as it goes over the wire: "\x02h2"
};

/// A connection that speaks TLS to a port of this machine and believes any certificate. One thread.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, const TlsWishes& wishes = {}) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL says goodbye even to who has gone
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context_.get(),
                               0);  // or OpenSSL itself would refuse what the server is to refuse
    SSL_CTX_set_min_proto_version(context_.get(), wishes.min_version);
    SSL_CTX_set_max_proto_version(context_.get(), wishes.max_version);
    if (!wishes.ciphers.empty())
      REQUIRE(SSL_CTX_set_cipher_list(context_.get(), wishes.ciphers.c_str()) == 1);
    if (!wishes.alpn.empty())
      SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(wishes.alpn.data()),
                              static_cast<unsigned>(wishes.alpn.size()));
    bio_.reset(BIO_new_ssl_connect(context_.get()));
    BIO_get_ssl(bio_.get(), &ssl_);
    SSL_set_mode(ssl_, SSL_MODE_AUTO_RETRY);
    BIO_set_conn_hostname(bio_.get(), ("127.0.0.1:" + std::to_string(port)).c_str());
    ERR_clear_error();
    shaken_ = BIO_do_connect(bio_.get()) == 1 && BIO_do_handshake(bio_.get()) == 1;
  }

  bool shaken() const { return shaken_; }
  std::string version() const { return SSL_get_version(ssl_); }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_, &name, &length);
    return {reinterpret_cast<const char*>(name), length};
  }
  /// The common name of the server's certificate.
  std::string server_name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(ssl_), X509_free);
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof(name));
    return name;
  }

  bool send(std::string_view bytes) {
    std::size_t sent = 0;
    return SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent) == 1 && sent == bytes.size();
  }
  /// All that comes until the server ends the connection; `whole` says whether it said so (close_notify).
  std::string read_rest(bool* whole = nullptr) {
    std::string all;
    char bytes[16384];
    std::size_t got = 0;
    while (SSL_read_ex(ssl_, bytes, sizeof(bytes), &got) == 1) all.append(bytes, got);
    if (whole != nullptr) *whole = (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
    return all;
  }
  /// One answer with a Content-Length, head and body.
  std::string get(const std::string& path) {
    if (!send("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n")) return {};
    std::string all;
    char bytes[16384];
    std::size_t got = 0;
    while (!whole(all) && SSL_read_ex(ssl_, bytes, sizeof(bytes), &got) == 1) all.append(bytes, got);
    return all;
  }

 private:
  static bool whole(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n"), length = answer.find("Content-Length: ");
    return end != std::string::npos && length != std::string::npos &&
           answer.size() >= end + 4 + std::stoul(answer.substr(length + 16));
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  std::unique_ptr<BIO, decltype(&BIO_free_all)> bio_{nullptr, BIO_free_all};
  SSL* ssl_ = nullptr;
  bool shaken_ = false;
};

}  // namespace caitu::http
