#include "geodata/source.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "geodata/detail/gdal_encoding.hpp"
#include "geodata/detail/gdal_footprint.hpp"
#include "geodata/detail/gdal_geometry.hpp"
#include "geodata/detail/gdal_open.hpp"
#include "geodata/detail/gdal_table.hpp"
#include "geodata/detail/gdal_values.hpp"
#include "geodata/detail/shapefile_bytes.hpp"
#include "geodata/feature.hpp"
#include "geodata/raster.hpp"

namespace caitu::geodata {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;

constexpr int kExtra = -1;
/// In place of OGR's field number: the number that a database gives the row.
constexpr int kRowNumber = -1;
/// Rows of a table that are looked at for a first position.
constexpr int kRowsLookedAt = 1000;

/// The files among the dataset's that bear the layer's name.
std::vector<std::string> files_of(GDALDataset& dataset, const std::string& layer) {
  const CPLStringList all(dataset.GetFileList());
  std::vector<std::string> files;
  for (int i = 0; i < all.size(); ++i)
    if (fs::path(all[i]).stem() == layer) files.emplace_back(all[i]);
  return files;
}

/// The file that holds a Shapefile's attributes, or empty.
std::string dbf_of(const std::vector<std::string>& files) {
  const auto dbf = std::ranges::find_if(
      files, [](const fs::path& file) { return EQUAL(file.extension().c_str(), ".dbf"); });
  return dbf == files.end() ? std::string() : *dbf;
}

/// The column in which a database keeps its row's number is an attribute like any other ("BSM") unless it is
/// called what counters are called.
std::string key_column(OGRLayer& layer, const std::string& driver) {
  if (driver != "GPKG" && driver != "SQLite") return {};
  const std::string name = layer.GetFIDColumn();
  constexpr std::array<const char*, 5> counters = {"fid", "ogc_fid", "objectid", "gid", "rowid"};
  const bool counter =
      std::ranges::any_of(counters, [&](const char* known) { return EQUAL(name.c_str(), known); });
  return counter || layer.GetLayerDefn()->GetFieldIndex(name.c_str()) >= 0 ? "" : name;
}

}  // namespace

struct Source::Impl {
  fs::path file;
  detail::Opened opened;
  OGRLayer* layer = nullptr;
  std::string layer_name;
  std::string dbf;
  std::optional<detail::TextCodec> codec;  ///< for drivers that hand text over as it stands in the file
  std::string encoding_note;
  std::vector<SourceField> fields;
  std::vector<int> ogr_field;  ///< of each field: OGR's number, or kRowNumber
  std::optional<detail::TableGeometry> table;
  std::vector<int> slot;  ///< of each source field: its place among the values, or kExtra
  std::size_t selected = 0;
  std::optional<geometry::Crs> crs;
  std::optional<geometry::Datum> datum;
  std::int64_t promised = -1;
  std::int64_t row = 0;
  /// Of a plain Shapefile, while it is read: its records, the next of them, and whether GDAL stands there.
  std::optional<detail::ShapefileBytes> bytes;
  std::uint64_t record = 0;
  bool gdal_behind = false;
  bool begun = false;
  bool swap = false;
  bool interleaved = false;  ///< rows of all layers come mixed: OpenStreetMap
  bool ended = false;

  Impl(const fs::path& from, const SourceOptions& options);
  explicit Impl(const RasterInfo& raster);
  void find_encoding(const std::string& asked);
  void read_fields();
  detail::FeatureHandle next();
  void begin();
  bool pass_over(SourceRow& out, const KnownBytes& known);
  bool read_row(SourceRow& out, detail::GdalEar& ear);
  detail::FromOgr read_shape(const OGRFeature& feature) const;
  void read_values(const OGRFeature& feature, SourceRow& out);
  void check_end();
  [[noreturn]] void refuse(const std::string& message, std::int64_t at) const {
    throw Error(Code::refused, message, {.file = file.string(), .layer = layer_name, .row = at},
                "the file is damaged: ask for it again");
  }
};

Source::Impl::Impl(const fs::path& from, const SourceOptions& options)
    : file(from), opened(detail::open_layer(from, options.layer)), layer(opened.layer) {
  detail::GdalEar ear;
  layer_name = layer->GetName();
  if (detail::is_table(opened.driver)) table = detail::table_geometry(*layer);
  find_encoding(options.encoding);
  datum = detail::declared_datum(*layer);
  read_fields();
  crs = detail::declared_crs(*layer, opened.driver);
  swap = detail::y_first(*layer);
  interleaved = opened.dataset->TestCapability(ODsCRandomLayerRead);
  if (interleaved) {
    if (opened.driver == "OSM") {  // else it builds the features of all its layers
      opened.dataset->ExecuteSQL(("SET interest_layers = " + layer_name).c_str(), nullptr, nullptr);
    }
    opened.dataset->ResetReading();
  }
  if (layer->TestCapability(OLCFastFeatureCount)) promised = layer->GetFeatureCount(FALSE);
}

Source::Impl::Impl(const RasterInfo& raster)
    : file(raster.file),
      opened(detail::footprint_layer(raster)),
      layer(opened.layer),
      layer_name(layer->GetName()),
      crs(raster.declared),
      datum(raster.declared_datum),
      promised(1) {
  read_fields();
}

void Source::Impl::find_encoding(const std::string& asked) {
  if (opened.driver == "ESRI Shapefile") {
    dbf = dbf_of(files_of(*opened.dataset, layer_name));
    auto choice = detail::shapefile_encoding(*layer, dbf, asked, file);
    codec = std::move(choice.codec);
    encoding_note = std::move(choice.note);
  } else if (opened.driver == "CSV") {
    auto choice = detail::csv_encoding(opened.gdal_name, asked, file);
    codec = std::move(choice.codec);
    encoding_note = std::move(choice.note);
  } else if (!asked.empty()) {
    encoding_note = "UTF-8: " + opened.driver + " says it itself; \"" + asked + "\" was not used";
  }
}

void Source::Impl::read_fields() {
  const OGRFeatureDefn& defn = *layer->GetLayerDefn();
  for (int i = 0; i < defn.GetFieldCount(); ++i) {
    const OGRFieldDefn& field = *defn.GetFieldDefn(i);
    SourceField& read = fields.emplace_back();
    const std::string_view raw = field.GetNameRef();
    const bool good = codec ? codec->to_utf8_cut(raw, read.name) : detail::is_utf8(raw);
    if (!good) {
      throw Error(Code::refused,
                  "the name of field " + std::to_string(i + 1) + " is not " +
                      (codec ? codec->encoding() : std::string("UTF-8")) + " text",
                  {.file = file.string(), .layer = layer_name}, "say the encoding with --encoding");
    }
    if (!codec) read.name = raw;
    if (table && !datum) datum = detail::named_datum(read.name);
    if (table && (i == table->wkt || i == table->x || i == table->y)) {
      fields.pop_back();
      continue;
    }
    read.type = detail::field_type(field);
    ogr_field.push_back(i);
  }
  if (const std::string key = key_column(*layer, opened.driver); !key.empty()) {
    ogr_field.push_back(kRowNumber);
    fields.push_back({key, FieldType::integer});
  }
  selected = fields.size();
  for (std::size_t i = 0; i < selected; ++i) slot.push_back(static_cast<int>(i));
}

detail::FeatureHandle Source::Impl::next() {
  if (!interleaved) return detail::FeatureHandle(layer->GetNextFeature());
  for (;;) {
    OGRLayer* of = nullptr;
    detail::FeatureHandle feature(opened.dataset->GetNextFeature(&of, nullptr, nullptr, nullptr));
    if (!feature || of == layer) return feature;
  }
}

void Source::Impl::read_values(const OGRFeature& feature, SourceRow& out) {
  Value spare;
  out.values.resize(selected);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool extra = slot[i] == kExtra;
    Value& value = extra ? spare : out.values[static_cast<std::size_t>(slot[i])];
    if (ogr_field[i] == kRowNumber) {
      value = std::int64_t{feature.GetFID()};
    } else if (!detail::read_value(feature, ogr_field[i], codec ? &*codec : nullptr, value)) {
      value = std::monostate{};
      if (out.flaw.empty()) {
        out.flaw = "field " + fields[i].name + " is not " +
                   (codec ? codec->encoding() : std::string("UTF-8")) + " text";
      }
    }
    if (!extra || std::holds_alternative<std::monostate>(value)) continue;
    out.extra += out.extra.empty() ? '{' : ',';
    base::append_json_string(out.extra, fields[i].name);
    out.extra += ':';
    append_json_value(out.extra, value, fields[i].type);
  }
  if (!out.extra.empty()) out.extra += '}';
}

detail::FromOgr Source::Impl::read_shape(const OGRFeature& feature) const {
  if (!table) return detail::from_ogr(feature.GetGeometryRef(), swap);
  detail::FromOgr shape = detail::table_row(feature, *table, codec ? &*codec : nullptr);
  if (!swap) return shape;
  for (geometry::Position& p : shape.geometry.positions) std::swap(p.lon, p.lat);
  return shape;
}

void Source::Impl::begin() {
  if (std::exchange(begun, true) || opened.driver != "ESRI Shapefile") return;
  bytes = detail::ShapefileBytes::open(files_of(*opened.dataset, layer_name));
}

/// Takes the bytes of the next row, and passes over it when they are known.
bool Source::Impl::pass_over(SourceRow& out, const KnownBytes& known) {
  while (record < bytes->size() && bytes->deleted(record)) ++record;
  if (record >= bytes->size()) return false;
  out.bytes = bytes->digest(record);
  if (!out.bytes || !known || !known(*out.bytes)) return false;
  out.passed_over = true;
  out.row = ++row;
  ++record;
  gdal_behind = true;
  return true;
}

bool Source::Impl::read_row(SourceRow& out, detail::GdalEar& ear) {
  ear.forget();
  if (std::exchange(gdal_behind, false)) layer->SetNextByIndex(static_cast<GIntBig>(record));
  const detail::FeatureHandle feature = next();
  if (bytes && feature && static_cast<std::uint64_t>(feature->GetFID()) != record++) {
    // GDAL counts other records than we do, so which bytes are whose is not known.
    bytes.reset();
    out.bytes.reset();
  }
  // A row of a database or table is damaged by itself; in a file of records what follows a damaged one is
  // guesswork.
  const bool alone = feature && (opened.driver == "GPKG" || opened.driver == "SQLite" || table);
  if (!ear.failure().empty() && !alone) refuse("GDAL cannot read on: " + ear.failure(), row + 1);
  if (!feature) {
    check_end();
    return false;
  }
  out.row = ++row;
  if (table) ear.forget();
  detail::FromOgr shape = read_shape(*feature);
  if (table) ear.forget();
  out.geometry = std::move(shape.geometry);
  out.note = std::move(shape.note);
  out.flaw = std::move(shape.flaw);
  if (!ear.failure().empty()) out.flaw = "GDAL cannot read it: " + ear.failure();
  if (ear.value_cut())
    out.note += (out.note.empty() ? "" : "; ") + std::string("a value was read only in part");
  read_values(*feature, out);
  return true;
}

/// Fewer rows than the file promised is damage that GDAL passes over. A GeoPackage's count is kept by
/// triggers that other programs may lack, so it proves nothing.
void Source::Impl::check_end() {
  ended = true;
  bytes.reset();
  if (promised < 0 || row >= promised || opened.driver == "GPKG") return;
  const std::int64_t deleted = dbf.empty() ? 0 : std::max<std::int64_t>(0, detail::deleted_rows(dbf));
  if (row + deleted >= promised) return;
  refuse("the file promises " + std::to_string(promised) + " rows and ends after " + std::to_string(row),
         row);
}

Source::Source(const fs::path& file, const SourceOptions& options)
    : impl_(std::make_unique<Impl>(file, options)) {}
Source::Source(const RasterInfo& raster) : impl_(std::make_unique<Impl>(raster)) {}
Source::~Source() = default;
Source::Source(Source&&) noexcept = default;
Source& Source::operator=(Source&&) noexcept = default;

const std::string& Source::layer() const { return impl_->layer_name; }
const std::string& Source::driver() const { return impl_->opened.driver; }
const std::vector<SourceField>& Source::fields() const { return impl_->fields; }
std::optional<geometry::Crs> Source::crs() const { return impl_->crs; }
std::optional<geometry::Datum> Source::datum() const { return impl_->datum; }
const std::string& Source::encoding_note() const { return impl_->encoding_note; }
std::int64_t Source::rows() const { return impl_->promised; }

void Source::select(const std::vector<std::string>& names) {
  std::vector<int> slot(impl_->fields.size(), kExtra);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto at = std::ranges::find(impl_->fields, names[i], &SourceField::name);
    if (at == impl_->fields.end()) {
      std::vector<std::string> known;
      for (const SourceField& field : impl_->fields) known.push_back(field.name);
      const std::string nearest = base::nearest_name(names[i], known);
      throw Error(Code::invalid, "the source has no field \"" + names[i] + "\"",
                  {.file = impl_->file.string(), .layer = impl_->layer_name, .field = names[i]},
                  nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
    }
    slot[static_cast<std::size_t>(at - impl_->fields.begin())] = static_cast<int>(i);
  }
  impl_->slot = std::move(slot);
  impl_->selected = names.size();
}

std::string Source::manner() const {
  const Impl& my = *impl_;
  std::string text = my.opened.driver + "\x1f" + GDALVersionInfo("RELEASE_NAME") + "\x1f" + my.encoding_note;
  if (my.codec) text += "\x1f" + my.codec->encoding();
  text += my.swap ? "\x1fy first" : "\x1fx first";
  for (std::size_t i = 0; i < my.fields.size(); ++i) {
    text += "\x1f" + my.fields[i].name + "\x1f" + std::string(name(my.fields[i].type)) + "\x1f" +
            std::to_string(my.slot[i]);
  }
  return text;
}

std::vector<SourceRow> Source::read(std::size_t count, const KnownBytes& known) {
  std::vector<SourceRow> rows;
  if (impl_->ended) return rows;
  impl_->begin();
  rows.reserve(std::min<std::size_t>(count, 10'000));
  detail::GdalEar ear;
  while (rows.size() < count) {
    SourceRow& row = rows.emplace_back();
    if (impl_->bytes && impl_->pass_over(row, known)) continue;
    if (!impl_->read_row(row, ear)) {
      rows.pop_back();
      break;
    }
  }
  return rows;
}

std::optional<geometry::Position> Source::first_position() {
  detail::GdalEar ear;
  std::optional<geometry::Position> found;
  for (int looked = 0; !found && looked < kRowsLookedAt; ++looked) {
    const detail::FeatureHandle feature = impl_->next();
    if (!feature) break;
    const detail::FromOgr shape = impl_->read_shape(*feature);
    if (shape.flaw.empty()) found = shape.geometry.positions.front();
  }
  impl_->layer->ResetReading();
  return found;
}

bool Source::is_table() const { return impl_->table.has_value(); }
void Source::swap_axes() { impl_->swap = !impl_->swap; }

std::vector<std::string> source_layers(const fs::path& file) { return detail::layer_labels(file); }

std::pair<std::filesystem::path, std::string> split_layer(const std::filesystem::path& given) {
  if (std::filesystem::exists(given)) return {given, {}};
  const std::string text = given.string();
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || !std::filesystem::exists(text.substr(0, colon)))
    return {given, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace caitu::geodata
