#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "catalog/fold.hpp"
#include "http/listener.hpp"
#include "tiles/service.hpp"

namespace caitu::app {

/// Everything that can be set, with its default; caitu.toml of a workspace changes it, the command line last.
struct Config {
  std::string listen = "127.0.0.1:8080";
  std::size_t threads = 0;  ///< workers; 0: one for each core
  std::size_t io_threads = 1;
  std::size_t queue = 512;      ///< requests that may wait for a worker; more get 503
  int watch_ms = 250;           ///< how often the record is asked for new editions
  std::string cors_origin;      ///< Access-Control-Allow-Origin, or none when empty
  int stop_grace_seconds = 10;  ///< how long requests in flight may take at a stop
  http::TlsFiles tls;           ///< both empty: plain HTTP
  bool behind_proxy = false;    ///< a proxy in front speaks TLS, and says who its clients are
  bool open_reads = true;       ///< on loopback, who has not said who they are may read
  http::Limits limits;
  catalog::FoldOptions folds;  ///< when edits of living layers become an edition
  tiles::ServiceOptions tiles;
  struct Jobs {
    std::size_t concurrent = 1;  ///< that a server runs at once
    int grace_seconds = 5;       ///< from "please stop" to the end of a job that is called off
    std::uint64_t upload_mib = 4096;
    int upload_keep_hours = 24;   ///< of an upload that no job waits for
    int result_keep_hours = 168;  ///< of a file that a job has made
  } jobs;
};

/// Defaults, changed by `file` when it is there. Unknown keys are Error(usage) naming file, line and the
/// nearest key. Paths in it count from its folder.
Config load_config(const std::filesystem::path& file);
/// The effective configuration as TOML.
std::string to_toml(const Config& config);

/// Where declared data and web pages lie: beside an installed program, else in the source tree that it was
/// built from.
struct Installation {
  std::filesystem::path geodata, tiles, styles, web;
  std::filesystem::path layers() const { return geodata / "layers"; }
  std::filesystem::path rules() const { return geodata / "rules"; }
};
Installation find_installation();

struct Address {
  std::string host;
  std::uint16_t port = 0;
  bool loopback = false;
};
/// "HOST:PORT", "[::1]:PORT"; Error(usage) otherwise.
Address parse_listen(const std::string& text);

}  // namespace caitu::app
