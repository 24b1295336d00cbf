#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "geodata/map_watch.hpp"
#include "geodata/sink.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, layer, file, crs = "EPSG:4490", encoding = "UTF-8";
};

/// "layer" or "layer@edition".
std::pair<std::string, std::optional<std::uint32_t>> split_edition(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at == std::string::npos) return {text, std::nullopt};
  std::uint32_t edition = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + at + 1, end, edition);
  if (parsed.ec != std::errc{} || parsed.ptr != end) {
    throw base::Error(base::Code::usage, "\"" + text + "\" names no edition", "write it as LAYER@3");
  }
  return {text.substr(0, at), edition};
}

void run(const Arguments& arguments) {
  const catalog::Catalog catalog({arguments.workspace}, {find_installation().layers()});
  const auto [layer, number] = split_edition(arguments.layer);
  const auto edition = catalog.edition(layer, number);
  const geodata::Snapshot& snapshot = *edition->snapshot;
  geodata::Sink sink(
      arguments.file, snapshot.schema(),
      {.format = {}, .encoding = arguments.encoding, .crs = geometry::Crs::parse(arguments.crs)});
  const geodata::MapWatch watch;
  ProgressBar bar("export " + layer);
  const base::Progress progress = bar.progress();
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    const geodata::Feature feature = snapshot.feature(item);
    sink.write(feature.id, feature.geometry, feature.values, feature.area_m2);
    if (item % 4096 == 0) {
      progress.check();
      progress.at("writing", item, snapshot.size());
    }
  }
  watch.check();
  sink.finish();
  fmt::print(stderr, "{}: {} features of {} edition {}, as of {}\n", arguments.file, grouped(snapshot.size()),
             layer, edition->record.edition, edition->record.as_of);
}

}  // namespace

void add_export(CLI::App& program) {
  auto* command = program.add_subcommand("export", "Write a layer to a file");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("LAYER", a->layer, "layer id, or LAYER@EDITION")->required();
  command
      ->add_option("FILE", a->file,
                   "what to write; its ending says the format (.gpkg .fgb .geojson .shp .csv …)")
      ->required();
  command->add_option("--crs", a->crs, "coordinate system to write")->capture_default_str();
  command->add_option("--encoding", a->encoding, "text of a Shapefile: UTF-8 or GBK")->capture_default_str();
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
