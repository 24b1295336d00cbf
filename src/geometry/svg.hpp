#pragma once

#include <string>
#include <string_view>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// Degrees (EPSG:4490) to pixels of a picture: plate carrée, true in both directions in its middle. The land
/// stands in the middle of the picture, with a margin in pixels about it. A value.
class PictureView {
 public:
  PictureView(const Box& land, double width, double height, double margin);

  double x(double lon) const { return (lon - west_) * stretch_; }
  double y(double lat) const { return (north_ - lat) * scale_; }
  double width() const { return width_; }
  double height() const { return height_; }
  double metres_per_pixel() const;
  Box seen() const { return {west_, north_ - height_ / scale_, west_ + width_ / stretch_, north_}; }

 private:
  double west_ = 0, north_ = 0, scale_ = 1, stretch_ = 1, width_ = 0, height_ = 0;
};

/// How wide a degree of longitude is in the middle of a box, in degrees of latitude.
double lon_stretch(const Box& box);
/// A box and the land about it: on each side `share` of its own size, but at least half of `least_m` metres.
Box surroundings(const Box& box, double share, double least_m);

/// Adds the paths of a line or a polygon as SVG path data, in tenths of a pixel; what falls onto one tenth is
/// left out, and a path that does so wholly. Nothing for points.
void append_svg_outline(std::string& out, GeometryView geometry, const PictureView& view);
/// The opening tag of an inline picture. `label` is what a reader hears of it; escaped by the caller.
std::string begin_svg(double width, double height, std::string_view label);
/// A bar of a round length, about a quarter of the picture, at its lower left: a group of class `bar`.
std::string svg_scale_bar(const PictureView& view);

}  // namespace caitu::geometry
