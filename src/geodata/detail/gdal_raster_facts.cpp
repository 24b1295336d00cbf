// What a raster says of itself.
#include <cpl_string.h>
#include <gdal_rat.h>

#include <charconv>
#include <chrono>

#include "geodata/detail/file_names.hpp"
#include "geodata/detail/gdal_open.hpp"
#include "geodata/detail/gdal_raster.hpp"
#include "geodata/detail/text_encoding.hpp"

namespace caitu::geodata::detail {
namespace {

namespace fs = std::filesystem;

/// Text of a raster, which is UTF-8 or GBK and does not say which.
std::string text_of(const char* raw, const char* what, const fs::path& file) {
  if (is_utf8(raw)) return raw;
  std::string text;
  if (!TextCodec::make("GB18030")->to_utf8(raw, text))
    refuse(file, std::string(what) + " is neither UTF-8 nor GBK text", "have it written anew");
  return text;
}

/// Names that are found first stay.
class Namer {
 public:
  explicit Namer(const fs::path& file) : file_(file) {}

  void add(std::int64_t value, const char* raw) {
    if (raw == nullptr || *raw == '\0') return;
    names_.emplace(value, text_of(raw, "the name of a class", file_));
    if (names_.size() > Raster::kMostClasses)
      refuse(file_, "it names more classes than a raster of classes can have", "leave the names out");
  }
  void add_categories(const char* const* names) {
    for (std::int64_t value = 0; names != nullptr && *names != nullptr; ++names, ++value) add(value, *names);
  }
  /// Where it has a column of names; without one of values its rows are those of 0, 1, 2 ….
  void add_table(const GDALRasterAttributeTable* table) {
    if (table == nullptr) return;
    const int name = table->GetColOfUsage(GFU_Name), value = table->GetColOfUsage(GFU_MinMax);
    for (int row = 0; name >= 0 && row < table->GetRowCount(); ++row)
      add(value < 0 ? row : table->GetValueAsInt(row, value), table->GetValueAsString(row, name));
  }
  /// CLASS_n=name.
  void add_items(CSLConstList items) {
    constexpr std::string_view kPrefix = "CLASS_";
    for (; items != nullptr && *items != nullptr; ++items) {
      const std::string_view item = *items;
      const std::size_t equals = item.find('=');
      if (!item.starts_with(kPrefix) || equals == std::string_view::npos) continue;
      std::int64_t value = 0;
      const char* const end = item.data() + equals;
      const auto read = std::from_chars(item.data() + kPrefix.size(), end, value);
      if (read.ec == std::errc{} && read.ptr == end) add(value, end + 1);
    }
  }
  ClassNames take() { return std::move(names_); }

 private:
  const fs::path& file_;
  ClassNames names_;
};

/// "2024-10-05", "20241005" or "2024:10:05 11:00:00" as an ISO date; empty for what is none, such as a clock
/// that was never set.
std::string day_of(const char* text) {
  if (text == nullptr) return {};
  std::string digits;
  for (; digits.size() < 8 && *text != '\0'; ++text) {
    if (*text >= '0' && *text <= '9') {
      digits += *text;
    } else if (std::string_view("-:/.").find(*text) == std::string_view::npos) {
      break;
    }
  }
  if (digits.size() < 8) return {};
  const auto part = [&](std::size_t at, std::size_t length) {
    unsigned number = 0;
    std::from_chars(digits.data() + at, digits.data() + at + length, number);
    return number;
  };
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(part(0, 4))),
                                        std::chrono::month(part(4, 2)), std::chrono::day(part(6, 2))};
  constexpr std::chrono::year kFirstPhotographs{1826};
  if (!day.ok() || day.year() < kFirstPhotographs) return {};
  return digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
}

std::string day_taken(GDALDataset& dataset) {
  std::string day = day_of(dataset.GetMetadataItem("DATE"));
  return day.empty() ? day_of(dataset.GetMetadataItem("TIFFTAG_DATETIME")) : day;
}

}  // namespace

void read_facts(const OpenedRaster& opened, RasterInfo& info) {
  const GdalEar ear;
  GDALDataset& dataset = *opened.dataset;
  GDALRasterBand& first = *dataset.GetRasterBand(opened.bands.front());
  info.driver = opened.driver;
  info.width = dataset.GetRasterXSize();
  info.height = dataset.GetRasterYSize();
  info.bands = static_cast<int>(opened.bands.size());
  info.type = GDALGetDataTypeName(first.GetRasterDataType());
  info.taken_on = day_taken(dataset);
  if (const char* const words = dataset.GetMetadataItem("TIFFTAG_IMAGEDESCRIPTION"))
    info.description = text_of(words, "its description", info.file);
  int has_nodata = 0;
  const double nodata = first.GetNoDataValue(&has_nodata);
  if (has_nodata != 0) info.nodata = nodata;
  if (info.bands == 1 && GDALDataTypeIsInteger(first.GetRasterDataType()) != 0) {
    Namer names(info.file);
    names.add_categories(first.GetCategoryNames());
    names.add_table(first.GetDefaultRAT());
    names.add_items(first.GetMetadata());
    names.add_items(dataset.GetMetadata());
    info.classes = names.take();
    if (!info.classes.empty() || first.GetColorTable() != nullptr) info.kind = RasterKind::classes;
  }
  info.declared = declared_crs(dataset.GetSpatialRef());
  info.declared_datum = declared_datum(dataset.GetSpatialRef());
}

}  // namespace caitu::geodata::detail
