#include "app/program.hpp"

#include <cstdio>

#include "app/commands/commands.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace caitu::app {
namespace {

int exit_code(base::Code code) {
  switch (code) {
    case base::Code::usage:
    case base::Code::invalid:
    case base::Code::not_found:
    case base::Code::conflict:
    case base::Code::unsupported:
      return kUsage;
    case base::Code::refused:
      return kRefused;
    default:
      return kFailed;
  }
}

}  // namespace

int run_program(int argc, char** argv) {
  base::start_log(false);
  CLI::App program{"caitu 菜图: vegetable land of Beijing, from a surveyor's file to a tile on a screen"};
  program.set_version_flag("--version", "caitu " CAITU_VERSION);
  program.require_subcommand(1);
  program.get_formatter()->column_width(34);
  for (const auto add : {add_init,     add_import, add_layers, add_editions, add_diff,    add_rollback,
                         add_serve,    add_query,  add_export, add_overlay,  add_merge,   add_dissolve,
                         add_tabulate, add_check,  add_doctor, add_backup,   add_restore, add_migrate,
                         add_account,  add_audit,  add_config, add_jobs,     add_run_job})
    add(program);
  try {
    program.parse(argc, argv);
    return kDone;
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();  // a command that has said what it found
  } catch (const CLI::ParseError& error) {
    const int code = program.exit(error);
    return code == 0 ? kDone : kUsage;
  } catch (const base::Error& error) {
    fmt::print(stderr, "caitu: {}\n", error.full());
    return exit_code(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "caitu: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace caitu::app
