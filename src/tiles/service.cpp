#include "tiles/service.hpp"

#include <algorithm>
#include <atomic>

#include "base/error.hpp"
#include "geodata/map_watch.hpp"
#include "tiles/cache.hpp"
#include "tiles/flight.hpp"
#include "tiles/render.hpp"

namespace caitu::tiles {
namespace {

using base::Code;
using base::Error;
using Content = std::shared_ptr<const TileContent>;

/// A layer that a tile may show, and the edition that it shows, with the edits over it.
struct Chosen {
  const TilesetLayer* layer;
  std::uint32_t edition;
  std::uint64_t changes = 0;
};
struct Version {
  std::uint32_t edition;
  std::uint64_t changes = 0;
};

bool iso_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

void check_query(const Tileset& tileset, const TileQuery& query) {
  if (query.edition && tileset.layers.size() != 1)
    throw Error(Code::invalid,
                "The tileset \"" + tileset.id + "\" has several layers, each with editions of its own.",
                base::Where{.field = "edition"}, "Ask by date instead: as_of=2024-12-31.");
  if (query.as_of && !iso_date(*query.as_of))
    throw Error(Code::invalid, "\"" + *query.as_of + "\" is not a date.", base::Where{.field = "as_of"},
                "Write it as 2024-12-31.");
}

/// The edition that the query means, as the catalog would choose it; nullopt when the layer has none (yet).
std::optional<Version> edition_of(const catalog::State& state, const std::string& layer,
                                  const TileQuery& query) {
  if (!query.edition && !query.as_of) {
    const auto current = state.current.find(layer);
    if (current == state.current.end()) return std::nullopt;
    return Version{current->second->record.edition, current->second->changes};
  }
  const auto records = state.editions.find(layer);
  if (records == state.editions.end()) return std::nullopt;
  const auto* chosen = catalog::chosen_edition(records->second, query.edition, query.as_of);
  return chosen == nullptr ? std::nullopt : std::optional(Version{chosen->edition});
}

std::vector<Chosen> choose(const Tileset& tileset, int z, const catalog::State& state,
                           const TileQuery& query) {
  std::vector<Chosen> chosen;
  for (const TilesetLayer& layer : tileset.layers) {
    if (z < layer.min_zoom || z > layer.max_zoom) continue;
    if (const auto version = edition_of(state, layer.layer, query))
      chosen.push_back({&layer, version->edition, version->changes});
  }
  return chosen;
}

std::string editions_of(const std::vector<Chosen>& chosen) {
  std::string text;
  for (const Chosen& one : chosen)
    text += (text.empty() ? "" : ", ") + one.layer->layer + "=" + std::to_string(one.edition);
  return text;
}

std::string cache_key(const Tileset& tileset, TileAddress address, geometry::Datum datum,
                      const std::vector<Chosen>& chosen) {
  std::string key = tileset.digest;
  for (const Chosen& one : chosen) {
    key += '|' + one.layer->layer + '@' + std::to_string(one.edition);
    if (one.changes > 0) key += '+' + std::to_string(one.changes);
  }
  key += '|';
  key += geometry::name(datum);
  for (const auto number : {static_cast<std::uint32_t>(address.z), address.x, address.y})
    key += '/' + std::to_string(number);
  return key;
}

}  // namespace

struct Service::Impl {
  const catalog::Catalog& catalog;
  std::map<std::string, Tileset> tilesets;
  ServiceOptions options;
  TileCache cache;
  LabelShelf labels;
  SingleFlight<Content> flights;
  std::atomic<std::uint64_t> hits = 0, misses = 0, joined = 0, rendered_empty = 0;

  Impl(const catalog::Catalog& from, std::map<std::string, Tileset> sets, ServiceOptions with)
      : catalog(from), tilesets(std::move(sets)), options(with), cache(with.cache_bytes) {}

  const Tileset& tileset(const std::string& id, int z) const;
  Content find(const std::string& key);
  Content render_now(const Tileset& tileset, TileAddress address, geometry::Datum datum,
                     const catalog::State& state, const std::vector<Chosen>& chosen);
};

namespace {

Tile tile_of(const Content& content) { return {content->plain(), content->etag(), content, {}}; }

}  // namespace

const Tileset& Service::Impl::tileset(const std::string& id, int z) const {
  const auto found = tilesets.find(id);
  if (found == tilesets.end()) {
    std::vector<std::string> known;
    for (const auto& [name, tileset] : tilesets) known.push_back(name);
    const std::string nearest = base::nearest_name(id, known);
    throw Error(Code::not_found, "There is no tileset \"" + id + "\".",
                nearest.empty() ? "/tiles lists them." : "Did you mean \"" + nearest + "\"?");
  }
  const Tileset& tileset = found->second;
  if (z < tileset.min_zoom || z > tileset.max_zoom)
    throw Error(Code::not_found, "The tileset \"" + id + "\" has zooms " + std::to_string(tileset.min_zoom) +
                                     " to " + std::to_string(tileset.max_zoom) + ", and " +
                                     std::to_string(z) + " is not among them.");
  return tileset;
}

Content Service::Impl::find(const std::string& key) {
  Content content = cache.find(key);
  if (content) ++hits;
  return content;
}

Content Service::Impl::render_now(const Tileset& tileset, TileAddress address, geometry::Datum datum,
                                  const catalog::State& state, const std::vector<Chosen>& chosen) {
  std::vector<std::shared_ptr<const catalog::Edition>> held;
  std::vector<std::shared_ptr<const LabelPlaces>> places;
  std::vector<RenderLayer> layers;
  std::vector<LabelledLayer> labelled;
  for (const Chosen& one : chosen) {
    const auto current = state.current.find(one.layer->layer);
    const bool is_current = current != state.current.end() &&
                            current->second->record.edition == one.edition &&
                            current->second->changes == one.changes;
    held.push_back(is_current ? current->second : catalog.edition(one.layer->layer, one.edition));
    const auto& snapshot = held.back()->snapshot;
    layers.push_back({one.layer->layer, snapshot.get(), one.layer->fields});
    if (!one.layer->label || address.z < one.layer->label->min_zoom) continue;
    places.push_back(labels.of(snapshot));
    labelled.push_back({one.layer->layer, snapshot.get(), places.back().get(), one.layer->label->fields});
  }
  const TileFrame frame{address, tileset.extent, tileset.buffer, datum};
  return std::make_shared<const TileContent>(render(frame, layers, labelled), options.gzip_level);
}

Service::Service(const catalog::Catalog& catalog, std::map<std::string, Tileset> tilesets,
                 ServiceOptions options)
    : impl_(std::make_unique<Impl>(catalog, std::move(tilesets), options)) {}
Service::~Service() = default;

const std::map<std::string, Tileset>& Service::tilesets() const { return impl_->tilesets; }

std::optional<Tile> Service::cached(const std::string& id, TileAddress address,
                                    const TileQuery& query) const {
  const auto found = impl_->tilesets.find(id);
  if (found == impl_->tilesets.end()) return std::nullopt;
  // A query that `tile` refuses has no tile under its key, or one that `tile` refuses to give: it is left to
  // `tile`.
  const Tileset& tileset = found->second;
  if (address.z < tileset.min_zoom || address.z > tileset.max_zoom || query.edition || query.as_of)
    return std::nullopt;
  const auto chosen = choose(tileset, address.z, *impl_->catalog.state(), query);
  const Content content = impl_->find(cache_key(tileset, address, query.datum, chosen));
  return content ? std::optional(tile_of(content)) : std::nullopt;
}

Tile Service::tile(const std::string& id, TileAddress address, const TileQuery& query) {
  const Tileset& tileset = impl_->tileset(id, address.z);
  check_query(tileset, query);
  const std::shared_ptr<const catalog::State> state = impl_->catalog.state();
  const auto chosen = choose(tileset, address.z, *state, query);
  if (query.edition && chosen.empty() && !edition_of(*state, tileset.layers.front().layer, query))
    throw Error(Code::not_found, "The layer \"" + tileset.layers.front().layer +
                                     "\" has no published edition " + std::to_string(*query.edition) + ".");
  const std::string key = cache_key(tileset, address, query.datum, chosen);
  const auto told = [&](const Content& content) {
    Tile tile = tile_of(content);
    if (query.edition || query.as_of) tile.editions = editions_of(chosen);
    return tile;
  };
  if (const Content content = impl_->find(key)) return told(content);

  bool joined = false;
  const Content content = impl_->flights.run(
      key,
      [&] {
        // Another flight may have landed between the look into the cache and this one's start.
        if (Content landed = impl_->find(key)) return landed;
        const geodata::MapWatch watch;
        Content made = impl_->render_now(tileset, address, query.datum, *state, chosen);
        watch.check();
        ++impl_->misses;
        if (!made->plain()) ++impl_->rendered_empty;
        impl_->cache.insert(key, made);
        return made;
      },
      joined);
  if (joined) ++impl_->joined;
  return told(content);
}

ServiceCounters Service::counters() const {
  return {impl_->hits,           impl_->misses,        impl_->joined,
          impl_->rendered_empty, impl_->cache.bytes(), impl_->cache.tiles()};
}

}  // namespace caitu::tiles
