#include "tiles/cache.hpp"

#include "base/bytes.hpp"

namespace caitu::tiles {
namespace {

constexpr std::size_t kShards = 8;
/// Of a tile beside its bytes: list and map nodes, control blocks, key, tag.
constexpr std::size_t kOverhead = 512;

}  // namespace

TileContent::TileContent(std::string plain, int gzip_level)
    : etag_(base::hex(base::digest128(plain))), gzip_level_(gzip_level), bytes_(kOverhead + plain.size()) {
  if (plain.empty()) return;
  plain.shrink_to_fit();
  plain_ = std::make_shared<const std::string>(std::move(plain));
}

std::shared_ptr<const std::string> TileContent::gzip() const {
  if (!plain_) return nullptr;
  std::call_once(compressed_, [this] {
    gzip_ = std::make_shared<const std::string>(base::gzip(*plain_, gzip_level_));
    bytes_.fetch_add(gzip_->size(), std::memory_order_relaxed);
    ready_.store(true, std::memory_order_release);
  });
  return gzip_;
}

std::shared_ptr<const std::string> TileContent::gzip_ready() const {
  return ready_.load(std::memory_order_acquire) ? gzip_ : nullptr;
}

std::shared_ptr<const std::string> Tile::gzip() const { return content ? content->gzip() : nullptr; }
std::shared_ptr<const std::string> Tile::gzip_ready() const {
  return content ? content->gzip_ready() : nullptr;
}

TileCache::TileCache(std::size_t bytes) : shard_limit_(bytes / kShards), shards_(kShards) {}

TileCache::Shard& TileCache::shard_of(const std::string& key) {
  return shards_[std::hash<std::string_view>{}(key) % kShards];
}

void TileCache::Shard::charge(Entry& entry) {
  const std::size_t now = entry.content->bytes();
  bytes += now - entry.charged;
  entry.charged = now;
}

void TileCache::Shard::shrink(std::size_t limit) {
  while (bytes > limit) {
    bytes -= entries.back().charged;
    by_key.erase(entries.back().key);
    entries.pop_back();
  }
}

std::shared_ptr<const TileContent> TileCache::find(const std::string& key) {
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.by_key.find(key);
  if (found == shard.by_key.end()) return nullptr;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  auto content = shard.entries.front().content;
  // It may have been compressed since it was last counted.
  shard.charge(shard.entries.front());
  shard.shrink(shard_limit_);
  return content;
}

void TileCache::insert(const std::string& key, std::shared_ptr<const TileContent> content) {
  if (content->bytes() > shard_limit_) return;
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  if (shard.by_key.contains(key)) return;
  shard.entries.push_front({key, std::move(content), 0});
  shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
  shard.charge(shard.entries.front());
  shard.shrink(shard_limit_);
}

std::size_t TileCache::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    sum += shard.bytes;
  }
  return sum;
}

std::size_t TileCache::tiles() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    sum += shard.entries.size();
  }
  return sum;
}

}  // namespace caitu::tiles
