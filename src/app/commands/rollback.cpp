#include "catalog/rollback.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/terminal.hpp"
#include "base/units.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, layer;
  std::uint32_t edition = 0;
  bool json = false;
};

base::Json edition_json(const store::EditionRecord& record) {
  return {{"edition", record.edition},
          {"as_of", record.as_of},
          {"features", record.rows},
          {"mu", base::mu_from_m2(record.area_m2)}};
}

void run(const Arguments& a) {
  const catalog::Rollback done = catalog::roll_back({a.workspace}, a.layer, a.edition, shell_user());
  const bool changed = done.before.edition != done.now.edition;
  if (a.json) {
    fmt::print("{}\n", base::Json{{"layer", a.layer},
                                  {"changed", changed},
                                  {"before", edition_json(done.before)},
                                  {"now", edition_json(done.now)}}
                           .dump(2));
  } else if (!changed) {
    fmt::print("{}: edition {} is current already; nothing was done\n", a.layer, a.edition);
  } else {
    fmt::print("{}: edition {} of {} is current, {} features{}; it was edition {} of {}\n", a.layer,
               done.now.edition, done.now.as_of, grouped(done.now.rows),
               done.now.area_m2 > 0 ? ", " + mu_text(done.now.area_m2) : "", done.before.edition,
               done.before.as_of);
  }
}

}  // namespace

void add_rollback(CLI::App& program) {
  auto* command = program.add_subcommand(
      "rollback", "Make an older edition of a layer current, or again a newer one; nothing is lost by it");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("LAYER", a->layer, "layer id")->required();
  command->add_option("N", a->edition, "the edition that is to be current; `caitu editions` lists them")
      ->required()
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", a->json, "as JSON");
  command->footer(
      "Editions that came after N are withdrawn: reads by date pass them by, LAYER@EDITION still reads them, "
      "and\n"
      "`caitu rollback WS LAYER M` takes them back. The next import takes the next number and is compared "
      "with N.\n"
      "The audit trail keeps who did it.");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
