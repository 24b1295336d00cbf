#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "land.hpp"
#include "writer.hpp"

namespace caitu::demo {

/// Writes parcels as the survey's DLTB, one Shapefile in GBK and EPSG:4527 a district, as bureaus deliver
/// them.
///
/// Guarantees: BSM is unique, TBBH within its 座落单位; TBMJ is the survey's ellipsoidal area of the vertices
/// written, KCMJ = round2(TBMJ × KCXS), TBDLMJ = TBMJ − KCMJ. One thread.
class DltbWriter {
 public:
  explicit DltbWriter(const std::filesystem::path& folder);
  ~DltbWriter();

  /// The first `wanted` parcels of a town.
  void add(const TownLand& land, const Town& town, std::uint64_t seed);
  void close();
  std::size_t rows() const { return rows_; }

 private:
  struct District;
  struct Row;
  District& district(std::string_view code);

  std::filesystem::path folder_;
  std::map<std::string, std::unique_ptr<District>, std::less<>> districts_;
  std::size_t rows_ = 0;
};

}  // namespace caitu::demo
