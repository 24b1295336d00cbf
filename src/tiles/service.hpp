#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "catalog/catalog.hpp"
#include "geometry/china_offset.hpp"
#include "tiles/grid.hpp"
#include "tiles/tileset.hpp"

namespace caitu::tiles {

class TileContent;

/// One tile, ready to send; copies share the bytes. An empty tile (no feature) has `plain` null.
struct Tile {
  std::shared_ptr<const std::string> plain;
  std::string etag;  ///< of the content, without quotes
  std::shared_ptr<const TileContent> content;
  std::string editions =
      {};  ///< "parcels=3, towns=1": what was read, when a date or an edition was asked for

  /// The bytes compressed, by whoever asks first and then shared by all copies; null when empty. Costs about
  /// as much as rendering did, so ask only for a client that accepts gzip, and on a worker. Thread-safe.
  std::shared_ptr<const std::string> gzip() const;
  /// The same when somebody has asked before, else null: compresses nothing, so fit for an I/O thread.
  std::shared_ptr<const std::string> gzip_ready() const;
};

/// Which version of the land a tile shows.
struct TileQuery {
  std::optional<std::string> as_of;
  std::optional<std::uint32_t> edition;  ///< only for a tileset narrowed to one layer
  geometry::Datum datum = geometry::Datum::cgcs2000;
};

struct ServiceOptions {
  std::size_t cache_bytes = 256ull * 1024 * 1024;
  int gzip_level = 6;
};

struct ServiceCounters {
  std::uint64_t hits = 0, misses = 0, joined = 0, rendered_empty = 0;
  std::uint64_t cache_bytes = 0, cache_tiles = 0;
};

/// Tiles of all tilesets, from snapshots. Thread-safe. The same request gives the same bytes on any thread.
class Service {
 public:
  Service(const catalog::Catalog& catalog, std::map<std::string, Tileset> tilesets,
          ServiceOptions options = {});
  ~Service();

  const std::map<std::string, Tileset>& tilesets() const;
  /// From memory alone, fit for an I/O thread; nullopt when it has to be rendered.
  std::optional<Tile> cached(const std::string& tileset, TileAddress address, const TileQuery& query) const;
  /// Renders on the calling thread; identical requests in flight wait for the first one. Error(not_found) for
  /// an unknown tileset or a zoom outside its range.
  Tile tile(const std::string& tileset, TileAddress address, const TileQuery& query);
  ServiceCounters counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::tiles
