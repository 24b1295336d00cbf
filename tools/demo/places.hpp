#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace caitu::demo {

/// Degrees, EPSG:4490.
struct LonLat {
  double lon, lat;
};

struct District {
  std::string_view code, name;
  std::string_view aliases;
};
/// All 16, codes and names as the 2020 census has them.
std::span<const District> districts();
std::string_view district_name(std::string_view code);

/// What the land of a town is like.
enum class Terrain : unsigned char { plain, hill, mountain, city };

struct Town {
  std::string_view
      code;  ///< nine digits; 9xx at the end is no official code, but one that this delivery made up
  std::string_view name;      ///< as the plan's table 1 has it
  std::string_view aliases;   ///< joined by 、
  std::string_view district;  ///< its code
  LonLat centre;
  Terrain terrain;
  bool in_plan;  ///< one of the 35 of table 1
};
/// The 35 towns of table 1 at published points, and others with points and codes of our own, so that every
/// district is there and no cell is too large.
std::span<const Town> towns();

/// A made-up course through places that are real.
struct Course {
  std::string_view name, ref, kind;
  double width;  ///< of the land it takes, m
  std::vector<LonLat> knots;
};
/// The 11 roads of the plan's table 2, 庞安路's extension on its own: 12 courses, every vertex a guess.
const std::vector<Course>& plan_roads();
/// A few rivers of guessed course, so that fields lie along water.
const std::vector<Course>& rivers();
/// The city's outline, roughly: open, clockwise.
std::span<const LonLat> city_outline();

struct County {
  std::string_view code, name, province;
  LonLat seat;
  int bases;  ///< how many of the 210 lie here; our own choice, for the list was not found
};
std::span<const County> ring_counties();

struct OuterPlace {
  std::string_view province, county;
  LonLat centre;
};
std::span<const OuterPlace> outer_places();

}  // namespace caitu::demo
