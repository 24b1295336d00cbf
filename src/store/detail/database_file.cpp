#include "store/detail/database_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace caitu::store::detail {
namespace fs = std::filesystem;
namespace {

void sync_folder(const fs::path& file) {
  const fs::path folder = file.parent_path();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

/// Under its name only when whole, and never over a file that is there.
void move_in(const fs::path& made, const fs::path& file) {
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0)
    return sync_folder(file);
  const int error = errno;
  fs::remove(made);
  const base::Where where{.file = file.string()};
  if (error == EEXIST) throw base::Error(base::Code::conflict, "there is such a file already", where);
  throw base::Error(base::Code::io,
                    "the new database cannot be put in place: " + std::generic_category().message(error),
                    where);
}

/// An empty file that nobody else could have opened meanwhile; SQLite takes it for a new database.
void make_for_owner(const fs::path& file) {
  fs::remove(file);  // what a killed process of the same number left
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    throw base::Error(base::Code::io, "the file cannot be made: " + std::generic_category().message(errno),
                      base::Where{.file = file.string()});
  }
  ::close(descriptor);
}

}  // namespace

void create_database(const fs::path& file, const Form& form, bool owner_only) {
  if (fs::exists(file)) {
    throw base::Error(base::Code::conflict, "there is a " + std::string(form.name) + " already",
                      base::Where{.file = file.string()});
  }
  fs::path made = file;
  made += ".new-" + std::to_string(::getpid());
  if (owner_only) make_for_owner(made);
  try {
    Connection connection(made, Access::create);
    connection.execute("PRAGMA page_size = " + std::to_string(kPageBytes));
    migrate(connection, form);
    connection.execute("PRAGMA journal_mode = WAL");
  } catch (...) {
    std::error_code ignored;
    fs::remove(made, ignored);
    throw;
  }
  move_in(made, file);
}

void require_database(const fs::path& file, const Form& form) {
  if (fs::exists(file)) return;
  throw base::Error(base::Code::not_found, "there is no " + std::string(form.name),
                    base::Where{.file = file.string()}, "make a workspace with `caitu init`");
}

void require_form(const Connection& connection, const Form& form) {
  const int version = check_form(connection, form);
  if (version == form.version()) return;
  throw base::Error(base::Code::unsupported,
                    "the " + std::string(form.name) + " has form " + std::to_string(version) +
                        ", which an earlier caitu wrote; this one uses form " + std::to_string(form.version()),
                    base::Where{.file = connection.file().string()}, "bring it up with `caitu migrate WS`");
}

}  // namespace caitu::store::detail
