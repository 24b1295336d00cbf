#pragma once

#include <optional>
#include <string>

#include "catalog/identity.hpp"

namespace caitu::catalog {

/// The text of a key, value by value; none is the text of another.
class KeyText {
 public:
  void add(const geodata::Value& value);
  /// Nothing when a value is missing, or all are.
  std::optional<std::uint64_t> id(const std::string& layer) const;

 private:
  std::string text_;
  bool whole_ = true;
};

/// Settles the ids of all claims that are former features (identity.hpp says which), and counts how; those of
/// the others stay 0. `result.ids` is as long as `claims`.
void match_former(const geodata::Schema& schema, const std::vector<Claim>& claims, const Former& former,
                  const LandOf& land, const MatchOptions& options, Identities& result);

}  // namespace caitu::catalog
