#include "tiles/cache.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "base/bytes.hpp"

using namespace caitu::tiles;

namespace {

std::shared_ptr<const TileContent> content(std::size_t bytes, char fill = 'x') {
  return std::make_shared<const TileContent>(std::string(bytes, fill), 6);
}

}  // namespace

TEST_CASE("content is told by its bytes, compressed once, and empty content holds nothing") {
  const auto tile = content(10000);
  CHECK(tile->etag() == content(10000)->etag());
  CHECK(tile->etag() != content(10000, 'y')->etag());
  CHECK(tile->gzip_ready() == nullptr);
  const std::size_t before = tile->bytes();
  const auto first = tile->gzip();
  CHECK(tile->gzip() == first);
  CHECK(tile->gzip_ready() == first);
  CHECK(caitu::base::gunzip(*first, 1 << 20) == *tile->plain());
  CHECK(tile->bytes() == before + first->size());
  CHECK(content(0)->plain() == nullptr);
  CHECK(content(0)->gzip() == nullptr);
  CHECK_FALSE(content(0)->etag().empty());
}

TEST_CASE("a cache stays within its bytes and gives up what was least lately used") {
  TileCache cache(8 * 100'000);
  for (int i = 0; i < 400; ++i) {
    cache.insert(std::to_string(i), content(9'000));
    CHECK((i % 10 != 0 || cache.find("0") != nullptr));
    CHECK(cache.bytes() <= 800'000);
  }
  CHECK(cache.find("0") != nullptr);
  CHECK(cache.find("399") != nullptr);
  CHECK(cache.find("1") == nullptr);
  CHECK(cache.tiles() > 40);
  CHECK(cache.tiles() < 88);
}

TEST_CASE("a tile larger than a share is not kept, and a cache of no bytes keeps nothing") {
  TileCache cache(8 * 100'000);
  cache.insert("big", content(100'001));
  CHECK(cache.find("big") == nullptr);
  TileCache none(0);
  none.insert("small", content(1));
  CHECK(none.find("small") == nullptr);
  CHECK(none.bytes() == 0);
}

TEST_CASE("compressed bytes are counted when the tile is next used") {
  TileCache cache(8 * 100'000);
  const auto tile = content(50'000);
  cache.insert("a", tile);
  const std::size_t before = cache.bytes();
  tile->gzip();
  cache.find("a");
  CHECK(cache.bytes() == before + tile->gzip()->size());
}

TEST_CASE("many threads over one cache see their own tiles only") {
  TileCache cache(200'000);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        const std::size_t size = 100 + static_cast<std::size_t>(i % 50);
        const std::string key = std::to_string(size);
        if (const auto found = cache.find(key)) {
          if (found->plain()->size() != size) ++wrong;
        } else {
          cache.insert(key, content(size));
        }
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(cache.bytes() <= 200'000);
}
