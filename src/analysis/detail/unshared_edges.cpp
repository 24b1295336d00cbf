#include "analysis/detail/unshared_edges.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>

#include "analysis/detail/shape.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/workers.hpp"

namespace caitu::analysis::detail {
namespace {

using geodata::Snapshot;
using geometry::GeometryView;
using geometry::Kind;
using geometry::Position;

constexpr std::size_t kItemsAtOnce = 8192;
constexpr unsigned kPartBits = 10;
constexpr std::size_t kParts = std::size_t{1} << kPartBits;

/// A side by the hash of its ends; `side` counts all positions of the polygons in item order.
struct Record {
  std::uint64_t hash;  ///< its lowest bit says in which direction the side is gone
  std::uint32_t check, side;

  bool backward() const { return (hash & 1) != 0; }
  bool same_ends(const Record& other) const { return hash >> 1 == other.hash >> 1 && check == other.check; }
  std::size_t part() const { return hash >> (64 - kPartBits); }
};

/// The polygons that are looked at, and whose sides may meet: those of one group, or all.
struct Scope {
  const Snapshot& snapshot;
  const std::vector<std::uint32_t>* groups = nullptr;

  std::uint32_t group(std::size_t item) const { return groups == nullptr ? 0 : (*groups)[item]; }
  bool holds(std::size_t item) const {
    return snapshot.kind(item) == Kind::polygon && group(item) != kNoGroup;
  }
};

/// One run of items: where its sides begin, and their records, part by part.
struct Run {
  std::uint32_t begin = 0;
  std::vector<Record> records;
  std::array<std::uint32_t, kParts + 1> part_begins{};
};

Record record_of(Position a, Position b, bool backward, std::uint32_t side, std::uint32_t group) {
  const bool turned = a.lon != b.lon ? b.lon < a.lon : b.lat < a.lat;
  if (turned) std::swap(a, b);
  // Adding zero makes -0 into 0.
  const std::array<double, 5> ends{a.lon + 0.0, a.lat + 0.0, b.lon + 0.0, b.lat + 0.0,
                                   static_cast<double>(group)};
  std::array<char, sizeof ends> bytes;
  std::memcpy(bytes.data(), ends.data(), sizeof ends);
  const base::Digest128 digest = base::digest128({bytes.data(), bytes.size()});
  Record record{0, 0, side};
  static_assert(sizeof digest >= sizeof record.hash + sizeof record.check);
  std::memcpy(&record.hash, &digest, sizeof record.hash);
  std::memcpy(&record.check, reinterpret_cast<const char*>(&digest) + sizeof record.hash,
              sizeof record.check);
  record.hash = (record.hash & ~std::uint64_t{1}) | static_cast<std::uint64_t>(turned != backward);
  return record;
}

/// Calls `ring(path, reversed)` for every ring, `reversed` when the land lies to the right of it.
template <typename Ring>
void each_ring(GeometryView polygon, Ring ring) {
  std::size_t path = 0;
  for (const std::uint32_t end : polygon.part_ends) {
    for (bool shell = true; path < end; ++path, shell = false) {
      const auto positions = polygon.path(path);
      ring(positions, (geometry::signed_twice_area(positions) < 0) == shell);
    }
  }
}

template <typename Body>
void each_polygon(const Scope& scope, std::size_t run, Body body) {
  const std::size_t end = std::min(scope.snapshot.size(), (run + 1) * kItemsAtOnce);
  for (std::size_t item = run * kItemsAtOnce; item < end; ++item) {
    if (scope.holds(item)) body(item, scope.snapshot.geometry(item));
  }
}

void hash_sides(const Scope& scope, std::size_t number, Run& run) {
  std::vector<Record> all;
  std::uint32_t side = run.begin;
  each_polygon(scope, number, [&](std::size_t item, GeometryView polygon) {
    const std::uint32_t group = scope.group(item);
    each_ring(polygon, [&](std::span<const Position> ring, bool reversed) {
      for (std::size_t i = 1; i < ring.size(); ++i) {
        if (ring[i - 1] != ring[i])
          all.push_back(
              record_of(ring[i - 1], ring[i], reversed, side + static_cast<std::uint32_t>(i), group));
      }
      side += static_cast<std::uint32_t>(ring.size());
    });
  });
  for (const Record& record : all) ++run.part_begins[record.part() + 1];
  for (std::size_t part = 0; part < kParts; ++part) run.part_begins[part + 1] += run.part_begins[part];
  std::array<std::uint32_t, kParts> next;
  std::copy_n(run.part_begins.begin(), kParts, next.begin());
  run.records.resize(all.size());
  for (const Record& record : all) run.records[next[record.part()]++] = record;
}

/// Matches the sides of one part; what stays `open` is unshared.
class Matching {
 public:
  Matching(std::size_t sides, std::vector<std::uint8_t>& open)
      : slots_(std::bit_ceil(2 * sides + 1)), open_(open) {}

  void add(const Record& record) {
    // The highest bits chose the part, and the lowest is the direction.
    std::size_t at = (record.hash >> 1) & (slots_.size() - 1);
    while (slots_[at].state != State::free && !slots_[at].first.same_ends(record))
      at = (at + 1) & (slots_.size() - 1);
    Slot& slot = slots_[at];
    open_[record.side] = 1;
    switch (slot.state) {
      case State::free:
        slot = {record, 0, State::single};
        break;
      case State::single:
        slot.second = record.side;
        slot.state = slot.first.backward() == record.backward() ? State::many : State::pair;
        if (slot.state == State::pair) open_[slot.first.side] = open_[record.side] = 0;
        break;
      case State::pair:
        open_[slot.first.side] = open_[slot.second] = 1;
        slot.state = State::many;
        break;
      case State::many:
        break;
    }
  }

 private:
  enum class State : std::uint32_t { free = 0, single, pair, many };
  struct Slot {
    Record first{};
    std::uint32_t second = 0;
    State state = State::free;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint8_t>& open_;
};

void match_part(const std::vector<Run>& runs, std::size_t part, std::vector<std::uint8_t>& open) {
  std::size_t sides = 0;
  for (const Run& run : runs) sides += run.part_begins[part + 1] - run.part_begins[part];
  Matching matching(sides, open);
  for (const Run& run : runs) {
    for (std::uint32_t i = run.part_begins[part]; i < run.part_begins[part + 1]; ++i)
      matching.add(run.records[i]);
  }
}

bool stands_alone(const Snapshot& snapshot, std::size_t item, double apart_m) {
  bool alone = true;
  const geometry::Box box = snapshot.box(item);
  const geometry::Box around = LocalMetres(box.min_lat).grown(box, apart_m);
  snapshot.tree().query(around, 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t other = first; alone && other < last; ++other)
      alone = other == item || snapshot.kind(other) != Kind::polygon;
    return alone;
  });
  return alone;
}

/// `apart_m`: of polygons that stand alone by as much none are taken; nothing takes all.
std::vector<Edge> open_edges(const Scope& scope, std::size_t number, std::uint32_t side,
                             const std::vector<std::uint8_t>& open, std::optional<double> apart_m) {
  std::vector<Edge> edges;
  each_polygon(scope, number, [&](std::size_t item, GeometryView polygon) {
    const auto begin = open.begin() + side,
               end = begin + static_cast<std::ptrdiff_t>(polygon.positions.size());
    const bool single = polygon.path_ends.size() == 1;
    const bool alone = apart_m && single && stands_alone(scope.snapshot, item, *apart_m);
    if (std::find(begin, end, 1) != end && !alone) {
      std::uint32_t at = side;
      each_ring(polygon, [&](std::span<const Position> ring, bool reversed) {
        for (std::size_t i = 1; i < ring.size(); ++i) {
          if (open[at + i] == 0) continue;
          edges.push_back(
              {ring[i - (reversed ? 0 : 1)], ring[i - (reversed ? 1 : 0)], static_cast<std::uint32_t>(item)});
        }
        at += static_cast<std::uint32_t>(ring.size());
      });
    }
    side += static_cast<std::uint32_t>(polygon.positions.size());
  });
  return edges;
}

/// Where the sides of each run begin; returns how many there are.
std::size_t count_sides(const Scope& scope, std::size_t threads, std::vector<Run>& runs) {
  std::vector<std::size_t> counts(runs.size(), 0);
  base::parallel_for(runs.size(), threads, [&](std::size_t number) {
    each_polygon(scope, number,
                 [&](std::size_t, GeometryView polygon) { counts[number] += polygon.positions.size(); });
  });
  std::size_t total = 0;
  for (std::size_t number = 0; number < runs.size(); ++number) {
    runs[number].begin = static_cast<std::uint32_t>(total);
    total += counts[number];
    if (total > std::numeric_limits<std::uint32_t>::max() ||
        scope.snapshot.size() > std::numeric_limits<std::uint32_t>::max())
      throw base::Error(
          base::Code::too_large, "A layer of more than 2^32 positions cannot be looked at as a whole.",
          base::Where{.layer = scope.snapshot.info().layer}, "Import it in parts, a district each.");
  }
  return total;
}

std::vector<Edge> edges_of(const Scope& scope, std::optional<double> apart_m, std::size_t threads,
                           const base::Progress& progress) {
  std::vector<Run> runs((scope.snapshot.size() + kItemsAtOnce - 1) / kItemsAtOnce);
  std::vector<std::uint8_t> open(count_sides(scope, threads, runs), 0);
  base::parallel_for(runs.size(), threads, [&](std::size_t number) {
    progress.check();
    hash_sides(scope, number, runs[number]);
  });
  base::parallel_for(kParts, threads, [&](std::size_t part) {
    progress.check();
    match_part(runs, part, open);
  });
  std::vector<std::vector<Edge>> of_run(runs.size());
  base::parallel_for(runs.size(), threads, [&](std::size_t number) {
    runs[number].records = {};
    of_run[number] = open_edges(scope, number, runs[number].begin, open, apart_m);
  });
  std::vector<Edge> edges;
  for (const auto& some : of_run) edges.insert(edges.end(), some.begin(), some.end());
  return edges;
}

}  // namespace

std::vector<Edge> unshared_edges(const Snapshot& snapshot, double apart_m, std::size_t threads,
                                 const base::Progress& progress) {
  return edges_of({snapshot}, apart_m, threads, progress);
}

std::vector<Edge> unshared_edges(const Snapshot& snapshot, const std::vector<std::uint32_t>& groups,
                                 std::size_t threads, const base::Progress& progress) {
  return edges_of({snapshot, &groups}, std::nullopt, threads, progress);
}

}  // namespace caitu::analysis::detail
