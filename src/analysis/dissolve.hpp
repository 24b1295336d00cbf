#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/account.hpp"
#include "analysis/input_layer.hpp"
#include "base/progress.hpp"
#include "base/workers.hpp"
#include "geodata/sink.hpp"

namespace caitu::analysis {

struct DissolveOptions {
  std::vector<std::string> by = {};  ///< fields; features of equal values become one; none: all become one
  std::uint64_t memory = std::uint64_t{1} << 30;
  std::size_t threads = base::default_threads();
};

/// Land before and after: what went in, less what was covered more than once, is what came out.
struct DissolveAccount {
  AccountInput input;
  base::Json request;
  std::uint64_t features = 0, groups = 0;
  /// How groups were made: their shared borders cancelled and left a valid outline, which proves that no land
  /// in them was covered twice; overlaps or corners on a neighbour's side had to be noded; GEOS made the
  /// union.
  std::uint64_t by_borders = 0, by_nodes = 0, by_overlay = 0;
  ExactSum input_m2, written_m2;
  ExactSum twice_m2;              ///< input less written of the groups that were noded or overlaid
  double noding_m2 = 0;           ///< by how much noding may have moved their borders
  ExactSum residual_m2;           ///< the same of the others: rounding
  std::uint64_t worst_group = 0;  ///< of those united by shared borders
  double worst_residual_m2 = 0, worst_allowed_m2 = 0;

  bool closes() const;
};
base::Json to_json(const DissolveAccount& account);

/// The fields of a result: those of `by`, then `count` and area_m2. Error(usage) names an unknown field and
/// the nearest.
geodata::Schema dissolve_schema(const InputLayer& input, const DissolveOptions& options);

/// Unites features of equal values into one polygon each; written in the order of the values. Borders that
/// neighbours of one group share bit for bit cancel; overlaps and corners on a neighbour's side are noded
/// first. The same bytes on any number of threads. Error(refused) when there are other features than
/// polygons. Memory: some 20 bytes for each corner of the groups that are united at once, as many as fit into
/// `memory`, at least one.
DissolveAccount dissolve(const InputLayer& input, const DissolveOptions& options, geodata::Sink* out,
                         const base::Progress& progress);

}  // namespace caitu::analysis
