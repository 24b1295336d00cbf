#pragma once

#include <catch2/catch.hpp>

#include "access/account.hpp"
#include "api/checks.hpp"
#include "api/jobs.hpp"
#include "api/problem.hpp"
#include "api/routes.hpp"
#include "catalog/fixture.hpp"

namespace caitu::api::test {

/// An empty workspace with all that its addresses need, asked without a server.
struct Served {
  explicit Served(bool reads_open)
      : workspace{folder.path() / "ws"},
        catalog((catalog::create_workspace(workspace), workspace), {source("geodata/layers")}),
        living(catalog),
        tiles(catalog, tiles::load_tilesets(source("tiles"), catalog.state()->declarations)),
        totals(1),
        styles(source("styles"), tiles.tilesets()),
        gate(workspace.work(), reads_open),
        queue(workspace.work()),
        uploads(folder.path() / "uploads"),
        jobs{.queue = queue, .processes = processes, .uploads = uploads, .wake = [] {}, .upload_bytes = 1000},
        rules(checks::load_rules({source("geodata/rules")})),
        classes(geodata::LandClasses::load(source("geodata/land_classes.csv"))),
        desks({.catalog = catalog, .rules = rules, .classes = classes, .plan = source("geodata/plan")}),
        checking{.rules = rules, .desks = desks},
        context{.catalog = catalog,
                .tiles = tiles,
                .totals = totals,
                .styles = styles,
                .living = living,
                .gate = gate,
                .web = {},
                .counters = [] { return nullptr; },
                .queued = [] { return std::size_t{0}; },
                .version = "test",
                .jobs = &jobs,
                .checks = &checking},
        router(make_router(context)) {}

  static std::filesystem::path source(const char* name) {
    return std::filesystem::path(CAITU_SOURCE_DIR) / name;
  }

  /// Makes an account; returns its token.
  std::string account(const std::string& name, access::Role role) {
    store::Work work = store::Work::open(workspace.work(), false);
    std::string token = access::add_account(work, {.name = name, .role = role}, "shell:test").token;
    gate.refresh();
    return token;
  }
  void revoke(const std::string& name) {
    store::Work work = store::Work::open(workspace.work(), false);
    access::revoke_account(work, name, "shell:test", true);
  }

  /// What a client would be answered, errors too.
  http::Response answer(http::Method method, http::Request request) const {
    request.method = method;
    const http::Match match = router.find(method, request.path);
    REQUIRE(match.route != nullptr);
    try {
      return match.route->handle(request, match.values);
    } catch (...) {
      return error_pages().thrown(request, std::current_exception());
    }
  }

  catalog::test::TempFolder folder;
  catalog::Workspace workspace;
  catalog::Catalog catalog;
  catalog::Living living;
  tiles::Service tiles;
  catalog::UnitTotals totals;
  styles::Styles styles;
  access::Gate gate;
  jobs::Queue queue;
  jobs::Processes processes;
  jobs::Uploads uploads;
  JobService jobs;
  checks::RuleSet rules;
  geodata::LandClasses classes;
  checks::RetentionDesks desks;
  CheckService checking;
  Context context;
  http::Router router;
};

/// A request as http would hand it over; `token` empty: none is sent.
inline http::Request asks(const std::string& target, const std::string& token = {}) {
  http::Request request;
  REQUIRE(http::parse_target(target, request));
  request.headers.emplace_back("host", "test");
  if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
  return request;
}

inline std::string header(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace caitu::api::test
