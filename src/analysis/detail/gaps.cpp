#include "analysis/detail/gaps.hpp"

#include <algorithm>
#include <optional>

#include "analysis/detail/cover.hpp"
#include "analysis/detail/shape.hpp"
#include "base/workers.hpp"
#include "geometry/ops.hpp"

namespace caitu::analysis::detail {
namespace {

using geodata::Snapshot;
using geometry::Box;
using geometry::Geometry;
using geometry::Position;
using Walk = ArcGraph::Walk;

constexpr std::size_t kRingsAtOnce = 1024;

struct Face {
  Walk outer;
  std::vector<Walk> islands;
};

void append_ring(const Arcs& arcs, const Walk& walk, Geometry& polygon) {
  for (const std::uint32_t arc : walk) polygon.positions.push_back(arcs.nodes[arcs.arcs[arc].from]);
  polygon.positions.push_back(arcs.nodes[arcs.arcs[walk.front()].from]);
  polygon.end_path();
}

Geometry polygon_of(const Arcs& arcs, const Face& face) {
  Geometry polygon{geometry::Kind::polygon, {}, {}, {}};
  append_ring(arcs, face.outer, polygon);
  for (const Walk& island : face.islands) append_ring(arcs, island, polygon);
  polygon.end_part();
  return geometry::flaw_of(polygon) ? geometry::repaired(polygon).geometry : polygon;
}

/// The face that is the least one around each of the rings, by ring.
std::vector<std::optional<std::size_t>> faces_around(const Arcs& arcs, const std::vector<Face>& faces,
                                                     const std::vector<Walk>& rings, std::size_t threads) {
  std::vector<Geometry> outer(faces.size());
  std::vector<Box> boxes(faces.size());
  std::vector<double> sizes(faces.size());
  base::parallel_for(faces.size(), threads, [&](std::size_t i) {
    outer[i].kind = geometry::Kind::polygon;
    append_ring(arcs, faces[i].outer, outer[i]);
    outer[i].end_part();
    boxes[i] = geometry::box_of(outer[i]);
    sizes[i] = -geometry::signed_twice_area(outer[i].positions);
  });
  const std::vector<Box> nodes = geometry::build_tree(boxes);
  std::vector<std::optional<std::size_t>> around(rings.size());
  const std::size_t runs = (rings.size() + kRingsAtOnce - 1) / kRingsAtOnce;
  base::parallel_for(runs, threads, [&](std::size_t run) {
    const geometry::TreeView tree(boxes, nodes);
    for (std::size_t i = run * kRingsAtOnce; i < std::min(rings.size(), (run + 1) * kRingsAtOnce); ++i) {
      const Position p = arcs.nodes[arcs.arcs[rings[i].front()].from];
      tree.query({p.lon, p.lat, p.lon, p.lat}, 0, [&](std::size_t first, std::size_t last, bool) {
        for (std::size_t face = first; face < last; ++face) {
          if (around[i] && sizes[face] >= sizes[*around[i]]) continue;
          if (geometry::covers(outer[face], p)) around[i] = face;
        }
        return true;
      });
    }
  });
  return around;
}

/// To the right of the middle of the longest arc of a ring.
Position right_of(const Arcs& arcs, const Walk& ring, double off_m) {
  Position place{};
  double longest = -1;
  for (const std::uint32_t arc : ring) {
    const Position a = arcs.nodes[arcs.arcs[arc].from], b = arcs.nodes[arcs.arcs[arc].to];
    const LocalMetres local(a.lat);
    const double length = local.distance(a, b);
    if (length <= longest) continue;
    longest = length;
    place = local.moved({a.lon + (b.lon - a.lon) / 2, a.lat + (b.lat - a.lat) / 2},
                        local.y(b.lat - a.lat) / length * off_m, -local.x(b.lon - a.lon) / length * off_m);
  }
  return place;
}

/// By place: does no polygon cover it?
std::vector<bool> bare(const Snapshot& snapshot, const std::vector<Position>& places, std::size_t threads,
                       const base::Progress& progress) {
  std::vector<bool> bare(places.size(), true);
  for (const Cover& cover : covers_of(snapshot, places, threads, progress)) bare[cover.place] = false;
  return bare;
}

/// Takes the islands off the faces. What lies to the right of an island's outline must be bare, for a ring
/// within a parcel lies in the face around that parcel too.
void add_islands(const Snapshot& snapshot, const Arcs& arcs, const std::vector<Walk>& rings,
                 double least_width_m, std::vector<Face>& faces, std::size_t threads,
                 const base::Progress& progress) {
  const auto around = faces_around(arcs, faces, rings, threads);
  std::vector<std::size_t> enclosed;
  std::vector<Position> places;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (!around[i]) continue;
    enclosed.push_back(i);
    places.push_back(right_of(arcs, rings[i], least_width_m / 4));
  }
  const std::vector<bool> is_bare = bare(snapshot, places, threads, progress);
  for (std::size_t i = 0; i < enclosed.size(); ++i) {
    if (is_bare[i]) faces[*around[enclosed[i]]].islands.push_back(rings[enclosed[i]]);
  }
}

std::vector<std::uint32_t> items_of(const Arcs& arcs, const Face& face) {
  std::vector<std::uint32_t> items;
  const auto add = [&](const Walk& walk) {
    for (const std::uint32_t arc : walk) items.push_back(arcs.arcs[arc].item);
  };
  add(face.outer);
  for (const Walk& island : face.islands) add(island);
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

}  // namespace

std::vector<Gap> gaps(const Snapshot& snapshot, const Arcs& arcs, const ArcGraph& graph, double least_width_m,
                      std::size_t threads, const base::Progress& progress) {
  std::vector<Face> faces;
  std::vector<Walk> islands;
  for (Walk& ring : graph.right_rings()) {
    Geometry line;
    append_ring(arcs, ring, line);
    if (geometry::signed_twice_area(line.positions) < 0) {
      faces.push_back({std::move(ring), {}});
    } else {
      islands.push_back(std::move(ring));
    }
  }
  if (faces.empty()) return {};
  add_islands(snapshot, arcs, islands, least_width_m, faces, threads, progress);
  std::vector<Geometry> shapes(faces.size());
  base::parallel_for(faces.size(), threads, [&](std::size_t i) {
    progress.check();
    shapes[i] = wide_parts(polygon_of(arcs, faces[i]), least_width_m);
  });
  std::vector<Gap> found;
  std::vector<Position> places;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (shapes[i].empty()) continue;
    places.push_back(geometry::point_on(shapes[i]));
    found.push_back({items_of(arcs, faces[i]), std::move(shapes[i])});
  }
  const std::vector<bool> is_bare = bare(snapshot, places, threads, progress);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!is_bare[i]) continue;
    if (kept != i) found[kept] = std::move(found[i]);
    ++kept;
  }
  found.resize(kept);
  return found;
}

}  // namespace caitu::analysis::detail
