#include "cells.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "places.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

constexpr double kBorderSpacing = 60;  // m between the vertices of a border, about
constexpr double kSameCorner = 2;      // m within which two cells' corners are one
constexpr std::uint64_t kMapSeed = 2023;

/// A corner of a cell and the site beyond the edge that begins there.
struct Corner {
  Point at;
  int beyond;
};
using Cell = std::vector<Corner>;

/// What of a cell is nearer to `site` than to `other`.
Cell nearer(const Cell& cell, Point site, Point other, int other_index) {
  const Point middle = 0.5 * (site + other), way = other - site;
  const auto beyond = [&](Point p) { return dot(p - middle, way); };
  Cell kept;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const Corner &a = cell[i], &b = cell[(i + 1) % cell.size()];
    const double da = beyond(a.at), db = beyond(b.at);
    if (da <= 0) kept.push_back(a);
    if ((da <= 0) == (db <= 0)) continue;
    const Point crossing_at = a.at + (da / (da - db)) * (b.at - a.at);
    kept.push_back({crossing_at, da <= 0 ? other_index : a.beyond});
  }
  return kept;
}

/// The towns' points mirrored in the outline, so that cells end about there.
std::vector<Point> mirrored(const std::vector<Point>& sites, const Path& outline) {
  constexpr double kReach = 26'000, kApart = 600;
  std::vector<Point> mirrors;
  for (const Point site : sites) {
    for (std::size_t i = 0; i < outline.size(); ++i) {
      const Point a = outline[i], ab = outline[(i + 1) % outline.size()] - a;
      const double share = dot(site - a, ab) / dot(ab, ab);
      if (share < -0.15 || share > 1.15) continue;
      const Point foot = a + share * ab, mirror = foot + (foot - site);
      if (distance(foot, site) > kReach || inside(outline, mirror)) continue;
      const auto near = [&](Point other) { return distance(other, mirror) < kApart; };
      if (std::none_of(mirrors.begin(), mirrors.end(), near)) mirrors.push_back(mirror);
    }
  }
  return mirrors;
}

std::vector<Cell> voronoi(const std::vector<Point>& sites, std::size_t wanted, const Path& box) {
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < wanted; ++i) {
    Cell cell;
    for (const Point p : box) cell.push_back({p, -1});
    for (std::size_t j = 0; j < sites.size(); ++j) {
      if (j != i) cell = nearer(cell, sites[i], sites[j], static_cast<int>(j));
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

void bend(Point a, Point b, double share, Random& random, Path& path) {
  const double length = distance(a, b);
  if (length < 1.5 * kBorderSpacing) return;
  const Point way = b - a;
  const double aside = share * random.uniform(-1, 1);
  const Point middle = on_grid(0.5 * (a + b) + aside * Point{-way.y, way.x});
  bend(a, middle, 0.85 * share, random, path);
  path.push_back(middle);
  bend(middle, b, 0.85 * share, random, path);
}

/// The segments of a line that may meet a path.
std::vector<std::pair<Point, Point>> segments_near(const Path& line, const Path& path) {
  Point low = path.front(), high = path.front();
  for (const Point p : path) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  std::vector<std::pair<Point, Point>> near;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const Point a = line[i], b = line[i + 1];
    if (std::max(a.x, b.x) < low.x || std::min(a.x, b.x) > high.x) continue;
    if (std::max(a.y, b.y) < low.y || std::min(a.y, b.y) > high.y) continue;
    near.emplace_back(a, b);
  }
  return near;
}

/// Puts a vertex where `line` crosses the border.
void mark_crossings(Path& border, const Path& line) {
  const auto segments = segments_near(line, border);
  if (segments.empty()) return;
  Path marked;
  for (std::size_t i = 0; i + 1 < border.size(); ++i) {
    marked.push_back(border[i]);
    std::vector<double> shares;
    for (const auto& [a, b] : segments) {
      if (const auto c = crossing(border[i], border[i + 1], a, b)) shares.push_back(c->on_first);
    }
    std::sort(shares.begin(), shares.end());
    for (const double share : shares) {
      const Point p = on_grid(border[i] + share * (border[i + 1] - border[i]));
      if (distance(p, marked.back()) > 0.5 && distance(p, border[i + 1]) > 0.5) marked.push_back(p);
    }
  }
  marked.push_back(border.back());
  border = std::move(marked);
}

/// Corners shared by cells, and the bent borders between them.
class Borders {
 public:
  explicit Borders(const std::vector<CityMap::Strip>& strips) {
    for (const auto& strip : strips) {
      lines_.push_back(beside(strip.centre, strip.width / 2));
      lines_.push_back(beside(strip.centre, -strip.width / 2));
    }
  }

  std::size_t corner(Point p) {
    for (std::size_t i = 0; i < corners_.size(); ++i) {
      if (distance(corners_[i], p) < kSameCorner) return i;
    }
    corners_.push_back(on_grid(p));
    return corners_.size() - 1;
  }

  /// From one corner to another, without the last point.
  Path between(std::size_t from, std::size_t to) {
    const auto key = std::minmax(from, to);
    auto found = bent_.find(key);
    if (found == bent_.end()) {
      Random random(seed_of({kMapSeed, key.first, key.second}));
      const Point a = corners_[key.first], b = corners_[key.second];
      Path path{a};
      bend(a, b, 0.1, random, path);
      path.push_back(b);
      for (const Path& line : lines_) mark_crossings(path, line);
      found = bent_.emplace(key, std::move(path)).first;
    }
    Path path = found->second;
    if (from > to) std::reverse(path.begin(), path.end());
    path.pop_back();
    return path;
  }

 private:
  std::vector<Path> lines_;
  std::vector<Point> corners_;
  std::map<std::pair<std::size_t, std::size_t>, Path> bent_;
};

using Side = std::pair<std::size_t, std::size_t>;

/// Joins directed sides into rings. No corner begins two of them, for at a Voronoi corner three cells meet.
std::vector<Path> rings_of(const std::set<Side>& sides, Borders& borders) {
  std::map<std::size_t, std::size_t> after(sides.begin(), sides.end());
  std::vector<Path> rings;
  while (!after.empty()) {
    Path ring;
    std::size_t at = after.begin()->first;
    while (after.contains(at)) {
      const std::size_t to = after.extract(at).mapped();
      const Path part = borders.between(at, to);
      ring.insert(ring.end(), part.begin(), part.end());
      at = to;
    }
    rings.push_back(std::move(ring));
  }
  return rings;
}

std::vector<CityMap::Strip> strips_of(const std::vector<Course>& courses) {
  std::vector<CityMap::Strip> strips;
  for (const Course& course : courses) strips.push_back({smooth(to_plane(course.knots), 55), course.width});
  return strips;
}

}  // namespace

CityMap make_city_map() {
  CityMap map;
  map.roads = strips_of(plan_roads());
  map.rivers = strips_of(rivers());
  std::vector<LonLat> places;
  for (const Town& town : towns()) places.push_back(town.centre);
  map.centres = to_plane(places);
  const Path outline = to_plane(city_outline());
  constexpr LonLat kBox[] = {{115.424, 39.445}, {117.496, 39.445}, {117.496, 41.05}, {115.424, 41.05}};
  std::vector<Point> sites = map.centres;
  for (const Point p : mirrored(map.centres, outline)) sites.push_back(p);
  const std::vector<Cell> cells = voronoi(sites, map.centres.size(), to_plane(kBox));

  std::vector<CityMap::Strip> strips = map.roads;
  strips.insert(strips.end(), map.rivers.begin(), map.rivers.end());
  Borders borders(strips);
  std::vector<std::set<Side>> by_district(districts().size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::size_t district = 0;
    while (districts()[district].code != towns()[i].district) ++district;
    std::set<Side> sides;
    for (std::size_t k = 0; k < cells[i].size(); ++k) {
      const Side side{borders.corner(cells[i][k].at), borders.corner(cells[i][(k + 1) % cells[i].size()].at)};
      if (side.first == side.second) continue;
      sides.insert(side);
      // A side that the neighbour has too lies inside the district.
      if (by_district[district].erase({side.second, side.first}) == 0) by_district[district].insert(side);
    }
    map.town_rings.push_back(rings_of(sides, borders).front());
  }
  for (const auto& sides : by_district) map.district_rings.push_back(rings_of(sides, borders));
  return map;
}

}  // namespace caitu::demo
