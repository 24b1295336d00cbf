#include "geodata/raster.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/sha256.hpp"
#include "geodata/detail/file_names.hpp"
#include "geodata/detail/gdal_raster.hpp"
#include "geodata/detail/pixel_rows.hpp"
#include "geometry/measure.hpp"

namespace caitu::geodata {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using detail::Stretch;
using detail::Window;
using geometry::Geometry;
using geometry::GeometryView;
using geometry::Position;

/// Rows that are read together, at least where the file's blocks are lower and at most where they are higher.
constexpr int kFewRows = 64, kManyRows = 256;
/// Further from the raster, in pixels, nothing is a zone of it.
constexpr double kFarthest = 1 << 24;

/// The CRS in which the pixels lie, by the same order of who says it as for vector data (placement.hpp).
void settle_place(RasterInfo& info, const RasterOptions& options) {
  if (options.crs) {
    info.crs = *options.crs;
  } else if (info.declared) {
    info.crs = *info.declared;
  } else if (!options.datum && !info.declared_datum) {
    detail::refuse(info.file,
                   "the file does not say which coordinate system it is in, and caitu does not guess",
                   "say it: --crs EPSG:4527 (or the code or .wkt file that fits; --datum gcj02 or bd09 for "
                   "map-service degrees)");
  }
  if (info.crs.pipeline())
    detail::refuse(info.file,
                   "a PROJ pipeline leads one way only, and a raster is asked from the land's side",
                   "say its coordinate system with --crs as an EPSG code, WKT, or +proj=… with +towgs84");
  if (!info.crs.geographic()) {
    if (options.crs || !info.declared_datum) return;
    detail::refuse(info.file, "it lies on a plane of a map service, " + info.crs.name(),
                   "have it warped to degrees first, and say --datum gcj02 or bd09");
  }
  if (options.datum) {
    info.datum = *options.datum;
  } else if (!options.crs && info.declared_datum) {
    info.datum = *info.declared_datum;
  }
}

Geometry corners(const detail::Affine& to_plane, double width, double height) {
  Geometry ring{.kind = geometry::Kind::polygon, .positions = {}, .path_ends = {}, .part_ends = {}};
  for (const Position corner : {Position{0, 0}, {0, height}, {width, height}, {width, 0}, {0, 0}})
    ring.positions.push_back(detail::moved(to_plane, corner));
  ring.end_path();
  ring.end_part();
  return ring;
}

/// Square metres on the ground.
double footprint_area(const RasterInfo& info) {
  auto placed = geometry::transform_edges(info.footprint, geometry::to_cgcs2000(info.crs));
  geometry::shift(placed.geometry.positions, info.datum, geometry::Datum::cgcs2000);
  const double area = geometry::area_m2(geometry::oriented(placed.geometry));
  if (placed.failed > 0 || !(area > 0)) {
    detail::refuse(info.file, "its corners have no place in " + info.crs.name(),
                   "say the coordinate system that it is in with --crs");
  }
  return area;
}

std::string digest_of(const fs::path& file) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::ifstream stream(file, std::ios::binary);
  std::string piece(kPiece, '\0');
  base::Sha256 digest;
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.add({piece.data(), static_cast<std::size_t>(stream.gcount())});
  }
  if (!stream.eof()) throw Error(Code::io, "the file cannot be read", base::Where{.file = file.string()});
  return base::hex(digest.finish());
}

/// Stretches of some neighbouring rows, that are read together.
struct Band {
  struct Row {
    std::int64_t row;
    Stretch stretch;
  };
  std::vector<Row> rows;

  Stretch columns() const {
    Stretch all = rows.front().stretch;
    for (const auto& [row, stretch] : rows)
      all = {std::min(all.first, stretch.first), std::max(all.end, stretch.end)};
    return all;
  }
};

/// Takes up what the windows hold.
class Tally {
 public:
  Tally(const RasterInfo& info, ZoneCounts& counts) : info_(info), counts_(counts) {
    if (info.kind == RasterKind::bands) counts.bands.resize(static_cast<std::size_t>(info.bands));
  }

  /// Pixels [first, end) of the window.
  void add(const detail::WindowReader& window, std::size_t first, std::size_t end) {
    for (std::size_t pixel = first; pixel < end; ++pixel) {
      if (!window.valid(pixel)) {
        ++counts_.nodata;
      } else if (info_.kind == RasterKind::classes) {
        add_class(static_cast<std::int64_t>(window.value(0, pixel)));
      } else {
        for (std::size_t band = 0; band < counts_.bands.size(); ++band)
          add_value(counts_.bands[band], window.value(band, pixel));
      }
    }
  }
  void finish() {
    if (run_ > 0) counts_.values[class_] += std::exchange(run_, 0);
    if (counts_.values.size() > Raster::kMostClasses)
      throw Error(Code::corrupt, "there are too many different values for a raster of classes",
                  base::Where{.file = info_.file.string()});
  }

 private:
  /// Neighbours mostly are of one class.
  void add_class(std::int64_t value) {
    if (run_ > 0 && value != class_) finish();
    class_ = value;
    ++run_;
  }
  static void add_value(BandSum& band, double value) {
    band.sum += value;
    band.least = std::min(band.least, value);
    band.most = std::max(band.most, value);
  }

  const RasterInfo& info_;
  ZoneCounts& counts_;
  std::int64_t class_ = 0;
  std::uint64_t run_ = 0;
};

}  // namespace

struct Raster::Impl {
  detail::OpenedRaster opened;
  RasterInfo info;
  geometry::Transform from_land;
  detail::WindowReader window;
  int rows_together;

  Impl(const fs::path& file, const RasterOptions& options)
      : opened(detail::open_raster(file)),
        info(describe(file, options)),
        from_land(geometry::Crs::cgcs2000(), info.crs),
        window(opened),
        rows_together(rows_of(*opened.dataset->GetRasterBand(opened.bands.front()))) {}

  RasterInfo describe(const fs::path& file, const RasterOptions& options) const;
  static int rows_of(GDALRasterBand& band);
  Geometry in_pixels(GeometryView polygon) const;
  void count(const Band& band, Tally& tally);
  void read_all(const base::Progress& progress);
  void read_block(Window block);
  /// Error of that code when it cannot be read.
  void read(const Window& part, Code code);
};

RasterInfo Raster::Impl::describe(const fs::path& file, const RasterOptions& options) const {
  RasterInfo told;
  told.file = file;
  detail::read_facts(opened, told);
  settle_place(told, options);
  told.footprint = corners(opened.to_plane, told.width, told.height);
  told.pixel_m = std::sqrt(footprint_area(told) / (double{1} * told.width * told.height));
  return told;
}

/// Whole rows of the file's blocks, where they are not too high.
int Raster::Impl::rows_of(GDALRasterBand& band) {
  int columns = 0, rows = 0;
  band.GetBlockSize(&columns, &rows);
  return rows >= kFewRows ? std::min(rows, kManyRows) : kFewRows / rows * rows;
}

void Raster::Impl::read(const Window& part, Code code) {
  const std::string& failure = window.read(part);
  if (failure.empty()) return;
  throw Error(code,
              "the raster cannot be read at column " + std::to_string(part.column) + ", row " +
                  std::to_string(part.row) + ": " + failure,
              base::Where{.file = info.file.string()}, "the file is damaged or was cut: ask for it again");
}

Geometry Raster::Impl::in_pixels(GeometryView polygon) const {
  const auto fail = [this](const char* what) {
    throw Error(Code::invalid, what, base::Where{.file = info.file.string()});
  };
  if (polygon.kind != geometry::Kind::polygon) fail("pixels are counted in polygons only");
  Geometry moved = geometry::copy(polygon);
  geometry::shift(moved.positions, geometry::Datum::cgcs2000, info.datum);
  if (from_land.apply(moved.positions) > 0)
    fail("the polygon has no place in the raster's coordinate system");
  for (Position& p : moved.positions) {
    p = detail::moved(opened.to_pixels, p);
    const bool near = p.lon > -kFarthest && p.lon < info.width + kFarthest && p.lat > -kFarthest &&
                      p.lat < info.height + kFarthest;
    if (!near) fail("the polygon lies too far from the raster");
  }
  return moved;
}

void Raster::Impl::count(const Band& band, Tally& tally) {
  const Stretch columns = band.columns();
  const std::int64_t first_row = band.rows.front().row;
  const std::int64_t rows = band.rows.back().row - first_row + 1;
  const std::int64_t step = std::max<std::int64_t>(1, window.most_pixels() / rows);
  for (std::int64_t first = columns.first; first < columns.end; first += step) {
    const Stretch part{first, std::min(first + step, columns.end)};
    bool was_read = false;
    for (const auto& [row, stretch] : band.rows) {
      const std::int64_t from = std::max(part.first, stretch.first), to = std::min(part.end, stretch.end);
      if (from >= to) continue;
      const std::int64_t width = part.end - part.first;
      if (!std::exchange(was_read, true)) {
        read({static_cast<int>(part.first), static_cast<int>(first_row), static_cast<int>(width),
              static_cast<int>(rows)},
             Code::corrupt);
      }
      const std::int64_t begin = (row - first_row) * width - part.first;
      tally.add(window, static_cast<std::size_t>(begin + from), static_cast<std::size_t>(begin + to));
    }
  }
}

/// Block by block, so that each is decoded once.
void Raster::Impl::read_all(const base::Progress& progress) {
  int columns = 0, rows = 0;
  opened.dataset->GetRasterBand(opened.bands.front())->GetBlockSize(&columns, &rows);
  for (int row = 0; row < info.height; row += std::min(rows, info.height - row)) {
    progress.check();
    progress.at("looking through the raster", static_cast<std::uint64_t>(row),
                static_cast<std::uint64_t>(info.height));
    for (int column = 0; column < info.width; column += std::min(columns, info.width - column)) {
      read_block({column, row, std::min(columns, info.width - column), std::min(rows, info.height - row)});
    }
  }
}

void Raster::Impl::read_block(Window block) {
  // A sparse file leaves out blocks that hold nothing.
  const bool empty = std::ranges::all_of(opened.bands, [&](int band) {
    return opened.dataset->GetRasterBand(band)->GetDataCoverageStatus(block.column, block.row, block.columns,
                                                                      block.rows, 0, nullptr) ==
           GDAL_DATA_COVERAGE_STATUS_EMPTY;
  });
  if (empty) return;
  const int end_row = block.row + block.rows, end_column = block.column + block.columns;
  const int wide = std::min(block.columns, window.most_pixels());
  const int high = std::clamp(window.most_pixels() / wide, 1, block.rows);
  for (int row = block.row; row < end_row; row += std::min(high, end_row - row)) {
    for (int column = block.column; column < end_column; column += std::min(wide, end_column - column)) {
      read({column, row, std::min(wide, end_column - column), std::min(high, end_row - row)}, Code::refused);
    }
  }
}

Raster::Raster(const fs::path& file, const RasterOptions& options)
    : impl_(std::make_unique<Impl>(file, options)) {}
Raster::~Raster() = default;
Raster::Raster(Raster&&) noexcept = default;
Raster& Raster::operator=(Raster&&) noexcept = default;

const RasterInfo& Raster::info() const { return impl_->info; }

ZoneCounts Raster::count(GeometryView polygon) {
  const Geometry zone = impl_->in_pixels(polygon);
  ZoneCounts counts;
  Tally tally(impl_->info, counts);
  detail::PixelRows rows(zone);
  Band band;
  std::uint64_t inside = 0;
  const auto flush = [&] {
    if (!band.rows.empty()) impl_->count(band, tally);
    band.rows.clear();
  };
  while (rows.next()) {
    const std::int64_t row = rows.row();
    const bool has_row = row >= 0 && row < impl_->info.height;
    if (has_row && !band.rows.empty() &&
        row / impl_->rows_together != band.rows.back().row / impl_->rows_together)
      flush();
    for (const Stretch& stretch : rows.stretches()) {
      counts.pixels += static_cast<std::uint64_t>(stretch.end - stretch.first);
      const Stretch here{std::max<std::int64_t>(stretch.first, 0),
                         std::min<std::int64_t>(stretch.end, impl_->info.width)};
      if (!has_row || here.first >= here.end) continue;
      inside += static_cast<std::uint64_t>(here.end - here.first);
      band.rows.push_back({row, here});
    }
  }
  flush();
  tally.finish();
  counts.missing = counts.pixels - inside;
  double twice = 0;
  const Geometry wound = geometry::oriented(zone);
  for (std::size_t i = 0; i < wound.path_ends.size(); ++i)
    twice += geometry::signed_twice_area(wound.view().path(i));
  counts.size = std::abs(twice) / 2;
  return counts;
}

RasterInfo describe_raster(const fs::path& file, const RasterOptions& options,
                           const base::Progress& progress) {
  Raster raster(file, options);
  raster.impl_->read_all(progress);
  RasterInfo info = raster.info();
  info.sha256 = digest_of(file);
  return info;
}

std::string_view name(RasterKind kind) { return kind == RasterKind::classes ? "classes" : "bands"; }

std::string to_text(const ClassNames& names) {
  std::string text;
  for (const auto& [value, name] : names) {
    text += text.empty() ? '{' : ',';
    base::append_json_string(text, std::to_string(value));
    text += ':';
    base::append_json_string(text, name);
  }
  return text.empty() ? text : text + "}";
}

ClassNames class_names_of(std::string_view text) {
  ClassNames names;
  if (text.empty()) return names;
  const auto fail = [&] {
    throw Error(Code::invalid, "\"" + std::string(text) + "\" names no classes",
                "write them as {\"1\": \"种植\"}");
  };
  const base::Json json = base::parse_json(text);
  if (!json.is_object()) fail();
  for (const auto& [key, name] : json.items()) {
    std::int64_t value = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), value);
    if (read.ec != std::errc{} || read.ptr != key.data() + key.size() || !name.is_string()) fail();
    names[value] = name.get<std::string>();
  }
  return names;
}

}  // namespace caitu::geodata
