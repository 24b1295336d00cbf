#include "analysis/tabulate.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/input_options.hpp"
#include "app/commands/memory_size.hpp"
#include "app/overlay_input.hpp"
#include "app/program.hpp"
#include "app/run_folder.hpp"
#include "app/table_file.hpp"
#include "app/terminal.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::app {
namespace {

using analysis::Table;

struct Arguments {
  OverlayInput a{.given = {}, .crs = {}, .datum = {}, .encoding = {}, .prefix = "--a-"};
  OverlayInput b{.given = {}, .crs = {}, .datum = {}, .encoding = {}, .prefix = "--b-"};
  std::string out, rows, columns, memory = "1G";
  std::size_t jobs = 0;
  bool json = false;
};

void run(const Arguments& arguments) {
  RunFolder folder(arguments.out);
  Table table;
  {
    ProgressBar bar("tabulate");
    const base::Progress progress = bar.progress();
    const geodata::MapWatch watch;
    const std::size_t threads = arguments.jobs > 0 ? arguments.jobs : base::default_threads();
    const auto a = open_input(arguments.a, "caitu tabulate", folder.path() / "a", threads, progress);
    const auto b = open_input(arguments.b, "caitu tabulate " + arguments.a.given, folder.path() / "b",
                              threads, progress);
    table = tabulate(a, b,
                     {.rows = find_field(a, b, arguments.rows, "--rows"),
                      .columns = find_field(a, b, arguments.columns, "--cols"),
                      .memory = parse_memory(arguments.memory),
                      .threads = threads},
                     progress);
    watch.check();
    write_table(arguments.out, table, arguments.rows + " \\ " + arguments.columns);
  }
  folder.done();
  if (arguments.json) {
    fmt::print("{}\n", to_json(table, arguments.rows, arguments.columns).dump(2));
  } else {
    fmt::print("tabulate: {} pairs share {}\n", grouped(table.pairs), mu_text(table.common_m2.value()));
    fmt::print("  a {:>20}  {}\n", mu_text(table.a_m2.value()), table.a.name);
    fmt::print("  b {:>20}  {}\n", mu_text(table.b_m2.value()), table.b.name);
    fmt::print("  {} rows of {}, {} columns of {}: {}\n", table.rows.size(), arguments.rows,
               table.columns.size(), arguments.columns, arguments.out);
  }
  if (table.a.intake.refused_rows + table.b.intake.refused_rows > 0) {
    for (const auto* input : {&table.a, &table.b}) {
      for (const auto& [row, reason] : input->intake.refused)
        fmt::print(stderr, "{} row {}: {}\n", input->name, row, reason);
    }
    throw CLI::RuntimeError(kFailed);
  }
}

}  // namespace

void add_tabulate(CLI::App& program) {
  auto* command =
      program.add_subcommand("tabulate", "A cross-table of the land that two layers have in common, in 亩");
  const auto a = std::make_shared<Arguments>();
  command->add_option("A", a->a.given, "FILE, FILE:LAYER, or WS:LAYER[@EDITION] of a workspace")->required();
  command->add_option("B", a->b.given, "the other layer, given likewise")->required();
  command->add_option("OUT", a->out, "the table: .csv or .xlsx")->required();
  command->add_option("--rows", a->rows, "field of either layer whose values are the rows; a_NAME or b_NAME")
      ->required();
  command->add_option("--cols", a->columns, "field whose values are the columns")->required();
  command->add_option("--memory", a->memory, "working memory")->capture_default_str();
  command->add_option("--jobs", a->jobs, "threads (default: one for each core)");
  add_input_options(*command, a->a, "A");
  add_input_options(*command, a->b, "B");
  command->add_flag("--json", a->json, "the table as JSON too");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
