#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/code_system.hpp"
#include "catalog/import.hpp"
#include "geodata/placement.hpp"
#include "geodata/raster.hpp"
#include "geodata/source.hpp"

namespace caitu::catalog {

/// One file of a delivery, opened and understood: where its coordinates lie, and which of its fields is which
/// of ours.
struct DeliveredFile {
  std::string name;  ///< for messages: the path, and ":layer" when the file has several
  geodata::Source source;
  /// Of a raster, whose footprint `source` is.
  std::optional<geodata::RasterInfo> raster;
  geodata::Placement placement;
  /// For each field of the schema the place of its value in a read row, or -1.
  std::vector<int> places;
  /// What its fields say of its land class codes; nullopt where the layer has none, or the file says whose
  /// they are.
  std::optional<CodeEvidence> codes;
};

/// Opens every file before anything is read, so that a delivery is refused whole or not at all. Throws
/// Error(refused) with the way out when a file has no CRS, when a required field is missing, and what
/// geodata::Source refuses. Rasters of a layer of rasters are read to their end, and so may take a while.
std::vector<DeliveredFile> open_delivery(const geodata::Declaration& declaration,
                                         const ImportRequest& request, std::vector<std::string>& warnings,
                                         const base::Progress& progress = {});

}  // namespace caitu::catalog
