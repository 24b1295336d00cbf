#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "geodata/detail/gdal_table.hpp"
#include "geodata/source.hpp"
#include "made_files.hpp"

namespace {

namespace fs = std::filesystem;
namespace geometry = caitu::geometry;
using caitu::base::Error;
using caitu::geodata::Source;
using caitu::geodata::source_layers;

std::string refusal_of(const fs::path& file, const std::string& layer = {}) {
  try {
    const Source source(file, {.layer = layer, .encoding = {}});
  } catch (const Error& error) {
    CHECK(error.code() == caitu::base::Code::refused);
    CHECK_FALSE(error.hint().empty());
    return error.full();
  }
  return "(read)";
}

std::string note_of(const made::Folder& folder, const std::string& text, const char* cpg, char language = 0) {
  const fs::path file = made::shapefile(folder, "t", made::dbf({"NAME"}, {{text}}, language), 1);
  fs::remove(folder.path / "t.cpg");
  if (cpg != nullptr) folder.write("t.cpg", cpg);
  return Source(file, {}).encoding_note();
}

std::optional<double> parsed(const std::string& text) {
  int parts = 0;
  return caitu::geodata::detail::parse_coordinate(text, parts);
}

constexpr const char* kPoint = R"({"type":"Point","coordinates":[116,40]})";

}  // namespace

TEST_CASE("a folder's and an archive's layers are called by their place in it") {
  const made::Folder folder;
  fs::create_directory(folder.path / "all");
  for (const char* name : {"all/a.geojson", "all/b.geojson"}) folder.write(name, kPoint);
  folder.write("all/notes.csv", "name\nno land\n");
  folder.write("all/.hidden.geojson", "{}");
  CHECK(source_layers(folder.path / "all") == std::vector<std::string>{"a", "b"});
  CHECK_THAT(refusal_of(folder.path / "all"), Catch::Contains("\"a\", \"b\"") && Catch::Contains(":*"));
  CHECK(Source(folder.path / "all", {.layer = "b", .encoding = {}}).read(9).size() == 1);
  // 大兴 in GBK, as Chinese Windows packs it.
  const fs::path zip =
      folder.write("z.zip", made::zip({{"\xb4\xf3\xd0\xcb/a.geojson", kPoint}, {"b.geojson", kPoint}}));
  CHECK(source_layers(zip) == std::vector<std::string>{"b", "大兴/a"});
  CHECK(Source(zip, {.layer = "大兴/a", .encoding = {}}).read(9).size() == 1);
  CHECK_THAT(refusal_of(zip, "大兴/b"), Catch::Contains("\"大兴/a\""));
}

TEST_CASE("what points elsewhere, leads out of its archive or is only a part is refused with the way out") {
  const made::Folder folder;
  CHECK_THAT(refusal_of("PG:dbname=land"), Catch::Contains("local files only"));
  CHECK_THAT(refusal_of(folder.write("a.vrt", "<OGRVRTDataSource/>")),
             Catch::Contains("points to other files"));
  CHECK_THAT(refusal_of(folder.write("out.zip", made::zip({{"../a.geojson", kPoint}}))),
             Catch::Contains("outside itself"));
  CHECK_THAT(refusal_of(folder.write("a.prj", "x")),
             Catch::Contains("part of a Shapefile") && Catch::Contains(".shp"));
  CHECK_THAT(refusal_of(folder.write("a.dwg", "AC1032")), Catch::Contains("save it as DXF"));
}

TEST_CASE("the encoding that a Shapefile declares gives way to what its bytes are") {
  const made::Folder folder;
  const std::string gbk = "\xb2\xcb\xb5\xd8";  // 菜地
  CHECK(note_of(folder, gbk, "UTF-8") == "GBK: the .cpg says UTF-8, but the bytes are not UTF-8");
  CHECK(note_of(folder, gbk, "ISO-8859-1") == "GBK: the .cpg says ISO-8859-1, but the bytes are Chinese");
  CHECK_THAT(note_of(folder, "菜地", "GBK"), Catch::StartsWith("UTF-8: the .cpg says"));
  CHECK(note_of(folder, gbk, "GBK") == "GBK: the .cpg says so");
  CHECK(note_of(folder, "caf\xe9 x", "ISO-8859-1") == "ISO-8859-1: the .cpg says so");
  CHECK_THAT(note_of(folder, gbk, nullptr, '\x03'),
             Catch::StartsWith("GBK: the .dbf's language byte 3 says"));
}

TEST_CASE("coordinates in columns are read as people write them, and nothing else is") {
  CHECK(parsed("116.5") == 116.5);
  CHECK(parsed(" -12 ") == -12.0);
  for (const char* text :
       {"116°30′36″", "116-30-36", "116度30分36秒", "116:30:36E", "东经116°30'36\"", "116 30 36"}) {
    INFO(text);
    REQUIRE(parsed(text));
    CHECK(*parsed(text) == Approx(116.51).epsilon(1e-12));
  }
  CHECK(parsed("12°30′S") == -12.5);
  for (const char* text :
       {"", "somewhere", "116°60′", "116°30′99″", "1-2-3-4", "116.5°30′", "E116W", "1e5", "116,5", "nan"}) {
    INFO(text);
    CHECK_FALSE(parsed(text));
  }
}

TEST_CASE("a table's coordinate columns are geometry, not attributes, and a bad one is that row's flaw") {
  const made::Folder folder;
  Source source(folder.write("t.csv", "name,经度,纬度\na,116°30′,39.7\nb,here,39.7\nc,,\n"), {});
  CHECK(source.is_table());
  REQUIRE(source.fields().size() == 1);
  REQUIRE(source.first_position());
  const auto rows = source.read(9);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].geometry == geometry::make_point({116.5, 39.7}));
  CHECK(rows[1].flaw == "a coordinate cannot be read, near \"here\"");
  CHECK(rows[2].flaw == "no geometry");

  Source shapes(folder.write("w.csv",
                             "name,WKT\na,POINT (1 2)\nb,POLYGON ((1\n"
                             "c,0101000020E6100000000000000000F03F0000000000000040\n"),
                {});
  shapes.swap_axes();
  const auto read = shapes.read(9);
  REQUIRE(read.size() == 3);
  CHECK(read[0].geometry == geometry::make_point({2, 1}));
  CHECK_THAT(read[1].flaw, Catch::Contains("POLYGON ((1"));
  CHECK(read[2].geometry == read[0].geometry);  // as PostGIS writes it, with its SRID
}
