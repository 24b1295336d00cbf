#pragma once

#include <filesystem>

#include "store/detail/sqlite.hpp"
#include "store/migrate.hpp"

namespace caitu::store::detail {

inline constexpr int kPageBytes = 8192;

/// Makes an empty database of a form, in WAL mode; under its name only when whole. Error(conflict) when the file is there.
void create_database(const std::filesystem::path& file, const Form& form);
/// Error(not_found) with the way out when the file is missing.
void require_database(const std::filesystem::path& file, const Form& form);
/// Checks the form, and migrates an older one; Error(unsupported) when that would need to write and may not.
void bring_up_to_form(Connection& connection, const Form& form, bool read_only);

}  // namespace caitu::store::detail
