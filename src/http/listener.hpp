#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/workers.hpp"
#include "http/router.hpp"
#include "http/tls.hpp"

namespace caitu::http {

/// Limits of a session (INTERFACE, Addresses); past one, a clear 4xx or 503, never a crash or growth.
struct Limits {
  std::size_t header_bytes = 16 * 1024;          ///< 431, as for more than 100 header lines
  std::size_t body_bytes = 64ull * 1024 * 1024;  ///< 413, from Content-Length at once, else as it grows
  std::chrono::seconds header_time{10};          ///< then closed, with 408 when part of a head has come
  std::chrono::seconds body_time{60};            ///< for the whole body; 408
  std::chrono::seconds idle_time{60};            ///< between requests; closed in silence
  std::chrono::seconds write_time{60};           ///< a client that reads nothing for so long is cut
  std::size_t connections = 4096;                ///< 503 and close
  std::chrono::seconds retry_after{1};           ///< said with every 503
};

/// What the transport counts. Thread-safe.
struct Counters {
  std::atomic<std::uint64_t> connections_open{0}, connections_total{0}, requests_total{0}, bytes_sent{0};
  std::atomic<std::uint64_t> refused_connections{0}, refused_busy{0};
  std::atomic<std::uint64_t> by_class[6] = {};  ///< answers by the first digit of their status
  /// Seconds from head read to answer written: a Prometheus histogram, upper bounds kLatencyBounds then +Inf;
  /// each answer is counted in one bucket, so that a page of metrics sums them up.
  std::atomic<std::uint64_t> latency[12] = {};
  std::atomic<std::uint64_t> latency_sum_us{0};
};
inline constexpr double kLatencyBounds[11] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                              0.05,   0.1,   0.25,   1.0,   5.0};

/// Turns what a handler threw into an answer, and makes the transport's own answers (400, 404, 405, 408, 413,
/// 431, 500, 501, 503). Called on I/O threads and workers at once; a page that throws gives way to plain
/// text.
struct ErrorPages {
  std::function<Response(const Request&, std::exception_ptr)> thrown;
  std::function<Response(int status, std::string detail)> transport;
};

struct ListenOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0 takes a free one
  std::size_t io_threads = 1;
  Limits limits;
  std::shared_ptr<const Tls> tls;  ///< null: plain HTTP. Whoever speaks plain HTTP to TLS hears 400
  /// The peer is a proxy whose X-Forwarded-For and -Proto are believed, whoever it is: nobody else may reach the port.
  bool behind_proxy = false;
  Fields default_headers;  ///< of every answer that does not set them itself (CORS, nosniff …)
};

/// An HTTP/1.1 server: I/O threads parse and write, nothing else; handlers run on `workers`. Thread-safe.
/// `router` and `workers` outlive it.
class Server {
 public:
  Server(ListenOptions options, const Router& router, ErrorPages pages, base::Workers& workers);
  /// Stops at once when nobody has.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and starts; throws Error(io) when the address is taken. Once.
  void start();
  /// The port that it listens on, from start() on.
  std::uint16_t port() const;
  /// Graceful: accepts no more, closes idle connections, lets requests in flight end for at most `grace`,
  /// then cuts them and returns. A handler that runs even then is waited for, since it uses what the caller
  /// owns. Not from a handler.
  void stop(std::chrono::seconds grace);
  const Counters& counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::http
