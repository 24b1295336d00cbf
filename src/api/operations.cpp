#include "api/operations.hpp"

#include <fmt/format.h>

#include <fstream>

#include "base/units.hpp"

namespace caitu::api {
namespace {

void counter(std::string& out, std::string_view name, std::string_view help, double value,
             std::string_view type = "counter") {
  out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, type, value);
}

/// Resident and file-backed memory of this process, from the kernel; zero where it does not say.
std::uint64_t status_kib(std::string_view key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key, 0) == 0) return std::strtoull(line.c_str() + key.size() + 1, nullptr, 10);
  }
  return 0;
}

void transport_metrics(std::string& out, const http::Counters& counters) {
  const auto total = [](const std::atomic<std::uint64_t>& value) {
    return static_cast<double>(value.load(std::memory_order_relaxed));
  };
  counter(out, "caitu_connections_open", "Connections open now.", total(counters.connections_open), "gauge");
  counter(out, "caitu_connections_total", "Connections taken.", total(counters.connections_total));
  counter(out, "caitu_connections_refused_total", "Connections refused at the limit.",
          total(counters.refused_connections));
  counter(out, "caitu_requests_total", "Requests read.", total(counters.requests_total));
  counter(out, "caitu_requests_busy_total", "Requests answered 503 because the queue was full.",
          total(counters.refused_busy));
  counter(out, "caitu_bytes_sent_total", "Bytes written to clients.", total(counters.bytes_sent));
  out += "# HELP caitu_responses_total Answers by class of status.\n# TYPE caitu_responses_total counter\n";
  for (int first = 1; first <= 5; ++first) {
    out += fmt::format("caitu_responses_total{{status=\"{}xx\"}} {}\n", first,
                       counters.by_class[first].load(std::memory_order_relaxed));
  }
  out +=
      "# HELP caitu_request_seconds From head read to answer written.\n# TYPE caitu_request_seconds "
      "histogram\n";
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < std::size(http::kLatencyBounds); ++i) {
    sum += counters.latency[i].load(std::memory_order_relaxed);
    out += fmt::format("caitu_request_seconds_bucket{{le=\"{}\"}} {}\n", http::kLatencyBounds[i], sum);
  }
  sum += counters.latency[std::size(http::kLatencyBounds)].load(std::memory_order_relaxed);
  out += fmt::format(
      "caitu_request_seconds_bucket{{le=\"+Inf\"}} {0}\ncaitu_request_seconds_count "
      "{0}\ncaitu_request_seconds_sum {1}\n",
      sum, static_cast<double>(counters.latency_sum_us.load(std::memory_order_relaxed)) / 1e6);
}

}  // namespace

http::Response healthz() { return http::text_response(200, "text/plain; charset=utf-8", "ok\n"); }

http::Response readyz(const Context& context) {
  const bool ready = context.catalog.state() != nullptr;
  return http::text_response(ready ? 200 : 503, "text/plain; charset=utf-8",
                             ready ? "ready\n" : "not ready\n");
}

http::Response metrics(const Context& context) {
  std::string out;
  if (const http::Counters* counters = context.counters()) transport_metrics(out, *counters);
  counter(out, "caitu_requests_queued", "Requests that wait for a worker.",
          static_cast<double>(context.queued()), "gauge");
  const tiles::ServiceCounters tile = context.tiles.counters();
  counter(out, "caitu_tile_hits_total", "Tiles answered from memory.", static_cast<double>(tile.hits));
  counter(out, "caitu_tile_misses_total", "Tiles rendered.", static_cast<double>(tile.misses));
  counter(out, "caitu_tile_joined_total", "Requests that waited for another's rendering.",
          static_cast<double>(tile.joined));
  counter(out, "caitu_tile_cache_bytes", "Bytes of cached tiles.", static_cast<double>(tile.cache_bytes),
          "gauge");
  counter(out, "caitu_tile_cache_tiles", "Cached tiles.", static_cast<double>(tile.cache_tiles), "gauge");
  const auto state = context.catalog.state();
  out += "# HELP caitu_layer_features Features of the current edition.\n# TYPE caitu_layer_features gauge\n";
  for (const auto& [layer, edition] : state->current) {
    out += fmt::format("caitu_layer_features{{layer=\"{}\",edition=\"{}\"}} {}\n", layer,
                       edition->record.edition, edition->snapshot->size());
  }
  out += "# HELP caitu_layer_mu Land of the current edition in mu.\n# TYPE caitu_layer_mu gauge\n";
  for (const auto& [layer, edition] : state->current) {
    out += fmt::format("caitu_layer_mu{{layer=\"{}\"}} {}\n", layer,
                       base::mu_from_m2(edition->snapshot->total_area_m2()));
  }
  counter(out, "process_resident_memory_bytes", "Resident memory, mapped files included.",
          static_cast<double>(status_kib("VmRSS:") * 1024), "gauge");
  counter(out, "caitu_anonymous_memory_bytes", "Resident memory beyond the mapped files.",
          static_cast<double>(status_kib("RssAnon:") * 1024), "gauge");
  return http::text_response(200, "text/plain; version=0.0.4; charset=utf-8", std::move(out));
}

}  // namespace caitu::api
