#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

struct ssl_ctx_st;

namespace caitu::http {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM: the server's own first, then those that signed it
  std::filesystem::path key;          ///< PEM, without a passphrase
};

/// What a server needs to speak TLS: 1.2 with forward-secret AEAD suites, or 1.3; ALPN "http/1.1".
/// Thread-safe.
class Tls {
 public:
  /// Reads both files. Error(usage) names the file and what is wrong: missing, no PEM, encrypted, not of one
  /// pair. A certificate that is out of its time is taken, and the log says so.
  explicit Tls(TlsFiles files);

  /// Reads the files again: connections from now on get the new certificate. Errors as above; the old one
  /// stays then.
  void reload();
  /// What new connections get.
  std::shared_ptr<ssl_ctx_st> context() const;

 private:
  TlsFiles files_;
  std::atomic<std::shared_ptr<ssl_ctx_st>> context_;
};

}  // namespace caitu::http
