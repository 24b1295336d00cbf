#include "http/detail/tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <new>

namespace caitu::http::detail {
namespace {

/// The most that one record carries (RFC 8446 §5.1).
constexpr std::size_t kRecordBytes = 16384;

Socket& socket_of(BIO* bio) { return *static_cast<Socket*>(BIO_get_data(bio)); }

/// How many bytes went through, or -1 with the flag to try again set when none could now.
int outcome(BIO* bio, std::size_t bytes, const ErrorCode& error, int retry) {
  BIO_clear_retry_flags(bio);
  if (!error) return static_cast<int>(bytes);
  if (error == net::error::would_block || error == net::error::try_again)
    BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
  return -1;
}

int read_socket(BIO* bio, char* data, int size) {
  ErrorCode error;
  const std::size_t bytes =
      socket_of(bio).read_some(net::buffer(data, static_cast<std::size_t>(size)), error);
  return outcome(bio, bytes, error, BIO_FLAGS_READ);
}

int write_socket(BIO* bio, const char* data, int size) {
  ErrorCode error;
  const std::size_t bytes =
      socket_of(bio).write_some(net::buffer(data, static_cast<std::size_t>(size)), error);
  return outcome(bio, bytes, error, BIO_FLAGS_WRITE);
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

/// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a client that goes away would end the program.
const BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "asio socket");
    if (made == nullptr) throw std::bad_alloc();
    BIO_meth_set_read(made, read_socket);
    BIO_meth_set_write(made, write_socket);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

}  // namespace

void TlsStream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(ssl_ctx_st& context, Socket& socket) : ssl_(SSL_new(&context)) {
  BIO* bio = BIO_new(socket_method());
  if (!ssl_ || bio == nullptr) {
    BIO_free(bio);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsStream::~TlsStream() = default;

/// Turns the outcome of a call that did nothing into would_block, eof or a fault.
void TlsStream::fail(int result, ErrorCode& error) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      waits_for_ = Socket::wait_read;
      error = net::error::would_block;
      return;
    case SSL_ERROR_WANT_WRITE:
      waits_for_ = Socket::wait_write;
      error = net::error::would_block;
      return;
    case SSL_ERROR_ZERO_RETURN:
      error = net::error::eof;
      return;
    default:
      heard_http_ = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_HTTP_REQUEST;
      error = net::error::connection_aborted;
      done_ = true;
  }
}

void TlsStream::handshake(ErrorCode& error) {
  ERR_clear_error();
  error = {};
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) fail(result, error);
}

std::size_t TlsStream::read_some(std::span<char> room, ErrorCode& error) {
  ERR_clear_error();
  error = {};
  std::size_t bytes = 0;
  const int result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &bytes);
  if (result != 1) fail(result, error);
  return bytes;
}

std::size_t TlsStream::write_some(const std::array<net::const_buffer, 3>& pieces, ErrorCode& error) {
  ERR_clear_error();
  error = {};
  const auto first =
      std::find_if(pieces.begin(), pieces.end(), [](const auto& piece) { return piece.size() > 0; });
  if (first == pieces.end()) return 0;
  // A call that is made again meets the same bytes here, as OpenSSL wants it.
  const void* data = first->data();
  std::size_t size = std::min(first->size(), kRecordBytes);
  if (first->size() < kRecordBytes) {
    record_.resize(kRecordBytes);
    size = net::buffer_copy(net::buffer(record_), pieces);
    data = record_.data();
  }
  std::size_t bytes = 0;
  const int result = SSL_write_ex(ssl_.get(), data, size, &bytes);
  if (result != 1) fail(result, error);
  return bytes;
}

void TlsStream::finish() {
  if (done_ || SSL_is_init_finished(ssl_.get()) != 1) return;
  done_ = true;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

}  // namespace caitu::http::detail
