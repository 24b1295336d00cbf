#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <memory>

#include "api/problem.hpp"
#include "api/routes.hpp"
#include "app/check_desk.hpp"
#include "app/commands/commands.hpp"
#include "app/job_desk.hpp"
#include "app/wiring.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, listen, tls_cert, tls_key;
  std::size_t threads = 0;
  bool behind_proxy = false;
};

std::vector<std::pair<std::string, std::string>> default_headers(const Config& config) {
  std::vector<std::pair<std::string, std::string>> headers{{"X-Content-Type-Options", "nosniff"}};
  if (!config.cors_origin.empty()) {
    headers.emplace_back("Access-Control-Allow-Origin", config.cors_origin);
    headers.emplace_back("Access-Control-Expose-Headers", "ETag, Content-Crs");
    headers.emplace_back("Access-Control-Allow-Headers",
                         "Authorization, Content-Type, If-Match, If-None-Match");
    headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  }
  return headers;
}

/// Signals are waited for by the main thread alone, so they are blocked before any other thread is born.
sigset_t block_stop_signals(bool hang_up_too) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (hang_up_too) sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

Config make_config(const Arguments& arguments) {
  Config config = load_config(catalog::Workspace{arguments.workspace}.configuration());
  if (!arguments.listen.empty()) config.listen = arguments.listen;
  if (arguments.threads != 0) config.threads = arguments.threads;
  if (!arguments.tls_cert.empty()) config.tls.certificate = arguments.tls_cert;
  if (!arguments.tls_key.empty()) config.tls.key = arguments.tls_key;
  if (arguments.behind_proxy) config.behind_proxy = true;
  return config;
}

std::shared_ptr<http::Tls> make_tls(const Config& config) {
  const bool certificate = !config.tls.certificate.empty(), key = !config.tls.key.empty();
  if (certificate != key) {
    throw base::Error(base::Code::usage, "a certificate and its key come together",
                      base::Where{.field = certificate ? "--tls-key" : "--tls-cert"},
                      "caitu serve WS --tls-cert CHAIN.pem --tls-key KEY.pem");
  }
  return certificate ? std::make_shared<http::Tls>(config.tls) : nullptr;
}

/// Whoever is served beyond this machine is known by name, and nobody on the way reads or alters what they
/// ask.
void check_exposure(const std::string& workspace, const Config& config, const Address& address, bool tls,
                    const access::Gate& gate) {
  std::string missing, way_out;
  const auto lack = [&](const char* what, const std::string& remedy) {
    missing += (missing.empty() ? "" : " and ") + std::string(what);
    way_out += (way_out.empty() ? "" : "; ") + remedy;
  };
  if (!address.loopback && !tls && !config.behind_proxy) {
    lack("TLS",
         "caitu serve " + workspace + " --listen " + config.listen +
             " --tls-cert CHAIN.pem --tls-key KEY.pem, or --behind-proxy when a proxy in front speaks TLS");
  }
  if (!gate.has_accounts()) lack("an account", "caitu account add " + workspace + " NAME --role admin");
  if (missing.empty()) return;
  throw base::Error(base::Code::usage,
                    "to serve others than this machine, " + config.listen +
                        (config.behind_proxy ? " behind a proxy" : "") + " wants " + missing,
                    base::Where{.field = address.loopback ? "--behind-proxy" : "--listen"}, way_out);
}

/// Until the program is asked to stop. SIGHUP reads the certificate again.
void wait_for_stop(const sigset_t& signals, http::Tls* tls) {
  for (int signal = 0;;) {
    sigwait(&signals, &signal);
    if (signal != SIGHUP) return;
    try {
      tls->reload();
      spdlog::info("the certificate was read again");
    } catch (const base::Error& error) {
      spdlog::error("the certificate stays as it was: {}", error.full());
    }
  }
}

void run(const Arguments& arguments) {
  const Config config = make_config(arguments);
  const Address address = parse_listen(config.listen);
  const std::shared_ptr<http::Tls> tls = make_tls(config);
  const bool exposed = !address.loopback || config.behind_proxy;
  const sigset_t signals = block_stop_signals(tls != nullptr);
  Reading reading(arguments.workspace, config, !exposed && config.open_reads);
  if (exposed) check_exposure(arguments.workspace, config, address, tls != nullptr, reading.gate());
  base::Workers workers(config.threads == 0 ? base::default_threads() : config.threads, config.queue);
  JobDesk desk(reading.catalog().workspace(), config);
  reading.context().jobs = &desk.service();
  CheckDesk checks(reading.catalog(), config);
  reading.context().checks = &checks.service();
  const http::Router router = api::make_router(reading.context());
  http::Server server({.host = address.host,
                       .port = address.port,
                       .io_threads = config.io_threads,
                       .limits = config.limits,
                       .tls = tls,
                       .behind_proxy = config.behind_proxy,
                       .default_headers = default_headers(config)},
                      router, api::error_pages(), workers);
  reading.context().counters = [&server] { return &server.counters(); };
  reading.context().queued = [&workers] { return workers.queued(); };
  server.start();
  desk.start();
  checks.warm();
  reading.catalog().watch(config.watch_ms);
  reading.living().watch();
  reading.gate().watch(config.watch_ms);
  const bool brackets = address.host.find(':') != std::string::npos;
  fmt::print("caitu serves {} at {}://{}{}{}:{}/\n", arguments.workspace, tls ? "https" : "http",
             brackets ? "[" : "", address.host, brackets ? "]" : "", server.port());
  std::fflush(stdout);
  wait_for_stop(signals, tls.get());
  spdlog::info("stopping: requests in flight have {} s", config.stop_grace_seconds);
  server.stop(std::chrono::seconds(config.stop_grace_seconds));
}

}  // namespace

void add_serve(CLI::App& program) {
  auto* command = program.add_subcommand(
      "serve", "Serve tiles, queries and the map; others than this machine need TLS and an account");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("--listen", a->listen, "HOST:PORT (default: 127.0.0.1:8080; port 0 takes a free one)");
  command->add_option("--threads", a->threads, "worker threads (default: one for each core)");
  command->add_option("--tls-cert", a->tls_cert,
                      "certificate with those that signed it, PEM; read again on SIGHUP");
  command->add_option("--tls-key", a->tls_key, "its key, PEM, without a passphrase");
  command->add_flag(
      "--behind-proxy", a->behind_proxy,
      "a proxy in front speaks TLS; its X-Forwarded-For and -Proto are believed, so nobody else may "
      "reach this port");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
