#include <gdal_rat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "base/error.hpp"
#include "geodata/raster.hpp"
#include "geodata/source.hpp"
#include "made_files.hpp"
#include "made_rasters.hpp"

namespace {

namespace fs = std::filesystem;
namespace geometry = caitu::geometry;
using caitu::base::Code;
using caitu::base::Error;
using caitu::geodata::ClassNames;
using caitu::geodata::describe_raster;
using caitu::geodata::RasterInfo;
using caitu::geodata::RasterKind;
using caitu::geodata::RasterOptions;
using caitu::geodata::Source;
using caitu::geodata::to_text;
using caitu::geodata::Value;
using made::RasterForm;

double five(int, int x, int) { return x % 5; }

RasterForm cover() {
  return {.width = 60,
          .height = 40,
          .transform = made::north_up(),
          .epsg = 4527,
          .nodata = 0,
          .items = {{"CLASS_1", "种植 crops"},
                    {"CLASS_4", "硬化 hardened"},
                    {"CLASS_x", "no number"},
                    {"DATE", "2024-10-05"},
                    {"TIFFTAG_DATETIME", "2023:01:02 11:00:00"}}};
}

Error error_of(const fs::path& file, const RasterOptions& options = {}) {
  try {
    describe_raster(file, options);
  } catch (const Error& error) {
    UNSCOPED_INFO(error.full());
    return error;
  }
  FAIL(file << " was taken");
  throw 0;
}

void check_refused(const fs::path& file, const std::string& words, const std::string& way_out,
                   const RasterOptions& options = {}) {
  const Error error = error_of(file, options);
  CHECK(error.code() == Code::refused);
  CHECK(error.where().file == file.string());
  CHECK_THAT(error.what(), Catch::Contains(words));
  CHECK_THAT(error.hint(), Catch::Contains(way_out));
}

Value value_of(const Source& source, const caitu::geodata::SourceRow& row, const std::string& field) {
  for (std::size_t i = 0; i < source.fields().size(); ++i)
    if (source.fields()[i].name == field) return row.values[i];
  FAIL("there is no field " << field);
  throw 0;
}

}  // namespace

TEST_CASE("a raster says what it is: classes, date, size of its pixels, digest") {
  const made::Folder folder;
  const fs::path file = made::write_raster(folder.path / "cover.tif", cover(), five);
  const RasterInfo info = describe_raster(file);
  CHECK(info.driver == "GTiff");
  CHECK(info.width == 60);
  CHECK(info.height == 40);
  CHECK(info.bands == 1);
  CHECK(info.type == "Byte");
  CHECK(info.kind == RasterKind::classes);
  CHECK(info.classes == ClassNames{{1, "种植 crops"}, {4, "硬化 hardened"}});
  CHECK(info.taken_on == "2024-10-05");
  CHECK(info.nodata == 0);
  CHECK(info.crs.authority() == "EPSG:4527");
  CHECK(info.pixel_m == Approx(2).epsilon(2e-4));
  CHECK(info.footprint.positions.at(0) == geometry::Position{39'440'600, 4'389'200});
  CHECK(info.footprint.positions.at(2) == geometry::Position{39'440'720, 4'389'120});
  CHECK(info.sha256 == caitu::base::hex(caitu::base::sha256(made::bytes_of(file))));
}

TEST_CASE("a raster is one feature with what it says of itself as fields") {
  const made::Folder folder;
  RasterInfo info = describe_raster(made::write_raster(folder.path / "cover.tif", cover(), five));
  Source source(info);
  CHECK(source.driver() == "GTiff");
  CHECK(source.rows() == 1);
  REQUIRE(source.crs());
  CHECK(source.crs()->authority() == "EPSG:4527");
  const auto rows = source.read(10);
  REQUIRE(rows.size() == 1);
  CHECK(source.read(1).empty());
  CHECK(rows[0].flaw.empty());
  CHECK(rows[0].geometry == info.footprint);
  CHECK(value_of(source, rows[0], "sha256") == Value(info.sha256));
  CHECK(value_of(source, rows[0], "file") == Value("cover.tif"));
  CHECK(value_of(source, rows[0], "taken_on") == Value("2024-10-05"));
  CHECK(value_of(source, rows[0], "kind") == Value("classes"));
  CHECK(value_of(source, rows[0], "bands") == Value(std::int64_t{1}));
  CHECK(value_of(source, rows[0], "classes") == Value(R"({"1":"种植 crops","4":"硬化 hardened"})"));
  CHECK(value_of(source, rows[0], "crs") == Value("EPSG:4527"));
  CHECK(value_of(source, rows[0], "nodata") == Value(0.0));
  CHECK(value_of(source, rows[0], "description") == Value());
}

TEST_CASE("a raster is known by its bytes, whatever it is called") {
  const made::Folder folder;
  const fs::path file = made::write_raster(folder.path / "cover.tif", cover(), five);
  const RasterInfo info = describe_raster(file);
  fs::rename(file, folder.path / info.sha256);
  const RasterInfo kept = describe_raster(folder.path / info.sha256);
  CHECK(kept.driver == "GTiff");
  CHECK(kept.classes == info.classes);
  CHECK(kept.footprint == info.footprint);
  CHECK(kept.sha256 == info.sha256);
}

TEST_CASE("names of classes come back from their text") {
  const ClassNames names{{-1, "云"}, {1, "种植"}, {10, "\"硬化\""}, {255, ""}};
  CHECK(caitu::geodata::class_names_of(to_text(names)) == names);
  CHECK(to_text(ClassNames{}).empty());
  CHECK(caitu::geodata::class_names_of("").empty());
  for (const char* wrong : {"[1]", "{\"a\":\"b\"}", "{\"1\":2}", "{\"1x\":\"b\"}", "{"})
    CHECK_THROWS_AS(caitu::geodata::class_names_of(wrong), Error);
}

TEST_CASE("an attribute table names classes, and colours alone make classes without names") {
  const made::Folder folder;
  const fs::path file = folder.path / "cover.img";
  RasterForm form{.width = 20, .height = 20, .transform = made::north_up(), .epsg = 4527, .driver = "HFA"};
  {
    const made::Dataset image = made::create_raster(file, form);
    GDALDefaultRasterAttributeTable table;
    table.CreateColumn("Class_Names", GFT_String, GFU_Name);
    table.SetRowCount(5);
    table.SetValue(1, 0, "种植");
    table.SetValue(4, 0, "硬化");
    REQUIRE(image->GetRasterBand(1)->SetDefaultRAT(&table) == CE_None);
  }
  const RasterInfo named = describe_raster(file);
  CHECK(named.driver == "HFA");
  CHECK(named.kind == RasterKind::classes);
  CHECK(named.classes == ClassNames{{1, "种植"}, {4, "硬化"}});

  form.driver = "GTiff";
  {
    const made::Dataset image = made::create_raster(folder.path / "coloured.tif", form);
    GDALColorTable colours;
    const GDALColorEntry grey{150, 150, 150, 255};
    colours.SetColorEntry(4, &grey);
    image->GetRasterBand(1)->SetColorTable(&colours);
  }
  const RasterInfo coloured = describe_raster(folder.path / "coloured.tif");
  CHECK(coloured.kind == RasterKind::classes);
  CHECK(coloured.classes.empty());
  made::write_raster(folder.path / "grey.tif", form, five);
  CHECK(describe_raster(folder.path / "grey.tif").kind == RasterKind::bands);
}

TEST_CASE("a JPEG 2000 lies where the GeoTIFF does that it was made of") {
  const made::Folder folder;
  for (const int epsg : {4527, 4326}) {
    INFO(epsg);
    RasterForm form = cover();
    form.epsg = epsg;
    if (epsg == 4326) form.transform = made::Affine{116.3, 2e-5, 0, 39.63, 0, -2e-5};
    const std::string stem = "cover" + std::to_string(epsg);
    const RasterInfo tiff = describe_raster(made::write_raster(folder.path / (stem + ".tif"), form, five));
    GDALDriver* const driver = GetGDALDriverManager()->GetDriverByName("JP2OpenJPEG");
    REQUIRE(driver != nullptr);
    const fs::path file = folder.path / (stem + ".jp2");
    {
      const GDALDatasetUniquePtr from(GDALDataset::Open(tiff.file.c_str()));
      const char* lossless[] = {"QUALITY=100", "REVERSIBLE=YES", nullptr};
      const GDALDatasetUniquePtr to(driver->CreateCopy(file.c_str(), from.get(), FALSE,
                                                       const_cast<char**>(lossless), nullptr, nullptr));
      REQUIRE(to != nullptr);
    }
    const RasterInfo copy = describe_raster(file);
    CHECK(copy.driver == "JP2OpenJPEG");
    CHECK(copy.crs.same_plane_as(tiff.crs));
    for (std::size_t i = 0; i < tiff.footprint.positions.size(); ++i) {
      CHECK(copy.footprint.positions[i].lon == Approx(tiff.footprint.positions[i].lon).epsilon(1e-12));
      CHECK(copy.footprint.positions[i].lat == Approx(tiff.footprint.positions[i].lat).epsilon(1e-12));
    }
  }
}

TEST_CASE("the day is read as files write it, and a clock that was never set tells none") {
  const made::Folder folder;
  const auto day = [&folder](std::map<std::string, std::string> items) {
    RasterForm form = cover();
    form.items = std::move(items);
    return describe_raster(made::write_raster(folder.path / "day.tif", form, five)).taken_on;
  };
  CHECK(day({{"TIFFTAG_DATETIME", "2024:10:05 11:00:00"}}) == "2024-10-05");
  CHECK(day({{"DATE", "20241005"}}) == "2024-10-05");
  CHECK(day({{"DATE", "2024/10/05 09:30"}}) == "2024-10-05");
  CHECK(day({{"DATE", "October"}, {"TIFFTAG_DATETIME", "2024:10:05 11:00:00"}}) == "2024-10-05");
  CHECK(day({{"DATE", "2024-02-30"}}).empty());
  CHECK(day({{"TIFFTAG_DATETIME", "0000:00:00 00:00:00"}}).empty());
  CHECK(day({}).empty());
}

TEST_CASE("a raster without CRS or georeference is refused with the way out, and never looks beside it") {
  const made::Folder folder;
  RasterForm form = cover();
  form.epsg = 0;
  const fs::path no_crs = made::write_raster(folder.path / "no_crs.tif", form, five);
  check_refused(no_crs, "does not guess", "--crs EPSG:4527");
  RasterOptions said{.crs = geometry::Crs::parse("EPSG:4527"), .datum = {}};
  CHECK(describe_raster(no_crs, said).crs.authority() == "EPSG:4527");
  said.crs = geometry::Crs::parse(
      "+proj=pipeline +step +inv +proj=tmerc +lon_0=117 +x_0=39500000 "
      "+ellps=GRS80 +step +proj=unitconvert +xy_in=rad +xy_out=deg");
  check_refused(no_crs, "one way only", "EPSG code", said);

  form.transform.reset();
  form.options = {"TFW=YES", "PROFILE=BASELINE"};
  const fs::path nowhere = made::write_raster(folder.path / "nowhere.tif", form, five);
  folder.write("nowhere.tfw", "2\n0\n0\n-2\n39440601\n4389199\n");
  folder.write("nowhere.prj", "EPSG:4527");
  check_refused(nowhere, "no georeference", "gdal_translate",
                {.crs = geometry::Crs::parse("EPSG:4527"), .datum = {}});
  form = cover();
  form.transform = made::Affine{39'440'600, 2, 2, 4'389'200, 2, 2};
  check_refused(made::write_raster(folder.path / "line.tif", form, five), "one line", "");
}

TEST_CASE("what is no raster of a form that stands by itself is refused with the way out") {
  const made::Folder folder;
  check_refused(folder.path, "folder", "*.tif");
  check_refused(folder.path / "absent.tif", "no such file", "");
  check_refused(folder.write("a.zip", "PK"), "archive", "unzip");
  check_refused(folder.write("words.tif", "these are words"), "no driver knows", "damaged");
  check_refused(
      folder.write("grid.asc", "ncols 2\nnrows 2\nxllcorner 116\nyllcorner 39\ncellsize 1\n1 2\n3 4\n"),
      "AAIGrid is not taken", "gdal_translate");
  RasterForm form = cover();
  form.type = GDT_CFloat32;
  check_refused(made::write_raster(folder.path / "complex.tif", form, five), "CFloat32", "-ot");
  form = cover();
  form.width = form.height = 9000;
  form.options = {"TILED=YES", "BLOCKXSIZE=9008", "BLOCKYSIZE=9008", "SPARSE_OK=TRUE"};
  made::create_raster(folder.path / "one_block.tif", form);
  check_refused(folder.path / "one_block.tif", "blocks are of 77 MiB", "TILED=YES");
}

TEST_CASE("a raster that was cut or damaged is told, wherever it was") {
  const made::Folder folder;
  RasterForm form = cover();
  form.width = form.height = 500;
  const bool packed = GENERATE(false, true);
  form.options = {"TILED=YES", packed ? "COMPRESS=DEFLATE" : "COMPRESS=NONE"};
  const fs::path file = made::write_raster(folder.path / "cover.tif", form,
                                           [](int, int x, int y) { return (x * 31 + y * y * 17) % 5; });
  const std::string bytes = made::bytes_of(file);
  CHECK_NOTHROW(describe_raster(file));
  for (const double share : {0.2, 0.5, 0.95}) {
    INFO("cut to " << share);
    folder.write("cut.tif",
                 bytes.substr(0, static_cast<std::size_t>(share * static_cast<double>(bytes.size()))));
    CHECK(error_of(folder.path / "cut.tif").code() == Code::refused);
  }
  if (!packed) return;
  std::string damaged = bytes;
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 64; ++i) damaged[i] = '\x55';
  check_refused(folder.write("damaged.tif", damaged), "cannot be read at column", "ask for it again");
}
