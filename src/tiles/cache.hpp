#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tiles/service.hpp"

namespace caitu::tiles {

/// The bytes of one tile, with what is derived from them. Thread-safe.
class TileContent {
 public:
  TileContent(std::string plain, int gzip_level);

  const std::shared_ptr<const std::string>& plain() const { return plain_; }  ///< null when empty
  std::shared_ptr<const std::string> gzip() const;
  std::shared_ptr<const std::string> gzip_ready() const;
  const std::string& etag() const { return etag_; }
  /// What it holds in memory now; grows once, when it is compressed.
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<const std::string> plain_;
  std::string etag_;
  int gzip_level_;
  mutable std::once_flag compressed_;
  mutable std::shared_ptr<const std::string> gzip_;
  mutable std::atomic<bool> ready_ = false;
  mutable std::atomic<std::size_t> bytes_;
};

/// Tiles by key, the least lately used given up first, within a number of bytes. Thread-safe; a lock covers a
/// share of the keys and is held for a few pointer moves.
class TileCache {
 public:
  explicit TileCache(std::size_t bytes);

  /// Null when it is not there.
  std::shared_ptr<const TileContent> find(const std::string& key);
  /// A tile larger than a share of the cache is not kept.
  void insert(const std::string& key, std::shared_ptr<const TileContent> content);
  std::size_t bytes() const;
  std::size_t tiles() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const TileContent> content;
    std::size_t charged = 0;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Entry> entries;                                                 ///< the latest used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;  ///< keys are those of `entries`
    std::size_t bytes = 0;

    void charge(Entry& entry);
    void shrink(std::size_t limit);
  };

  Shard& shard_of(const std::string& key);

  std::size_t shard_limit_;
  std::vector<Shard> shards_;
};

}  // namespace caitu::tiles
