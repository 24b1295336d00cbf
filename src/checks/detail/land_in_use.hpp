#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/land_once.hpp"
#include "checks/context.hpp"

namespace caitu::checks::detail {

/// Polygons of some layers as one, without attributes, in a file of its own.
class Gathering {
 public:
  explicit Gathering(const std::filesystem::path& file);
  ~Gathering();
  /// Those that `admits` lets in; returns which. Ids are given in the order of coming, from 1.
  std::vector<std::size_t> add(const geodata::Snapshot& snapshot,
                               const std::function<bool(std::size_t item)>& admits);
  void add(geometry::GeometryView land, double area_m2);
  std::shared_ptr<const geodata::Snapshot> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Vegetable land in use on a day: the first and the last day count; no first day: always; no last: still.
std::function<bool(std::size_t item)> in_use(const geodata::Snapshot& vegetable_land, const std::string& day,
                                             const std::vector<std::string>& growing);

/// Polygons of flags that a person has confirmed as non-agricultural use, but for those that were first found
/// on a later day; none without a layer of flags.
std::vector<geometry::Geometry> confirmed_use(const Context& context, const Rule& rule);

/// Polygons with each square metre once, less what is taken off. Told place by place: how often a place
/// counts depends on the polygons over it and on nothing else, so differences may be taken of a
/// neighbourhood.
struct CountedLand {
  double gross_m2 = 0, once_m2 = 0, taken_off_m2 = 0;
  std::vector<analysis::CoveredTwice> twice;
  std::map<std::size_t, geometry::Geometry>
      changed;  ///< what is left of items that are not whole, if anything
  double m2() const { return once_m2 - taken_off_m2; }
};
CountedLand counted_land(const geodata::Snapshot& gathered, const std::vector<geometry::Geometry>& taken_off,
                         std::size_t threads, const base::Progress& progress);

/// What is left of it, as polygons that overlap nowhere, in `scratch / name`.
struct RetainedLand : CountedLand {
  std::shared_ptr<const geodata::Snapshot> land;
  std::shared_ptr<const geodata::Snapshot> gathered;  ///< what `twice` points into
};
RetainedLand retained_land(const Context& context, const std::string& name,
                           std::shared_ptr<const geodata::Snapshot> gathered,
                           const std::vector<geometry::Geometry>& taken_off);

}  // namespace caitu::checks::detail
