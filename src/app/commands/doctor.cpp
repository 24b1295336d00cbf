#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/doctor.hpp"
#include "app/config.hpp"
#include "app/program.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "catalog/doctor.hpp"
#include "checks/plan_tables.hpp"
#include "checks/rule_set.hpp"
#include "styles/style.hpp"
#include "tiles/tileset.hpp"

namespace caitu::app {
namespace {

using store::Check;
using store::Checks;
using store::Verdict;

constexpr const char* kDeclared = "tilesets, styles, rules, configuration";

struct Arguments {
  std::string workspace;
  bool repair = false, json = false;
};

/// Whether the declared tilesets, styles, rules and the configuration load and agree with the declared
/// layers.
void examine_declared(const catalog::Workspace& workspace, const Installation& installation,
                      Checks& examined) {
  try {
    load_config(workspace.configuration());
    const auto declarations = geodata::load_declarations({installation.layers(), workspace.own_layers()});
    const auto tilesets = tiles::load_tilesets(installation.tiles, declarations);
    const styles::Styles styles(installation.styles, tilesets);
    const checks::RuleSet rules = checks::load_rules({installation.rules()});
    checks::PlanTables::load(installation.geodata / "plan");
    examined.push_back({.what = kDeclared,
                        .found = fmt::format("{} tilesets, {} styles, {} rules", tilesets.size(),
                                             styles.names().size(), rules.rules.size())});
  } catch (const base::Error& error) {
    examined.push_back({.what = kDeclared,
                        .verdict = Verdict::damaged,
                        .found = error.full(),
                        .way_out = "correct the file"});
  }
}

std::string_view mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "✓";
    case Verdict::note:
      return "·";
    case Verdict::repaired:
      return "+";
    case Verdict::damaged:
      break;
  }
  return "✗";
}

void print(const Checks& checks, std::size_t problems) {
  for (const Check& check : checks) {
    fmt::print("{} {}{}{}\n", mark(check.verdict), check.what, check.found.empty() ? "" : ": ", check.found);
    if (!check.way_out.empty()) fmt::print("    → {}\n", check.way_out);
  }
  fmt::print("{}\n", problems == 0 ? "nothing is damaged" : fmt::format("{} damaged", problems));
}

void print_json(const Checks& checks, std::size_t problems) {
  base::Json list = base::Json::array();
  for (const Check& check : checks) {
    list.push_back({{"what", check.what},
                    {"verdict", store::name(check.verdict)},
                    {"found", check.found},
                    {"way_out", check.way_out}});
  }
  const base::Json report{{"sound", problems == 0}, {"problems", problems}, {"checks", std::move(list)}};
  fmt::print("{}\n", base::json_text(report, 2));
}

}  // namespace

std::size_t run_doctor(const std::string& folder, bool repair, bool json) {
  const catalog::Workspace workspace{folder};
  const Installation installation = find_installation();
  Checks checks;
  {
    ProgressBar bar("doctor");
    checks = catalog::examine_workspace(workspace, {installation.layers()}, repair, bar.progress());
  }
  examine_declared(workspace, installation, checks);
  const auto problems = static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [](const Check& check) { return check.verdict == Verdict::damaged; }));
  json ? print_json(checks, problems) : print(checks, problems);
  return problems;
}

void add_doctor(CLI::App& program) {
  auto* command = program.add_subcommand("doctor", "Verify everything that a workspace holds");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_flag("--repair", a->repair, "rebuild what can be rebuilt, remove what was left over");
  command->add_flag("--json", a->json, "as JSON");
  command->footer(
      "Ends with 0 when nothing is damaged, else with 1.\n✓ in order  · a note, nothing is lost  + repaired  "
      "✗ damaged");
  command->callback([a] {
    if (run_doctor(a->workspace, a->repair, a->json) > 0) throw CLI::RuntimeError(kFailed);
  });
}

}  // namespace caitu::app
