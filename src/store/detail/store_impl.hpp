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

  /// Commits the batch that an import has open on this connection, if any.
  void end_batch();
};

struct StagedEdition::Impl {
  Impl(std::shared_ptr<Store::Impl> store, std::unique_ptr<detail::ImportLock> lock, geodata::Schema schema,
       std::uint32_t edition, std::int64_t first_row);
  ~Impl();

  /// Opens a batch's transaction if none is open, or commits one that is full and opens the next.
  void in_batch();
  geometry::Box extent_of_edition();

  std::shared_ptr<Store::Impl> store;
  std::unique_ptr<detail::ImportLock> lock;  ///< given back after publish()
  geodata::Schema schema;
  detail::LayerTables tables;
  std::uint32_t edition;
  std::int64_t next_row;
  std::int64_t rejects = 0;
  std::uint64_t added = 0, ended = 0;

  detail::Statement insert, end, reject;
  std::vector<detail::RtreeEntry> boxes;  ///< of the rows added, in row order
  std::string blob;                       ///< the geometry that is being written
  std::size_t batch_rows = 0;
  std::chrono::steady_clock::time_point batch_begun;
  std::optional<geometry::Box> extent;  ///< set by index()
  bool published = false;
};

/// The newest published edition of a layer; 0 when there is none.
std::uint32_t newest_edition(const detail::Connection& connection, const std::string& layer);

}  // namespace caitu::store
