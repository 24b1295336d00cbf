#include "resubmission.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/error.hpp"
#include "fault_shapes.hpp"
#include "random.hpp"

namespace caitu::demo {
namespace {

constexpr std::size_t kOfEach = 3;

/// Faults of rows whose land is then missing from its place, planted at the coverage's border.
constexpr std::string_view kMissing[] = {fault::kWrongZone,     fault::kSwappedAxes, fault::kEmptyGeometry,
                                         fault::kEmptyGeometry, fault::kBrokenText,  fault::kBrokenText};
constexpr std::string_view kShapes[] = {fault::kSliver,  fault::kSelfIntersection,
                                        fault::kOverlap, fault::kGap,
                                        fault::kSpike,   fault::kRepeatedVertex};

bool sloping(const DltbRow& row) { return row.cropland() && row.factor > 0; }
bool level(const DltbRow& row) { return row.cropland() && row.factor == 0; }
bool no_cropland(const DltbRow& row) { return !row.cropland() && !row.width; }
bool any(const DltbRow& row) { return !row.width; }

/// One kind of fault in a row's values. `turn` counts from 0 within the kind.
struct ValueFault {
  std::string_view kind;
  bool (*suits)(const DltbRow&);
  void (*plant)(DltbRow&, std::size_t turn);
};
constexpr ValueFault kValues[] = {
    {fault::kDlbmDlmcMismatch, any,
     [](DltbRow& row, std::size_t) { row.class_name = row.class_name == "水浇地" ? "旱地" : "水浇地"; }},
    {fault::kUnknownDlbm, no_cropland, [](DltbRow& row, std::size_t) { row.class_code.replace(2, 2, "99"); }},
    {fault::kQsdwdmLength, any, [](DltbRow& row, std::size_t) { row.owner.resize(12); }},
    {fault::kZldwdmLength, any, [](DltbRow& row, std::size_t) { row.location.resize(12); }},
    {fault::kKcdlbmNot1203, sloping,
     [](DltbRow& row, std::size_t turn) { row.deducted_class = turn % 2 == 0 ? "1006" : "1107"; }},
    {fault::kKcdlbmOnNonCropland, no_cropland,
     [](DltbRow& row, std::size_t) { row.deducted_class = "1203"; }},
    {fault::kKcxsOutOfRange, sloping,
     [](DltbRow& row, std::size_t turn) {
       row.factor = std::array{1.0, 1.0625, 8.25}.at(turn);
       row.deduct();
     }},
    {fault::kKcxsOnNonCropland, no_cropland,
     [](DltbRow& row, std::size_t turn) {
       row.factor = std::array{0.0375, 0.075, 0.1125}.at(turn);
       row.deduct();
     }},
    {fault::kTbmjArea, any,
     [](DltbRow& row, std::size_t turn) {
       row.area = round2(row.area * std::array{1.02, 0.93, 10.0}.at(turn));
       row.deduct();
     }},
    {fault::kTbdlmjIdentity, any,
     [](DltbRow& row, std::size_t turn) {
       row.class_area += std::array{1.0, -12.5, 88.0}.at(turn);
     }},
    {fault::kKcmjIdentity, sloping,
     [](DltbRow& row, std::size_t turn) {
       row.deducted =
           round2(row.deducted + std::array{1.0, 0.1 * row.deducted, -0.5 * row.deducted}.at(turn));
       row.class_area = round2(row.area - row.deducted);
     }},
    {fault::kGdpdjbOutOfRange, level,
     [](DltbRow& row, std::size_t turn) {
       row.slope = std::array{"0", "6", "9"}.at(turn);
     }},
};

class Planter {
 public:
  Planter(std::vector<DltbRow>& rows, std::uint64_t seed, Faults& faults)
      : rows_(rows), random_(seed_of({seed, 0x666c})), shapes_(rows, random_), faults_(faults) {
    order_.resize(rows.size() - std::size(kMissing));
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (std::size_t i = order_.size(); i > 1; --i)
      std::swap(order_[i - 1], order_[static_cast<std::size_t>(random_.below(static_cast<int>(i)))]);
    faulty_.assign(rows.size(), false);
  }

  void plant_missing() {
    for (std::size_t i = 0; i < std::size(kMissing); ++i) {
      const std::size_t row = order_.size() + i;
      auto& shape = rows_[row].metres;
      for (auto& p : shape.positions) {
        if (kMissing[i] == fault::kWrongZone) p.lon += 1e6;
        if (kMissing[i] == fault::kSwappedAxes) std::swap(p.lon, p.lat);
      }
      if (kMissing[i] == fault::kEmptyGeometry) shape.clear();
      tell(row, kMissing[i]);
    }
  }

  void plant_shapes(const std::function<void(DltbRow&)>& identify) {
    std::vector<DltbRow> slivers;
    for (const std::string_view kind : kShapes) {
      each(kind, [&](std::size_t row, std::size_t) {
        if (!shapes_.plant(kind, row)) return false;
        if (kind == fault::kSliver) {
          slivers.push_back(shapes_.take_sliver());
        } else {
          tell(row, kind);
        }
        return true;
      });
    }
    for (DltbRow& sliver : slivers) {
      identify(sliver);
      rows_.push_back(std::move(sliver));
      tell(rows_.size() - 1, fault::kSliver);
    }
  }

  void plant_values() {
    for (const ValueFault& value : kValues) {
      each(value.kind, [&](std::size_t row, std::size_t turn) {
        if (!free(row) || !value.suits(rows_[row])) return false;
        value.plant(rows_[row], turn);
        tell(row, value.kind);
        return true;
      });
    }
  }

  /// Rows that bear the numbers of another one.
  void plant_repeated() {
    for (const bool of_key : {true, false}) {
      const std::string_view kind = of_key ? fault::kDuplicateKey : fault::kDuplicateBsm;
      each(kind, [&](std::size_t row, std::size_t) {
        const auto other = std::find_if(order_.begin(), order_.end(), [&](std::size_t o) {
          return o < row && free(o) && rows_[o].location == rows_[row].location;
        });
        if (!free(row) || other == order_.end()) return false;
        if (of_key) rows_[row].number = rows_[*other].number;
        if (!of_key) rows_[row].bsm = rows_[*other].bsm;
        faulty_[*other] = true;
        tell(row, kind);
        return true;
      });
    }
  }

 private:
  bool free(std::size_t row) const { return !faulty_[row] && !shapes_.taken(row); }

  void tell(std::size_t row, std::string_view kind) {
    if (row < faulty_.size()) faulty_[row] = true;
    faults_.add({kResubmission, row + 1, rows_[row].key(), kind});
  }

  /// Tries rows in the order of chance until kOfEach took the fault.
  void each(std::string_view kind, const std::function<bool(std::size_t row, std::size_t turn)>& plant) {
    std::size_t planted = 0;
    for (std::size_t i = 0; i < order_.size() && planted < kOfEach; ++i)
      planted += plant(order_[i], planted) ? 1 : 0;
    if (planted < kOfEach)
      throw base::Error(base::Code::internal, "No room for the data fault " + std::string(kind) + ".");
  }

  std::vector<DltbRow>& rows_;
  Random random_;
  FaultShapes shapes_;
  Faults& faults_;
  std::vector<std::size_t> order_;  ///< rows by chance, without those at the border
  std::vector<bool> faulty_;        ///< has a fault, or is what a fault repeats
};

}  // namespace

bool is_resubmitted(std::size_t parcel, std::size_t wanted) {
  return parcel < kResubmittedParcels - std::size(kMissing) || parcel + std::size(kMissing) >= wanted;
}

void plant_faults(std::vector<DltbRow>& rows, std::uint64_t seed,
                  const std::function<void(DltbRow&)>& identify, Faults& faults) {
  static_assert(kSlivers == kOfEach);
  Planter planter(rows, seed, faults);
  planter.plant_shapes(identify);
  planter.plant_missing();
  planter.plant_values();
  planter.plant_repeated();
}

}  // namespace caitu::demo
