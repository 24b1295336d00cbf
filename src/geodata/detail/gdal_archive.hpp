#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace caitu::geodata::detail {

/// What an archive may hold at most, unpacked, for each byte that it has: deflate reaches 1032, tables of
/// blanks 100. A smaller archive than kSmallUnpacked unpacked is no danger whatever its ratio.
inline constexpr double kMaxUnpackedRatio = 250;
inline constexpr double kSmallUnpacked = 256e6;
inline constexpr std::size_t kMaxEntries = 200'000;

/// One set of data that GDAL opens by name.
struct DataSet {
  std::string gdal_name;  ///< the path, or its place inside a .zip ("/vsizip/…")
  std::string label;      ///< in a folder or archive: "town/DLTB", without ending; empty for the path itself
  bool table = false;     ///< a form that often holds no land at all (.csv, .xlsx, .json): passed over then
};

/// What a path stands for: itself, or the sets of data in a folder (a .gdb is one set) or .zip, in order of
/// their names. Nothing is unpacked. Names in a .zip that do not say so are UTF-8 if they can be, else GBK.
/// Throws Error(refused) for what is not a local file, what is another program's, compressed otherwise, or
/// hostile: names that lead out of the archive, and archives that unpack to more than the limits above.
std::vector<DataSet> data_sets(const std::filesystem::path& file);

}  // namespace caitu::geodata::detail
