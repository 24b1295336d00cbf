// How a session comes to speak TLS, and reads it.
#include "http/detail/session.hpp"

namespace caitu::http::detail {

/// False when the client did not come to it in time, or speaks neither TLS nor HTTP.
Task<bool> Session::handshake() {
  idle_ = true;
  allow(shared_.options.limits.header_time);
  for (;;) {
    ErrorCode error;
    tls_->handshake(error);
    if (!error) co_return true;
    if (error != net::error::would_block) break;
    co_await socket_.async_wait(tls_->waits_for(), net::redirect_error(kAwait, error));
    if (error || over()) co_return false;
  }
  plain_on_tls_ = tls_->heard_http();
  tls_.reset();
  co_return plain_on_tls_;
}

Task<std::size_t> Session::read_tls(std::span<char> room, ErrorCode& error) {
  for (;;) {
    const std::size_t bytes = tls_->read_some(room, error);
    if (error != net::error::would_block) co_return bytes;
    co_await socket_.async_wait(tls_->waits_for(), net::redirect_error(kAwait, error));
    if (error || over()) co_return 0;
  }
}

}  // namespace caitu::http::detail
