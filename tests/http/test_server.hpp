#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "http/listener.hpp"

namespace caitu::http {

/// Holds handlers until the test opens it.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    --waiting_;
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Returns when so many handlers stand before it.
  void until_waiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

inline bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 500 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return holds();
}

/// A server on a free port, with a few routes; a test adds its own before start().
struct TestServer {
  explicit TestServer(ListenOptions options = {}, std::size_t worker_threads = 2, std::size_t queue = 64)
      : workers(worker_threads, queue), server(on_free_port(std::move(options)), router, pages(), workers) {
    get("/hello", [] { return text_response(200, "text/plain", "hello"); });
    get("/throws", []() -> Response { throw base::Error(base::Code::invalid, "no such thing"); });
    router.add({Method::post, "/echo", "", [](const Request& request, const PathValues&) {
                  return text_response(200, "application/octet-stream", request.body);
                }});
  }

  /// Every time limit is one second.
  static ListenOptions hasty() {
    constexpr std::chrono::seconds second{1};
    ListenOptions options;
    options.limits.header_time = options.limits.body_time = second;
    options.limits.idle_time = options.limits.write_time = second;
    return options;
  }

  void get(const char* pattern, std::function<Response()> make) {
    router.add({Method::get, pattern, "", [make](const Request&, const PathValues&) { return make(); }});
  }
  void fast(const char* pattern, std::function<Response()> make) {
    Route route{Method::get, pattern, "", nullptr, nullptr};
    route.fast = [make](const Request&, const PathValues&, Response& response) {
      response = make();
      return true;
    };
    router.add(std::move(route));
  }

  std::uint16_t start() {
    server.start();
    return server.port();
  }
  bool all_closed() {
    return eventually([&] { return server.counters().connections_open == 0; });
  }

  base::Workers workers;
  Router router;
  Server server;

 private:
  static ListenOptions on_free_port(ListenOptions options) {
    options.port = 0;
    return options;
  }
  static ErrorPages pages() {
    ErrorPages pages;
    pages.thrown = [](const Request& request, const std::exception_ptr& failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const base::Error& error) {
        return text_response(error.code() == base::Code::invalid ? 400 : 500, "text/plain",
                             request.path + ": " + error.what());
      }
    };
    pages.transport = [](int status, const std::string& detail) {
      return text_response(status, "application/problem+json", "{\"detail\":\"" + detail + "\"}");
    };
    return pages;
  }
};

}  // namespace caitu::http
