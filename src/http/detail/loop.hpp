#pragma once

#include "http/detail/net.hpp"

#include <boost/intrusive/list.hpp>
#include <ctime>
#include <string>
#include <string_view>

namespace caitu::http::detail {

/// What a loop watches: a connection that may not wait for ever. Leaves its loop's list when it ends. The
/// loop's thread.
class Watched
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  /// The deadline has passed: wakes what waits on the socket.
  virtual void expire() = 0;
  /// The server stops: likewise, and nothing more is read or written.
  virtual void cut() = 0;
  Clock::time_point deadline() const { return deadline_; }
  bool idle() const { return idle_; }

 protected:
  ~Watched() = default;

  Clock::time_point deadline_ = Clock::time_point::max();
  bool idle_ = false;  ///< no request is under way: closed at once when the server stops
};

/// One I/O thread's event loop. Deadlines are looked at by one coarse tick for all connections, which costs a
/// request a clock reading instead of a timer. The loop's thread, but for context().
class Loop {
 public:
  Loop();

  net::io_context& context() { return context_; }
  /// Runs until release() and then until the last connection has ended.
  void run();
  void add(Watched& watched);
  /// A connection has left.
  void left();
  /// From now on: closes idle connections, and cuts the others at `deadline`.
  void stop(Clock::time_point deadline);
  bool stopping() const { return stopping_; }
  /// The Date header's line of this second.
  std::string_view date_line();

 private:
  using List = boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>>;

  void arm();
  void tick();

  net::io_context context_{1};
  net::executor_work_guard<Executor> guard_;
  Timer timer_;
  List watched_;
  Clock::time_point stop_deadline_ = Clock::time_point::max();
  bool armed_ = false;
  bool stopping_ = false;
  std::time_t date_second_ = -1;
  std::string date_line_;
};

}  // namespace caitu::http::detail
