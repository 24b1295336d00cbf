#include "checks/publish_plan.hpp"

#include <fmt/format.h>

#include <iterator>

#include "catalog/import.hpp"
#include "checks/detail/derived_plan.hpp"
#include "geodata/declared.hpp"
#include "geodata/sink.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks {
namespace {

namespace fs = std::filesystem;
using base::Json;

/// One of the two layers, and what it is made of.
struct Recipe {
  const char* layer;
  const char* title;
  const char* delivered;  ///< where a delivered one belongs
  const char* rule;
  std::vector<const char*> reads;
  Derived (*derive)(const Context& context);
};

const Recipe kRecipes[] = {
    {"clusters", "规模提升群", "clusters_delivered", "targets", {"towns", "districts"}, detail::clusters_of},
    {"belts", "产业推进带", "belts_delivered", "belts", {"roads", "towns", "districts"}, detail::belts_of}};

/// Editions of the layers that it was made of; 0 for one that is missing.
Json editions_read(const Recipe& recipe, const Context& context) {
  Json editions = Json::object();
  for (const char* layer : recipe.reads) {
    const auto* edition = context.pinned.find(layer);
    editions[layer] = edition == nullptr ? 0 : edition->record.edition;
  }
  return editions;
}

Json made_of(const Recipe& recipe, const Context& context) {
  const Rule& rule = context.rules.rule(recipe.rule);
  Json made = {{"rule", rule.id}, {"version", rule.version}};
  if (std::string_view(recipe.layer) == "belts")
    made["width_each_side_m"] = rule.number("width_each_side_m", context.when()).value;
  made["editions"] = editions_read(recipe, context);
  return made;
}

std::string notice_of(const Recipe& recipe, const Json& made) {
  std::string notice = fmt::format("由 caitu 推算（非交付数据）：规则 {} 第 {} 版", recipe.rule,
                                   made["version"].get<std::int64_t>());
  if (made.contains("width_each_side_m"))
    notice +=
        fmt::format("，道路单侧 {:g} 米（假定，计划没有给出）", made["width_each_side_m"].get<double>());
  for (const auto& [layer, edition] : made["editions"].items())
    notice += edition == 0 ? fmt::format("，无 {}", layer)
                           : fmt::format("，{} 第 {} 版", layer, edition.get<std::uint32_t>());
  return notice + "。Derived by caitu, not delivered.";
}

/// Writes the features as a delivery would bring them.
void write(const fs::path& file, geodata::Schema schema, const Derived& derived) {
  // What a declaration adds for deliveries is not ours to bring, and no text here is too long.
  std::erase_if(schema.fields, [](const auto& field) { return field.name == geodata::kExtraField; });
  for (geodata::Field& field : schema.fields) field.width = 0;
  geodata::SinkOptions options;
  options.own_columns = false;
  geodata::Sink sink(file, schema, options);
  std::uint64_t number = 0;
  for (const Derived::Feature& feature : derived.features) {
    std::vector<geodata::Value> values;
    for (const geodata::Field& field : schema.fields) {
      const auto at = feature.values.find(field.name);
      values.push_back(at == feature.values.end() ? geodata::Value() : at->second);
    }
    sink.write(++number, feature.geometry, values, geometry::area_m2(feature.geometry));
  }
  sink.finish();
}

/// A folder in the run's scratch that goes with it.
class Scratch {
 public:
  explicit Scratch(fs::path path) : path_(std::move(path)) { fs::create_directories(path_); }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::optional<store::EditionRecord> current_edition(const catalog::Workspace& workspace,
                                                    const std::string& layer) {
  const store::Store store = store::Store::open(workspace.database(), true);
  const auto known = store.layer(layer);
  if (!known || known->current == 0) return {};
  return store.edition(layer, known->current);
}

void note_current(const Recipe& recipe, const store::EditionRecord& current, PublishedPlan& published) {
  if (!current.source.contains("derived")) {
    published.notes.push_back(
        fmt::format("{} 第 {} 版是交付的；{}由规则推算并发布，交付的图层应导入 {} 以作比较。", recipe.layer,
                    current.edition, recipe.title, recipe.delivered));
  }
}

PublishedPlan publish(const catalog::Workspace& workspace, const std::vector<fs::path>& declared,
                      const Context& context, const Recipe& recipe, const std::string& who) {
  PublishedPlan published{.layer = recipe.layer, .notes = {}};
  const auto current = current_edition(workspace, recipe.layer);
  if (current) published.edition = current->edition;
  if (current && current->as_of > context.pinned.as_of) {
    published.notes.push_back(fmt::format("{} 第 {} 版的日期 {} 晚于本次核查的 {}，未发布。", recipe.layer,
                                          current->edition, current->as_of, context.pinned.as_of));
    published.unchanged = true;
    return published;
  }
  Derived derived = recipe.derive(context);
  published.notes = std::move(derived.notes);
  published.features = derived.features.size();
  if (derived.features.empty()) {
    published.notes.push_back(fmt::format("没有可推算的{}，未发布。", recipe.title));
    published.unchanged = true;
    return published;
  }
  if (current) note_current(recipe, *current, published);

  std::vector<fs::path> folders = declared;
  folders.push_back(workspace.own_layers());
  const Scratch scratch(context.scratch / fmt::format("publish_{}", recipe.layer));
  const fs::path file = scratch / fmt::format("{}.gpkg", recipe.layer);
  write(file, geodata::load_declarations(folders).at(recipe.layer).schema, derived);
  const Json made = made_of(recipe, context);
  catalog::ImportRequest request{.layer = recipe.layer,
                                 .files = {file},
                                 .as_of = context.pinned.as_of,
                                 .notice = notice_of(recipe, made),
                                 .derived = made,
                                 .dry_run = true,
                                 .threads = context.threads,
                                 .who = who};
  // A dry run tells what would change.
  const auto told = catalog::import_delivery(workspace, declared, request, context.progress);
  published.unchanged =
      current && told.added == 0 && told.changed == 0 && told.removed == 0 && told.rows_refused == 0;
  if (published.unchanged) return published;
  request.dry_run = false;
  const auto report = catalog::import_delivery(workspace, declared, request, context.progress);
  published.edition = report.edition;
  published.features = report.rows_published;
  published.notes.insert(published.notes.end(), report.warnings.begin(), report.warnings.end());
  if (report.rows_refused > 0)
    published.notes.push_back(fmt::format("{} 个要素未能入库。", report.rows_refused));
  return published;
}

}  // namespace

std::vector<PublishedPlan> publish_plan(const catalog::Workspace& workspace,
                                        const std::vector<fs::path>& declared, const Context& context,
                                        const std::string& who) {
  std::vector<PublishedPlan> all;
  for (const Recipe& recipe : kRecipes) {
    context.progress.check();
    all.push_back(publish(workspace, declared, context, recipe, who));
  }
  return all;
}

}  // namespace caitu::checks
