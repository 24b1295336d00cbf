#include "geometry/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace caitu::geometry {
namespace {

constexpr double kDegreeM = 111'320, kRadian = 0.017453292519943295;

/// Tenths of a pixel.
long tenths(double pixels) { return std::lround(std::clamp(pixels, -1e5, 1e5) * 10); }

void append_tenths(std::string& out, long value) {
  fmt::format_to(std::back_inserter(out), "{}", value / 10);
  if (value % 10 != 0) fmt::format_to(std::back_inserter(out), ".{}", std::abs(value % 10));
}

/// A path with what falls onto one tenth of a pixel left out; nothing when all of it does.
void append_path(std::string& out, std::span<const Position> path, const PictureView& view, bool closed) {
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

}  // namespace

PictureView::PictureView(const Box& land, double width, double height, double margin)
    : width_(width), height_(height) {
  const double middle = lon_stretch(land);
  const double wide = std::max(1e-9, land.max_lon - land.min_lon) * middle;
  const double high = std::max(1e-9, land.max_lat - land.min_lat);
  scale_ = std::min((width - 2 * margin) / wide, (height - 2 * margin) / high);
  stretch_ = middle * scale_;
  west_ = 0.5 * (land.min_lon + land.max_lon) - 0.5 * width / stretch_;
  north_ = 0.5 * (land.min_lat + land.max_lat) + 0.5 * height / scale_;
}

double PictureView::metres_per_pixel() const { return kDegreeM / scale_; }

double lon_stretch(const Box& box) { return std::cos(0.5 * (box.min_lat + box.max_lat) * kRadian); }

Box surroundings(const Box& box, double share, double least_m) {
  const double least = 0.5 * least_m / kDegreeM;
  const double lon_least = least / lon_stretch(box);
  const double wider = share * (box.max_lon - box.min_lon), higher = share * (box.max_lat - box.min_lat);
  return {box.min_lon - std::max(lon_least, wider), box.min_lat - std::max(least, higher),
          box.max_lon + std::max(lon_least, wider), box.max_lat + std::max(least, higher)};
}

void append_svg_outline(std::string& out, GeometryView geometry, const PictureView& view) {
  for (std::size_t i = 0; i < geometry.path_ends.size(); ++i)
    append_path(out, geometry.path(i), view, geometry.kind == Kind::polygon);
}

std::string begin_svg(double width, double height, std::string_view label) {
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" role="img" aria-label="{2}">)",
      width, height, label);
}

std::string svg_scale_bar(const PictureView& view) {
  const double most = 0.25 * view.width() * view.metres_per_pixel();
  const double power = std::pow(10, std::floor(std::log10(most)));
  const double length = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
  const double pixels = length / view.metres_per_pixel();
  const std::string text =
      length >= 1000 ? fmt::format("{:g} km", length / 1000) : fmt::format("{:g} m", length);
  return fmt::format(
      R"(<g class="bar"><path d="M8 {0:.0f}v4h{1:.1f}v-4"/><text x="{2:.1f}" y="{3:.0f}">{4}</text></g>)",
      view.height() - 12, pixels, 12 + pixels, view.height() - 7, text);
}

}  // namespace caitu::geometry
