#pragma once

#include <span>
#include <string_view>

namespace caitu::store {

namespace detail {
class Connection;
}

/// The form of one of the workspace's databases. SQLite keeps two numbers in a file's header, so that a
/// foreign or newer file is told before anything of it is read: the application id says whose it is,
/// `user_version` how many of `steps` it has had.
struct Form {
  int application_id;
  std::string_view name;  ///< for messages: "record"
  /// Step i takes a file of version i to version i + 1, inside a transaction of its own. A step that has been
  /// in a release is never changed again.
  std::span<void (*const)(detail::Connection&)> steps;
  /// Tables whose names begin so are kept under seals (detail/seals.hpp); "" seals all.
  std::string_view sealed = {};

  int version() const { return static_cast<int>(steps.size()); }
};

const Form& record_form();  ///< caitu.db: record_form.cpp
const Form& work_form();    ///< work.db: work_form.cpp

/// Error(corrupt) when the file is no SQLite file or not of this form, Error(unsupported) when its version is
/// newer than this program's. Returns its version, which may be older.
int check_form(const detail::Connection& connection, const Form& form);

/// Brings the file to the form's newest version, each step one transaction: killed anywhere, the file is of
/// the one version or the next. A new, empty file is of version 0.
void migrate(detail::Connection& connection, const Form& form);

}  // namespace caitu::store
