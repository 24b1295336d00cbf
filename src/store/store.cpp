#include "store/store.hpp"

#include "store/detail/database_file.hpp"
#include "store/detail/store_impl.hpp"
#include "store/migrate.hpp"

namespace caitu::store {
namespace fs = std::filesystem;
namespace {

constexpr int kCacheKiB = 64 * 1024;
/// How far the write-ahead log grows before its pages move into the file; each move costs two syncs, behind
/// which edits of the work database wait: with 64 MB for 40 to 120 ms.
constexpr int kLogPages = 16 * 1024 * 1024 / detail::kPageBytes;

/// A batch ends after so many rows or so long: the imports of other layers need the write lock too.
constexpr std::size_t kBatchRows = 8192;
constexpr auto kBatchTime = std::chrono::milliseconds(500);

LayerRecord layer_of(const detail::Statement& row) {
  return {geodata::schema_from_json(base::parse_json(row.text(0))),
          static_cast<std::uint32_t>(row.integer(1))};
}

}  // namespace

void Store::create(const fs::path& file) { detail::create_database(file, record_form()); }

Store Store::open(const fs::path& file, bool read_only) {
  detail::require_database(file, record_form());
  auto impl = std::make_shared<Impl>(file, read_only ? detail::Access::read : detail::Access::write);
  detail::Connection& connection = impl->connection;
  detail::require_form(connection, record_form());
  if (!read_only) {
    // NORMAL does not sync at each commit: a loss of power may take back the last commits, but in order and
    // whole, for the log is synced before its pages go into the file. That is safe for staged rows, which
    // nobody sees; publish() syncs.
    connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY");
    connection.execute("PRAGMA cache_size = -" + std::to_string(kCacheKiB));
    connection.execute("PRAGMA wal_autocheckpoint = " + std::to_string(kLogPages));
    connection.keep_seals(record_form().sealed);
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
  connection.commit();
  --batches_lost;
}

}  // namespace caitu::store
