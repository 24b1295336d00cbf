#include "cutting.hpp"

#include <algorithm>
#include <cmath>

namespace caitu::demo {

Subdivision::Rules both_sides(double snap, double clearance, double area, double roundness) {
  return {snap, clearance, area, area, roundness, roundness, false};
}

void Cutter::inherit(Face from) {
  const Tag copy = tag(from);
  tags_.resize(land_.faces(), copy);
}

void Cutter::course(const Path& centre, double width, Use use) {
  Subdivision::Rules rules = both_sides(4, 3, 20'000, 0.01);
  rules.anywhere = true;
  const Face count = static_cast<Face>(land_.faces());
  for (Face face = 0; face < count; ++face) {
    if (tag(face).use != Use::none) continue;
    const auto cut = land_.cut_strip(face, centre, width, rules);
    inherit(face);
    if (!cut || cut->strip == Subdivision::kOutside) continue;
    tag(cut->strip) = {use, -1, -1, static_cast<float>(width)};
    chop(cut->strip, centre, 900);
  }
}

void Cutter::chop(Face strip, const Path& centre, double every) {
  const double width = static_cast<double>(tag(strip).width);
  double since = 0.5 * every;
  for (std::size_t i = 1; i + 1 < centre.size(); ++i) {
    since += distance(centre[i - 1], centre[i]);
    if (since < every) continue;
    const Point way = centre[i + 1] - centre[i - 1];
    const Point across = (1.5 * width / std::sqrt(dot(way, way))) * Point{-way.y, way.x};
    // Cut from right to left, what lies behind becomes the new face and the rest of the strip stays this one.
    if (!land_.cut(strip, {centre[i] - across, centre[i], centre[i] + across},
                   both_sides(width / 3, width / 4, 20 * width, 0))) {
      continue;
    }
    inherit(strip);
    since = 0;
  }
}

std::optional<Cutter::Strip> Cutter::lane(Face face, double angle, double aside, const LaneStyle& style,
                                          Random& random) {
  const Path ring = land_.path(face);
  const Extent reach = extent(ring, angle);
  const Point middle = ring_centroid(ring) + aside * Point{-std::sin(angle), std::cos(angle)};
  const Path centre = bending_line(middle, angle, 1.2 * (reach.along + reach.across), style.bends, random);
  // A long narrow face may be cut into pieces that are not quite as narrow.
  const double round_enough = std::min(style.least_roundness, 0.6 * roundness(ring));
  const auto cut = land_.cut_strip(face, centre, style.width,
                                   both_sides(3, style.clearance, style.least_area, round_enough));
  inherit(face);
  if (cut && cut->strip != Subdivision::kOutside) {
    tag(cut->strip).use = style.use;
    tag(cut->strip).width = static_cast<float>(style.width);
    if (style.chop > 0) chop(cut->strip, centre, style.chop);
  }
  return cut;
}

std::vector<Cutter::Face> Cutter::divide(std::vector<Face> open,
                                         const std::function<std::optional<Strip>(Face)>& cut) {
  std::vector<Face> done;
  while (!open.empty()) {
    const Face face = open.back();
    open.pop_back();
    if (const auto parts = cut(face)) {
      open.push_back(parts->left);
      open.push_back(parts->right);
    } else {
      done.push_back(face);
    }
  }
  return done;
}

std::optional<Cutter::Face> Cutter::halve(Face face, const FieldStyle& style, Random& random) {
  const Path ring = land_.path(face);
  const double area = ring_area(ring);
  if (area < style.target * random.uniform(1.15, 1.75)) return std::nullopt;
  const double angle = style.angle + 0.012 * random.normal();
  const Extent reach = extent(ring, angle);
  const bool too_deep = reach.across > 1.35 * style.depth && reach.across > 0.8 * reach.along;
  const int pieces = std::max(2, static_cast<int>(std::lround(area / style.target)));
  // So that a row of an odd number of fields is not halved in the middle of one.
  const double share = pieces > 5 ? 0 : std::floor(pieces / 2.0) / pieces - 0.5;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const bool lengthwise = too_deep == (attempt < 2);
    const double aside = (lengthwise ? reach.across : reach.along) * (share + 0.05 * random.normal());
    const Point axis{std::cos(angle), std::sin(angle)}, side{-axis.y, axis.x};
    const Point middle = (reach.middle_along + (lengthwise ? 0 : aside)) * axis +
                         (reach.middle_across + (lengthwise ? aside : 0)) * side;
    const double turn = angle + (lengthwise ? 0 : kPi / 2) + (attempt == 0 ? 0.02 : 0.09) * random.normal();
    const Bends bends{random.uniform(40, 95), random.uniform(0, 1.5), 300, 0.5};
    Subdivision::Rules rules = both_sides(2.5, 2.5, 450, std::min(0.14, 0.6 * roundness(ring)));
    rules.anywhere = attempt > 0;
    const auto left =
        land_.cut(face, bending_line(middle, turn, reach.along + reach.across, bends, random), rules);
    inherit(face);
    if (left) return left;
  }
  return std::nullopt;
}

void Cutter::fields(Face face, const FieldStyle& style, Random& random) {
  divide({face}, [&](Face at) -> std::optional<Strip> {
    const auto left = halve(at, style, random);
    if (!left) return std::nullopt;
    return Strip{*left, at, Subdivision::kOutside};
  });
}

void Cutter::village(Face face, double plot, double angle, Random& random) {
  const auto quarters = divide({face}, [&](Face at) -> std::optional<Strip> {
    const Path ring = land_.path(at);
    if (ring_area(ring) < 14 * plot) return std::nullopt;
    const Extent reach = extent(ring, angle);
    const double turn = angle + (reach.along > reach.across ? kPi / 2 : 0) + 0.03 * random.normal();
    const double width = std::round(10 * random.uniform(3.5, 6)) / 10;
    return lane(at, turn, 0, {Use::street, width, {60, random.uniform(0, 3), 400, 0.4}, 2, 3'000, 0.1},
                random);
  });
  for (const Face quarter : quarters) fields(quarter, {plot, angle, 1.4 * std::sqrt(plot)}, random);
}

}  // namespace caitu::demo
