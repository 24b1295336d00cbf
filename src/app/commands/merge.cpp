#include <fmt/format.h>

#include <memory>

#include "analysis/parts.hpp"
#include "app/commands/account_output.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/input_options.hpp"
#include "app/run_folder.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "geodata/sink.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string out, out_crs = "EPSG:4490", out_encoding = "UTF-8";
  std::vector<std::string> parts, accounts;
  bool json = false;
};

void run(const Arguments& arguments) {
  RunFolder folder(arguments.out);
  analysis::Parts parts;
  {
    ProgressBar bar("merge");
    const base::Progress progress = bar.progress();
    parts = analysis::read_parts({arguments.parts.begin(), arguments.parts.end()}, progress);
    write_accounts(arguments.accounts, parts.account);
    check_closes(parts.account);
    geodata::Sink sink(arguments.out, parts.schema,
                       {.format = {},
                        .encoding = arguments.out_encoding,
                        .crs = geometry::Crs::parse(arguments.out_crs),
                        .grows_in = folder.path()});
    analysis::merge(parts, folder.path(), sink, progress);
    progress.at("finishing", 0, 0);
    sink.finish();
  }
  folder.done();
  print_account(parts.account, arguments.json);
}

}  // namespace

void add_merge(CLI::App& program) {
  auto* command = program.add_subcommand("merge", "Join the parts of an overlay, and prove the account");
  const auto a = std::make_shared<Arguments>();
  command->add_option("OUT", a->out, "what to write, in the format of its ending")->required();
  command->add_option("PART", a->parts, "what `caitu overlay --part` has written: all parts, each once")
      ->required()
      ->expected(1, -1);
  command
      ->add_option("--account", a->accounts,
                   "write the account, as JSON or (.html) as a page; may be repeated")
      ->take_all();
  add_output_options(*command, a->out_crs, a->out_encoding);
  command->add_flag("--json", a->json, "the account as JSON");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
