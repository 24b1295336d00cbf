#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "land_use.hpp"
#include "random.hpp"
#include "subdivision.hpp"

namespace caitu::demo {

/// The same demands on both sides of a cut.
Subdivision::Rules both_sides(double snap, double clearance, double area, double roundness);

/// A lane, ditch or road to be cut.
struct LaneStyle {
  Use use;
  double width;
  Bends bends;
  double clearance, least_area, least_roundness;
  double chop = 0;  ///< length of its parcels, m; 0: it stays whole
};

/// How fields are cut in a block.
struct FieldStyle {
  double target;  ///< m², about
  double angle;   ///< of the block's rows
  double depth;   ///< how long a field may reach across the rows, m
};

/// A subdivision with a use for every face, and the ways in which land is divided. Faces cut from a face
/// inherit its tag; what a person would not survey (slivers, kinks) is not cut. One thread.
class Cutter {
 public:
  using Face = Subdivision::Face;
  using Strip = Subdivision::Strip;
  struct Tag {
    Use use = Use::none;
    std::int32_t sector = -1;  ///< in the order in which sectors are worked
    std::int32_t block = -1;
    float width = 0;  ///< of a lane, ditch or road, m
  };

  explicit Cutter(std::span<const Point> ring) : land_(ring), tags_(1) {}

  const Subdivision& land() const { return land_; }
  Tag& tag(Face f) { return tags_[static_cast<std::size_t>(f)]; }
  const Tag& tag(Face f) const { return tags_[static_cast<std::size_t>(f)]; }

  /// Cuts every face without a use where the course runs longest in it, and the strip into parcels of 900 m.
  void course(const Path& centre, double width, Use use);
  /// A lane through a face at an angle, `aside` metres from its middle.
  std::optional<Strip> lane(Face face, double angle, double aside, const LaneStyle& style, Random& random);
  void fields(Face face, const FieldStyle& style, Random& random);
  /// Streets, and plots between them.
  void village(Face face, double plot, double angle, Random& random);

  /// Cuts faces until `cut` declines, and returns those that it left.
  std::vector<Face> divide(std::vector<Face> open, const std::function<std::optional<Strip>(Face)>& cut);

 private:
  std::optional<Face> halve(Face face, const FieldStyle& style, Random& random);
  void chop(Face strip, const Path& centre, double every);
  void inherit(Face from);

  Subdivision land_;
  std::vector<Tag> tags_;
};

}  // namespace caitu::demo
