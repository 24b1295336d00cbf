#include "geodata/detail/shapefile_bytes.hpp"

#include <bit>

#include "geodata/detail/posix_file.hpp"

namespace caitu::geodata::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kShapeHeader = 100, kIndexEntry = 8, kShapeTypeAt = 32;
constexpr std::uint64_t kRowsHeader = 32, kRowsFormAt = 8;

std::uint64_t big_endian(std::string_view bytes, std::uint64_t at) {
  return __builtin_bswap32(base::load_value<std::uint32_t>(bytes.data() + at));
}

}  // namespace

ShapefileBytes::Mapped ShapefileBytes::mapped(const fs::path& file) {
  const File handle = open_to_read(file);
  const std::uint64_t size = size_of(handle.get(), file);
  return {map(handle.get(), size, file), size};
}

std::optional<ShapefileBytes> ShapefileBytes::open(const std::vector<std::string>& files) {
  ShapefileBytes made;
  for (const fs::path file : files) {
    std::string ending = file.extension().string();
    for (char& c : ending) c = static_cast<char>(c | 0x20);
    Mapped* const of = ending == ".shp"   ? &made.shapes_
                       : ending == ".shx" ? &made.index_
                       : ending == ".dbf" ? &made.rows_
                                          : nullptr;
    if (of == nullptr) continue;
    std::error_code none;
    if (of->size > 0 || !fs::is_regular_file(file, none)) return std::nullopt;
    *of = mapped(file);
  }
  const std::string_view index = made.index_.text(), rows = made.rows_.text();
  if (made.shapes_.size < kShapeHeader || index.size() < kShapeHeader || rows.size() < kRowsHeader)
    return std::nullopt;
  made.records_ = (index.size() - kShapeHeader) / kIndexEntry;
  made.rows_begin_ = base::load_value<std::uint16_t>(rows.data() + 8);
  made.row_bytes_ = base::load_value<std::uint16_t>(rows.data() + 10);
  const bool whole = base::load_value<std::uint32_t>(rows.data() + 4) == made.records_ &&
                     made.rows_begin_ >= kRowsHeader && made.row_bytes_ > 0 &&
                     rows.size() >= made.rows_begin_ + made.records_ * made.row_bytes_;
  if (!whole) return std::nullopt;
  std::string form(rows.substr(kRowsFormAt, made.rows_begin_ - kRowsFormAt));
  form += made.shapes_.text().substr(kShapeTypeAt, sizeof(std::uint32_t));
  made.form_ = base::digest128(form);
  return made;
}

std::optional<base::Digest128> ShapefileBytes::digest(std::uint64_t record) const {
  // The length before a record's content is hashed with it; its number is not.
  constexpr std::uint64_t kNumber = 4, kLength = 4;
  const std::uint64_t entry = kShapeHeader + record * kIndexEntry;
  const std::uint64_t at = 2 * big_endian(index_.text(), entry) + kNumber;
  const std::uint64_t bytes = 2 * big_endian(index_.text(), entry + 4) + kLength;
  if (record >= records_ || at + bytes > shapes_.size) return std::nullopt;
  thread_local std::string joined;
  joined.clear();
  base::append_value(joined, form_);
  base::append_value(joined, bytes);
  joined += shapes_.text().substr(at, bytes);
  joined += row_of(record);
  return base::digest128(joined);
}

}  // namespace caitu::geodata::detail
