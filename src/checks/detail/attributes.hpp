#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checks/result.hpp"
#include "geodata/declared.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::checks::detail {

/// The values of one field of a layer, whatever its type; all of them missing when the layer has no such
/// field. Keeps a pointer into the snapshot. Const-shared.
class FieldOf {
 public:
  FieldOf(const geodata::Snapshot& snapshot, std::string_view field);

  /// Empty when missing. Valid while the snapshot lives.
  std::string_view text(std::size_t item) const;
  std::optional<double> number(std::size_t item) const;
  std::optional<bool> boolean(std::size_t item) const;

 private:
  const geodata::Column* column_ = nullptr;
  geodata::FieldType type_ = geodata::FieldType::text;
};

/// What a person calls a feature: the values of its layer's key, joined by "/", or "#id" when it has none.
std::string key_of(const geodata::Snapshot& snapshot, std::size_t item);
Subject subject_of(const geodata::Snapshot& snapshot, std::size_t item);

}  // namespace caitu::checks::detail
