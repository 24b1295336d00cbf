#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/progress.hpp"
#include "geodata/placement.hpp"
#include "geodata/row_file.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::analysis {

/// What became of a file's rows on their way into an overlay.
struct Intake {
  struct Refused {
    std::int64_t row = 0;
    std::string reason;
  };

  std::string placement;  ///< its coordinate system and who said so; empty of a stored edition
  std::uint64_t rows = 0, without_geometry = 0, repaired = 0, refused_rows = 0;
  std::vector<Refused> refused;  ///< the first of them
  std::map<std::string, std::uint64_t> notes;
  std::vector<std::string> warnings;
};
base::Json to_json(const Intake& intake);

/// A file, and what somebody says of it.
struct InputFile {
  std::filesystem::path file;  ///< FILE or FILE:LAYER
  std::string title = {};      ///< what it is called, when not as the file
  std::string encoding;
  geodata::SaidOfPlace said;
};

/// Land and attributes as overlays read them: of a stored edition, or of a file. Const-shared.
class InputLayer {
 public:
  InputLayer(std::shared_ptr<const geodata::Snapshot> edition, std::string name);
  /// Reads a file whole, placed in EPSG:4490 and mended as an import does it; rows that cannot be used are
  /// told by `intake()`. Land and attributes lie in `scratch` on the disk. Throws what Source, placement_of
  /// and check_placement throw.
  static InputLayer read(const InputFile& file, const std::filesystem::path& scratch, std::size_t threads,
                         const base::Progress& progress);

  const std::string& name() const { return name_; }
  const geodata::Snapshot& land() const { return *land_; }
  const std::vector<geodata::Field>& fields() const { return fields_; }
  /// Of a stored feature its lasting id, of a file's its row, counted from 1.
  std::uint64_t id(std::size_t item) const { return land_->id(item); }
  /// Of the fields at `places` among fields(), in that order.
  std::vector<geodata::Value> values(std::size_t item, std::span<const std::size_t> places) const;
  /// Two layers of equal digest give the same results.
  const std::string& digest() const { return digest_; }
  const Intake& intake() const { return intake_; }

 private:
  InputLayer() = default;

  std::string name_, digest_;
  std::shared_ptr<const geodata::Snapshot> land_;
  std::vector<geodata::Field> fields_;
  std::shared_ptr<const geodata::RowFile> rows_;  ///< of a file
  Intake intake_;
};

}  // namespace caitu::analysis
