#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dltb_row.hpp"
#include "faults.hpp"

namespace caitu::demo {

/// The parcels with planted data faults are a delivery file of their own, the resubmission (补交) of a few
/// villages of one town: the other files keep every guarantee, and whoever wants land without faults leaves
/// this file out. The town is not in table 1, so that no vegetable land, zone, park or planted site lies
/// there.
inline constexpr std::string_view kResubmittingTown = "110118902";
inline constexpr const char* kResubmission = "parcels/DLTB_110118_补交.shp";
inline constexpr std::size_t kResubmittedParcels = 600;
/// Rows more than parcels: each sliver is a strip divided off a parcel.
inline constexpr std::size_t kSlivers = 3;

/// True for parcels of the town that are resubmitted: the first ones, and the last few of all `wanted`, which
/// lie at the outer border. Those last are the rows that end up elsewhere or nowhere: no hole is left.
bool is_resubmitted(std::size_t parcel, std::size_t wanted);

/// Breaks the rows of the resubmission, one fault in a row, and adds the slivers at the end. `identify` gives
/// a row numbers of its own. Faults of geometry have no common neighbour and leave the land of others as it
/// was, but for the neighbour of a bow-tie, which gets what the bow-tie loses. TBMJ, KCMJ and TBDLMJ fit what
/// is delivered in every row that has no other fault; of a bow-tie, what is left of it once its rings are
/// untangled. broken_text is told only: the file's bytes are broken when it is written (see file_faults.hpp).
void plant_faults(std::vector<DltbRow>& rows, std::uint64_t seed,
                  const std::function<void(DltbRow&)>& identify, Faults& faults);

}  // namespace caitu::demo
