#pragma once

#include <span>
#include <string>
#include <vector>

#include "checks/context.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/ground.hpp"
#include "checks/detail/places.hpp"
#include "checks/result.hpp"

namespace caitu::checks::detail {

/// What the rules of the greenhouse check share: the layers, what lies beneath and around a place, and how a
/// finding is begun. Keeps a reference to the context. Const-shared.
class Sites {
 public:
  explicit Sites(const Context& context)
      : context_(context), places_(context.pinned), ground_(context.pinned, context.classes) {}

  const Context& context() const { return context_; }
  /// Null when it is not pinned.
  const geodata::Snapshot* layer(const std::string& id) const;
  const Ground& ground() const { return ground_; }
  const Places& places() const { return places_; }
  /// m² of a polygon inside the polygons of a layer; 0 when there is no such layer.
  double inside_m2(const std::string& id, geometry::GeometryView polygon) const;

  /// A finding of a rule, with the rule's severity, category and bases.
  Finding begin(const Rule& rule, Verdict verdict, std::vector<Subject> subjects) const;
  /// Its geometry, and all that follows from where it lies: area, district, town, parcels and their units.
  void locate(Finding& finding, geometry::Geometry where) const;

 private:
  const Context& context_;
  Places places_;
  Ground ground_;
};

/// What the rules have found, and how many features each of them looked at.
struct Rulings {
  std::vector<Finding> findings;
  std::uint64_t at = 0, clear = 0;
  std::vector<std::string> notes;  ///< sentences: what could not be looked at
};

/// Findings of one rule that are evidence of one case, for they lie within `gap` metres of each other and
/// have the same category, put together: the worst verdict's words, all subjects and parcels, the land of
/// all.
std::vector<Finding> as_cases(const Sites& sites, std::vector<Finding> findings, double gap);

/// Lets a finding say what keeps a value from making it a violation; false when nothing does.
template <typename T>
bool hold_back(Finding& finding, const InForce<T>& value) {
  finding.held_back_by = value.held_back.value_or("");
  finding.held_back_by_zh = value.held_back_zh.value_or("");
  return value.held_back.has_value();
}

/// "23.40 m²", with as many decimals as asked and thousands parted.
std::string with_unit(double value, int decimals, const std::string& unit);

}  // namespace caitu::checks::detail
