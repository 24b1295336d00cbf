#include "catalog/quality_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include "geometry/svg.hpp"

namespace caitu::catalog {
namespace {

using geometry::append_svg_outline;
using geometry::begin_svg;
using geometry::Box;
using geometry::PictureView;
using geometry::Position;

constexpr double kOverviewWidth = 1080, kOverviewMostHeight = 720;
constexpr double kDetailWidth = 232, kDetailHeight = 168;
constexpr double kLeastView_m = 24;            ///< width of the land that a detail map shows at least
constexpr std::size_t kMostOutlines = 30'000;  ///< features drawn as outlines in the overview
constexpr std::size_t kMostNeighbours = 400;   ///< … and about one finding
/// Rules whose features lie where their layer does not.
constexpr std::array<std::string_view, 3> kElsewhere = {"wrong_zone", "swapped_axes", "outside_region"};

std::string_view colour(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "#c8332b";
    case Severity::warning:
      return "#c77800";
    case Severity::note:
      break;
  }
  return "#3a6ea5";
}

Position place_of(const QualityFinding& finding) {
  const Position on = geometry::point_on(finding.geometry);
  if (std::isfinite(on.lon)) return on;
  return finding.geometry.positions.front();  // a flaw may leave no inside to stand in
}

/// The layer itself: outlines of what can be seen, cells of what cannot.
std::string land_of(const geodata::Snapshot& snapshot, const PictureView& view) {
  std::string outlines, lines;
  std::set<std::pair<long, long>> cells;
  std::size_t drawn = 0;
  const Box seen = view.seen();
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    const Box box = snapshot.box(item);
    if (!box.intersects(seen)) continue;
    const double wide = view.x(box.max_lon) - view.x(box.min_lon),
                 high = view.y(box.min_lat) - view.y(box.max_lat);
    if ((wide < 2 && high < 2) || drawn >= kMostOutlines) {
      cells.emplace(std::lround(view.y(0.5 * (box.min_lat + box.max_lat))),
                    std::lround(view.x(0.5 * (box.min_lon + box.max_lon))));
      continue;
    }
    ++drawn;
    append_svg_outline(snapshot.kind(item) == geometry::Kind::line ? lines : outlines,
                       snapshot.geometry(item), view);
  }
  std::string dots;
  for (auto at = cells.begin(); at != cells.end();) {
    // Cells side by side in a row are one rectangle.
    auto end = std::next(at);
    long run = 1;
    for (; end != cells.end() && end->first == at->first && end->second == at->second + run; ++end) ++run;
    fmt::format_to(std::back_inserter(dots), "M{} {}h{}v1h-{}z", at->second, at->first, run, run);
    at = end;
  }
  return fmt::format(R"(<path class="dots" d="{}"/><path class="land" d="{}"/><path class="line" d="{}"/>)",
                     dots, outlines, lines);
}

/// Adds where a finding lies; a row that lies elsewhere must not make the map one of the whole Earth.
void grow(Box& box, const QualityFinding& finding) {
  if (finding.geometry.empty() || finding.rule == "outside_region") return;
  box.grow(geometry::box_of(finding.geometry));
}

}  // namespace

Box whole_of(const geodata::Snapshot& snapshot, const std::vector<QualityFinding>& findings) {
  Box all;
  std::set<std::uint64_t> elsewhere;
  for (const QualityFinding& finding : findings) {
    grow(all, finding);
    if (std::ranges::find(kElsewhere, finding.rule) != kElsewhere.end()) elsewhere.insert(finding.feature);
  }
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    if (elsewhere.empty() || !elsewhere.contains(snapshot.id(item))) all.grow(snapshot.box(item));
  }
  return all;
}

Box part_of(const Box& whole, const std::vector<QualityFinding>& findings) {
  constexpr double kMuchSmaller = 0.4;
  Box part;
  for (const QualityFinding& finding : findings) grow(part, finding);
  if (part.empty() || whole.empty()) return {};
  const double wide = part.max_lon - part.min_lon, high = part.max_lat - part.min_lat;
  const double margin = 0.08 * std::max(wide, high) + 1e-4;
  if (wide > kMuchSmaller * (whole.max_lon - whole.min_lon) ||
      high > kMuchSmaller * (whole.max_lat - whole.min_lat))
    return {};
  return {part.min_lon - margin, part.min_lat - margin, part.max_lon + margin, part.max_lat + margin};
}

std::string overview_svg(const geodata::Snapshot& snapshot, const std::vector<QualityFinding>& findings,
                         const std::vector<NumberedFinding>& numbered, const Box& box) {
  if (box.empty()) return {};
  const double wide = std::max(1e-9, box.max_lon - box.min_lon) * geometry::lon_stretch(box);
  const double high = std::max(1e-9, box.max_lat - box.min_lat);
  const double height = std::clamp(kOverviewWidth * high / wide, 240.0, kOverviewMostHeight);
  const PictureView view(box, kOverviewWidth, height, 24);
  std::string svg = begin_svg(kOverviewWidth, height, "全图 overview") + land_of(snapshot, view);
  for (const QualityFinding& finding : findings) {
    if (finding.geometry.empty()) continue;
    const Position at = place_of(finding);
    if (!view.seen().contains(at)) continue;
    fmt::format_to(std::back_inserter(svg), R"(<circle cx="{:.1f}" cy="{:.1f}" r="2.6" fill="{}"/>)",
                   view.x(at.lon), view.y(at.lat), colour(finding.severity));
  }
  // Numbers that would cover each other stand at the first of them alone.
  std::set<std::pair<long, long>> taken;
  for (const auto& [number, finding] : numbered) {
    if (finding->geometry.empty()) continue;
    const Position at = place_of(*finding);
    if (!view.seen().contains(at)) continue;
    const double x = view.x(at.lon), y = view.y(at.lat);
    if (!taken.emplace(std::lround(x / 24), std::lround(y / 13)).second) continue;
    fmt::format_to(std::back_inserter(svg),
                   R"(<a href="#f{0}"><text class="mark" x="{1:.1f}" y="{2:.1f}" fill="{3}">{0}</text></a>)",
                   number, x + 4, y - 3, colour(finding->severity));
  }
  return svg + geometry::svg_scale_bar(view) + "</svg>";
}

std::string detail_svg(const geodata::Snapshot& snapshot, const QualityFinding& finding) {
  if (finding.geometry.empty()) return {};
  const auto self = finding.feature == 0 ? std::nullopt : snapshot.find(finding.feature);
  // A point says little without the outline that it stands on; a strip is shown with what is beside it.
  const Box box = geometry::surroundings(geometry::box_of(finding.geometry), 0.35, kLeastView_m);
  const PictureView view(box, kDetailWidth, kDetailHeight, 0);
  const Box seen = view.seen();
  std::string land, own;
  std::size_t neighbours = 0;
  snapshot.tree().query(seen, 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last && neighbours < kMostNeighbours; ++item) {
      if (!snapshot.box(item).intersects(seen) || (self && item == *self)) continue;
      append_svg_outline(land, snapshot.geometry(item), view);
      ++neighbours;
    }
    return neighbours < kMostNeighbours;
  });
  if (self) append_svg_outline(own, snapshot.geometry(*self), view);
  std::string svg = begin_svg(kDetailWidth, kDetailHeight, "局部图 detail");
  fmt::format_to(std::back_inserter(svg), R"(<path class="land" d="{}"/><path class="own" d="{}"/>)", land,
                 own);
  if (finding.geometry.kind == geometry::Kind::point) {
    for (const Position& p : finding.geometry.positions)
      fmt::format_to(std::back_inserter(svg),
                     R"(<circle class="at" cx="{:.1f}" cy="{:.1f}" r="5" stroke="{}"/>)", view.x(p.lon),
                     view.y(p.lat), colour(finding.severity));
  } else {
    std::string what;
    append_svg_outline(what, finding.geometry, view);
    fmt::format_to(std::back_inserter(svg), R"(<path class="what" d="{0}" stroke="{1}" fill="{1}"/>)", what,
                   colour(finding.severity));
  }
  return svg + geometry::svg_scale_bar(view) + "</svg>";
}

}  // namespace caitu::catalog
