#include "geometry/zone.hpp"

#include <optional>

#include "geometry/detail/geos_overlay.hpp"
#include "geometry/detail/halves.hpp"
#include "geometry/measure.hpp"

namespace caitu::geometry {
namespace {

using detail::answer;
using detail::Geom;
using detail::geos;
using detail::Outline;
using detail::Side;
using detail::to_geos;

}  // namespace

struct Zone::Impl {
  explicit Impl(GeometryView of) : polygon(wound(of) ? copy(of) : oriented(of)), outline(polygon) {}

  const Geometry polygon;
  const Outline outline;  // looks into polygon
  /// GEOS's, made when it is asked first. Prepared looks into the other, so it is destroyed first.
  mutable Geom made;
  mutable detail::Prepared made_prepared;

  const GEOSGeometry* geom() const {
    if (made == nullptr) made = to_geos(polygon);
    return made.get();
  }
  const GEOSPreparedGeometry* prepared() const {
    if (made_prepared == nullptr) made_prepared.reset(GEOSPrepare_r(geos(), geom()));
    if (made_prepared == nullptr) detail::throw_geos("preparing a zone");
    return made_prepared.get();
  }

  /// Nothing when the outline runs where `other` is.
  std::optional<Relation> relation_by_place(GeometryView other, const Box& box) const {
    if (other.empty() || !outline.box().intersects(box)) return Relation::outside;
    bool near = false;
    const double clear = detail::margin_of(outline.box()).clear;
    outline.near(box, clear, [&near](std::uint32_t) { near = true; });
    if (near || other.kind == Kind::point) return std::nullopt;
    const Side side = outline.side(other.positions.front(), clear);
    if (side == Side::near) return std::nullopt;
    return side == Side::inside ? Relation::inside : Relation::outside;
  }

  Relation relation(const GEOSGeometry* other) const {
    if (answer(GEOSPreparedCovers_r(geos(), prepared(), other), "testing a zone")) return Relation::inside;
    const char met = GEOSPreparedIntersects_r(geos(), prepared(), other);
    return answer(met, "testing a zone") ? Relation::crossing : Relation::outside;
  }

  /// By GEOS, whatever the outlines do to each other.
  Cut overlaid(GeometryView land) const {
    const Geom geom = to_geos(land);
    switch (relation(geom.get())) {
      case Relation::outside:
        return {.share = Share::none, .inside = {}, .outside = {}, .by = Cut::By::overlay};
      case Relation::inside:
        return {.share = Share::all, .inside = {}, .outside = {}, .by = Cut::By::overlay};
      case Relation::crossing:
        break;
    }
    detail::Overlaid inside = detail::intersection_of(geom.get(), this->geom());
    detail::Overlaid outside = detail::difference_of(geom.get(), this->geom(), inside.on_grid);
    if (outside.on_grid && !inside.on_grid) inside = detail::intersection_of(geom.get(), this->geom(), true);
    Cut cut{.share = Share::some,
            .inside = oriented(detail::from_geos(*inside.geom, land.kind)),
            .outside = oriented(detail::from_geos(*outside.geom, land.kind)),
            .by = inside.on_grid ? Cut::By::grid : Cut::By::overlay};
    if (cut.inside.empty()) {
      cut.share = Share::none;
      cut.outside.clear();
    } else if (cut.outside.empty()) {
      cut.share = Share::all;
      cut.inside.clear();
    }
    return cut;
  }

  /// Points, one by one.
  Cut parted(GeometryView points) const {
    Cut cut{.share = Share::some, .inside = {}, .outside = {}};
    cut.inside.kind = cut.outside.kind = Kind::point;
    for (const Position at : points.positions)
      (covers(polygon, at) ? cut.inside : cut.outside).positions.push_back(at);
    if (cut.inside.empty()) return {};
    if (cut.outside.empty()) return {.share = Share::all, .inside = {}, .outside = {}};
    return cut;
  }
};

Zone::Zone(GeometryView polygon) : impl_(std::make_unique<Impl>(polygon)) {}

Zone::~Zone() = default;
Zone::Zone(Zone&&) noexcept = default;
Zone& Zone::operator=(Zone&&) noexcept = default;

Relation Zone::relation(GeometryView other) const {
  if (const auto by_place = impl_->relation_by_place(other, box_of(other))) return *by_place;
  return impl_->relation(to_geos(other).get());
}

bool Zone::intersects(GeometryView other) const { return relation(other) != Relation::outside; }

Cut Zone::cut(GeometryView land) const {
  if (land.empty()) return {};
  if (land.kind == Kind::point) return impl_->parted(land);
  if (land.kind == Kind::line) {
    const auto by_place = impl_->relation_by_place(land, box_of(land));
    if (!by_place) return impl_->overlaid(land);
    return {.share = *by_place == Relation::inside ? Share::all : Share::none, .inside = {}, .outside = {}};
  }
  std::optional<Geometry> turned;
  if (!wound(land)) turned = oriented(land);
  const Outline outline(turned ? turned->view() : land);
  if (!outline.box().intersects(impl_->outline.box())) return {};
  if (auto halves = detail::halves(outline, impl_->outline)) {
    if (halves->share != Share::some)
      return {.share = halves->share, .inside = {}, .outside = {}, .by = Cut::By::outlines};
    return {.share = Share::some,
            .inside = oriented(halves->inside),
            .outside = oriented(halves->outside),
            .by = Cut::By::outlines};
  }
  return impl_->overlaid(land);
}

Geometry Zone::outside(GeometryView other) const {
  Cut parted = cut(other);
  if (parted.share == Share::none) return copy(other);
  return std::move(parted.outside);
}

double Zone::area_inside_m2(GeometryView other) const {
  if (other.kind != Kind::polygon || other.empty()) return 0;
  std::optional<Geometry> turned;
  if (!wound(other)) turned = oriented(other);
  const Outline outline(turned ? turned->view() : other);
  if (!outline.box().intersects(impl_->outline.box())) return 0;
  if (const auto halves = detail::measured_halves(outline, impl_->outline)) {
    if (halves->share == Share::some) return halves->inside_m2;
    return halves->share == Share::all ? area_m2(other) : 0;
  }
  const Cut parted = impl_->overlaid(other);
  if (parted.share == Share::none) return 0;
  return area_m2(parted.share == Share::all ? other : parted.inside.view());
}

double Zone::length_inside_m(GeometryView other) const {
  if (other.kind != Kind::line) return 0;
  const Cut parted = cut(other);
  if (parted.share == Share::none) return 0;
  return length_m(parted.share == Share::all ? other : parted.inside.view());
}

const Box& Zone::box() const { return impl_->outline.box(); }

}  // namespace caitu::geometry
