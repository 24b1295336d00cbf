#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/overlay.hpp"

namespace caitu::analysis {

/// What stands beside a part of an overlay, in `FILE.part.json`: of which run it is a part, its account, and
/// the digest of its file.
std::filesystem::path part_sheet(const std::filesystem::path& file);
/// Error(usage) when a part in this format could not be read back as it was written.
void check_part_format(const std::filesystem::path& file);
/// For a part that has its final name.
void write_part_sheet(const std::filesystem::path& file, const Account& account, const Part& part,
                      const geodata::Schema& schema);

/// All parts of one run.
struct Parts {
  std::vector<std::filesystem::path> files;  ///< by their number
  geodata::Schema schema;
  Account account;  ///< of the whole
};
/// Holds the parts' sheets against each other and each file against its sheet. Error(refused) names what is
/// lost, repeated, changed since, or a part of something else.
Parts read_parts(const std::vector<std::filesystem::path>& files, const base::Progress& progress);

/// Writes their features in the order in which one run would have: the same bytes. `scratch`: a folder.
void merge(const Parts& parts, const std::filesystem::path& scratch, geodata::Sink& out,
           const base::Progress& progress);

}  // namespace caitu::analysis
