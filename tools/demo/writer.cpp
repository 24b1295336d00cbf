#include "writer.hpp"

#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include "base/error.hpp"

namespace caitu::demo {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& file) {
  throw base::Error(base::Code::io, what + ": " + CPLGetLastErrorMsg() + ".", base::Where{.file = file});
}

OGRwkbGeometryType ogr_type(geometry::Kind kind) {
  switch (kind) {
    case geometry::Kind::point:
      return wkbPoint;
    case geometry::Kind::line:
      return wkbLineString;
    case geometry::Kind::empty:
      return wkbUnknown;
    default:
      return wkbPolygon;
  }
}

OGRFieldType ogr_type(Column::Type type) {
  switch (type) {
    case Column::Type::integer:
      return OFTInteger64;
    case Column::Type::real:
      return OFTReal;
    case Column::Type::date:
      return OFTDate;
    case Column::Type::text:
      break;
  }
  return OFTString;
}

void set_points(OGRSimpleCurve& curve, std::span<const geometry::Position> positions) {
  curve.setNumPoints(static_cast<int>(positions.size()), FALSE);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    curve.setPoint(static_cast<int>(i), positions[i].lon, positions[i].lat);
  }
}

OGRPolygon* part_of(geometry::GeometryView g, std::size_t first, std::size_t last) {
  auto* polygon = new OGRPolygon;
  for (std::size_t k = first; k < last; ++k) {
    auto* ring = new OGRLinearRing;
    set_points(*ring, g.path(k));
    polygon->addRingDirectly(ring);
  }
  return polygon;
}

OGRGeometry* to_ogr(geometry::GeometryView g) {
  if (g.kind == geometry::Kind::point) return new OGRPoint(g.positions[0].lon, g.positions[0].lat);
  if (g.kind == geometry::Kind::line) {
    auto* line = new OGRLineString;
    set_points(*line, g.path(0));
    return line;
  }
  if (g.part_ends.size() == 1) return part_of(g, 0, g.part_ends[0]);
  auto* all = new OGRMultiPolygon;
  std::size_t first = 0;
  for (const std::uint32_t last : g.part_ends) {
    all->addGeometryDirectly(part_of(g, first, last));
    first = last;
  }
  return all;
}

}  // namespace

void prepare_gdal() {
  GDALAllRegister();
  CPLSetErrorHandler(CPLQuietErrorHandler);
  CPLSetConfigOption("OGR_CURRENT_DATE", "2023-12-31T00:00:00.000Z");
  CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "OFF");
}

void OutFile::Closer::operator()(GDALDataset* dataset) const { GDALClose(dataset); }

OutFile::OutFile(const char* driver, const std::filesystem::path& file) : file_(file.string()) {
  GDALDriver* made_by = GetGDALDriverManager()->GetDriverByName(driver);
  if (made_by == nullptr) fail(std::string("GDAL has no driver ") + driver, file_);
  dataset_.reset(made_by->Create(file_.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
  if (!dataset_) fail("The file cannot be created", file_);
}

OutFile::~OutFile() = default;

void OutFile::begin_layer(const std::string& name, geometry::Kind kind, const char* crs,
                          std::span<const Column> columns, std::span<const std::string> options) {
  OGRSpatialReference srs;
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  if (srs.SetFromUserInput(crs) != OGRERR_NONE) fail("PROJ does not know the CRS", file_);
  CPLStringList list;
  for (const std::string& option : options) list.AddString(option.c_str());
  layer_ = dataset_->CreateLayer(name.c_str(), &srs, ogr_type(kind), list.List());
  if (layer_ == nullptr) fail("The layer " + name + " cannot be created", file_);
  for (const Column& column : columns) {
    OGRFieldDefn field(column.name.c_str(), ogr_type(column.type));
    field.SetWidth(column.width);
    field.SetPrecision(column.decimals);
    if (layer_->CreateField(&field) != OGRERR_NONE)
      fail("The field " + column.name + " cannot be created", file_);
  }
  columns_.assign(columns.begin(), columns.end());
  if (!in_transaction_ && dataset_->TestCapability(ODsCTransactions)) {
    in_transaction_ = dataset_->StartTransaction() == OGRERR_NONE;
  }
}

void OutFile::add(geometry::GeometryView geometry, std::span<const Cell> values) {
  const std::unique_ptr<OGRFeature> feature(OGRFeature::CreateFeature(layer_->GetLayerDefn()));
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int at = static_cast<int>(i);
    if (const auto* whole = std::get_if<std::int64_t>(&values[i])) {
      feature->SetField(at, static_cast<GIntBig>(*whole));
    } else if (const auto* real = std::get_if<double>(&values[i])) {
      feature->SetField(at, *real);
    } else if (const auto* given = std::get_if<std::string_view>(&values[i])) {
      text.assign(*given);
      feature->SetField(at, text.c_str());
    }
  }
  if (!geometry.empty()) feature->SetGeometryDirectly(to_ogr(geometry));
  if (layer_->CreateFeature(feature.get()) != OGRERR_NONE) fail("A row cannot be written", file_);
}

void OutFile::close() {
  if (in_transaction_ && dataset_->CommitTransaction() != OGRERR_NONE)
    fail("The rows cannot be committed", file_);
  CPLErrorReset();
  dataset_.reset();
  if (CPLGetLastErrorType() >= CE_Failure) fail("The file cannot be ended", file_);
}

void OutPackage::begin_layer(const std::string& id, const std::string& title, geometry::Kind kind,
                             std::span<const Column> columns) {
  const std::vector<std::string> options = {"GEOMETRY_NAME=geom",
                                            "IDENTIFIER=" + title + "（" + std::string(kMark) + "）",
                                            std::string("DESCRIPTION=") + kMarkLine};
  file_.begin_layer(id, kind, "EPSG:4490", columns, options);
}

}  // namespace caitu::demo
