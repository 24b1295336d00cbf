#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "access/gate.hpp"
#include "catalog/catalog.hpp"
#include "catalog/living.hpp"
#include "catalog/unit_totals.hpp"
#include "http/listener.hpp"
#include "styles/style.hpp"
#include "tiles/service.hpp"

namespace caitu::api {

struct CheckService;
struct JobService;

/// What the addresses need, made by `app` and outliving the server. Const-shared, but for the tile service,
/// the totals, the edits and the gate, which are thread-safe.
struct Context {
  const catalog::Catalog& catalog;
  tiles::Service& tiles;
  catalog::UnitTotals& totals;
  const styles::Styles& styles;
  catalog::Living& living;
  access::Gate& gate;                               ///< who asks; handlers are told by the guard
  std::filesystem::path web;                        ///< the built pages; empty: none
  std::function<const http::Counters*()> counters;  ///< of the running server, for /metrics
  std::function<std::size_t()> queued;              ///< requests that wait for a worker
  std::string version;
  const JobService* jobs =
      nullptr;  ///< of a server; without it there are no addresses of jobs (api/jobs.hpp)
  const CheckService* checks = nullptr;  ///< of a server, as `jobs` (api/checks.hpp)
};

/// "http://host:port", or https, as this client reached us, for links.
std::string base_url(const http::Request& request);

}  // namespace caitu::api
