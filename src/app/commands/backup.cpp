#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/doctor.hpp"
#include "app/program.hpp"
#include "app/terminal.hpp"
#include "catalog/backup.hpp"
#include "catalog/upkeep.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, file;
  bool force = false, with_snapshots = false, no_backup = false, json = false;
};

void run_backup(const Arguments& a) {
  catalog::Manifest manifest;
  {
    ProgressBar bar("backup");
    manifest = catalog::back_up({a.workspace}, a.file,
                                {.replace = a.force, .with_snapshots = a.with_snapshots}, bar.progress());
  }
  if (a.json) {
    const base::Json told{{"file", a.file},
                          {"made_at", manifest.made_at},
                          {"members", manifest.members.size()},
                          {"bytes", manifest.bytes()}};
    return fmt::print("{}\n", base::json_text(told, 2));
  }
  fmt::print("{}: {} as of {}, {} files, {} bytes\n", a.file, a.workspace, manifest.made_at,
             grouped(manifest.members.size()), grouped(manifest.bytes()));
  if (!a.with_snapshots)
    fmt::print("  without snapshots: they are built again when they are first asked for\n");
}

void run_restore(const Arguments& a) {
  catalog::Manifest manifest;
  {
    ProgressBar bar("restore");
    manifest = catalog::restore(a.file, {a.workspace}, bar.progress());
  }
  fmt::print(stderr, "{}: restored as of {} (made by {})\n", a.workspace, manifest.made_at, manifest.program);
  if (run_doctor(a.workspace, true, a.json) > 0) throw CLI::RuntimeError(kFailed);
}

void run_migrate(const Arguments& a) {
  catalog::Migration done;
  {
    ProgressBar bar("migrate");
    done = catalog::migrate_workspace({a.workspace}, !a.no_backup, bar.progress());
  }
  if (!done.changed()) return fmt::print("{}: of the newest form already\n", a.workspace);
  fmt::print("{}: the record has form {} (was {}), the work database form {} ({})\n", a.workspace,
             done.record_now, done.record_before, done.work_now,
             done.work_before == 0 ? "there was none" : fmt::format("was {}", done.work_before));
  if (!done.backup.empty()) fmt::print("  as it was before: {}\n", done.backup.string());
}

}  // namespace

void add_backup(CLI::App& program) {
  auto* command =
      program.add_subcommand("backup", "Keep a workspace in one file, while it serves and imports");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("FILE", a->file, "the backup, a tar file")->required();
  command->add_flag("--force", a->force, "replace a file that is there");
  command->add_flag("--with-snapshots", a->with_snapshots,
                    "larger, but the restored workspace serves at once");
  command->add_flag("--json", a->json, "as JSON");
  command->callback([a] { run_backup(*a); });
}

void add_restore(CLI::App& program) {
  auto* command = program.add_subcommand("restore", "Make a workspace of a backup, and verify it");
  const auto a = std::make_shared<Arguments>();
  command->add_option("FILE", a->file, "what `caitu backup` wrote")->required();
  command->add_option("WS", a->workspace, "folder of the workspace; it must not hold anything")->required();
  command->add_flag("--json", a->json, "what the doctor found, as JSON");
  command->callback([a] { run_restore(*a); });
}

void add_migrate(CLI::App& program) {
  auto* command = program.add_subcommand("migrate", "Bring a workspace of an earlier caitu up to this one");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_flag("--no-backup", a->no_backup, "do not keep a backup in the workspace first");
  command->callback([a] { run_migrate(*a); });
}

}  // namespace caitu::app
