#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <memory>

#include "api/problem.hpp"
#include "api/routes.hpp"
#include "app/commands/commands.hpp"
#include "app/job_desk.hpp"
#include "app/wiring.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, listen;
  std::size_t threads = 0;
};

std::vector<std::pair<std::string, std::string>> default_headers(const Config& config) {
  std::vector<std::pair<std::string, std::string>> headers{{"X-Content-Type-Options", "nosniff"}};
  if (!config.cors_origin.empty()) {
    headers.emplace_back("Access-Control-Allow-Origin", config.cors_origin);
    headers.emplace_back("Access-Control-Expose-Headers", "ETag, Content-Crs");
  }
  return headers;
}

/// Signals are waited for by the main thread alone, so they are blocked before any other thread is born.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void run(const Arguments& arguments) {
  Config config = load_config(catalog::Workspace{arguments.workspace}.configuration());
  if (!arguments.listen.empty()) config.listen = arguments.listen;
  if (arguments.threads != 0) config.threads = arguments.threads;
  const Address address = parse_listen(config.listen);
  if (!address.loopback) {
    throw base::Error(
        base::Code::usage,
        "caitu has no accounts yet, so it serves this machine alone, and " + address.host + " is not of it",
        base::Where{.field = "--listen"}, "listen on 127.0.0.1");
  }
  const sigset_t signals = block_stop_signals();
  Reading reading(arguments.workspace, config);
  base::Workers workers(config.threads == 0 ? base::default_threads() : config.threads, config.queue);
  JobDesk desk(reading.catalog().workspace(), config);
  reading.context().jobs = &desk.service();
  const http::Router router = api::make_router(reading.context());
  http::Server server({.host = address.host,
                       .port = address.port,
                       .io_threads = config.io_threads,
                       .limits = config.limits,
                       .default_headers = default_headers(config)},
                      router, api::error_pages(), workers);
  reading.context().counters = [&server] { return &server.counters(); };
  reading.context().queued = [&workers] { return workers.queued(); };
  server.start();
  desk.start();
  reading.catalog().watch(config.watch_ms);
  reading.gate().watch(config.watch_ms);
  fmt::print("caitu serves {} at http://{}:{}/\n", arguments.workspace, address.host, server.port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("stopping: requests in flight have {} s", config.stop_grace_seconds);
  server.stop(std::chrono::seconds(config.stop_grace_seconds));
}

}  // namespace

void add_serve(CLI::App& program) {
  auto* command = program.add_subcommand("serve", "Serve tiles, queries and the map");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("--listen", a->listen, "HOST:PORT (default: 127.0.0.1:8080; port 0 takes a free one)");
  command->add_option("--threads", a->threads, "worker threads (default: one for each core)");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
