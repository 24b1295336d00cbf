#include "analysis/overlay.hpp"

#include <fmt/format.h>

#include <memory>

#include "analysis/parts.hpp"
#include "app/commands/account_output.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/input_options.hpp"
#include "app/commands/memory_size.hpp"
#include "app/commands/stage_times.hpp"
#include "app/overlay_input.hpp"
#include "app/program.hpp"
#include "app/run_folder.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "geodata/map_watch.hpp"
#include "geodata/sink.hpp"

namespace caitu::app {
namespace {

using base::Code;
using base::Error;
using base::Where;
namespace fs = std::filesystem;

struct Arguments {
  std::string operation, out, part, memory = "1G", slivers = "keep", out_crs = "EPSG:4490",
                                    out_encoding = "UTF-8";
  OverlayInput a{.given = {}, .crs = {}, .datum = {}, .encoding = {}, .prefix = "--a-"};
  OverlayInput b{.given = {}, .crs = {}, .datum = {}, .encoding = {}, .prefix = "--b-"};
  std::vector<std::string> fields, accounts;
  double sliver_width_m = analysis::Slivers{}.width_m;
  std::size_t jobs = 0;
  bool explain = false, json = false;
};

analysis::Part parse_part(const std::string& text) {
  analysis::Part part;
  if (text.empty()) return part;
  int read = 0;
  unsigned number = 0, of = 0;
  if (std::sscanf(text.c_str(), "%u/%u%n", &number, &of, &read) != 2 ||
      static_cast<std::size_t>(read) != text.size() || number < 1 || number > of || of > 10'000) {
    throw Error(Code::usage, "\"" + text + "\" is no part", Where{.field = "--part"},
                "write it as 3/8: the third of eight");
  }
  return {number, of};
}

analysis::OverlayOptions options_of(const Arguments& arguments) {
  analysis::OverlayOptions options;
  const auto operation = analysis::parse_operation(arguments.operation);
  if (!operation)
    throw Error(Code::usage, "there is no operation \"" + arguments.operation + "\"", Where{.field = "OP"},
                "intersection, difference, union, identity, symdifference or clip");
  options.operation = *operation;
  options.fields = arguments.fields;
  options.slivers.width_m = arguments.sliver_width_m;
  if (arguments.slivers == "drop") options.slivers.fate = analysis::Slivers::Fate::drop;
  if (arguments.slivers == "merge") options.slivers.fate = analysis::Slivers::Fate::merge;
  options.part = parse_part(arguments.part);
  options.memory = parse_memory(arguments.memory);
  if (arguments.jobs > 0) options.threads = arguments.jobs;
  return options;
}

/// Where features that could not be cut are put, with the reason.
fs::path quarantine_file(const fs::path& out) {
  fs::path file = out;
  return file.replace_extension(".quarantine.gpkg");
}

void write_quarantine(const fs::path& file, const analysis::InputLayer& a, const analysis::InputLayer& b,
                      const std::vector<analysis::Quarantined>& quarantine) {
  geodata::Schema schema;
  schema.layer = "quarantine";
  schema.kinds = {geometry::Kind::point, geometry::Kind::line, geometry::Kind::polygon};
  schema.fields = {{.name = "side", .type = geodata::FieldType::text},
                   {.name = "fid", .type = geodata::FieldType::integer},
                   {.name = "reason", .type = geodata::FieldType::text}};
  geodata::Sink sink(file, schema);
  std::uint64_t number = 0;
  for (const analysis::Quarantined& one : quarantine) {
    const geodata::Snapshot& land = (one.of_right ? b : a).land();
    const auto item = land.find(one.id);
    if (!item) continue;
    sink.write(++number, land.geometry(*item),
               {std::string(one.of_right ? "b" : "a"), static_cast<std::int64_t>(one.id), one.reason},
               land.area_m2(*item));
  }
  sink.finish();
}

void explain(const analysis::Account& account, const StageTimes& times) {
  const analysis::PairCounts& pairs = account.pairs;
  fmt::print(stderr, "pairs whose boxes meet  {:>14}\n", grouped(pairs.met));
  fmt::print(stderr, "  no land in common     {:>14}  nothing to do\n", grouped(pairs.apart));
  fmt::print(stderr, "  one holds the other   {:>14}  copied as it is\n", grouped(pairs.whole));
  fmt::print(stderr, "  cut by outlines       {:>14}  from coordinates alone\n", grouped(pairs.outlines));
  fmt::print(stderr, "  cut by OverlayNG      {:>14}  outlines nearer to each other than doubles can tell\n",
             grouped(pairs.overlay));
  fmt::print(stderr, "  cut on a grid         {:>14}  OverlayNG failed; on 1e-9° it did not\n",
             grouped(pairs.grid));
  const std::uint64_t of_pieces = pairs.apart + pairs.whole + pairs.outlines + pairs.overlay + pairs.grid;
  fmt::print(stderr, "  taken off             {:>14}  for what is left alone, no piece was asked for\n",
             grouped(pairs.met - of_pieces));
  for (const auto& [stage, seconds] : times.stages())
    fmt::print(stderr, "{:<22} {:>15.1f} s\n", stage, seconds);
}

void check_part(const Arguments& arguments) {
  if (arguments.out.empty())
    throw Error(Code::usage, "a part without OUT could not be merged", Where{.field = "--part"},
                "name a file");
  if (arguments.out_crs != "EPSG:4490")
    throw Error(Code::usage, "a part is always in EPSG:4490", Where{.field = "--out-crs"},
                "say the coordinate system to `caitu merge`");
  analysis::check_part_format(arguments.out);
}

/// What has been made gets its final name, and what belongs beside it.
void deliver(const Arguments& arguments, const analysis::OverlayOptions& options,
             const analysis::InputLayer& a, const analysis::InputLayer& b, const analysis::Account& account,
             geodata::Sink& sink) {
  sink.finish();
  if (options.part.of > 1)
    write_part_sheet(arguments.out, account, options.part, overlay_schema(a, b, options));
  if (!account.quarantine.empty()) write_quarantine(quarantine_file(arguments.out), a, b, account.quarantine);
}

analysis::Account make(const Arguments& arguments, const analysis::OverlayOptions& options,
                       const fs::path& folder, const base::Progress& progress) {
  const std::string typed = "caitu overlay " + arguments.operation;
  const geodata::MapWatch watch;
  const auto a = open_input(arguments.a, typed, folder / "a", options.threads, progress);
  const auto b =
      open_input(arguments.b, typed + " " + arguments.a.given, folder / "b", options.threads, progress);
  std::unique_ptr<geodata::Sink> sink;
  if (!arguments.out.empty()) {
    sink =
        std::make_unique<geodata::Sink>(arguments.out, overlay_schema(a, b, options),
                                        geodata::SinkOptions{.format = {},
                                                             .encoding = arguments.out_encoding,
                                                             .crs = geometry::Crs::parse(arguments.out_crs),
                                                             .grows_in = folder});
  }
  analysis::Account account = overlay(a, b, options, folder, sink.get(), progress);
  watch.check();
  write_accounts(arguments.accounts, account);
  check_closes(account);
  progress.at("finishing", 0, 0);
  if (sink) deliver(arguments, options, a, b, account, *sink);
  return account;
}

void run(const Arguments& arguments) {
  const analysis::OverlayOptions options = options_of(arguments);
  if (options.part.of > 1) check_part(arguments);
  RunFolder folder(arguments.out);
  StageTimes times;
  analysis::Account account;
  {
    ProgressBar bar("overlay");
    account = make(arguments, options, folder.path(), times.watched(bar.progress()));
  }
  folder.done();
  print_account(account, arguments.json);
  if (arguments.explain) explain(account, times);
  if (!account.quarantine.empty() && !arguments.out.empty())
    fmt::print(stderr, "quarantine: {}\n", quarantine_file(arguments.out).string());
  if (!account.clean()) throw CLI::RuntimeError(kFailed);
}

}  // namespace

void add_overlay(CLI::App& program) {
  auto* command =
      program.add_subcommand("overlay", "Lay one layer over another, every square metre accounted for");
  const auto a = std::make_shared<Arguments>();
  command->add_option("OP", a->operation, "intersection, difference, union, identity, symdifference or clip")
      ->required();
  command->add_option("A", a->a.given, "FILE, FILE:LAYER, or WS:LAYER[@EDITION] of a workspace")->required();
  command->add_option("B", a->b.given, "what is laid over it: polygons, given likewise")->required();
  command->add_option("OUT", a->out,
                      "what to write, in the format of its ending; without it only the account is made");
  command
      ->add_option("--fields", a->fields,
                   "fields of the result, comma-separated (default: all; two of one name are a_NAME, b_NAME)")
      ->delimiter(',');
  command->add_option("--memory", a->memory, "working memory; more goes to the disk")->capture_default_str();
  command->add_option("--jobs", a->jobs, "threads (default: one for each core)");
  command->add_option("--part", a->part, "K/N: only the K-th of N parts; `caitu merge` joins them");
  command->add_option("--slivers", a->slivers, "parts of pieces too narrow to be meant: keep, drop or merge")
      ->check(CLI::IsMember({"keep", "drop", "merge"}))
      ->capture_default_str();
  command
      ->add_option("--sliver-width", a->sliver_width_m,
                   "metres; a part in which no such disc fits is a sliver")
      ->check(CLI::Range(1e-4, 100.0))
      ->capture_default_str();
  command
      ->add_option("--account", a->accounts,
                   "write the account, as JSON or (.html) as a page; may be repeated")
      ->take_all();
  add_input_options(*command, a->a, "A");
  add_input_options(*command, a->b, "B");
  add_output_options(*command, a->out_crs, a->out_encoding);
  command->add_flag("--explain", a->explain, "what each stage decided, and what it took");
  command->add_flag("--json", a->json, "the account as JSON");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
