#include "geodata/sink.hpp"

#include <cpl_conv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "base/units.hpp"
#include "base/workers.hpp"
#include "geodata/detail/gdal_formats.hpp"
#include "geodata/detail/gdal_geometry.hpp"
#include "geodata/detail/gdal_setup.hpp"
#include "geodata/detail/gdal_values.hpp"
#include "geodata/detail/text_encoding.hpp"

namespace caitu::geodata {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;

constexpr std::size_t kBatchRows = 64;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

/// Files that stand beside a .shp under its name; old ones must not outlive their table.
constexpr std::array<const char*, 9> kShapefileParts = {".shp", ".shx", ".dbf", ".prj", ".cpg",
                                                        ".qix", ".sbn", ".sbx", ".idx"};

/// GDAL stamps what it writes with the time; the same features shall be the same bytes.
class PinnedClock {
  CPLConfigOptionSetter setter_{"OGR_CURRENT_DATE", "2000-01-01T00:00:00.000Z", false};
};

/// A folder beside the target in which files grow; it goes away with its owner, and with it what was not
/// taken out.
class Workshop {
 public:
  Workshop(const fs::path& target, const fs::path& within) : target_(target) {
    const fs::path beside = target.has_parent_path() ? target.parent_path() : fs::path(".");
    const fs::path& parent = within.empty() ? beside : within;
    std::string name = (parent / ".caitu-writing-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw Error(Code::io, "cannot write in the folder " + parent.string(), {.file = target.string()},
                  "is it there, and may you write in it?");
    }
    folder_ = name;
  }
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  fs::path file() const { return folder_ / target_.filename(); }

  /// Gives all files their final names, the target's own last.
  void deliver(bool shapefile) const try {
    if (shapefile) remove_old_parts();
    std::vector<fs::path> made;
    for (const auto& entry : fs::directory_iterator(folder_)) made.push_back(entry.path().filename());
    std::ranges::sort(made, [&](const fs::path& a, const fs::path& b) {
      return std::pair(a == target_.filename(), a) < std::pair(b == target_.filename(), b);
    });
    for (const fs::path& name : made) fs::rename(folder_ / name, fs::path(target_).replace_filename(name));
  } catch (const fs::filesystem_error& error) {
    throw Error(Code::io, "it is written but cannot be given its name: " + error.code().message(),
                {.file = target_.string()}, "is an older one in use, or a folder of that name there?");
  }

 private:
  void remove_old_parts() const {
    for (const char* part : kShapefileParts) fs::remove(fs::path(target_).replace_extension(part));
  }

  fs::path target_, folder_;
};

std::unique_ptr<OGRSpatialReference> srs_of(const geometry::Crs& crs, const fs::path& file) {
  auto srs = std::make_unique<OGRSpatialReference>();
  if (crs.pipeline() || srs->SetFromUserInput(crs.definition().c_str()) != OGRERR_NONE) {
    throw Error(Code::unsupported, "a file cannot be written in the coordinate system \"" + crs.name() + "\"",
                {.file = file.string()}, "name one by its EPSG code or WKT");
  }
  srs->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return srs;
}

/// A column name that no field has, for what the format adds by itself.
std::string free_name(const Schema& schema, std::string name) {
  while (std::ranges::any_of(schema.fields,
                             [&](const Field& f) { return EQUAL(f.name.c_str(), name.c_str()); })) {
    name += '_';
  }
  return name;
}

}  // namespace

struct Sink::Impl {
  fs::path file;
  Schema schema;
  detail::Format format;
  std::optional<detail::TextCodec> codec;  ///< the encoding that text must fit
  geometry::Transform transform;
  mutable std::mutex one_thread;  ///< held while codec or transform are used
  Workshop workshop;
  detail::Dataset dataset;
  OGRLayer* layer = nullptr;
  bool own_columns = true;
  int first_field = 0;  ///< KML's layers begin with fields of their own
  bool finished = false;

  Impl(const fs::path& to, const Schema& of, const SinkOptions& options);
  void open(const SinkOptions& options);
  void create_fields();
  CPLStringList layer_options() const;
  void set_values(OGRFeature& feature, std::uint64_t id, const std::vector<Value>& values,
                  double area_m2) const;
  void check_text(const Value& value, const Field& field, std::uint64_t id) const;
  void set_geometry(OGRFeature& feature, std::uint64_t id, geometry::GeometryView source) const;
  [[noreturn]] void fail(Code code, const std::string& message, const std::string& hint = {}) const {
    throw Error(code, message, {.file = file.string(), .layer = schema.layer}, hint);
  }
  void check(const detail::GdalEar& ear, const std::string& doing) const {
    const std::string& words = ear.failure().empty() ? ear.warning() : ear.failure();
    if (!words.empty()) fail(Code::io, "GDAL could not " + doing + ": " + words);
  }
};

Sink::Impl::Impl(const fs::path& to, const Schema& of, const SinkOptions& options)
    : file(to),
      schema(of),
      format((detail::start_gdal(), detail::format_of(to, options.format))),
      transform(geometry::Crs::cgcs2000(), options.crs),
      workshop(to, options.grows_in),
      own_columns(options.own_columns) {
  if (options.table) {
    format.geometry = false;
    std::erase(format.layer_options, "GEOMETRY=AS_WKT");
    std::erase(format.layer_options, "CREATE_CSVT=YES");
  }
  const std::string encoding = options.encoding.empty() ? "UTF-8" : options.encoding;
  codec = detail::TextCodec::make(encoding);
  if (!codec) fail(Code::usage, "there is no text encoding \"" + encoding + "\"", "use UTF-8 or GBK");
  const bool shapefile = format.driver == "ESRI Shapefile";
  if (!shapefile && encoding != "UTF-8") {
    fail(Code::unsupported, format.driver + " is always in UTF-8",
         "only a Shapefile has an encoding of its own");
  }
  if (shapefile) format.layer_options.push_back("ENCODING=" + encoding);
  if (format.crs84_only && !transform.identity()) {
    fail(Code::unsupported, format.driver + " is in WGS 84 degrees by its own definition",
         "leave the coordinate system out");
  }
  open(options);
}

void Sink::Impl::open(const SinkOptions& options) {
  const PinnedClock clock;
  detail::GdalEar ear;
  GDALDriver* const driver = GetGDALDriverManager()->GetDriverByName(format.driver.c_str());
  CPLStringList creation;
  for (const std::string& option : format.dataset_options) creation.AddString(option.c_str());
  dataset.reset(driver->Create(workshop.file().c_str(), 0, 0, 0, GDT_Unknown, creation.List()));
  if (!dataset) fail(Code::io, "GDAL could not create it: " + ear.failure());
  if (dataset->TestCapability(ODsCTransactions)) dataset->StartTransaction();
  const auto srs = srs_of(format.crs84_only ? geometry::Crs::parse("EPSG:4326") : options.crs, file);
  const auto type = !format.geometry           ? wkbNone
                    : schema.kinds.size() == 1 ? detail::ogr_type(schema.kinds.front())
                                               : wkbUnknown;
  // A Shapefile and a CSV are called by their file, whatever the layer's name.
  layer = dataset->CreateLayer(schema.layer.c_str(), format.geometry ? srs.get() : nullptr, type,
                               layer_options().List());
  if (layer == nullptr) fail(Code::io, "GDAL could not create the layer: " + ear.failure());
  if (format.attributes) create_fields();
  check(ear, "create the layer");
}

CPLStringList Sink::Impl::layer_options() const {
  CPLStringList options;
  for (const std::string& option : format.layer_options) options.AddString(option.c_str());
  if (format.driver == "GPKG") {
    options.SetNameValue("FID", free_name(schema, "fid").c_str());
    options.SetNameValue("GEOMETRY_NAME", free_name(schema, "geom").c_str());
  }
  return options;
}

void Sink::Impl::create_fields() {
  first_field = layer->GetLayerDefn()->GetFieldCount();
  const std::vector<std::string> names = detail::column_names(format, schema);
  const int widest =
      format.text_bytes > 0 ? static_cast<int>(format.text_bytes) : std::numeric_limits<int>::max();
  const auto create = [&](const std::string& name, FieldType type, int width) {
    OGRFieldDefn field(name.c_str(), OFTString);
    const bool as_text = type == FieldType::date && !format.dates;
    detail::set_type(field, as_text ? FieldType::text : type, std::min(width, widest));
    if (layer->CreateField(&field, FALSE) != OGRERR_NONE)
      fail(Code::io, "GDAL could not create the field " + name);
  };
  if (own_columns) create(names.front(), FieldType::integer, 0);
  for (std::size_t i = 0; i < schema.fields.size(); ++i)
    create(names[i + 1], schema.fields[i].type, schema.fields[i].width);
  if (own_columns) create(names.back(), FieldType::real, 0);
}

void Sink::Impl::check_text(const Value& value, const Field& field, std::uint64_t id) const {
  const auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) return;
  const auto refuse = [&](const std::string& message, const std::string& hint) {
    throw Error(Code::invalid, "feature " + std::to_string(id) + ": " + message,
                {.file = file.string(), .layer = schema.layer, .field = field.name}, hint);
  };
  std::size_t bytes = text->size();
  bool fits = false;
  if (codec->utf8()) {
    fits = detail::is_utf8(*text);
  } else {
    std::string encoded;
    const std::lock_guard lock(one_thread);
    fits = codec->from_utf8(*text, encoded);
    bytes = encoded.size();
  }
  if (!fits)
    refuse("its text has characters that " + codec->encoding() + " does not hold", "write it in UTF-8");
  if (format.text_bytes > 0 && bytes > format.text_bytes) {
    refuse(
        "its text is longer than the " + std::to_string(format.text_bytes) + " bytes that a Shapefile holds",
        "write a GeoPackage (.gpkg)");
  }
}

void Sink::Impl::set_values(OGRFeature& feature, std::uint64_t id, const std::vector<Value>& values,
                            double area_m2) const {
  if (values.size() != schema.fields.size())
    fail(Code::internal, "a feature has not the values of its schema");
  int column = first_field;
  if (own_columns) feature.SetField(column++, static_cast<GIntBig>(id));
  for (std::size_t i = 0; i < values.size(); ++i) {
    check_text(values[i], schema.fields[i], id);
    if (detail::write_value(feature, column++, values[i])) continue;
    throw Error(Code::invalid,
                "feature " + std::to_string(id) + ": \"" + std::get<std::string>(values[i]) + "\" is no " +
                    std::string(name(schema.fields[i].type)),
                {.file = file.string(), .layer = schema.layer, .field = schema.fields[i].name});
  }
  if (own_columns) feature.SetField(column, base::mu_from_m2(area_m2));
}

void Sink::Impl::set_geometry(OGRFeature& feature, std::uint64_t id, geometry::GeometryView source) const {
  if (source.empty() && !format.empty && format.geometry) {
    fail(
        Code::unsupported,
        format.driver + " loses features without a geometry, and feature " + std::to_string(id) + " has none",
        "write a GeoPackage (.gpkg)");
  }
  if (source.empty()) return;
  if (transform.identity()) {
    feature.SetGeometryDirectly(detail::to_ogr(source).release());
    return;
  }
  geometry::Geometry moved = geometry::copy(source);
  const auto lost = [&] {
    const std::lock_guard lock(one_thread);
    return transform.apply(moved.positions);
  }();
  if (lost > 0) {
    fail(Code::invalid, "feature " + std::to_string(id) + " has no place in the coordinate system asked for");
  }
  feature.SetGeometryDirectly(detail::to_ogr(moved).release());
}

Sink::Sink(const fs::path& file, const Schema& schema, const SinkOptions& options)
    : impl_(std::make_unique<Impl>(file, schema, options)) {}

Sink::~Sink() {
  if (!impl_) return;
  // Closing what is thrown away may complain; nobody needs to hear it.
  const detail::GdalEar ear;
  impl_.reset();
}

Sink::Sink(Sink&&) noexcept = default;
Sink& Sink::operator=(Sink&&) noexcept = default;

Sink::Row::Row(Row&& other) noexcept : id_(other.id_), feature_(std::exchange(other.feature_, nullptr)) {}
Sink::Row& Sink::Row::operator=(Row&& other) noexcept {
  id_ = other.id_;
  std::swap(feature_, other.feature_);
  return *this;
}
Sink::Row::~Row() {
  if (feature_ != nullptr) OGRFeature::DestroyFeature(feature_);
}

Sink::Row Sink::row(std::uint64_t id, geometry::GeometryView geometry, const std::vector<Value>& values,
                    double area_m2) const {
  const detail::GdalEar ear;
  const Impl& impl = *impl_;
  Row row(id, OGRFeature::CreateFeature(impl.layer->GetLayerDefn()));
  if (impl.format.attributes) {
    impl.set_values(*row.feature_, id, values, area_m2);
  } else {
    row.feature_->SetField("Layer", impl.schema.layer.c_str());
  }
  if (impl.format.geometry) impl.set_geometry(*row.feature_, id, geometry);
  if (!ear.failure().empty() || !ear.warning().empty())
    impl.check(ear, "write feature " + std::to_string(id));
  return row;
}

void Sink::write(const std::vector<Row>& rows) {
  const PinnedClock clock;
  const detail::GdalEar ear;
  for (const Row& row : rows) {
    const OGRErr result = impl_->layer->CreateFeature(row.feature_);
    if (result == OGRERR_NONE && ear.failure().empty() && ear.warning().empty()) continue;
    const std::string doing = "write feature " + std::to_string(row.id_);
    impl_->check(ear, doing);
    impl_->fail(Code::io, "GDAL could not " + doing);
  }
}

void Sink::finish() {
  const PinnedClock clock;
  detail::GdalEar ear;
  Impl& impl = *impl_;
  if (impl.finished) return;
  if (impl.dataset->TestCapability(ODsCTransactions)) impl.dataset->CommitTransaction();
  impl.layer = nullptr;
  impl.dataset.reset();
  impl.check(ear, "finish the file");
  impl.workshop.deliver(impl.format.driver == "ESRI Shapefile");
  impl.finished = true;
}

void write_rows(Sink& sink, const RowMaker& rows, std::size_t threads, const base::Progress& progress) {
  using Numbers = std::pair<std::size_t, std::size_t>;
  std::size_t next = 0, written = 0;
  // What is written is taken down on the thread that has the least to do.
  std::mutex mutex;
  std::vector<std::vector<Sink::Row>> spent;
  const auto produce = [&]() -> std::optional<Numbers> {
    progress.check();
    std::vector<std::vector<Sink::Row>> gone;
    {
      const std::lock_guard lock(mutex);
      gone.swap(spent);
    }
    gone.clear();
    if (next == rows.count) return std::nullopt;
    const std::size_t first = next;
    for (std::size_t bytes = 0; next < rows.count && next - first < kBatchRows && bytes < kBatchBytes; ++next)
      bytes += rows.bytes(next);
    return Numbers{first, next};
  };
  const auto work = [&](Numbers numbers) {
    std::vector<Sink::Row> batch;
    batch.reserve(numbers.second - numbers.first);
    for (std::size_t number = numbers.first; number < numbers.second; ++number)
      batch.push_back(rows.row(number));
    return batch;
  };
  const auto consume = [&](std::vector<Sink::Row> batch) {
    sink.write(batch);
    written += batch.size();
    progress.at("writing", written, rows.count);
    const std::lock_guard lock(mutex);
    spent.push_back(std::move(batch));
  };
  base::ordered_pipeline<Numbers, std::vector<Sink::Row>>(produce, work, consume, threads, 2 * threads);
}

}  // namespace caitu::geodata
