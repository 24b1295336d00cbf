#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/quality.hpp"
#include "geodata/feature.hpp"
#include "geodata/land_classes.hpp"

namespace caitu::catalog {

/// The rules of DLTB that its values alone can break (FACTS 2.1, 2.2). They hold for the fields that a layer
/// has. Const-shared.
class SurveyAudit {
 public:
  /// Outlines of districts by the first six digits of their codes; empty: codes are not held against places.
  using Districts = std::map<std::string, geometry::Geometry, std::less<>>;

  /// Reads land_classes.csv and survey_codes.csv of the folder.
  SurveyAudit(const geodata::Schema& schema, const std::filesystem::path& tables, Districts districts);

  /// `placed` is false of land that is known to lie elsewhere: then no unit code is held against it.
  void look(const geodata::Feature& feature, std::vector<QualityFinding>& found, bool placed = true) const;
  /// Tells a code system that the delivery did not say and that intake has inferred (catalog/code_system).
  void look_at_inferred(const geodata::Feature& feature, std::vector<QualityFinding>& found) const;
  /// Least mapped area of a class in m², 0 where there is none.
  double min_area_m2(std::string_view system, std::string_view code) const;

 private:
  enum Field : std::uint8_t {
    kDlbm,
    kDlmc,
    kCodeSystem,
    kQsdwdm,
    kZldwdm,
    kTbmj,
    kKcdlbm,
    kKcxs,
    kKcmj,
    kTbdlmj,
    kGdpdjb,
    kXzdwkd,
    kTbxhdm,
    kTbxhmc,
    kZzsxdm,
    kZzsxmc,
    kFields
  };
  struct Row;

  void look_at_class(const Row& row, std::vector<QualityFinding>& found) const;
  void look_at_name(const Row& row, std::vector<QualityFinding>& found) const;
  void look_at_units(const Row& row, std::vector<QualityFinding>& found) const;
  void look_at_place(const Row& row, std::vector<QualityFinding>& found) const;
  void look_at_deduction(const Row& row, std::vector<QualityFinding>& found) const;
  void look_at_identities(const Row& row, std::vector<QualityFinding>& found) const;
  void look_at_slope_and_width(const Row& row, std::vector<QualityFinding>& found) const;
  void look_at_pair(const Row& row, Field code, Field name, std::vector<QualityFinding>& found) const;

  geodata::LandClasses classes_;
  geodata::SurveyCodes codes_;
  Districts districts_;
  std::array<std::optional<std::size_t>, kFields> places_;
  std::uint64_t number_;  ///< tells audits apart, for what threads keep
};

}  // namespace caitu::catalog
