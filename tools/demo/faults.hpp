#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::demo {

/// Kinds of planted data faults, as faults.csv names them.
namespace fault {
inline constexpr std::string_view kSelfIntersection = "self_intersection";  ///< a bow-tie
inline constexpr std::string_view kSpike = "spike";                         ///< without width, out and back
inline constexpr std::string_view kRepeatedVertex = "repeated_vertex";
inline constexpr std::string_view kOverlap = "overlap";  ///< 0.5 to 3 m deep into a neighbour
inline constexpr std::string_view kGap = "gap";          ///< 0.5 to 3 m wide, against a neighbour
inline constexpr std::string_view kSliver = "sliver";  ///< a strip below 1 m and far below the mapped minimum
inline constexpr std::string_view kEmptyGeometry = "empty_geometry";
inline constexpr std::string_view kWrongZone = "wrong_zone";  ///< eastings carry zone 40 in a file of zone 39
inline constexpr std::string_view kSwappedAxes = "swapped_axes";  ///< northing first
inline constexpr std::string_view kDuplicateBsm = "duplicate_bsm";
inline constexpr std::string_view kDuplicateKey = "duplicate_key";
inline constexpr std::string_view kDlbmDlmcMismatch = "dlbm_dlmc_mismatch";
inline constexpr std::string_view kUnknownDlbm = "unknown_dlbm";
inline constexpr std::string_view kQsdwdmLength = "qsdwdm_length";  ///< 12 characters in place of 19
inline constexpr std::string_view kZldwdmLength = "zldwdm_length";
inline constexpr std::string_view kKcdlbmNot1203 = "kcdlbm_not_1203";
inline constexpr std::string_view kKcdlbmOnNonCropland = "kcdlbm_on_non_cropland";
inline constexpr std::string_view kKcxsOutOfRange = "kcxs_out_of_range";
inline constexpr std::string_view kKcxsOnNonCropland = "kcxs_on_non_cropland";
inline constexpr std::string_view kTbmjArea = "tbmj_area";              ///< against the area of the outline
inline constexpr std::string_view kTbdlmjIdentity = "tbdlmj_identity";  ///< TBDLMJ ≠ TBMJ − KCMJ
inline constexpr std::string_view kKcmjIdentity = "kcmj_identity";      ///< KCMJ ≠ TBMJ × KCXS
inline constexpr std::string_view kGdpdjbOutOfRange = "gdpdjb_out_of_range";
inline constexpr std::string_view kBrokenText = "broken_text";  ///< ZLDWMC ends in half a GBK character
inline constexpr std::string_view kInvalidDate = "invalid_date";
}  // namespace fault

struct Fault {
  std::string file;       ///< relative to the delivery, layer after a colon: "plan.gpkg:basic_farmland"
  std::size_t row;        ///< 1-based record in the file
  std::string key;        ///< the layer's key as delivered, values joined by "/"
  std::string_view kind;  ///< of namespace fault
};

/// What was planted. A row has one fault; what follows from it (a row in a wrong zone is not where its
/// neighbours are) is not listed apart. A fault between two rows stands at the row that was changed. One
/// thread.
class Faults {
 public:
  void add(Fault planted) { all_.push_back(std::move(planted)); }
  std::span<const Fault> all() const { return all_; }
  /// faults.csv: `file,row,key,fault`, by file and row.
  void write(const std::filesystem::path& file) const;

 private:
  std::vector<Fault> all_;
};

}  // namespace caitu::demo
