#include "checks/finding_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/text.hpp"
#include "checks/detail/attributes.hpp"
#include "geometry/svg.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks {
namespace {

using base::html_escaped;
using geodata::Snapshot;
using geometry::Box;
using geometry::GeometryView;
using geometry::PictureView;
using geometry::Position;

constexpr double kWidth = 320, kHeight = 240;
constexpr double kLeastView_m = 48;  ///< land that is shown about a finding at least, on all sides together
constexpr std::size_t kMostNeighbours = 400;  ///< of a layer
constexpr std::array<const char*, 5> kNearby = {"parks", "ring_bases", "facilities", "greenhouses",
                                                "structures"};
constexpr std::size_t kMostSubjects = 60;
constexpr std::size_t kMostLabels = 6;

const Snapshot* layer_of(const Pinned& pinned, const std::string& layer) {
  const auto* edition = pinned.find(layer);
  return edition == nullptr ? nullptr : edition->snapshot.get();
}

void append_shape(std::string& svg, GeometryView geometry, const PictureView& view, std::string_view style) {
  auto out = std::back_inserter(svg);
  if (geometry.kind == geometry::Kind::point) {
    for (const Position& p : geometry.positions)
      fmt::format_to(out, R"(<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="5"/>)", style, view.x(p.lon),
                     view.y(p.lat));
    return;
  }
  std::string path;
  geometry::append_svg_outline(path, geometry, view);
  if (!path.empty()) fmt::format_to(out, R"(<path class="{}" d="{}"/>)", style, path);
}

/// Where a parcel's number may stand: on what is seen of it, beside the finding where there is room.
std::optional<Position> place_for_label(GeometryView parcel, const PictureView& view,
                                        const geometry::Geometry& finding) {
  const Box seen = view.seen();
  const double side = 0.1 * (seen.max_lon - seen.min_lon), edge = 0.1 * (seen.max_lat - seen.min_lat);
  const geometry::Zone middle(geometry::make_box(
      {seen.min_lon + side, seen.min_lat + edge, seen.max_lon - side, seen.max_lat - edge}));
  geometry::Cut cut = middle.cut(parcel);
  if (cut.share == geometry::Share::none) return {};
  geometry::Geometry shown =
      cut.share == geometry::Share::all ? geometry::copy(parcel) : std::move(cut.inside);
  if (finding.kind == geometry::Kind::polygon) {
    geometry::Geometry beside = geometry::Zone(finding).outside(shown);
    if (!beside.empty()) shown = std::move(beside);
  }
  const Position at = geometry::point_on(shown);
  if (!std::isfinite(at.lon)) return {};
  return at;
}

class FindingMap {
 public:
  FindingMap(const Pinned& pinned, const Finding& finding)
      : pinned_(pinned),
        finding_(finding),
        parcels_(layer_of(pinned, "parcels")),
        view_(geometry::surroundings(geometry::box_of(finding.where), 0.4, kLeastView_m), kWidth, kHeight,
              0) {
    if (parcels_ == nullptr) return;
    for (const Subject& one : finding.parcels) {
      if (const auto item = parcels_->find(one.id)) beneath_.push_back(*item);
    }
  }

  std::string draw() {
    svg_ = geometry::begin_svg(
        kWidth, kHeight,
        fmt::format("图 map {} {}", html_escaped(finding_.rule), html_escaped(finding_.fingerprint)));
    land();
    nearby();
    subjects();
    append_shape(svg_, finding_.where, view_, fmt::format("f-{}", name(finding_.verdict)));
    labels();
    svg_ += geometry::svg_scale_bar(view_);
    // An arrow of 22 pixels at the upper right.
    svg_ += fmt::format(
        R"(<g class="north"><path d="M{0:.0f} 18l5 16-5-4-5 4z"/><text x="{0:.0f}" y="14">北 N</text></g></svg>)",
        kWidth - 18);
    return std::move(svg_);
  }

 private:
  void land() {
    if (parcels_ == nullptr) return;
    const Box seen = view_.seen();
    std::string around, own;
    std::size_t neighbours = 0;
    parcels_->tree().query(seen, 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t item = first; item < last && neighbours < kMostNeighbours; ++item) {
        if (!parcels_->box(item).intersects(seen) || std::ranges::find(beneath_, item) != beneath_.end())
          continue;
        geometry::append_svg_outline(around, parcels_->geometry(item), view_);
        ++neighbours;
      }
      return neighbours < kMostNeighbours;
    });
    for (const std::size_t item : beneath_)
      geometry::append_svg_outline(own, parcels_->geometry(item), view_);
    svg_ += fmt::format(R"(<path class="land" d="{}"/><path class="own" d="{}"/>)", around, own);
  }

  /// What stands or is filed about it: thin lines.
  void nearby() {
    const Box seen = view_.seen();
    std::string outlines;
    for (const char* id : kNearby) {
      const Snapshot* layer = layer_of(pinned_, id);
      if (layer == nullptr) continue;
      std::size_t drawn = 0;
      layer->tree().query(seen, 0, [&](std::size_t first, std::size_t last, bool) {
        for (std::size_t item = first; item < last && drawn < kMostNeighbours; ++item) {
          if (!layer->box(item).intersects(seen)) continue;
          geometry::append_svg_outline(outlines, layer->geometry(item), view_);
          ++drawn;
        }
        return drawn < kMostNeighbours;
      });
    }
    svg_ += fmt::format(R"(<path class="near" d="{}"/>)", outlines);
  }

  void subjects() {
    std::size_t drawn = 0;
    for (const Subject& one : finding_.subjects) {
      const Snapshot* layer = layer_of(pinned_, one.layer);
      const auto item = layer == nullptr ? std::nullopt : layer->find(one.id);
      if (!item || drawn++ >= kMostSubjects) continue;
      append_shape(svg_, layer->geometry(*item), view_, "subject");
    }
  }

  /// Number over land class, as the survey's maps have them; the whole key stands beside the map.
  void labels() {
    if (parcels_ == nullptr) return;
    const detail::FieldOf number(*parcels_, "TBBH"), code(*parcels_, "DLBM");
    for (std::size_t i = 0; i < std::min(beneath_.size(), kMostLabels); ++i) {
      const std::size_t item = beneath_[i];
      const auto at = place_for_label(parcels_->geometry(item), view_, finding_.where);
      if (!at) continue;
      fmt::format_to(
          std::back_inserter(svg_),
          R"(<text class="label" x="{0:.1f}" y="{1:.1f}">{2}<tspan x="{0:.1f}" dy="12">{3}</tspan></text>)",
          view_.x(at->lon), view_.y(at->lat), html_escaped(number.text(item)), html_escaped(code.text(item)));
    }
  }

  const Pinned& pinned_;
  const Finding& finding_;
  const Snapshot* parcels_;
  PictureView view_;
  std::vector<std::size_t> beneath_;
  std::string svg_;
};

}  // namespace

std::string finding_map(const Pinned& pinned, const Finding& finding) {
  return finding.where.empty() ? std::string() : FindingMap(pinned, finding).draw();
}

}  // namespace caitu::checks
