#include "http/detail/shared.hpp"

#include <algorithm>
#include <iterator>

#include "base/log.hpp"

namespace caitu::http::detail {
namespace {

std::string what(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

Response plain(int status, const std::string& detail) {
  return text_response(status, "text/plain; charset=utf-8", detail + "\n");
}

}  // namespace

Response Shared::page(int status, const std::string& detail) const {
  try {
    if (pages.transport) return pages.transport(status, detail);
  } catch (...) {
    spdlog::error("the page of an answer {} failed: {}", status, what(std::current_exception()));
  }
  return plain(status, detail);
}

Response Shared::thrown(const Request& request, const std::exception_ptr& failure) const {
  try {
    if (pages.thrown) return pages.thrown(request, failure);
  } catch (...) {
    spdlog::error("the page of an error failed: {}", what(std::current_exception()));
  }
  spdlog::error("{} failed: {}", request.path, what(failure));
  return plain(500, "The server failed to answer this request.");
}

void count_answer(Counters& counters, int status) {
  counters.by_class[std::clamp(status / 100, 0, 5)].fetch_add(1, std::memory_order_relaxed);
  counters.requests_total.fetch_add(1, std::memory_order_relaxed);
}

void count_latency(Counters& counters, double seconds) {
  const auto bound = std::lower_bound(std::begin(kLatencyBounds), std::end(kLatencyBounds), seconds);
  counters.latency[bound - std::begin(kLatencyBounds)].fetch_add(1, std::memory_order_relaxed);
  counters.latency_sum_us.fetch_add(static_cast<std::uint64_t>(seconds * 1e6), std::memory_order_relaxed);
}

}  // namespace caitu::http::detail
