#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/living_edition.hpp"

namespace caitu::catalog {

/// Edits of a layer that the edition in readers' hands does not hold yet, read from the log once each. One
/// thread.
struct Unseen {
  std::uint64_t after = 0, read = 0;
  Delta delta;
  /// Who held a whole key last, by the text of the key.
  std::unordered_map<std::string, std::uint64_t> holders;

  /// Reads on, from the beginning when the edition has moved.
  void read_on(store::Work& work, const geodata::Schema& schema, std::uint64_t held_by_edition);
};

/// A living layer as it is: the edition in hand and what was edited past it. Keeps references, so that of
/// several edits of one transaction each sees those before it. For one transaction.
class Present {
 public:
  Present(const geodata::Schema& schema, std::shared_ptr<const Edition> edition, const Unseen& unseen);

  const geodata::Schema& schema() const { return schema_; }
  /// Every feature once, in no order that means anything.
  void each(const std::function<void(const geodata::Feature&)>& visit) const;
  std::optional<geodata::Feature> find(std::uint64_t feature) const;
  /// The feature that holds all the values of the key; nullopt when the values are not a whole key.
  std::optional<std::uint64_t> holder(const std::vector<geodata::Value>& values) const;
  /// The id for a new feature. Error(conflict) when its key, or lacking one its geometry, is there already.
  std::uint64_t new_id(const geodata::Feature& feature) const;
  bool whole_key(const std::vector<geodata::Value>& values) const;
  bool same_key(const std::vector<geodata::Value>& a, const std::vector<geodata::Value>& b) const;

 private:
  std::optional<std::uint64_t> holder_below(const std::vector<geodata::Value>& values) const;
  geodata::Feature below(std::size_t item) const;

  const geodata::Schema& schema_;
  std::shared_ptr<const Edition> edition_;  ///< null: none yet
  const Unseen& unseen_;
  std::vector<std::size_t> key_;  ///< fields of it
};

}  // namespace caitu::catalog
