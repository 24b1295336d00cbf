#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "park.hpp"

namespace caitu::demo {

/// What each site planted is: violation, for_field_check or clear, rule by rule. It comes from what was
/// planted and never from a check.
class Truth {
 public:
  void expect(const Footprint& site, std::string_view rule, std::string_view expected);
  void expect(const std::string& site, geometry::Position at, std::string_view rule,
              std::string_view expected);
  /// truth.csv: `site,lon,lat,rule,expected`, a row for each site and rule that it is about.
  void write(const std::filesystem::path& file) const;

 private:
  struct Row {
    std::string site;
    geometry::Position at;
    std::string_view rule, expected;
  };
  std::vector<Row> rows_;
};

inline constexpr std::string_view kViolation = "violation", kFieldCheck = "for_field_check", kClear = "clear";

}  // namespace caitu::demo
