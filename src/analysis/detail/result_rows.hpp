#pragma once

#include <string>
#include <vector>

#include "analysis/detail/cut_store.hpp"
#include "analysis/input_layer.hpp"

namespace caitu::analysis::detail {

/// Where a field of the result comes from.
struct ResultColumn {
  geodata::Field field;
  bool of_right = false;
  std::size_t place = 0;  ///< among its layer's fields
};

/// The attributes of a result's features: a_fid, then fields of a and of b, then area_m2; b_fid behind the
/// first when there can be one. The layers must outlive it. Const-shared.
class ResultRows {
 public:
  /// `both`: whether anything of b is in the result. `wanted`: its fields by their names there, all when
  /// empty; Error(usage) names an unknown one and the nearest.
  ResultRows(const InputLayer& a, const InputLayer& b, bool both, const std::vector<std::string>& wanted);

  geodata::Schema schema() const;
  std::vector<geodata::Value> values(const PieceHead& piece) const;

 private:
  const InputLayer &a_, &b_;
  bool both_;
  std::vector<ResultColumn> columns_;
  std::vector<std::size_t> places_in_a_, places_in_b_;
};

}  // namespace caitu::analysis::detail
