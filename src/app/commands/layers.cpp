#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "catalog/catalog.hpp"

namespace caitu::app {
namespace {

base::Json edition_json(const store::EditionRecord& record) {
  return {{"edition", record.edition},
          {"as_of", record.as_of},
          {"imported_at", record.imported_at},
          {"features", record.rows},
          {"mu", base::mu_from_m2(record.area_m2)},
          {"digest", record.digest}};
}

void print_layers(const std::string& folder, bool json) {
  const catalog::Workspace workspace{folder};
  const store::Store store = store::Store::open(workspace.database(), true);
  base::Json list = base::Json::array();
  if (!json)
    fmt::print("{:<20} {:>8} {:>11} {:>12} {:>18}  {}\n", "layer", "edition", "as of", "features", "land",
               "title");
  for (const store::LayerRecord& layer : store.layers()) {
    const auto current = store.edition(layer.schema.layer, layer.current);
    if (!current) continue;
    if (json) {
      base::Json row = edition_json(*current);
      row.update({{"layer", layer.schema.layer}, {"title", layer.schema.title}});
      list.push_back(std::move(row));
    } else {
      fmt::print("{:<20} {:>8} {:>11} {:>12} {:>18}  {}\n", layer.schema.layer, current->edition,
                 current->as_of, grouped(current->rows),
                 current->area_m2 > 0 ? mu_text(current->area_m2) : "", layer.schema.title);
    }
  }
  if (json) fmt::print("{}\n", list.dump(2));
}

void print_editions(const std::string& folder, const std::string& layer, bool json) {
  const catalog::Workspace workspace{folder};
  const store::Store store = store::Store::open(workspace.database(), true);
  const auto record = store.layer(layer);
  if (!record) {
    std::vector<std::string> names;
    for (const auto& each : store.layers()) names.push_back(each.schema.layer);
    const std::string nearest = base::nearest_name(layer, names);
    throw base::Error(base::Code::not_found, "the workspace has no layer \"" + layer + "\"",
                      nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
  }
  base::Json list = base::Json::array();
  if (!json)
    fmt::print("{:>8}  {:>10}  {:>20}  {:>12}  {:>18}\n", "edition", "as of", "imported", "features", "land");
  for (const store::EditionRecord& edition : store.editions(layer)) {
    if (!edition.published) continue;
    if (json) {
      base::Json row = edition_json(edition);
      row["current"] = edition.edition == record->current;
      row["withdrawn"] = edition.withdrawn;
      row["follows"] = edition.follows;
      row["source"] = edition.source;
      list.push_back(std::move(row));
    } else {
      fmt::print("{:>7}{}  {:>10}  {:>20}  {:>12}  {:>18}\n", edition.edition,
                 edition.edition == record->current ? "*"
                 : edition.withdrawn                ? "-"
                                                    : " ",
                 edition.as_of, edition.imported_at, grouped(edition.rows),
                 edition.area_m2 > 0 ? mu_text(edition.area_m2) : "");
    }
  }
  if (json) fmt::print("{}\n", list.dump(2));
}

}  // namespace

void add_layers(CLI::App& program) {
  auto* command = program.add_subcommand("layers", "What a workspace holds");
  const auto folder = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  command->add_option("WS", *folder, "folder of the workspace")->required();
  command->add_flag("--json", *json, "as JSON");
  command->callback([=] { print_layers(*folder, *json); });
}

void add_editions(CLI::App& program) {
  auto* command = program.add_subcommand(
      "editions", "The editions of a layer; * marks the current one, - those that a rollback withdrew");
  const auto folder = std::make_shared<std::string>(), layer = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  command->add_option("WS", *folder, "folder of the workspace")->required();
  command->add_option("LAYER", *layer, "layer id")->required();
  command->add_flag("--json", *json, "as JSON");
  command->callback([=] { print_editions(*folder, *layer, *json); });
}

}  // namespace caitu::app
