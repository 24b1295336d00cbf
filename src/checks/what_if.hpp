#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checks/context.hpp"
#include "checks/result.hpp"
#include "geometry/geometry.hpp"

namespace caitu::checks {

/// An edit of the vegetable land in use, or of what it is held against, that nobody has made.
struct WhatIf {
  std::vector<geometry::Geometry> drawn = {};  ///< polygons of new land in use, EPSG:4490
  std::vector<std::uint64_t> deleted = {};     ///< ids of features of vegetable_land
  std::optional<std::int64_t> residents = {};  ///< instead of the year's, and of any `population_year`
  std::optional<int> population_year = {};     ///< instead of the context's
  std::optional<double> threshold_li = {};     ///< instead of the rule's
};

/// The retention of pinned editions, kept ready for edits of them.
///
/// Guarantees: what it answers is what check_retention says of the edition with the polygons added and the
/// features removed, to 1e-9 of the land, for both count each place by the polygons over it; an answer takes
/// as long as the fields around the edit, whatever the edition holds. Owns what it needs, and keeps the
/// editions mapped; the context may go. Coordinates: EPSG:4490 degrees. Threads: thread-safe; it is made with
/// the context's threads and answers with as many.
class RetentionDesk {
 public:
  /// Counts the land once, which takes as long as the check's own count. `region` is where vegetable land may
  /// lie, as its layer declares it; empty: anywhere on the earth. Error(not_found) when there is no
  /// vegetable_land.
  explicit RetentionDesk(const Context& context, geometry::Box region = {});
  ~RetentionDesk();
  RetentionDesk(RetentionDesk&&) noexcept;
  RetentionDesk& operator=(RetentionDesk&&) noexcept;

  /// The per-capita measure as check_retention gives it.
  Measure now() const;

  struct Answer {
    Measure after;
    /// Land that the drawn polygons add to what the deleted features leave, and what those take with them:
    /// after = now + gained − lost.
    double gained_mu = 0, lost_mu = 0;
    std::vector<std::string> notes;  ///< sentences; the first says that this is no retention figure
  };
  /// Error(invalid) names the drawn polygon that is none, is not valid (and where) or leaves the region, and
  /// residents, a year or a threshold that cannot be; Error(not_found) an id that is not in the edition. One
  /// that is not in use on the day has its sentence and changes nothing.
  Answer ask(const WhatIf& edit) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::checks
