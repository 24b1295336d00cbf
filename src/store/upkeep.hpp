#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "store/migrate.hpp"

namespace caitu::store {

/// The form's version of a file, which may be older than this program's. Errors as check_form,
/// Error(not_found) when missing.
int version_of(const std::filesystem::path& file, const Form& form);

/// Brings a file to the newest form, step by step, each one transaction. Damage is not carried along:
/// Error(corrupt) when SQLite finds some.
void migrate_file(const std::filesystem::path& file, const Form& form);

/// How many rows each table of a database holds, of any form.
std::map<std::string, std::uint64_t> table_rows(const std::filesystem::path& file);

/// A published edition of a record of any form.
struct PublishedEdition {
  std::string layer, snapshot;
  std::uint32_t edition = 0;
};
std::vector<PublishedEdition> published_editions(const std::filesystem::path& record);

/// Copies of the record and, where there is one, of the work database, as both were at one moment: no edition
/// without the audit row that was written with it. Writers wait for milliseconds, then go on beside the
/// copying; what they write is not in it. The copies are whole SQLite files, not yet on the disk.
void copy_databases(const std::filesystem::path& record, const std::filesystem::path& work,
                    const std::filesystem::path& record_copy, const std::filesystem::path& work_copy,
                    const base::Progress& progress);

}  // namespace caitu::store
