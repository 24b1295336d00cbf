#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "plane.hpp"

namespace caitu::demo {

/// Land divided into faces by cuts, each border held once for the two faces beside it.
///
/// Guarantees: the faces always cover exactly what they began with, without gap or overlap; where a cut ends
/// on a border, the neighbour beyond gets the same vertex; every vertex lies on the grid of 0.1 mm.
/// One thread.
class Subdivision {
 public:
  using Face = std::int32_t;
  using Edge =
      std::int32_t;  ///< directed, its face on its left; `edge ^ 1` is the same border seen from beyond
  using Vertex = std::int32_t;  ///< index into points()
  static constexpr Face kOutside = -1;

  enum class Border : bool {
    free,
    frozen,  ///< cuts end at the vertices that it has: neighbours agree without knowing of one another
  };
  /// `ring`: open, counter-clockwise, on the grid. It becomes face 0.
  explicit Subdivision(std::span<const Point> ring, Border border = Border::frozen);

  /// What a cut must respect, or it is not made.
  struct Rules {
    double snap = 2;              ///< a cut that ends this near a vertex ends at it, m
    double clearance = 1;         ///< least distance of a cut from borders that it does not end on, m
    double left_area = 400;       ///< least area to the left of the path, m²
    double right_area = 400;      ///< and to its right
    double left_roundness = 0.1;  ///< least 4π·area/perimeter² to the left
    double right_roundness = 0.1;
    bool anywhere = false;  ///< cut where the path runs longest inside, not only where its middle does
  };
  /// Cuts a face along a path that begins and ends outside it. The land left of the path becomes a new face,
  /// which is returned; `face` keeps the right. nullopt: nothing was done.
  std::optional<Face> cut(Face face, const Path& path, const Rules& rules);

  /// A lane, ditch or river: the face is cut on both sides of `centre`.
  struct Strip {
    Face left, right;
    Face strip;  ///< kOutside when there was room for a plain cut only
  };
  std::optional<Strip> cut_strip(Face face, const Path& centre, double width, const Rules& rules);

  const std::vector<Point>& points() const { return points_; }
  std::size_t faces() const { return first_edge_.size(); }
  std::vector<Vertex> ring(Face face) const;
  Path path(Face face) const;
  double area(Face face) const;

  Edge first_edge(Face face) const { return first_edge_[static_cast<std::size_t>(face)]; }
  Edge next(Edge edge) const { return edges_[static_cast<std::size_t>(edge)].next; }
  Face face_of(Edge edge) const { return edges_[static_cast<std::size_t>(edge)].face; }
  Vertex origin(Edge edge) const { return edges_[static_cast<std::size_t>(edge)].origin; }

  /// The outline of the faces that `belongs` holds, from an edge on it: open, with every vertex that lies on
  /// it. They must form one piece without holes.
  template <typename Belongs>
  std::vector<Vertex> outline(Edge start, const Belongs& belongs) const {
    const auto border = [&](Edge e) { return !belongs(face_of(e ^ 1)); };
    std::vector<Vertex> result;
    Edge e = start;
    do {
      result.push_back(origin(e));
      e = next(e);
      while (!border(e)) e = next(e ^ 1);
    } while (e != start);
    return result;
  }

 private:
  struct HalfEdge {
    Vertex origin;
    Edge next, prev;
    Face face;
  };
  /// One end of a cut: at the origin of `edge`, or at `at` inside it.
  struct End {
    Edge edge;
    bool at_origin;
    Point at;
  };
  struct Plan {
    End from, to;
    Path inner;
  };
  struct Hit {
    double along;  ///< position on the path: segment number + share
    Edge edge;
    double share;
    Point at;
  };

  HalfEdge& half(Edge e) { return edges_[static_cast<std::size_t>(e)]; }
  const HalfEdge& half(Edge e) const { return edges_[static_cast<std::size_t>(e)]; }
  Point at(Vertex v) const { return points_[static_cast<std::size_t>(v)]; }
  Point from(Edge e) const { return at(origin(e)); }
  Point to(Edge e) const { return at(origin(e ^ 1)); }
  bool frozen(Edge e) const {
    return border_ == Border::frozen && (face_of(e) == kOutside || face_of(e ^ 1) == kOutside);
  }

  std::optional<Plan> plan(Face face, const Path& path, const Rules& rules) const;
  std::vector<Hit> hits(Face face, const Path& path) const;
  End end_at(const Hit& hit, double snap) const;
  bool clear_of_borders(Face face, const Plan& plan, double clearance) const;
  bool leaves_enough(const Plan& plan, const Rules& rules) const;
  Face apply(Face face, const Plan& plan);
  Vertex add_point(Point p);
  Edge split(Edge edge, Point p);

  Border border_;
  std::vector<Point> points_;
  std::vector<HalfEdge> edges_;
  std::vector<Edge> first_edge_;
};

}  // namespace caitu::demo
