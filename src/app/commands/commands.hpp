#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace caitu::app {

/// Each adds one command to the program: its words and help now, its work when the command line asks for it.
void add_init(CLI::App& program);
void add_import(CLI::App& program);
void add_layers(CLI::App& program);
void add_editions(CLI::App& program);
void add_diff(CLI::App& program);
void add_rollback(CLI::App& program);
void add_serve(CLI::App& program);
void add_query(CLI::App& program);
void add_export(CLI::App& program);
void add_overlay(CLI::App& program);
void add_merge(CLI::App& program);
void add_dissolve(CLI::App& program);
void add_tabulate(CLI::App& program);
void add_check(CLI::App& program);
void add_doctor(CLI::App& program);
void add_backup(CLI::App& program);
void add_restore(CLI::App& program);
void add_migrate(CLI::App& program);
void add_account(CLI::App& program);
void add_audit(CLI::App& program);
void add_config(CLI::App& program);
void add_jobs(CLI::App& program);
void add_run_job(CLI::App& program);  ///< hidden: what a server starts for each job

/// `caitu import --list`: what layers files hold, with rows, fields, CRS and encoding. Writes nothing.
void list_deliveries(const std::vector<std::string>& files, const std::string& encoding, bool json);

}  // namespace caitu::app
