#pragma once

#include <utility>
#include <vector>

#include "catalog/quality_audit.hpp"

namespace caitu::catalog {

namespace limits {
/// Land that nobody has, at least so large and so wide, may be a parcel that was not delivered; what is
/// smaller or narrower is a fault of its neighbours' borders.
inline constexpr double kHoleM2 = 600;  ///< no class has a larger minimum
inline constexpr double kHoleM = 4;     ///< mean width
}  // namespace limits

/// An edition that is audited: its snapshot, and from which claims it was made.
struct QualityAudit::Edition {
  Edition(const geodata::Snapshot& of, const std::vector<Claim>& its_claims,
          const std::vector<std::uint64_t>& its_ids)
      : snapshot(of), claims(its_claims), ids(its_ids) {}

  /// The claim that became the item. The first call sorts all of them.
  std::int64_t claim_of(std::size_t item) const;

  const geodata::Snapshot& snapshot;
  const std::vector<Claim>& claims;
  const std::vector<std::uint64_t>& ids;

 private:
  mutable std::vector<std::pair<std::uint64_t, std::uint32_t>> by_id_;
};

/// How many of the positions lie within limits::kVertexM of a vertex of the snapshot.
std::size_t matching(const geodata::Snapshot& snapshot, const std::vector<geometry::Position>& positions);

}  // namespace caitu::catalog
