#include "store/store.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "store/detail/store_impl.hpp"
#include "store/migrate.hpp"

namespace caitu::store {
namespace fs = std::filesystem;
namespace {

constexpr int kPageBytes = 8192;
constexpr int kCacheKiB = 64 * 1024;
/// How far the write-ahead log grows before its pages move into the file; each move costs two syncs.
constexpr int kLogPages = 64 * 1024 * 1024 / kPageBytes;

/// A batch ends after so many rows or so long: the imports of other layers need the write lock too.
constexpr std::size_t kBatchRows = 8192;
constexpr auto kBatchTime = std::chrono::milliseconds(500);

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
  if (error == EEXIST) throw base::Error(base::Code::conflict, "there is a record already", where);
  throw base::Error(base::Code::io,
                    "the new record cannot be put in place: " + std::generic_category().message(error),
                    where);
}

LayerRecord layer_of(const detail::Statement& row) {
  return {geodata::schema_from_json(base::parse_json(row.text(0))),
          static_cast<std::uint32_t>(row.integer(1))};
}

}  // namespace

void Store::create(const fs::path& file) {
  if (fs::exists(file)) {
    throw base::Error(base::Code::conflict, "there is a record already", base::Where{.file = file.string()});
  }
  fs::path made = file;
  made += ".new-" + std::to_string(::getpid());
  try {
    detail::Connection connection(made, detail::Access::create);
    connection.execute("PRAGMA page_size = " + std::to_string(kPageBytes));
    migrate(connection);
    connection.execute("PRAGMA journal_mode = WAL");
  } catch (...) {
    std::error_code ignored;
    fs::remove(made, ignored);
    throw;
  }
  move_in(made, file);
}

Store Store::open(const fs::path& file, bool read_only) {
  if (!fs::exists(file)) {
    throw base::Error(base::Code::not_found, "there is no record", base::Where{.file = file.string()},
                      "make a workspace with `caitu init`");
  }
  auto impl = std::make_shared<Impl>(file, read_only ? detail::Access::read : detail::Access::write);
  detail::Connection& connection = impl->connection;
  if (check_form(connection) < kFormVersion) {
    if (read_only) {
      throw base::Error(base::Code::unsupported,
                        "the record has an older form, and it was opened for reading only",
                        base::Where{.file = file.string()}, "open it once for writing, with `caitu import`");
    }
    migrate(connection);
  }
  if (!read_only) {
    // NORMAL does not sync at each commit: a loss of power may take back the last commits, but in order and
    // whole, for the log is synced before its pages go into the file. That is safe for staged rows, which
    // nobody sees; publish() syncs.
    connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY");
    connection.execute("PRAGMA cache_size = -" + std::to_string(kCacheKiB));
    connection.execute("PRAGMA wal_autocheckpoint = " + std::to_string(kLogPages));
  }
  impl->data_version = detail::Statement(connection, "PRAGMA data_version");
  return Store(std::move(impl));
}

Store::Store(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

std::vector<LayerRecord> Store::layers() const {
  std::vector<LayerRecord> records;
  detail::Statement rows(impl_->connection,
                         "SELECT schema, current_edition FROM caitu_layers ORDER BY layer");
  while (rows.step()) records.push_back(layer_of(rows));
  return records;
}

std::optional<LayerRecord> Store::layer(const std::string& layer) const {
  detail::Statement row(impl_->connection,
                        "SELECT schema, current_edition FROM caitu_layers WHERE layer = ?");
  row.bind(1, layer);
  if (!row.step()) return std::nullopt;
  return layer_of(row);
}

std::int64_t Store::change_counter() const {
  detail::Statement& statement = impl_->data_version;
  statement.step();
  const std::int64_t version = statement.integer(0);
  statement.reset();
  return version;
}

void Store::Impl::in_batch() {
  const auto now = std::chrono::steady_clock::now();
  if (batch_open && ++batch_rows < kBatchRows && now - batch_begun < kBatchTime) return;
  end_batch();
  connection.execute("BEGIN IMMEDIATE");
  batch_open = true;
  batch_rows = 0;
  batch_begun = now;
}

void Store::Impl::end_batch() {
  if (!batch_open) return;
  batch_open = false;
  // Counted first: it stands when the commit throws. SQLite has ended the transaction itself where the disk
  // failed.
  ++batches_lost;
  connection.execute("COMMIT");
  --batches_lost;
}

}  // namespace caitu::store
