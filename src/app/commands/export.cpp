#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "base/workers.hpp"
#include "catalog/catalog.hpp"
#include "catalog/intake.hpp"
#include "geodata/map_watch.hpp"
#include "geodata/sink.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, layer, file, as_of, crs = "EPSG:4490", encoding = "UTF-8";
};

void run(const Arguments& arguments) {
  const catalog::Catalog catalog({arguments.workspace}, {find_installation().layers()});
  const auto [layer, named] = split_edition(arguments.layer);
  if (!named.empty() && !arguments.as_of.empty())
    throw base::Error(base::Code::usage, "\"" + arguments.layer + "\" names an edition, and --as-of another",
                      base::Where{.field = "--as-of"}, "say one of them");
  if (!arguments.as_of.empty() && !catalog::is_date(arguments.as_of))
    throw base::Error(base::Code::usage, "\"" + arguments.as_of + "\" is no date",
                      base::Where{.field = "--as-of"}, "the land date is written as 2025-06-30");
  const std::string& wanted = named.empty() ? arguments.as_of : named;
  const auto edition = wanted.empty() ? catalog.edition(layer) : catalog.edition_named(layer, wanted);
  const geodata::Snapshot& snapshot = *edition->snapshot;
  geodata::Sink sink(
      arguments.file, snapshot.schema(),
      {.format = {}, .encoding = arguments.encoding, .crs = geometry::Crs::parse(arguments.crs)});
  const geodata::MapWatch watch;
  ProgressBar bar("export " + layer);
  const auto row = [&](std::size_t item) {
    const geodata::Feature feature = snapshot.feature(item);
    return sink.row(feature.id, feature.geometry, feature.values, feature.area_m2);
  };
  const auto bytes = [&](std::size_t item) { return snapshot.geometry(item).positions.size_bytes(); };
  write_rows(sink, {.count = snapshot.size(), .row = row, .bytes = bytes}, base::default_threads(),
             bar.progress());
  watch.check();
  sink.finish();
  fmt::print(stderr, "{}: {} features of {} edition {}{}, as of {}\n", arguments.file,
             grouped(snapshot.size()), layer, edition->record.edition,
             edition->changes > 0 ? " with its edits" : "", edition->record.as_of);
}

}  // namespace

void add_export(CLI::App& program) {
  auto* command = program.add_subcommand("export", "Write a layer to a file");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("LAYER", a->layer, "layer id, or LAYER@3 of an edition, or LAYER@2024-06-30 of a date")
      ->required();
  command
      ->add_option("FILE", a->file,
                   "what to write; its ending says the format (.gpkg .fgb .geojson .shp .csv …)")
      ->required();
  command->add_option("--as-of", a->as_of, "the land as of this date");
  command->add_option("--crs", a->crs, "coordinate system to write")->capture_default_str();
  command->add_option("--encoding", a->encoding, "text of a Shapefile: UTF-8 or GBK")->capture_default_str();
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
