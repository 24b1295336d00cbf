#pragma once

#include "http/detail/net.hpp"

#include <array>
#include <memory>
#include <span>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

namespace caitu::http::detail {

/// TLS over a socket that does not block, as the server's side. Its calls do what can be done at once; with
/// error would_block, the socket is to be waited for in the direction of `waits_for` and the call made again.
/// The loop's thread; the socket outlives it.
class TlsStream {
 public:
  TlsStream(ssl_ctx_st& context, Socket& socket);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  void handshake(ErrorCode& error);
  /// Whether the handshake failed because the client speaks plain HTTP.
  bool heard_http() const { return heard_http_; }
  std::size_t read_some(std::span<char> room, ErrorCode& error);
  std::size_t write_some(const std::array<net::const_buffer, 3>& pieces, ErrorCode& error);
  Socket::wait_type waits_for() const { return waits_for_; }
  /// Says that nothing more will come (close_notify), so that an answer whose end is that of the connection
  /// is known to be whole. Once, and only as far as it goes at once.
  void finish();

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  void fail(int result, ErrorCode& error);

  std::unique_ptr<ssl_st, Free> ssl_;
  Socket::wait_type waits_for_ = Socket::wait_read;
  std::vector<char> record_;  ///< short pieces are joined here, so that a head and its body make one record
  bool heard_http_ = false;
  bool done_ = false;  ///< nothing more can be said
};

}  // namespace caitu::http::detail
