#include "analysis/dissolve.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/input_options.hpp"
#include "app/commands/memory_size.hpp"
#include "app/overlay_input.hpp"
#include "app/program.hpp"
#include "app/run_folder.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "geodata/map_watch.hpp"
#include "geodata/sink.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  OverlayInput in{.given = {}, .crs = {}, .datum = {}, .encoding = {}, .prefix = "--"};
  std::string out, memory = "1G", out_crs = "EPSG:4490", out_encoding = "UTF-8";
  std::vector<std::string> by;
  std::size_t jobs = 0;
  bool json = false;
};

void print(const analysis::DissolveAccount& account) {
  fmt::print("dissolve: {} features of {} into {}\n", grouped(account.features), account.input.name,
             grouped(account.groups));
  fmt::print("  {:<22} {:>20}\n", "went in", mu_text(account.input_m2.value()));
  fmt::print("  {:<22} {:>20}\n", "came out", mu_text(account.written_m2.value()));
  fmt::print("  {:<22} {:>20}\n", "covered more than once", mu_text(account.twice_m2.value()));
  fmt::print("  united by shared borders alone: {}, noded first: {}, by GEOS: {}; off by {:.1e} m²\n",
             grouped(account.by_borders), grouped(account.by_nodes), grouped(account.by_overlay),
             account.residual_m2.value());
  if (account.input.intake.refused_rows > 0)
    fmt::print("  REFUSED rows: {}\n", grouped(account.input.intake.refused_rows));
  for (const auto& [row, reason] : account.input.intake.refused)
    fmt::print("      row {}: {}\n", row, reason);
}

void run(const Arguments& arguments) {
  analysis::DissolveOptions options{.by = arguments.by, .memory = parse_memory(arguments.memory)};
  if (arguments.jobs > 0) options.threads = arguments.jobs;
  RunFolder folder(arguments.out);
  analysis::DissolveAccount account;
  {
    ProgressBar bar("dissolve");
    const base::Progress progress = bar.progress();
    const geodata::MapWatch watch;
    const auto input =
        open_input(arguments.in, "caitu dissolve", folder.path() / "in", options.threads, progress);
    geodata::Sink sink(arguments.out, dissolve_schema(input, options),
                       {.format = {},
                        .encoding = arguments.out_encoding,
                        .crs = geometry::Crs::parse(arguments.out_crs),
                        .grows_in = folder.path()});
    account = dissolve(input, options, &sink, progress);
    watch.check();
    if (!account.closes())
      throw base::Error(base::Code::internal, "the account does not close: what came out is not what went in",
                        to_json(account).dump());
    progress.at("finishing", 0, 0);
    sink.finish();
  }
  folder.done();
  if (arguments.json) {
    fmt::print("{}\n", to_json(account).dump(2));
  } else {
    print(account);
  }
  if (account.input.intake.refused_rows > 0) throw CLI::RuntimeError(kFailed);
}

}  // namespace

void add_dissolve(CLI::App& program) {
  auto* command = program.add_subcommand("dissolve", "Unite the features that have the same values");
  const auto a = std::make_shared<Arguments>();
  command->add_option("IN", a->in.given, "FILE, FILE:LAYER, or WS:LAYER[@EDITION] of a workspace")
      ->required();
  command->add_option("OUT", a->out, "what to write, in the format of its ending")->required();
  command->add_option("--by", a->by, "fields, comma-separated; without any all land becomes one")
      ->delimiter(',');
  command->add_option("--memory", a->memory, "working memory")->capture_default_str();
  command->add_option("--jobs", a->jobs, "threads (default: one for each core)");
  add_input_options(*command, a->in, "IN");
  add_output_options(*command, a->out_crs, a->out_encoding);
  command->add_flag("--json", a->json, "the account as JSON");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
