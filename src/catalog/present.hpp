#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "catalog/living_edition.hpp"

namespace caitu::catalog {

/// Edits of a layer that the edition in readers' hands does not hold yet, read from the log once each. One
/// thread.
struct Unseen {
  std::uint64_t after = 0, read = 0;
  Delta delta;

  /// Reads on, from the beginning when the edition has moved.
  void read_on(store::Work& work, const geodata::Schema& schema, std::uint64_t held_by_edition);
};

/// A living layer at one moment: the edition in hand and what was edited past it. For one edit.
class Present {
 public:
  Present(const geodata::Schema& schema, std::shared_ptr<const Edition> edition, const Delta& unseen)
      : schema_(schema), edition_(std::move(edition)), unseen_(unseen) {}

  std::optional<geodata::Feature> find(std::uint64_t feature) const;
  /// The feature that holds all the values of the key; nullopt when the values are not a whole key.
  std::optional<std::uint64_t> holder(const std::vector<geodata::Value>& values) const;
  /// The id for a new feature. Error(conflict) when its key, or lacking one its geometry, is there already.
  std::uint64_t new_id(const geodata::Feature& feature) const;
  bool whole_key(const std::vector<geodata::Value>& values) const;
  bool same_key(const std::vector<geodata::Value>& a, const std::vector<geodata::Value>& b) const;

 private:
  std::optional<std::uint64_t> holder_below(const std::vector<geodata::Value>& values) const;

  const geodata::Schema& schema_;
  std::shared_ptr<const Edition> edition_;  ///< null: none yet
  const Delta& unseen_;
};

}  // namespace caitu::catalog
