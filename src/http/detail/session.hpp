#pragma once

#include "http/detail/loop.hpp"

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/detail/answer.hpp"
#include "http/detail/body_file.hpp"
#include "http/detail/outgoing.hpp"
#include "http/detail/request_reader.hpp"
#include "http/detail/shared.hpp"
#include "http/detail/tls_stream.hpp"

namespace caitu::http::detail {

struct Leave {
  void operator()(std::atomic<std::uint64_t>* count) const { count->fetch_sub(1, std::memory_order_relaxed); }
};
/// A connection's place in the count of those like it.
using Place = std::unique_ptr<std::atomic<std::uint64_t>, Leave>;

/// One connection: reads requests, has them answered in order, writes. A coroutine on its loop's thread;
/// while a worker has the request and the response, the coroutine waits and touches neither.
class Session final : public Watched {
 public:
  /// A connection that is not `admitted` hears 503 and is closed.
  Session(Shared& shared, std::shared_ptr<Loop> loop, Socket socket, Place place, bool admitted);
  ~Session();

  /// Starts a session; on its loop's thread. It lives until its connection ends.
  static void start(Shared& shared, std::shared_ptr<Loop> loop, Socket socket, Place place, bool admitted);

  void expire() override;
  void cut() override;

 private:
  Task<> run();
  Task<bool> handshake();
  Task<bool> read(std::chrono::seconds patience);
  Task<std::size_t> read_tls(std::span<char> room, ErrorCode& error);
  Task<bool> send_continue();
  std::uint64_t locate();
  bool body_to_file() const;
  Task<bool> keep_body(bool whole);
  void keep_now(bool whole);

  Task<bool> answer();
  bool respond();
  Response no_route() const;
  void finish(bool ready);
  void busy(bool ready);
  bool streams() const;

  Task<bool> send();
  Task<bool> send_stream();
  Task<bool> pull();
  void pull_now();

  Task<bool> on_worker(const std::function<void()>& work);
  Task<bool> surely_on_worker(const std::function<void()>& work);
  Task<bool> write(Outgoing outgoing);
  Task<> linger();
  void reset_connection();
  void allow(std::chrono::seconds time);
  bool over() const { return expired_ || cut_; }

  Shared& shared_;
  std::shared_ptr<Loop> loop_;  ///< shared with tasks on workers, whose last act is to post to it
  Socket socket_;
  std::unique_ptr<TlsStream> tls_;  ///< null: the socket's bytes are HTTP's own
  Place place_;
  bool admitted_;
  Timer resume_;
  RequestReader reader_;

  std::string peer_;
  Request request_;
  Match match_;
  bool well_addressed_ = false;
  std::optional<BodyFile> body_file_;
  std::optional<Response> early_;  ///< the answer to a request whose body is not taken
  Response response_;
  Representation representation_;
  std::string head_, chunk_;
  bool more_chunks_ = false;
  std::exception_ptr chunk_failure_;

  Clock::time_point started_;
  bool keep_alive_ = true;
  bool plain_on_tls_ = false;
  bool expired_ = false;
  std::atomic<bool> cut_{false};  ///< workers look at it too
};

}  // namespace caitu::http::detail
