#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace caitu::geodata {

/// What a class is, as far as rules of the survey ask.
enum class LandKind : std::uint8_t { cropland, farmland, facility, built_up, linear, other };

struct LandClass {
  std::string code, name;
  LandKind kind = LandKind::other;
  double min_area_m2 = 0;  ///< least mapped area; 0: mapped at any size (linear classes, by their width)
};

/// Codes of land, by code system: "survey", "survey2" and "planning" use the same codes for different land
/// (FACTS 2.1), so none is known without its system. Read from geodata/land_classes.csv. Const-shared.
class LandClasses {
 public:
  /// Error(usage) names file and line of what is wrong.
  static LandClasses load(const std::filesystem::path& file);

  bool has_system(std::string_view system) const { return systems_.contains(system); }
  const LandClass* find(std::string_view system, std::string_view code) const;
  /// The code of the system nearest to one that is not in it, or null.
  const LandClass* nearest(std::string_view system, std::string_view code) const;
  /// Another system in which the code stands for this name; empty when there is none.
  std::string system_of(std::string_view code, std::string_view name, std::string_view not_in) const;

 private:
  using Codes = std::map<std::string, LandClass, std::less<>>;
  std::map<std::string, Codes, std::less<>> systems_;
};

/// Pairs of code and name that fields of the survey hold beside the class (TBXHDM, ZZSXDM), and the land that
/// may bear them. Read from geodata/survey_codes.csv. Const-shared.
class SurveyCodes {
 public:
  enum class On : std::uint8_t { any, cropland, other };
  struct Pair {
    std::string code, name;
    On on = On::any;
  };
  static SurveyCodes load(const std::filesystem::path& file);

  const Pair* find(std::string_view field, std::string_view code) const;
  std::string nearest(std::string_view field, std::string_view code) const;

 private:
  std::map<std::string, std::map<std::string, Pair, std::less<>>, std::less<>> fields_;
};

/// True when two names of a class mean the same: whether 用地 or 地 ends them does not tell, nor whether a K
/// class says 可调整.
bool same_class_name(std::string_view a, std::string_view b);

}  // namespace caitu::geodata
