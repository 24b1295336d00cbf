#include <fmt/format.h>

#include <memory>

#include "api/features.hpp"
#include "api/queries.hpp"
#include "app/commands/commands.hpp"
#include "app/wiring.hpp"
#include "base/error.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, layer, at, near, bbox, as_of, edition, datum;
  double radius_m = 1000;
  std::size_t limit = 10;
};

void add_point(http::Request& request, const std::string& text, const std::string& option) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) {
    throw base::Error(base::Code::usage, "\"" + text + "\" is no point", base::Where{.field = option},
                      "write it as LON,LAT");
  }
  request.query.emplace_back("lon", text.substr(0, comma));
  request.query.emplace_back("lat", text.substr(comma + 1));
}

/// A page may come in chunks; a shell wants it whole.
void print(http::Response response) {
  if (response.body) std::fwrite(response.body->data(), 1, response.body->size(), stdout);
  for (std::string chunk; response.chunks && response.chunks(chunk); chunk.clear()) {
    std::fwrite(chunk.data(), 1, chunk.size(), stdout);
  }
  std::fputc('\n', stdout);
}

void run(const Arguments& a) {
  Reading reading(a.workspace, Config{});
  http::Request request;
  const auto add = [&request](const std::string& name, const std::string& value) {
    if (!value.empty()) request.query.emplace_back(name, value);
  };
  if (!a.at.empty() || !a.near.empty()) {
    add("layer", a.layer);
    add("as_of", a.as_of);
    add("edition", a.edition);
    add("datum", a.datum);
    if (!a.at.empty()) {
      add_point(request, a.at, "--at");
      print(api::query_at(reading.context(), request));
    } else {
      add_point(request, a.near, "--near");
      add("radius_m", fmt::format("{}", a.radius_m));
      add("limit", std::to_string(a.limit));
      print(api::query_near(reading.context(), request));
    }
    return;
  }
  add("bbox", a.bbox);
  add("datetime", a.as_of);
  add("edition", a.edition);
  add("limit", std::to_string(a.limit));
  request.path = "/ogc/collections/" + a.layer + "/items";
  print(api::items(reading.context(), request, {{"layer", a.layer}}));
}

}  // namespace

void add_query(CLI::App& program) {
  auto* command = program.add_subcommand("query", "Ask a layer what the HTTP interface would answer (JSON)");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("LAYER", a->layer, "layer id")->required();
  auto* at = command->add_option("--at", a->at, "LON,LAT: what is there");
  auto* near = command->add_option("--near", a->near, "LON,LAT: what is near, nearest first");
  auto* bbox =
      command->add_option("--bbox", a->bbox, "WEST,SOUTH,EAST,NORTH: features that meet the box, as GeoJSON");
  at->excludes(near)->excludes(bbox);
  near->excludes(bbox);
  command->add_option("--radius", a->radius_m, "metres around --near")->capture_default_str();
  command->add_option("--limit", a->limit, "features at most")->capture_default_str();
  command->add_option("--as-of", a->as_of, "the land as of this date");
  command->add_option("--edition", a->edition, "exactly this edition of the layer");
  command->add_option("--datum", a->datum, "datum of --at and --near: gcj02 or bd09");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
