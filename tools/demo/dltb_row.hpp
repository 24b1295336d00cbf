#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "geometry/geometry.hpp"

namespace caitu::demo {

/// To the two decimals that the standard's areas have.
double round2(double value);

/// One row of DLTB before it is written: text in UTF-8, empty where a field has no value; areas in m².
struct DltbRow {
  std::string bsm, number;  ///< BSM, TBBH
  std::string class_code, class_name;
  std::string ownership;
  std::string owner, owner_name, location, location_name;
  double area = 0, factor = 0, deducted = 0, class_area = 0;  ///< TBMJ, KCXS, KCMJ, TBDLMJ
  std::string deducted_class;
  std::string terrace, slope;   ///< GDLX, GDPDJB
  std::optional<double> width;  ///< of a linear parcel, m
  std::string planting, planting_name;
  std::optional<std::int64_t> grade;
  std::string enclave, settlement;
  geometry::Geometry metres;  ///< eastings and northings of EPSG:4527, one ring, closed; or empty

  bool cropland() const { return class_code.starts_with("01"); }
  std::string key() const { return location + "/" + number; }
  /// KCMJ and TBDLMJ from TBMJ and KCXS, as the standard has them.
  void deduct();
  /// TBMJ as the survey's area of an outline in EPSG:4527, and what follows from it.
  void measure(geometry::GeometryView outline);
};

}  // namespace caitu::demo
