#pragma once

#include <exception>
#include <string>

#include "http/listener.hpp"

namespace caitu::http::detail {

/// What all sessions of a server share. Const but for the counters; thread-safe.
struct Shared {
  ListenOptions options;
  const Router& router;
  ErrorPages pages;
  base::Workers& workers;
  Counters counters;

  /// The transport's own answer. Never throws for a page's fault: plain text then.
  Response page(int status, const std::string& detail) const;
  /// The answer to what a handler threw; likewise.
  Response thrown(const Request& request, const std::exception_ptr& failure) const;
};

void count_answer(Counters& counters, int status);
/// How long it took, once it has been written.
void count_latency(Counters& counters, double seconds);

}  // namespace caitu::http::detail
