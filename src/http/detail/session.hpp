#pragma once

#include "http/detail/loop.hpp"

#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/detail/answer.hpp"
#include "http/detail/body_file.hpp"
#include "http/detail/request_reader.hpp"
#include "http/detail/shared.hpp"

namespace caitu::http::detail {

struct Leave {
  void operator()(std::atomic<std::uint64_t>* count) const { count->fetch_sub(1, std::memory_order_relaxed); }
};
/// A connection's place in the count of those like it.
using Place = std::unique_ptr<std::atomic<std::uint64_t>, Leave>;

/// What is still to be written, in up to three pieces that somebody else keeps.
class Outgoing {
 public:
  explicit Outgoing(std::string_view first, std::string_view second = {}, std::string_view third = {});
  const std::array<net::const_buffer, 3>& pieces() const { return pieces_; }
  void consume(std::size_t bytes);
  bool empty() const;

 private:
  std::array<net::const_buffer, 3> pieces_;
};

/// One connection: reads requests, has them answered in order, writes. A coroutine on its loop's thread;
/// while a worker has the request and the response, the coroutine waits and touches neither. TLS will stand
/// where `socket_` stands.
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
  Task<bool> read(std::chrono::seconds patience);
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
  Place place_;
  bool admitted_;
  Timer resume_;
  RequestReader reader_;

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
  bool expired_ = false;
  std::atomic<bool> cut_{false};  ///< workers look at it too
};

}  // namespace caitu::http::detail
