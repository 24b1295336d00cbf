#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "geodata/feature.hpp"

namespace caitu::catalog {

/// What tells a delivered row apart, before it is known which other rows claim the same.
struct Claim {
  std::uint64_t id = 0;  ///< from the layer and the row's key, or its geometry when it has no whole key
  base::Digest128 content;
};

/// The id that a row asks for: from its key fields when all hold a value, else from its geometry.
std::uint64_t claimed_id(const geodata::Schema& schema, const std::vector<std::size_t>& key_fields,
                         const geodata::Feature& feature);

struct Identities {
  std::vector<std::uint64_t> ids;  ///< one for each claim, all different
  std::uint64_t shared = 0;        ///< claims that had to give way to another of the same key
};

/// Gives every claim an id of its own. Of several claims to one id the least content keeps it and the others
/// get ids that depend on it and on their rank alone: neither row order nor the split of a delivery into
/// files matters.
Identities resolve(const std::string& layer, const std::vector<Claim>& claims);

}  // namespace caitu::catalog
