#pragma once

#include <optional>

#include "store/detail/import_lock.hpp"
#include "store/detail/layer_tables.hpp"
#include "store/detail/rtree_pack.hpp"
#include "store/detail/sqlite.hpp"
#include "store/store.hpp"

namespace caitu::store {

struct Store::Impl {
  Impl(const std::filesystem::path& file, detail::Access access) : connection(file, access) {}

  detail::Connection connection;
  detail::Statement data_version;

  /// Rows are written in batches, a transaction each. Opens one, or ends a full one and opens the next.
  void in_batch();
  void end_batch();

  bool batch_open = false;
  std::size_t batch_rows = 0;
  std::chrono::steady_clock::time_point batch_begun;
  /// Batches that SQLite took back because the disk failed: an import that began before is not published.
  std::size_t batches_lost = 0;
};

struct StagedEdition::Impl {
  Impl(std::shared_ptr<Store::Impl> store, std::unique_ptr<detail::ImportLock> lock, geodata::Schema schema,
       std::uint32_t edition, std::int64_t first_row);
  ~Impl();

  geometry::Box extent_of_edition();

  std::shared_ptr<Store::Impl> store;
  std::unique_ptr<detail::ImportLock> lock;  ///< given back after publish()
  geodata::Schema schema;
  detail::LayerTables tables;
  std::uint32_t edition;
  std::int64_t next_row;
  std::size_t batches_lost;  ///< of the store when this began
  std::int64_t rejects = 0, findings = 0;
  std::uint64_t added = 0, ended = 0;

  detail::Statement insert, end, reject, finding;
  std::vector<detail::RtreeEntry> boxes;  ///< of the rows added, in row order
  std::string blob;                       ///< the geometry that is being written
  std::optional<geometry::Box> extent;    ///< set by index()
};

/// The newest published edition of a layer; 0 when there is none.
std::uint32_t newest_edition(const detail::Connection& connection, const std::string& layer);

/// Takes away what imports that did not publish have left of the layer. Inside the caller's transaction, with
/// the layer's ImportLock held.
void clear_staged(detail::Connection& connection, const std::string& layer, std::uint32_t newest);

}  // namespace caitu::store
