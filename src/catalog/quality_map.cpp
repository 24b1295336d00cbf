#include "catalog/quality_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include "geometry/measure.hpp"

namespace caitu::catalog {
namespace {

using geometry::Box;
using geometry::GeometryView;
using geometry::Position;

constexpr double kOverviewWidth = 1080, kOverviewMostHeight = 720;
constexpr double kDetailWidth = 232, kDetailHeight = 168;
constexpr double kLeastView_m = 24;            ///< width of the land that a detail map shows at least
constexpr std::size_t kMostOutlines = 30'000;  ///< features drawn as outlines in the overview
constexpr std::size_t kMostNeighbours = 400;   ///< … and about one finding
/// Rules whose features lie where their layer does not.
constexpr std::array<std::string_view, 3> kElsewhere = {"wrong_zone", "swapped_axes", "outside_region"};
constexpr double kDegreeM = 111'320, kRadian = 0.017453292519943295;

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

/// Degrees to pixels of a picture: plate carrée, true in both directions in its middle.
class View {
 public:
  View(const Box& land, double width, double height, double margin) {
    const double middle = std::cos(0.5 * (land.min_lat + land.max_lat) * kRadian);
    const double wide = std::max(1e-9, land.max_lon - land.min_lon) * middle;
    const double high = std::max(1e-9, land.max_lat - land.min_lat);
    scale_ = std::min((width - 2 * margin) / wide, (height - 2 * margin) / high);
    stretch_ = middle * scale_;
    west_ = 0.5 * (land.min_lon + land.max_lon) - 0.5 * width / stretch_;
    north_ = 0.5 * (land.min_lat + land.max_lat) + 0.5 * height / scale_;
    width_ = width;
    height_ = height;
  }

  double x(double lon) const { return (lon - west_) * stretch_; }
  double y(double lat) const { return (north_ - lat) * scale_; }
  double metres_per_pixel() const { return kDegreeM / scale_; }
  Box seen() const { return {west_, north_ - height_ / scale_, west_ + width_ / stretch_, north_}; }

 private:
  double west_ = 0, north_ = 0, scale_ = 1, stretch_ = 1, width_ = 0, height_ = 0;
};

/// Tenths of a pixel.
long tenths(double pixels) { return std::lround(std::clamp(pixels, -1e5, 1e5) * 10); }

void append_tenths(std::string& out, long value) {
  fmt::format_to(std::back_inserter(out), "{}", value / 10);
  if (value % 10 != 0) fmt::format_to(std::back_inserter(out), ".{}", std::abs(value % 10));
}

/// A path with what falls onto one tenth of a pixel left out; nothing when all of it does.
void append_path(std::string& out, std::span<const Position> path, const View& view, bool closed) {
  const std::size_t before = out.size();
  long last_x = 0, last_y = 0;
  std::size_t points = 0;
  for (const Position& p : path) {
    const long x = tenths(view.x(p.lon)), y = tenths(view.y(p.lat));
    if (points > 0 && x == last_x && y == last_y) continue;
    out += points == 0 ? 'M' : 'L';
    // -0.x would lose its sign with the whole part.
    out += x < 0 && x > -10 ? "-" : "";
    append_tenths(out, x);
    out += ' ';
    out += y < 0 && y > -10 ? "-" : "";
    append_tenths(out, y);
    last_x = x;
    last_y = y;
    ++points;
  }
  if (points < 2) {
    out.resize(before);
  } else if (closed) {
    out += 'Z';
  }
}

void append_outline(std::string& out, GeometryView geometry, const View& view) {
  for (std::size_t i = 0; i < geometry.path_ends.size(); ++i)
    append_path(out, geometry.path(i), view, geometry.kind == geometry::Kind::polygon);
}

std::string begin_svg(double width, double height, std::string_view what) {
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" role="img" aria-label="{2}">)",
      width, height, what);
}

/// A bar of a round length, about a quarter of the picture, at its lower left.
std::string scale_bar(const View& view, double width, double height) {
  const double most = 0.25 * width * view.metres_per_pixel();
  const double power = std::pow(10, std::floor(std::log10(most)));
  const double length = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
  const double pixels = length / view.metres_per_pixel();
  const std::string text =
      length >= 1000 ? fmt::format("{:g} km", length / 1000) : fmt::format("{:g} m", length);
  return fmt::format(
      R"(<g class="bar"><path d="M8 {0:.0f}v4h{1:.1f}v-4"/><text x="{2:.1f}" y="{3:.0f}">{4}</text></g>)",
      height - 12, pixels, 12 + pixels, height - 7, text);
}

Position place_of(const QualityFinding& finding) {
  const Position on = geometry::point_on(finding.geometry);
  if (std::isfinite(on.lon)) return on;
  return finding.geometry.positions.front();  // a flaw may leave no inside to stand in
}

/// The layer itself: outlines of what can be seen, cells of what cannot.
std::string land_of(const geodata::Snapshot& snapshot, const View& view) {
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
    append_outline(snapshot.kind(item) == geometry::Kind::line ? lines : outlines, snapshot.geometry(item),
                   view);
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
  const double wide =
      std::max(1e-9, box.max_lon - box.min_lon) * std::cos(0.5 * (box.min_lat + box.max_lat) * kRadian);
  const double high = std::max(1e-9, box.max_lat - box.min_lat);
  const double height = std::clamp(kOverviewWidth * high / wide, 240.0, kOverviewMostHeight);
  const View view(box, kOverviewWidth, height, 24);
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
  return svg + scale_bar(view, kOverviewWidth, height) + "</svg>";
}

std::string detail_svg(const geodata::Snapshot& snapshot, const QualityFinding& finding) {
  if (finding.geometry.empty()) return {};
  Box box = geometry::box_of(finding.geometry);
  const auto self = finding.feature == 0 ? std::nullopt : snapshot.find(finding.feature);
  // A point says little without the outline that it stands on; a strip is shown with what is beside it.
  const double least = 0.5 * kLeastView_m / kDegreeM;
  const double lon_least = least / std::cos(0.5 * (box.min_lat + box.max_lat) * kRadian);
  const double wider = 0.35 * (box.max_lon - box.min_lon), higher = 0.35 * (box.max_lat - box.min_lat);
  box = {box.min_lon - std::max(lon_least, wider), box.min_lat - std::max(least, higher),
         box.max_lon + std::max(lon_least, wider), box.max_lat + std::max(least, higher)};
  const View view(box, kDetailWidth, kDetailHeight, 0);
  const Box seen = view.seen();
  std::string land, own;
  std::size_t neighbours = 0;
  snapshot.tree().query(seen, 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last && neighbours < kMostNeighbours; ++item) {
      if (!snapshot.box(item).intersects(seen) || (self && item == *self)) continue;
      append_outline(land, snapshot.geometry(item), view);
      ++neighbours;
    }
    return neighbours < kMostNeighbours;
  });
  if (self) append_outline(own, snapshot.geometry(*self), view);
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
    append_outline(what, finding.geometry, view);
    fmt::format_to(std::back_inserter(svg), R"(<path class="what" d="{0}" stroke="{1}" fill="{1}"/>)", what,
                   colour(finding.severity));
  }
  return svg + scale_bar(view, kDetailWidth, kDetailHeight) + "</svg>";
}

}  // namespace caitu::catalog
