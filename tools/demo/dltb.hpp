#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "dltb_row.hpp"
#include "faults.hpp"
#include "land.hpp"
#include "writer.hpp"

namespace caitu::demo {

/// Writes parcels as the survey's DLTB, one Shapefile in GBK and EPSG:4527 a district, as bureaus deliver
/// them.
///
/// Guarantees: BSM is unique, TBBH within its 座落单位; TBMJ is the survey's ellipsoidal area of the vertices
/// written, KCMJ = round2(TBMJ × KCXS), TBDLMJ = TBMJ − KCMJ. With `faults`, the rows of kResubmission break
/// this where they are told to (see resubmission.hpp). One thread.
class DltbWriter {
 public:
  DltbWriter(const std::filesystem::path& folder, Faults* faults);
  ~DltbWriter();

  /// The first `wanted` parcels of a town.
  void add(const TownLand& land, const Town& town, std::uint64_t seed);
  void close();
  std::size_t rows() const { return rows_; }

 private:
  struct District;
  class RowMaker;
  District& district(std::string_view code);
  void write(OutFile& out, const DltbRow& row);

  std::filesystem::path folder_;
  Faults* faults_;
  std::map<std::string, std::unique_ptr<District>, std::less<>> districts_;
  std::size_t rows_ = 0;
};

}  // namespace caitu::demo
