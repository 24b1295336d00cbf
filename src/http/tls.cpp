#include "http/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"

namespace caitu::http {
namespace {

using base::Code;
using base::Error;
using base::Where;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

/// TLS 1.2: forward secrecy and authenticated encryption only. Those of 1.3 are OpenSSL's own.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
/// The one protocol spoken, as ALPN writes it (RFC 7301): its length and its name.
constexpr std::string_view kProtocol = "\x08http/1.1";

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& sentence,
                       const std::string& hint) {
  throw Error(Code::usage, sentence, Where{.file = file.string()}, hint);
}

std::string reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "OpenSSL does not say why" : text;
}

Bio open_file(const std::filesystem::path& file, const char* what) {
  Bio bio(std::filesystem::is_directory(file) ? nullptr : BIO_new_file(file.c_str(), "r"));
  if (!bio)
    fail(file, std::string("the ") + what + " cannot be read", "name a PEM file that this user may read");
  return bio;
}

/// Notes that a passphrase was wanted, and gives none.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Key read_key(const std::filesystem::path& file) {
  const Bio bio = open_file(file, "key");
  bool encrypted = false;
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &encrypted));
  if (encrypted) {
    fail(file, "the key is encrypted with a passphrase, which a server has nobody to ask for",
         "openssl pkey -in KEY -out KEY.open, readable by the server's user alone");
  }
  if (!key)
    fail(file, "this holds no private key in PEM form (" + reason() + ")", "name the certificate's key");
  return key;
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned offered_length, void*) {
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_length, reinterpret_cast<const unsigned char*>(kProtocol.data()),
                            static_cast<unsigned>(kProtocol.size()), offered, offered_length);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void note_validity(const SSL_CTX& context, const std::filesystem::path& file) {
  const X509* certificate = SSL_CTX_get0_certificate(&context);
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
    spdlog::warn("{}: this certificate has expired", file.string());
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
    spdlog::warn("{}: this certificate is not valid yet", file.string());
}

std::shared_ptr<SSL_CTX> read(const TlsFiles& files) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) throw Error(Code::internal, "OpenSSL gives no TLS context: " + reason());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context.get(), kCiphers);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  open_file(files.certificate, "certificate");
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
    fail(files.certificate, "this certificate cannot be used: " + reason(), "name a chain in PEM form");
  const Key key = read_key(files.key);
  if (X509_check_private_key(SSL_CTX_get0_certificate(context.get()), key.get()) != 1) {
    fail(files.key, "this key is not that of the certificate " + files.certificate.string(),
         "name the key that the certificate was asked for with");
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
    fail(files.key, "this key cannot be used: " + reason(), "RSA of 2048 bits or more, or an elliptic curve");
  note_validity(*context, files.certificate);
  return context;
}

}  // namespace

Tls::Tls(TlsFiles files) : files_(std::move(files)), context_(read(files_)) {}
void Tls::reload() { context_ = read(files_); }
std::shared_ptr<ssl_ctx_st> Tls::context() const { return context_; }

}  // namespace caitu::http
