#pragma once

#include <filesystem>

namespace caitu::store {

namespace detail {
class Connection;
}

/// The form of caitu.db. SQLite keeps both numbers in the file's header, so that a foreign or newer file is
/// told before anything of it is read: the application id says that it is ours, `user_version` which steps of
/// `migrate` it has had.
inline constexpr int kApplicationId = 0x43544442;  // "CTDB"
inline constexpr int kFormVersion = 1;

/// Error(corrupt) when the file is no SQLite file or not ours, Error(unsupported) when its form is newer than
/// this program's. Returns its form's version, which may be older.
int check_form(const detail::Connection& connection);

/// Brings the file to kFormVersion, each step in a transaction of its own. A new, empty file is of version 0.
void migrate(detail::Connection& connection);

}  // namespace caitu::store
