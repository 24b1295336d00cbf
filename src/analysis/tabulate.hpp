#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/account.hpp"
#include "analysis/input_layer.hpp"
#include "base/progress.hpp"
#include "base/workers.hpp"

namespace caitu::analysis {

/// A field of one of two layers.
struct LayerField {
  bool of_right = false;
  std::size_t place = 0;  ///< among its layer's fields
  std::string name;
};
/// By name: a_NAME and b_NAME say of which layer; a name alone must be in one of them only. Error(usage)
/// names `option`, and the nearest.
LayerField find_field(const InputLayer& a, const InputLayer& b, const std::string& name,
                      const std::string& option);

struct TabulateOptions {
  LayerField rows, columns;
  std::uint64_t memory = std::uint64_t{1} << 30;
  std::size_t threads = base::default_threads();
};

/// How much land lies in a feature of a and in one of b, by a value of either.
struct Table {
  std::vector<geodata::Value> rows, columns;  ///< ascending
  std::vector<ExactSum> m2;                   ///< row by row
  std::uint64_t pairs = 0;                    ///< that share land
  ExactSum common_m2, a_m2, b_m2;             ///< all of the table; all of either layer
  AccountInput a, b;

  const ExactSum& at(std::size_t row, std::size_t column) const { return m2[row * columns.size() + column]; }
};

/// Sums up the land that each pair has in common, without building any geometry. Land under two features of b
/// counts for both. The same sums on any number of threads. Both layers hold polygons: Error(refused).
Table tabulate(const InputLayer& a, const InputLayer& b, const TabulateOptions& options,
               const base::Progress& progress);

}  // namespace caitu::analysis
