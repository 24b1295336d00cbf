#pragma once

#include <filesystem>

#include "store/detail/sqlite.hpp"
#include "store/migrate.hpp"

namespace caitu::store::detail {

inline constexpr int kPageBytes = 8192;

/// Makes an empty database of a form, in WAL mode; under its name only when whole. Error(conflict) when the file is there.
/// `owner_only`: of mode 0600 from its first byte on; SQLite gives its -wal and -shm the same.
void create_database(const std::filesystem::path& file, const Form& form, bool owner_only = false);
/// Error(not_found) with the way out when the file is missing.
void require_database(const std::filesystem::path& file, const Form& form);
/// Checks the form; an older one is Error(unsupported) with the way out: it is brought up by `caitu migrate`, which keeps a
/// backup, and never in passing.
void require_form(const Connection& connection, const Form& form);

}  // namespace caitu::store::detail
