#include "geodata/detail/gdal_footprint.hpp"

#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "geodata/detail/gdal_geometry.hpp"
#include "geodata/detail/gdal_values.hpp"

namespace caitu::geodata::detail {
namespace {

struct Said {
  const char* field;
  FieldType type;
  Value value;  ///< empty text: not said
};

/// In the order in which the fields stand. Those that imagery does not declare go to its field `extra`.
std::vector<Said> said_by(const RasterInfo& raster) {
  const auto whole = [](int number) { return Value(std::int64_t{number}); };
  const auto text = [](std::string words) { return words.empty() ? Value() : Value(std::move(words)); };
  return {
      {"sha256", FieldType::text, text(raster.sha256)},
      {"file", FieldType::text, text(raster.file.filename().string())},
      {"taken_on", FieldType::text, text(raster.taken_on)},
      {"kind", FieldType::text, text(std::string(name(raster.kind)))},
      {"bands", FieldType::integer, whole(raster.bands)},
      {"classes", FieldType::text, text(to_text(raster.classes))},
      {"pixel_m", FieldType::real, Value(raster.pixel_m)},
      {"crs", FieldType::text, text(raster.crs.definition())},
      {"datum", FieldType::text, text(std::string(geometry::name(raster.datum)))},
      {"nodata", FieldType::real, raster.nodata ? Value(*raster.nodata) : Value()},
      {"width", FieldType::integer, whole(raster.width)},
      {"height", FieldType::integer, whole(raster.height)},
      {"type", FieldType::text, text(raster.type)},
      {"form", FieldType::text, text(raster.driver)},
      {"description", FieldType::text, text(raster.description)},
  };
}

}  // namespace

Opened footprint_layer(const RasterInfo& raster) {
  const auto require = [&raster](bool done) {
    if (!done)
      throw base::Error(base::Code::internal, "GDAL cannot hold a footprint in memory",
                        base::Where{.file = raster.file.string()});
  };
  start_gdal();
  const GdalEar ear;
  GDALDriver* const memory = GetGDALDriverManager()->GetDriverByName("Memory");
  require(memory != nullptr);
  Opened opened{.dataset = Dataset(memory->Create("", 0, 0, 0, GDT_Unknown, nullptr)),
                .gdal_name = raster.file.string(),
                .driver = raster.driver};
  require(opened.dataset != nullptr);
  opened.layer =
      opened.dataset->CreateLayer("footprint", nullptr, ogr_type(geometry::Kind::polygon), nullptr);
  require(opened.layer != nullptr);
  const std::vector<Said> all = said_by(raster);
  for (const Said& said : all) {
    OGRFieldDefn field(said.field, OFTString);
    set_type(field, said.type, 0);
    require(opened.layer->CreateField(&field) == OGRERR_NONE);
  }
  const FeatureHandle feature(OGRFeature::CreateFeature(opened.layer->GetLayerDefn()));
  for (std::size_t i = 0; i < all.size(); ++i) write_value(*feature, static_cast<int>(i), all[i].value);
  feature->SetGeometryDirectly(to_ogr(raster.footprint).release());
  require(opened.layer->CreateFeature(feature.get()) == OGRERR_NONE);
  opened.layer->ResetReading();
  return opened;
}

}  // namespace caitu::geodata::detail
