#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "catalog/edition_difference.hpp"
#include "geodata/sink.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, layer, before, after, out, crs = "EPSG:4490", encoding = "UTF-8";
  bool json = false;
  std::size_t threads = 0;
};

std::string signed_mu(double m2) { return (m2 < 0 ? "" : "+") + mu_text(m2); }

void print_row(const std::string& name, const catalog::ChangeSum& sum) {
  fmt::print("  {:>9} {:>9} {:>9} {:>9}  {:>20} {:>20}  {}\n", grouped(sum.added), grouped(sum.removed),
             grouped(sum.reshaped), grouped(sum.attributes), mu_text(sum.gained_m2), mu_text(sum.lost_m2),
             name);
}

bool touched(const catalog::ChangeSum& sum) {
  return sum.added + sum.removed + sum.reshaped + sum.attributes > 0 || sum.gained_m2 > 0 || sum.lost_m2 > 0;
}

/// Groups where nothing changed are left out of a table for people.
void print_groups(const std::string& by, const std::map<std::string, catalog::ChangeSum>& groups,
                  const std::map<std::string, std::string>& names) {
  if (by.empty()) return;
  fmt::print("by {}\n", by);
  for (const auto& [group, sum] : groups) {
    if (!touched(sum)) continue;
    const auto name = names.find(group);
    print_row((group.empty() ? "(none)" : group) + (name == names.end() ? "" : " " + name->second), sum);
  }
}

void print(const catalog::EditionDifference& difference) {
  const auto& before = difference.before->record;
  const auto& after = difference.after->record;
  fmt::print("{}: from edition {} of {}{} to edition {} of {}{}\n", after.layer, before.edition, before.as_of,
             before.withdrawn ? " (withdrawn)" : "", after.edition, after.as_of,
             after.withdrawn ? " (withdrawn)" : "");
  fmt::print("  {:>9} {:>9} {:>9} {:>9}  {:>20} {:>20}\n", "added", "removed", "reshaped", "attrib.",
             "gained", "lost");
  print_row("by feature", difference.total);
  fmt::print("  {:>9} {:>9} {:>9} {:>9}  {:>20} {:>20}  {}\n", "", "", "", "",
             mu_text(difference.land_gained_m2), mu_text(difference.land_lost_m2),
             "as a whole, each square metre once");
  fmt::print("  unchanged {}; land {} to {} ({})\n", grouped(difference.unchanged),
             mu_text(difference.total.before_m2), mu_text(difference.total.after_m2),
             signed_mu(difference.total.after_m2 - difference.total.before_m2));
  print_groups(difference.class_field, difference.by_class, {});
  print_groups(difference.unit_field, difference.by_unit, difference.unit_names);
}

void write(const catalog::EditionDifference& difference, const Arguments& a, const base::Progress& progress) {
  geodata::Sink sink(a.out, catalog::difference_schema(difference),
                     {.format = {}, .encoding = a.encoding, .crs = geometry::Crs::parse(a.crs)});
  std::size_t done = 0;
  for (const catalog::FeatureChange& change : difference.changes) {
    progress.check();
    const geodata::Feature feature = catalog::difference_feature(difference, change);
    sink.write(feature.id, feature.geometry, feature.values, feature.area_m2);
    progress.at("writing", ++done, difference.changes.size());
  }
  sink.finish();
}

void run(const Arguments& a) {
  const catalog::Catalog catalog({a.workspace}, {find_installation().layers()});
  std::optional<catalog::EditionDifference> difference;
  {
    ProgressBar bar("diff " + a.layer);
    difference = catalog::difference(catalog, catalog.edition_named(a.layer, a.before),
                                     catalog.edition_named(a.layer, a.after),
                                     {.threads = a.threads, .most = 0}, bar.progress());
    if (!a.out.empty()) write(*difference, a, bar.progress());
  }
  if (a.json) {
    fmt::print("{}\n", catalog::summary_json(*difference).dump(2));
  } else {
    print(*difference);
  }
  if (!a.out.empty())
    fmt::print(stderr, "{}: {} changed features\n", a.out, grouped(difference->changes.size()));
}

}  // namespace

void add_diff(CLI::App& program) {
  auto* command = program.add_subcommand("diff", "What changed between two editions of a layer");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("LAYER", a->layer, "layer id")->required();
  command->add_option("A", a->before, "from: an edition, or a date (the edition as of it)")->required();
  command->add_option("B", a->after, "to: an edition, or a date")->required();
  command->add_option("--out", a->out, "write the changed features to a file; its ending says the format");
  command->add_option("--crs", a->crs, "coordinate system of --out")->capture_default_str();
  command->add_option("--encoding", a->encoding, "text of a Shapefile: UTF-8 or GBK")->capture_default_str();
  command->add_option("--threads", a->threads, "threads (default: one for each core)");
  command->add_flag("--json", a->json, "the counts and sums as JSON");
  command->footer(
      "By feature, land is gained where a feature lies now and did not before, and lost the other way "
      "round.\n"
      "As a whole, land is gained where any feature lies now and none did before, each square metre once: a "
      "border\n"
      "that moved between two neighbours is no gain. In a table by class or place, land also comes and goes "
      "with\n"
      "features that were put to another class or place.");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
