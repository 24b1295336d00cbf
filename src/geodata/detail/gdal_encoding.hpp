#pragma once

#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "geodata/detail/text_encoding.hpp"

namespace caitu::geodata::detail {

/// The encoding of a source's text and how it was found: "GBK: no .cpg, bytes are not UTF-8".
struct EncodingChoice {
  TextCodec codec;
  std::string note;
};

/// For a layer of a Shapefile that was opened with recoding turned off. What the caller asked for wins; then
/// the .cpg and the .dbf's language byte, unless the bytes give them the lie (and the note says so); then the
/// bytes themselves: UTF-8 if they are, else GBK if they hold Chinese, else Error(refused) with the way out.
/// `dbf` is the table's name for GDAL, or empty when there is none.
EncodingChoice shapefile_encoding(OGRLayer& layer, const std::string& dbf, const std::string& asked,
                                  const std::filesystem::path& file);
/// For a text table, which says nothing of its encoding.
EncodingChoice csv_encoding(const std::string& gdal_name, const std::string& asked,
                            const std::filesystem::path& file);
/// Rows of a .dbf that are marked as deleted; GDAL passes over them without a word. -1 when the file cannot
/// be read.
std::int64_t deleted_rows(const std::string& dbf);

}  // namespace caitu::geodata::detail
