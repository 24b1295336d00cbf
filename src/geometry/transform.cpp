#include <fmt/format.h>

#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include "base/error.hpp"
#include "geometry/crs.hpp"
#include "geometry/detail/proj_handle.hpp"

namespace caitu::geometry {
namespace {

using base::Code;
using base::Error;
using detail::Pj;
using detail::PjFactory;
using detail::PjList;
using detail::ProjContext;

// No degree, of latitude anywhere or of longitude at the equator, is longer.
constexpr double kMetresPerDegree = 111'700;

// Bounds the curvature, per metre, of the image in degrees of a straight edge on a Gauss-Kruger plane, up to
// 5° from its meridian and 60° from the equator. In a plane of (L cos B0, B) such an image bends by at
// most 1.16 tan B / R (the parallels' own curvature, in its worst direction) plus x / R² (the edge against
// the geodesic), together 3.3e-7. A datum shift bends far less: hundreds of metres over R².
constexpr double kGentleBend = 4e-7;
constexpr double kGentleReachDeg = 5;
constexpr double kGentleLatitude = 60;

// Past this length one probe in the middle could miss an S-shaped departure.
constexpr double kLongEdgeM = 2'000;
constexpr int kDeepestHalving = 20;

bool finite(Position p) { return std::isfinite(p.lon) && std::isfinite(p.lat); }

/// One side of a transformation.
struct End {
  Pj crs;              ///< as parsed, bound parameters and all; null for a pipeline
  Pj plane;            ///< its plane part
  bool plain = false;  ///< its degrees are taken as CGCS2000's
  bool geographic = false;
};

End end_of(const ProjContext& context, const Crs& crs) {
  End end;
  if (crs.pipeline()) {
    end.plain = true;
    return end;
  }
  // A registered CRS brings its area of use, which a WKT of the same does not.
  end.crs = detail::crs_from_text(context, crs.authority().empty() ? crs.definition() : crs.authority());
  end.plane = end.crs == nullptr ? nullptr : detail::plane_of(context, end.crs.get());
  if (end.plane == nullptr) {
    throw Error(Code::invalid, fmt::format("\"{}\" is no coordinate reference system: {}.", crs.name(),
                                           context.take_message()));
  }
  end.geographic = crs.geographic();
  const bool bound = proj_get_type(end.crs.get()) == PJ_TYPE_BOUND_CRS;
  end.plain = !bound && detail::plain_degrees(context, end.plane.get());
  if (!bound) end.crs = Pj(proj_clone(context.get(), end.plane.get()));
  return end;
}

/// The best operation that holds over the whole area and needs neither a guess nor a missing grid, x first on
/// both sides; null when there is none. The order is PROJ's own and depends on nothing but its database.
Pj best_operation(const ProjContext& context, const PJ* from, const PJ* to) {
  PJ_CONTEXT* ctx = context.get();
  const PjFactory factory(proj_create_operation_factory_context(ctx, nullptr));
  proj_operation_factory_context_set_spatial_criterion(ctx, factory.get(),
                                                       PROJ_SPATIAL_CRITERION_STRICT_CONTAINMENT);
  proj_operation_factory_context_set_grid_availability_use(
      ctx, factory.get(), PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
  proj_operation_factory_context_set_allow_ballpark_transformations(ctx, factory.get(), 0);
  const PjList operations(proj_create_operations(ctx, from, to, factory.get()));
  for (int i = 0; operations != nullptr && i < proj_list_get_count(operations.get()); ++i) {
    const Pj operation(proj_list_get(ctx, operations.get(), i));
    if (operation == nullptr || proj_coordoperation_is_instantiable(ctx, operation.get()) == 0) continue;
    return Pj(proj_normalize_for_visualization(ctx, operation.get()));
  }
  return nullptr;
}

bool gauss_kruger(const ProjContext& context, const PJ* plane) {
  const Pj projection(proj_crs_get_coordoperation(context.get(), plane));
  const char* name = nullptr;
  return projection != nullptr &&
         proj_coordoperation_get_method_info(context.get(), projection.get(), &name, nullptr, nullptr) != 0 &&
         detail::bare_name(name) == "transversemercator";
}

/// Where `kGentleBend` holds for the images of edges; empty when nowhere.
Box gentle_box(const ProjContext& context, const End& from) {
  if (from.plane == nullptr) return {};
  if (from.geographic) return {-180, -kGentleLatitude, 180, kGentleLatitude};
  if (!gauss_kruger(context, from.plane.get())) return {};
  const double meridian =
      detail::projection_parameter(context, from.plane.get(), "Longitude of natural origin", 0);
  return {meridian - kGentleReachDeg, -kGentleLatitude, meridian + kGentleReachDeg, kGentleLatitude};
}

}  // namespace

struct Transform::Impl {
  ProjContext context;
  std::vector<Pj> steps;
  Box gentle;
  bool to_degrees = false;

  void add(const PJ* from, const PJ* to, const Crs& source, const Crs& target) {
    Pj step = best_operation(context, from, to);
    if (step == nullptr) {
      throw Error(Code::refused,
                  fmt::format("PROJ knows no transformation from {} to {} that holds over its whole area.",
                              source.name(), target.name()),
                  "Bring the parameters as a PROJ pipeline that ends in EPSG:4490 degrees (--crs "
                  "'+proj=pipeline …').");
    }
    steps.push_back(std::move(step));
  }

  Pj geodetic_of(const End& end) const {
    return Pj(proj_crs_get_geodetic_crs(context.get(), end.plane.get()));
  }
};

Transform::Transform(const Crs& from, const Crs& to) : impl_(std::make_unique<Impl>()) {
  if (to.pipeline())
    throw Error(Code::unsupported, "A PROJ pipeline can be the source of coordinates, not their target.");
  const ProjContext& context = impl_->context;
  const End source = end_of(context, from);
  const End target = end_of(context, to);
  impl_->gentle = gentle_box(context, source);
  impl_->to_degrees = target.geographic;
  if (from.pipeline()) {
    impl_->steps.emplace_back(proj_create(context.get(), from.definition().c_str()));
    if (impl_->steps.back() == nullptr) {
      throw Error(Code::invalid, fmt::format("PROJ cannot build the pipeline: {}.", context.take_message()));
    }
  }
  // Between plain degrees nothing happens, so a plane is first taken to its own degrees. WGS 84 stands for
  // all plain degrees towards other datums: PROJ's database ties nothing to CGCS2000.
  const Pj hub(proj_create(context.get(), "EPSG:4326"));
  if (source.plain && !source.geographic && source.plane != nullptr) {
    impl_->add(source.plane.get(), impl_->geodetic_of(source).get(), from, to);
  }
  if (!source.plain || !target.plain) {
    impl_->add(source.plain ? hub.get() : source.crs.get(), target.plain ? hub.get() : target.crs.get(), from,
               to);
  }
  if (target.plain && !target.geographic) {
    impl_->add(impl_->geodetic_of(target).get(), target.plane.get(), from, to);
  }
}

Transform::~Transform() = default;
Transform::Transform(Transform&&) noexcept = default;
Transform& Transform::operator=(Transform&&) noexcept = default;

std::size_t Transform::apply(std::span<Position> positions) const {
  if (!positions.empty()) {
    for (const Pj& step : impl_->steps) {
      proj_trans_generic(step.get(), PJ_FWD, &positions.front().lon, sizeof(Position), positions.size(),
                         &positions.front().lat, sizeof(Position), positions.size(), nullptr, 0, 0, nullptr,
                         0, 0);
    }
  }
  std::size_t failed = 0;
  for (Position& p : positions) {
    if (finite(p)) continue;
    p = {HUGE_VAL, HUGE_VAL};
    ++failed;
  }
  return failed;
}

bool Transform::identity() const { return impl_->steps.empty(); }

namespace {

Position middle(Position a, Position b) { return {(a.lon + b.lon) / 2, (a.lat + b.lat) / 2}; }

/// An edge in the source and the images of its ends.
struct Edge {
  Position a, b;
  Position image_a, image_b;
};

/// Finds the points at which the image of an edge must be split.
class EdgeSplitter {
 public:
  EdgeSplitter(const Transform& transform, const Box& gentle, double tolerance_m)
      : transform_(transform), gentle_(gentle), tolerance_m_(tolerance_m) {
    const double straight_deg = std::sqrt(8 * tolerance_m / kGentleBend) / kMetresPerDegree;
    straight_squared_ = straight_deg * straight_deg;
  }

  /// Appends the images of the inner points from a to b. The same points come out from b to a.
  std::size_t append_inner(Edge edge, std::vector<Position>& out) {
    if (certainly_straight(edge)) return 0;
    const bool backward = edge.b.lon != edge.a.lon ? edge.b.lon < edge.a.lon : edge.b.lat < edge.a.lat;
    if (backward) edge = {edge.b, edge.a, edge.image_b, edge.image_a};
    inner_.clear();
    halve(edge, kDeepestHalving);
    if (backward) {
      out.insert(out.end(), inner_.rbegin(), inner_.rend());
    } else {
      out.insert(out.end(), inner_.begin(), inner_.end());
    }
    return inner_.size();
  }

 private:
  bool certainly_straight(const Edge& edge) const {
    const double lon = edge.image_b.lon - edge.image_a.lon;
    const double lat = edge.image_b.lat - edge.image_a.lat;
    return lon * lon + lat * lat <= straight_squared_ && gentle_.contains(edge.image_a) &&
           gentle_.contains(edge.image_b);
  }

  Position image(Position source) const {
    transform_.apply({&source, 1});
    return source;
  }

  bool departs(const Edge& edge, Position probe) const {
    const double scale = std::cos(probe.lat * std::numbers::pi / 180);
    const double x = (edge.image_b.lon - edge.image_a.lon) * scale;
    const double y = edge.image_b.lat - edge.image_a.lat;
    const double probe_x = (probe.lon - edge.image_a.lon) * scale;
    const double probe_y = probe.lat - edge.image_a.lat;
    const double length = std::hypot(x, y);
    const double aside =
        length > 0 ? std::abs(x * probe_y - y * probe_x) / length : std::hypot(probe_x, probe_y);
    return aside * kMetresPerDegree > tolerance_m_;
  }

  bool long_edge(const Edge& edge) const {
    const double scale = std::cos(edge.image_a.lat * std::numbers::pi / 180);
    return std::hypot((edge.image_b.lon - edge.image_a.lon) * scale, edge.image_b.lat - edge.image_a.lat) >
           kLongEdgeM / kMetresPerDegree;
  }

  void halve(const Edge& edge, int depth) {
    if (depth == 0 || certainly_straight(edge) || !finite(edge.image_a) || !finite(edge.image_b)) return;
    const Position half = middle(edge.a, edge.b);
    const Position image_half = image(half);
    if (half == edge.a || half == edge.b || !finite(image_half)) return;
    const bool bent =
        departs(edge, image_half) || (long_edge(edge) && (departs(edge, image(middle(edge.a, half))) ||
                                                          departs(edge, image(middle(half, edge.b)))));
    if (!bent) return;
    halve({edge.a, half, edge.image_a, image_half}, depth - 1);
    inner_.push_back(image_half);
    halve({half, edge.b, image_half, edge.image_b}, depth - 1);
  }

  const Transform& transform_;
  Box gentle_;
  double tolerance_m_;
  double straight_squared_;
  std::vector<Position> inner_;
};

std::map<std::string, Transform>& kept_transforms() {
  thread_local std::map<std::string, Transform> transforms;
  return transforms;
}

}  // namespace

const Transform& to_cgcs2000(const Crs& crs) {
  const auto at = kept_transforms().find(crs.definition());
  if (at != kept_transforms().end()) return at->second;
  return kept_transforms().emplace(crs.definition(), Transform(crs, Crs::cgcs2000())).first->second;
}

const Transform& to_cgcs2000(const std::string& definition) {
  const auto at = kept_transforms().find(definition);
  if (at != kept_transforms().end()) return at->second;
  return kept_transforms()
      .emplace(definition, Transform(Crs::parse(definition), Crs::cgcs2000()))
      .first->second;
}

Transformed transform_edges(GeometryView source, const Transform& transform, double tolerance_m) {
  if (!transform.impl_->to_degrees) throw Error(Code::internal, "Edges are split in degrees only.");
  Transformed out;
  Geometry images = copy(source);
  out.failed = transform.apply(images.positions);
  if (transform.identity() || source.kind == Kind::point || source.empty()) {
    out.geometry = std::move(images);
    return out;
  }
  EdgeSplitter splitter(transform, transform.impl_->gentle, tolerance_m);
  Geometry& split = out.geometry;
  split.kind = source.kind;
  split.part_ends = images.part_ends;
  split.path_ends.reserve(images.path_ends.size());
  split.positions.reserve(images.positions.size());
  std::size_t i = 0;
  for (const std::uint32_t end : images.path_ends) {
    for (const std::size_t first = i; i < end; ++i) {
      if (i > first) {
        out.split += splitter.append_inner(
            {source.positions[i - 1], source.positions[i], images.positions[i - 1], images.positions[i]},
            split.positions);
      }
      split.positions.push_back(images.positions[i]);
    }
    split.end_path();
  }
  return out;
}

}  // namespace caitu::geometry
