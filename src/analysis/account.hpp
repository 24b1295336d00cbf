#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/input_layer.hpp"
#include "analysis/layer_cut.hpp"
#include "base/json.hpp"

namespace caitu::analysis {

/// A sum that is the same in whatever order it is made: whole units and billionths, each term rounded to
/// one. Up to 9e18 units of 9e9 terms.
class ExactSum {
 public:
  void add(double term);
  void add(const ExactSum& other);
  double value() const;
  friend bool operator==(const ExactSum&, const ExactSum&) = default;
  /// [whole, billionths].
  base::Json exact_json() const;
  static ExactSum from_json(const base::Json& json);

 private:
  std::int64_t whole_ = 0, billionths_ = 0;  ///< the second in [0, 1e9)
};

/// What became of one feature; sizes as geometry::measure.
struct FeatureAccount {
  std::uint64_t id = 0;
  geometry::Kind kind = geometry::Kind::polygon;
  double size = 0, covered = 0, rest = 0;
  double common = 0;          ///< with each partner, summed: land under two of them counts twice
  double outline_m = 0;       ///< of a polygon
  bool on_grid = false;       ///< moved onto GEOS's grid
  bool failed = false;        ///< nothing could be made of it
  std::uint32_t slivers = 0;  ///< dropped or merged
  double dropped = 0, merged = 0;

  /// What is missing between the feature and its parts, and how much of that rounding explains: 1e-9 of it,
  /// and its outline times 3 nm, the grid of coordinates of 100° in doubles; where GEOS had to move it, times
  /// 0.2 mm, twice its grid.
  double residual() const { return failed ? 0 : size - covered - rest; }
  double allowed() const;
};

/// Of all features of one side of one kind: polygons in m², lines in m, points by their number.
struct SideAccount {
  std::uint64_t features = 0, untouched = 0, covered_whole = 0;
  ExactSum size, covered, rest, common, residual;
  ExactSum outlines_m2;  ///< squares of the features' outlines, whose rounding adds up by chance
  std::uint64_t retried = 0, failed = 0, slivers = 0, open = 0;  ///< open: residual above what is allowed
  ExactSum displaced, quarantined, dropped, merged;              ///< displaced: residual of those retried
  std::uint64_t worst_id = 0;  ///< the feature of the largest residual beside what is allowed
  double worst_residual = 0, worst_allowed = 0;

  void add(const FeatureAccount& feature);
  void add(const SideAccount& other);
  /// size = covered + rest + quarantined within 1e-9 and the rounding of coordinates, and so for each
  /// feature.
  bool closes() const;
};

/// A feature that could not be cut, with the reason.
struct Quarantined {
  bool of_right = false;
  std::uint64_t id = 0;
  std::string reason;
};

struct AccountInput {
  std::string name, digest;
  std::uint64_t features = 0;
  Intake intake;
};

/// What went into an overlay and what came out, line by line.
struct Account {
  base::Json request;  ///< the operation and its parameters, each with its basis
  AccountInput a, b;
  /// By kind (point, line, polygon): of a, and of b where it is parted as well.
  std::array<SideAccount, 3> left, right;
  std::uint64_t pieces = 0, rests = 0, right_rests = 0;  ///< written
  ExactSum pieces_m2, rests_m2, right_rests_m2;
  PairCounts pairs;
  std::vector<Quarantined> quarantine;

  bool closes() const;
  /// All of it closes and nothing is in quarantine and no row was refused.
  bool clean() const;
};
base::Json to_json(const Account& account);

/// An account as one part of a run hands it to another program, and back; nothing of it is lost. Throws
/// nlohmann's exceptions on what it has not written.
base::Json exact_json(const Account& account);
Account account_of(const base::Json& exact);
/// Of two parts of one run.
void add(Account& account, const Account& part);

}  // namespace caitu::analysis
