#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "geodata/feature.hpp"
#include "geodata/snapshot.hpp"
#include "store/store.hpp"

namespace caitu::catalog {

/// What tells a delivered row apart, before it is known which other rows claim the same.
struct Claim {
  std::uint64_t id = 0;  ///< from the layer and the row's key, or its geometry when it has no whole key
  base::Digest128 content;
  bool keyed = false;  ///< the key is whole: there is one, and all its fields hold a value
};

Claim claim_of(const geodata::Schema& schema, const std::vector<std::size_t>& key_fields,
               const geodata::Feature& feature);

/// The id that a row asks for: from its key fields when all hold a value, else from its geometry.
std::uint64_t claimed_id(const geodata::Schema& schema, const std::vector<std::size_t>& key_fields,
                         const geodata::Feature& feature);

/// The geometry of a claim by its number. Called from several threads.
using LandOf = std::function<geometry::Geometry(std::size_t claim)>;

/// How near a row has to come to a feature that vanished to be that feature: judgements, told in every
/// report.
struct MatchOptions {
  /// Least area of the intersection over area of the union, of polygons. Above a half no two features of a
  /// layer that does not overlap itself can both match one row: each would hold more than half of it.
  double least_overlap = 0.5;
  /// Farthest distance in m of lines and points, either way (Hausdorff, at positions). The errors of a
  /// handheld receiver; two roads or two sheds stand further apart.
  double reach_m = 5;
  std::size_t threads = 1;
};

/// The features of the edition that a delivery is held against.
struct Former {
  const geodata::Snapshot& snapshot;
  const std::vector<store::RowState>& rows;  ///< of the same features, in id order
};

struct Identities {
  std::vector<std::uint64_t> ids;  ///< one for each claim, all different
  std::uint64_t shared = 0;        ///< claims whose key (or geometry) another claim has too
  /// How the ids came, together all of them: the key was there before; the same place was; nearly the same
  /// place was; or the feature is new.
  std::uint64_t by_key = 0, by_geometry = 0, by_overlap = 0, fresh = 0;
};

/// Gives every claim an id of its own.
///
/// A claim with a whole key is the former feature of that key, whatever id that one goes by. Any other claim,
/// and one whose key was not there, is the former feature that no key claimed and that lies in the same
/// place: by equal geometry, else the nearest by `MatchOptions`, each feature once and the nearest pairs
/// first. So a feature keeps its id when a surveyor gives it another key, or another outline. What is left is
/// new: its id follows from its key or geometry, unless a former feature goes by that one.
///
/// Of several claims and features of one key or place, equal content goes first, then equal geometry, then
/// the nearest, then the order of content. Neither row order nor the split of a delivery into files matters,
/// and the same delivery again gets the same ids.
///
/// `land` is asked for few claims: those that neither content nor key settles. `former` is null for the first
/// edition of a layer.
Identities identify(const geodata::Schema& schema, const std::vector<Claim>& claims, const Former* former,
                    const LandOf& land, const MatchOptions& options = {});

}  // namespace caitu::catalog
