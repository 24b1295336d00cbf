#include "app/config.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "base/toml.hpp"

namespace caitu::app {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t kMiB = 1024 * 1024;

template <typename Number>
void take(base::TomlTable& table, std::string_view key, Number& value, std::int64_t least, std::int64_t most,
          std::int64_t unit = 1) {
  const auto given = table.integer(key);
  if (!given) return;
  if (*given < least || *given > most) {
    table.fail(key, fmt::format("{} is outside {} to {}", *given, least, most));
  }
  value = static_cast<Number>(*given * unit);
}

void take_seconds(base::TomlTable& table, std::string_view key, std::chrono::seconds& value) {
  auto seconds = value.count();
  take(table, key, seconds, 1, 86400);
  value = std::chrono::seconds(seconds);
}

void take_limits(base::TomlTable table, http::Limits& limits) {
  take(table, "header_kib", limits.header_bytes, 1, 1024, 1024);
  take(table, "body_mib", limits.body_bytes, 1, 4096, static_cast<std::int64_t>(kMiB));
  take(table, "connections", limits.connections, 1, 1'000'000);
  take_seconds(table, "header_seconds", limits.header_time);
  take_seconds(table, "body_seconds", limits.body_time);
  take_seconds(table, "idle_seconds", limits.idle_time);
  take_seconds(table, "write_seconds", limits.write_time);
  take_seconds(table, "retry_after_seconds", limits.retry_after);
  table.finish();
}

void take_path(base::TomlTable& table, std::string_view key, const std::filesystem::path& folder,
               std::filesystem::path& value) {
  const auto given = table.text(key);
  if (given) value = given->empty() ? std::filesystem::path() : folder / *given;
}

void take_serve(base::TomlTable table, const std::filesystem::path& folder, Config& config) {
  if (const auto listen = table.text("listen")) config.listen = *listen;
  if (const auto origin = table.text("cors_origin")) config.cors_origin = *origin;
  take_path(table, "tls_cert", folder, config.tls.certificate);
  take_path(table, "tls_key", folder, config.tls.key);
  if (const auto behind = table.boolean("behind_proxy")) config.behind_proxy = *behind;
  if (const auto open = table.boolean("open_reads")) config.open_reads = *open;
  take(table, "threads", config.threads, 0, 1024);
  take(table, "io_threads", config.io_threads, 1, 256);
  take(table, "queue", config.queue, 1, 1'000'000);
  take(table, "watch_ms", config.watch_ms, 10, 60'000);
  take(table, "stop_grace_seconds", config.stop_grace_seconds, 0, 3600);
  if (const auto limits = table.table("limits")) take_limits(*limits, config.limits);
  table.finish();
}

/// A name is not: "127.example.org" may be anywhere.
bool is_loopback(const std::string& host) {
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::filesystem::path program_folder() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::path() : program.parent_path();
}

}  // namespace

Config load_config(const std::filesystem::path& file) {
  Config config;
  if (!std::filesystem::exists(file)) return config;
  base::TomlTable table = base::TomlTable::load(file);
  if (const auto serve = table.table("serve"))
    take_serve(*serve, std::filesystem::absolute(file).parent_path(), config);
  if (auto tiles = table.table("tiles")) {
    take(*tiles, "cache_mib", config.tiles.cache_bytes, 0, 1'000'000, static_cast<std::int64_t>(kMiB));
    take(*tiles, "gzip_level", config.tiles.gzip_level, 1, 12);
    tiles->finish();
  }
  if (auto jobs = table.table("jobs")) {
    take(*jobs, "concurrent", config.jobs.concurrent, 1, 256);
    take(*jobs, "grace_seconds", config.jobs.grace_seconds, 0, 3600);
    take(*jobs, "upload_mib", config.jobs.upload_mib, 1, 1'000'000);
    take(*jobs, "upload_keep_hours", config.jobs.upload_keep_hours, 1, 24 * 366);
    take(*jobs, "result_keep_hours", config.jobs.result_keep_hours, 1, 24 * 366);
    jobs->finish();
  }
  if (auto living = table.table("living")) {
    take(*living, "fold_changes", config.folds.changes, 1, 10'000'000);
    take_seconds(*living, "fold_seconds", config.folds.after);
    living->finish();
  }
  table.finish();
  return config;
}

std::string to_toml(const Config& c) {
  return fmt::format(R"([serve]
listen = "{}"            # HOST:PORT
threads = {}                          # workers; 0: one for each core
io_threads = {}
queue = {}                          # requests that may wait for a worker; more get 503
watch_ms = {}                       # how often the record is asked for new editions
cors_origin = "{}"                    # Access-Control-Allow-Origin; empty: none
stop_grace_seconds = {}
tls_cert = "{}"                       # PEM chain, from the folder of this file; with tls_key: https
tls_key = "{}"
behind_proxy = {}                 # a proxy in front speaks TLS; its X-Forwarded-For and -Proto are believed
open_reads = {}                    # on loopback, reads need no account

[serve.limits]
header_kib = {}                      # 431 past it
body_mib = {}                        # 413 past it
connections = {}
header_seconds = {}                  # to send a header
body_seconds = {}
idle_seconds = {}
write_seconds = {}
retry_after_seconds = {}              # said with every 503

[tiles]
cache_mib = {}
gzip_level = {}

[jobs]
concurrent = {}                       # imports and other long work that a server runs at once
grace_seconds = {}                    # from "please stop" to the end of a job that is called off
upload_mib = {}                    # 413 past it
upload_keep_hours = {}               # of an upload that no job waits for
result_keep_hours = {}               # of a file that a job has made

[living]
fold_changes = {}                  # more edits of a layer than this become an edition of the record …
fold_seconds = {}                   # … as do older ones than this
)",
                     c.listen, c.threads, c.io_threads, c.queue, c.watch_ms, c.cors_origin,
                     c.stop_grace_seconds, c.tls.certificate.string(), c.tls.key.string(), c.behind_proxy,
                     c.open_reads, c.limits.header_bytes / 1024, c.limits.body_bytes / kMiB,
                     c.limits.connections, c.limits.header_time.count(), c.limits.body_time.count(),
                     c.limits.idle_time.count(), c.limits.write_time.count(), c.limits.retry_after.count(),
                     c.tiles.cache_bytes / kMiB, c.tiles.gzip_level, c.jobs.concurrent, c.jobs.grace_seconds,
                     c.jobs.upload_mib, c.jobs.upload_keep_hours, c.jobs.result_keep_hours, c.folds.changes,
                     c.folds.after.count());
}

Installation find_installation() {
  const auto beside = program_folder().parent_path() / "share" / "caitu";
  if (std::filesystem::is_directory(beside / "geodata")) {
    return {beside / "geodata", beside / "tiles", beside / "styles", beside / "web"};
  }
  const std::filesystem::path source = CAITU_SOURCE_DIR;
  if (!std::filesystem::is_directory(source / "geodata")) {
    throw Error(Code::usage,
                "the declared layers are neither in " + beside.string() + " nor in " + source.string(),
                "install caitu with cmake --install, or run it from its build folder");
  }
  return {source / "geodata", source / "tiles", source / "styles", source / "src" / "web" / "dist"};
}

Address parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Address address;
  if (colon != std::string::npos && colon > 0) {
    const char* end = text.data() + text.size();
    const auto port = std::from_chars(text.data() + colon + 1, end, address.port);
    address.host = text.substr(0, colon);
    if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']') {
      address.host = address.host.substr(1, address.host.size() - 2);
    }
    if (port.ec == std::errc{} && port.ptr == end && colon + 1 < text.size()) {
      if (address.host == "localhost") address.host = "127.0.0.1";
      address.loopback = is_loopback(address.host);
      return address;
    }
  }
  throw Error(Code::usage, "\"" + text + "\" is no address to listen on", base::Where{.field = "--listen"},
              "write it as 127.0.0.1:8080");
}

}  // namespace caitu::app
