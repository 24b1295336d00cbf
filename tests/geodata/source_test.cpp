#include "geodata/source.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "made_files.hpp"

namespace {

namespace fs = std::filesystem;
namespace geometry = caitu::geometry;
using caitu::base::Code;
using caitu::base::Error;
using caitu::geodata::FieldType;
using caitu::geodata::Source;
using caitu::geodata::source_layers;
using caitu::geodata::SourceOptions;
using caitu::geodata::SourceRow;
using caitu::geodata::Value;

std::vector<SourceRow> all_rows(Source& source) {
  std::vector<SourceRow> all;
  for (;;) {
    std::vector<SourceRow> some = source.read(1000);
    if (some.empty()) return all;
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
}

std::vector<SourceRow> rows_of(const fs::path& file, const SourceOptions& options = {}) {
  Source source(file, options);
  return all_rows(source);
}

std::string text(const Value& value) {
  const auto* words = std::get_if<std::string>(&value);
  return words == nullptr ? "(no text)" : *words;
}

Error error_of(const fs::path& file, const SourceOptions& options = {}) {
  try {
    rows_of(file, options);
  } catch (const Error& error) {
    return error;
  }
  FAIL(file << " was read");
  throw 0;
}

void check_refused(const fs::path& file, const std::string& words, const SourceOptions& options = {}) {
  const Error error = error_of(file, options);
  INFO(error.full());
  CHECK(error.code() == Code::refused);
  CHECK(error.where().file == file.string());
  CHECK_THAT(error.full(), Catch::Contains(words));
}

/// One row by its WKT, through a CSV.
SourceRow row_of_wkt(const std::string& wkt) {
  const made::Folder folder;
  const auto rows = rows_of(folder.write("one.csv", "name,WKT\nthis,\"" + wkt + "\"\n"));
  REQUIRE(rows.size() == 1);
  return rows.front();
}

}  // namespace

TEST_CASE("every file of the open data is read to its last row") {
  struct Expected {
    std::string file, layer, driver, crs;
    std::size_t rows;
    std::optional<geometry::Datum> datum;
  };
  const auto gcj = geometry::Datum::gcj02, bd = geometry::Datum::bd09;
  const std::vector<Expected> files = {
      {"beijing/jjj_admin_gcj02.gpkg", "province", "GPKG", "", 3, gcj},
      {"beijing/jjj_admin_gcj02.gpkg", "city", "GPKG", "", 13, gcj},
      {"beijing/jjj_admin_gcj02.gpkg", "county", "GPKG", "", 195, gcj},
      {"beijing/jjj_admin_gcj02.gpkg", "place_point", "GPKG", "", 7637, gcj},
      {"beijing/beijing_adcode_2016.csv", "beijing_adcode_2016", "CSV", "none", 7361, gcj},
      {"beijing/beijing_county_gcj02_gbk", "beijing_county", "ESRI Shapefile", "", 16, gcj},
      {"beijing/beijing_districts_wgs84.geojson", "beijing_districts_wgs84", "GeoJSON", "OGC:CRS84", 16, {}},
      {"beijing/beijing_jiedao_gk54.gpkg", "jiedao", "GPKG", "", 111, {}},
      {"beijing/beijing_jiedao_gk54.gpkg", "land_parcel_pt", "GPKG", "", 1117, {}},
      {"beijing/beijing_compounds_bd09.fgb", "beijing_compounds", "FlatGeobuf", "", 8454, bd},
      {"beijing/jjj_rail_points_osm.gpkg", "station", "GPKG", "EPSG:4326", 2113, {}},
      {"beijing/jjj_rail_points_osm.gpkg", "entrance", "GPKG", "EPSG:4326", 1524, {}},
      {"beijing/sanhe_overpass_osm.geojson", "sanhe_overpass_osm", "GeoJSON", "OGC:CRS84", 375, {}},
      {"stress/cambridge_parcels_fy2013.fgb", "parcels_fy2013", "FlatGeobuf", "EPSG:4326", 13159, {}},
      {"stress/liechtenstein_osm.pbf", "points", "OSM", "OGC:CRS84", 4714, {}},
      {"stress/liechtenstein_osm.pbf", "lines", "OSM", "OGC:CRS84", 5235, {}},
      {"stress/liechtenstein_osm.pbf", "multipolygons", "OSM", "OGC:CRS84", 9902, {}},
  };
  for (const Expected& expected : files) {
    const auto file = made::shared(expected.file);
    if (!file) return;
    INFO(expected.file << " " << expected.layer);
    Source source(*file, {.layer = expected.layer, .encoding = {}});
    CHECK(source.driver() == expected.driver);
    CHECK((source.crs() ? source.crs()->authority() : "none") == expected.crs);
    CHECK(source.datum() == expected.datum);
    const auto rows = all_rows(source);
    CHECK(rows.size() == expected.rows);
    CHECK(rows.back().row == static_cast<std::int64_t>(expected.rows));
    CHECK(source.read(1).empty());
    if (source.rows() >= 0) CHECK(source.rows() == static_cast<std::int64_t>(expected.rows));
  }
}

TEST_CASE("FlatGeobuf inside zstd is refused with the command that unpacks it, and read once unpacked") {
  const made::Folder folder;
  for (const auto& [name, count] :
       {std::pair<std::string, std::size_t>{"nyc_buildings_osm.fgb", 122840}, {"nyc_roads_osm.fgb", 53340}}) {
    const auto packed = made::shared("stress/" + name + ".zst");
    if (!packed) return;
    check_refused(*packed, "zstd -d");
    const fs::path plain = folder.path / name;
    if (std::system(("zstd -q -d '" + packed->string() + "' -o '" + plain.string() + "'").c_str()) != 0) {
      std::cout << "skipped: there is no zstd to unpack " << name << "\n";
      return;
    }
    CHECK(rows_of(plain).size() == count);
  }
}

TEST_CASE("what cannot be read as vector data with geometry is refused with the reason") {
  const made::Folder folder;
  check_refused(folder.path / "absent.shp", "no such file");
  check_refused("https://example.org/parcels.gpkg", "local files only");
  check_refused("/vsicurl/example.org/parcels.gpkg", "local files only");
  check_refused(folder.write("words.gpkg", "not a database"), "no driver knows its form");
  check_refused(folder.write("list.csv", "name,code\na,1\n"), "columns lon and lat");
  check_refused(folder.write("alone.dbf", made::dbf({"NAME"}, {{"a"}})), "no layer with geometry");
  const auto [shp, shx] = made::points_shp(1);
  check_refused(folder.write("lone.shp", shp), ".shp, .shx, .dbf and .prj belong together");
  if (const auto array = made::shared("beijing/beijing_compounds_raw_bd09.json")) {
    check_refused(*array, "no driver knows its form");
  }
}

TEST_CASE("of several layers one must be named, and the message lists them") {
  const auto file = made::shared("beijing/beijing_jiedao_gk54.gpkg");
  if (!file) return;
  CHECK(source_layers(*file) == std::vector<std::string>{"jiedao", "land_parcel_pt"});
  check_refused(*file, "\"jiedao\", \"land_parcel_pt\"");
  check_refused(*file, "no layer \"jiedaos\"", {.layer = "jiedaos", .encoding = {}});
}

TEST_CASE("a GBK Shapefile gives Chinese names and values in UTF-8") {
  const auto folder = made::shared("beijing/beijing_county_gcj02_gbk");
  if (!folder) return;
  Source source(*folder, {});
  CHECK(source.encoding_note() == "CP936: the .cpg says so");
  std::vector<std::string> names;
  for (const auto& field : source.fields()) names.push_back(field.name);
  CHECK(names == std::vector<std::string>{"CODE", "NAME", "行政区名", "LON", "LAT"});
  source.select({"NAME", "CODE"});
  const auto rows = all_rows(source);
  CHECK(text(rows.front().values.at(0)) == "东城区");
  CHECK_THAT(rows.front().extra, Catch::StartsWith("{\"行政区名\":\""));
  for (const SourceRow& row : rows) CHECK(row.flaw.empty());
}

TEST_CASE(
    "text of a Shapefile is read by what is asked, what the .cpg says, the language byte, or its bytes") {
  const std::string gbk = "\xb2\xcb\xb5\xd8";       // 菜地
  const std::string gbk_name = "\xc3\xfb\xb3\xc6";  // 名称
  const std::string big5 = "\xb5\xe6\xa6\x61";      // 菜地
  const made::Folder folder;
  const auto read = [&](const fs::path& file, const std::string& asked) {
    Source source(file, {.layer = {}, .encoding = asked});
    return std::pair(text(all_rows(source).at(0).values.at(0)), source.encoding_note());
  };
  using Pair = std::pair<std::string, std::string>;
  const fs::path bare = made::shapefile(folder, "bare", made::dbf({gbk_name}, {{gbk}}), 1);
  CHECK(read(bare, "") == Pair("菜地", "GBK: no .cpg, bytes are not UTF-8"));
  CHECK(Source(bare, {}).fields().at(0).name == "名称");
  CHECK(read(bare, "GB18030") == Pair("菜地", "GB18030: as asked"));

  const fs::path utf8 = made::shapefile(folder, "utf8", made::dbf({"NAME"}, {{"菜地"}}), 1);
  CHECK(read(utf8, "") == Pair("菜地", "UTF-8: no .cpg, bytes are UTF-8"));
  const fs::path ascii = made::shapefile(folder, "ascii", made::dbf({"NAME"}, {{"land"}}), 1);
  CHECK(read(ascii, "") == Pair("land", "UTF-8: no .cpg, all text is ASCII"));

  const fs::path said = made::shapefile(folder, "said", made::dbf({"NAME"}, {{big5}}), 1);
  folder.write("said.cpg", "BIG5\n");
  CHECK(read(said, "").first == "菜地");
  const fs::path byte = made::shapefile(folder, "byte", made::dbf({"NAME"}, {{gbk}}, '\x4d'), 1);
  CHECK(read(byte, "") == Pair("菜地", "CP936: the .dbf's language byte 77 says so"));
  // 87 means "this machine's own", which is no news on another machine.
  const fs::path ansi = made::shapefile(folder, "ansi", made::dbf({"NAME"}, {{gbk}}, '\x57'), 1);
  CHECK(read(ansi, "") == Pair("菜地", "GBK: no .cpg, bytes are not UTF-8"));

  const fs::path neither =
      made::shapefile(folder, "neither", made::dbf({"NAME"}, {{"caf\xe9"}, {"\xff\xff x"}}), 2);
  check_refused(neither, "--encoding");
  CHECK(read(neither, "ISO-8859-1").first == "café");
  CHECK(error_of(bare, {.layer = {}, .encoding = "GKB"}).code() == Code::usage);
}

TEST_CASE("a text cut by the field's width does not make the whole file unreadable") {
  const made::Folder folder;
  std::string full;
  for (int i = 0; i < 10; ++i) full += "\xb2\xcb";
  full = "x" + full.substr(0, 19);  // the width of 20 cuts the last character in half
  const auto rows = rows_of(made::shapefile(folder, "cut", made::dbf({"NAME"}, {{full}, {"\xb2\xcb"}}), 2));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].flaw == "field NAME is not GBK text");
  CHECK(rows[1].flaw.empty());
  CHECK(text(rows[1].values[0]) == "菜");
}

TEST_CASE("real tables in GBK, UTF-8 and other encodings are read as their owners wrote them") {
  const made::Folder folder;
  const auto read = [&](const std::string& name, std::uint32_t rows, const char* cpg) {
    const auto table = made::shared("ugly/mapshaper/dbf/" + name + ".dbf");
    if (!table) return std::vector<SourceRow>();
    const std::string stem = table->stem().string();
    const fs::path shp = made::shapefile(folder, stem, made::bytes_of(*table), rows);
    fs::remove(folder.path / (stem + ".cpg"));
    if (cpg != nullptr) folder.write(stem + ".cpg", cpg);
    return rows_of(shp);
  };
  const auto gbk = read("gbk", 1, nullptr);
  if (gbk.empty()) return;
  CHECK(gbk[0].flaw.empty());
  CHECK(read("gbk", 1, "GBK")[0].values == gbk[0].values);
  CHECK(read("gbk", 1, "UTF-8")[0].values == gbk[0].values);  // the .cpg lies
  CHECK(read("utf8", 1, nullptr)[0].values == read("utf8", 1, "UTF-8")[0].values);
  CHECK(read("cpg/latin2", 1, "latin2")[0].flaw.empty());
  CHECK(read("cpg/euckr", 1, "EUC-KR")[0].flaw.empty());
  for (const SourceRow& row : read("comma_separated", 7, nullptr))
    CHECK(row.note == "a value was read only in part");
}

TEST_CASE("a table in GBK without a word about it is read, with coordinates from columns in Chinese") {
  const made::Folder folder;
  const std::string heads = "\xc3\xfb\xb3\xc6,\xbe\xad\xb6\xc8,\xce\xb3\xb6\xc8";  // 名称,经度,纬度
  const fs::path file = folder.write("t.csv", heads + "\n\xb2\xcb,116.5,39.75\n\xb5\xd8,,\n");
  Source source(file, {});
  CHECK(source.encoding_note() == "GBK: a text table does not say, bytes are not UTF-8");
  const auto rows = all_rows(source);
  REQUIRE(rows.size() == 2);
  CHECK(source.fields().size() == 1);
  CHECK(source.fields()[0].name == "名称");
  CHECK(text(rows[0].values[0]) == "菜");
  CHECK(rows[0].geometry == geometry::make_point({116.5, 39.75}));
  CHECK(rows[1].flaw == "no geometry");
  CHECK_FALSE(source.crs());
}

TEST_CASE("text that is not UTF-8 in a format that always is makes the row unusable") {
  const made::Folder folder;
  const auto rows = rows_of(folder.write(
      "f.geojson",
      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":"
      "\"Point\",\"coordinates\":[1,2]},\"properties\":{\"name\":\"\xb2\xcb\"}}]}"));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].flaw == "field name is not UTF-8 text");
}

TEST_CASE("a GeoJSON that names another system is believed, easting first") {
  const made::Folder folder;
  const fs::path file = folder.write(
      "f.geojson",
      R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4527"}},)"
      R"("features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[39448688.86,4418598]},)"
      R"("properties":{}}]})");
  Source source(file, {});
  REQUIRE(source.crs());
  CHECK(source.crs()->authority() == "EPSG:4527");
  CHECK(all_rows(source).at(0).geometry == geometry::make_point({39448688.86, 4418598}));
}

TEST_CASE("every kind of geometry becomes the house's own, and what that changes is noted") {
  using geometry::Kind;
  CHECK(row_of_wkt("POINT (1 2)").geometry == geometry::make_point({1, 2}));
  const SourceRow lines = row_of_wkt("MULTILINESTRING ((0 0,1 1),(2 2,3 3,4 4))");
  CHECK(lines.geometry.kind == Kind::line);
  CHECK(lines.geometry.path_ends == std::vector<std::uint32_t>{2, 5});
  const SourceRow holes =
      row_of_wkt("MULTIPOLYGON (((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 1)),((20 0,21 0,21 1,20 0)))");
  CHECK(holes.geometry.path_ends == std::vector<std::uint32_t>{4, 8, 12});
  CHECK(holes.geometry.part_ends == std::vector<std::uint32_t>{2, 3});
  CHECK(holes.note.empty());

  CHECK(row_of_wkt("POINT Z (1 2 30)").note == "heights dropped");
  CHECK(row_of_wkt("POLYGON Z ((0 0 0,1 0 0,1 1 0,0 0 0))").note.empty());
  CHECK(row_of_wkt("LINESTRING M (0 0 1,1 1 2)").note == "measures dropped");
  CHECK(row_of_wkt("POLYGON ((0 0,1 0,1 1))").note == "open rings closed");

  const SourceRow disc = row_of_wkt("CURVEPOLYGON (CIRCULARSTRING (-100 0,0 100,100 0,0 -100,-100 0))");
  CHECK(disc.note == "curves stroked to chords of 1 degree");
  REQUIRE(disc.geometry.kind == Kind::polygon);
  CHECK(disc.geometry.positions.size() >= 361);
  CHECK(std::abs(geometry::signed_twice_area(disc.geometry.positions)) ==
        Approx(2 * M_PI * 1e4).epsilon(1e-4));

  const SourceRow faces = row_of_wkt("TIN Z (((0 0 1,0 1 1,1 1 1,0 0 1)),((0 0 1,1 1 1,1 0 1,0 0 1)))");
  CHECK(faces.geometry.part_ends == std::vector<std::uint32_t>{1, 2});
  CHECK(row_of_wkt("POLYHEDRALSURFACE (((0 0,0 1,1 1,0 0)))").geometry.kind == Kind::polygon);

  CHECK(row_of_wkt("GEOMETRYCOLLECTION (POINT (1 2),MULTIPOINT ((3 4)))").note ==
        "collection of points joined");
  CHECK(row_of_wkt("GEOMETRYCOLLECTION (POINT (1 2),LINESTRING (0 0,1 1))").flaw ==
        "collection of mixed kinds");
  for (const char* empty : {"POLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY", ""}) {
    CHECK(row_of_wkt(empty).flaw == "no geometry");
  }
}

TEST_CASE("attributes keep their type: whole numbers, reals, dates and times as ISO text, lists as JSON") {
  const made::Folder folder;
  folder.write("typed.csvt",
               "Integer,Integer64,Real,Integer(Boolean),Date,DateTime,Time,String,CoordX,CoordY\n");
  const fs::path file =
      folder.write("typed.csv",
                   "i,l,r,b,d,t,c,s,lon,lat\n"
                   "7,9007199254740993,0.1,1,2023/10/31,2023/10/31 08:00:00+08,09:05:00,0102,116,40\n"
                   ",,,,,2023/10/31 08:00:00.250,,,116,40\n");
  Source source(file, {});
  std::vector<FieldType> types;
  for (const auto& field : source.fields()) types.push_back(field.type);
  using T = FieldType;
  CHECK(types ==
        std::vector<T>{T::integer, T::integer, T::real, T::boolean, T::date, T::datetime, T::text, T::text});
  const auto rows = all_rows(source);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].values == std::vector<Value>{std::int64_t{7}, std::int64_t{9007199254740993}, 0.1,
                                             std::int64_t{1}, "2023-10-31", "2023-10-31T08:00:00+08:00",
                                             "09:05:00", "0102"});
  CHECK(text(rows[1].values[5]) == "2023-10-31T08:00:00.250");
  CHECK(std::holds_alternative<std::monostate>(rows[1].values[0]));

  const fs::path lists = folder.write(
      "lists.geojson",
      R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},)"
      R"("properties":{"n":[1,2],"r":[0.5,1.5],"s":["菜","地"]}}]})");
  const auto listed = rows_of(lists);
  CHECK(listed.at(0).values == std::vector<Value>{"[1,2]", "[0.5,1.5]", "[\"菜\",\"地\"]"});
}

TEST_CASE("selected fields come in the order asked; what else holds a value goes to extra") {
  const made::Folder folder;
  const fs::path file = folder.write(
      "f.geojson",
      R"({"type":"FeatureCollection","features":[)"
      R"({"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"a":1,"b":"x\"y","c":2.5}},)"
      R"({"type":"Feature","geometry":null,"properties":{"a":null,"b":null,"c":null}}]})");
  Source source(file, {});
  CHECK(source.crs()->authority() == "OGC:CRS84");
  source.select({"c"});
  const auto rows = all_rows(source);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].values == std::vector<Value>{2.5});
  CHECK(rows[0].extra == R"({"a":1,"b":"x\"y"})");
  CHECK(rows[1].extra.empty());
  CHECK(rows[1].flaw == "no geometry");
  try {
    source.select({"cc"});
    FAIL("a field that is not there was selected");
  } catch (const Error& error) {
    CHECK(error.code() == Code::invalid);
    CHECK_THAT(error.hint(), Catch::Contains("\"c\""));
  }
}

TEST_CASE("a damaged file is refused with the row where reading ended") {
  const made::Folder folder;
  const std::string table = made::dbf({"NAME"}, {{"a"}, {"b"}, {"c"}, {"d"}});
  const fs::path shp = made::shapefile(folder, "short", table, 4);
  fs::resize_file(shp, 100 + 28 * 2 + 5);
  CHECK(error_of(shp).code() == Code::refused);
  CHECK(error_of(shp).where().row == 3);
  CHECK(error_of(shp).where().layer == "short");

  if (const auto parcels = made::shared("stress/cambridge_parcels_fy2013.fgb")) {
    const fs::path half = folder.path / "half.fgb";
    fs::copy_file(*parcels, half);
    fs::permissions(half, fs::perms::owner_all);
    fs::resize_file(half, fs::file_size(half) / 2);
    const Error error = error_of(half);
    CHECK(error.code() == Code::refused);
    CHECK(error.where().row > 1000);
    CHECK(error.where().row < 13159);
  }
}

TEST_CASE("rows that a .dbf marks as deleted are no damage") {
  const made::Folder folder;
  const std::string table = made::dbf({"NAME"}, {{"a"}, {"b"}, {"c"}}, 0, {1});
  const auto rows = rows_of(made::shapefile(folder, "some", table, 3));
  REQUIRE(rows.size() == 2);
  CHECK(text(rows[1].values[0]) == "c");
}

TEST_CASE("a delivery in a .zip is read where it lies") {
  const made::Folder folder;
  const auto [shp, shx] = made::points_shp(1);
  const std::string table = made::dbf({"NAME"}, {{"\xb2\xcb"}});
  using Files = std::vector<std::pair<std::string, std::string>>;
  const Files deep = {{"delivery/p.shp", shp}, {"delivery/p.shx", shx}, {"delivery/p.dbf", table}};
  const fs::path zip = folder.write("delivery.zip", made::zip(deep));
  const auto rows = rows_of(zip);
  REQUIRE(rows.size() == 1);
  CHECK(text(rows[0].values[0]) == "菜");
  CHECK(rows[0].geometry == geometry::make_point({116, 40}));

  Files two = deep;
  two.emplace_back("other.geojson", R"({"type":"Point","coordinates":[1,2]})");
  check_refused(folder.write("two.zip", made::zip(two)), "\"delivery/p\", \"other\"");
  check_refused(folder.write("none.zip", made::zip({{"read.txt", "me"}})), "no vector data");
}

TEST_CASE("reading leaves nothing beside the source") {
  const made::Folder folder;
  made::shapefile(folder, "p", made::dbf({"NAME"}, {{"a"}}), 1);
  folder.write(
      "k.kml",
      "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Folder><name>k</name><Placemark><Point>"
      "<coordinates>116,40</coordinates></Point></Placemark></Folder></Document></kml>");
  folder.write("g.gml",
               "<ogr:FeatureCollection xmlns:ogr=\"http://ogr.maptools.org/\" "
               "xmlns:gml=\"http://www.opengis.net/gml\">"
               "<gml:featureMember><ogr:p fid=\"p.0\"><ogr:geometryProperty><gml:Point "
               "srsName=\"urn:ogc:def:crs:EPSG::4490\">"
               "<gml:pos>40 116</gml:pos></gml:Point></ogr:geometryProperty></ogr:p></gml:featureMember>"
               "</ogr:FeatureCollection>");
  const auto before = folder.names();
  const geometry::Geometry place = geometry::make_point({116, 40});
  for (const char* name : {"p.shp", "k.kml", "g.gml"}) {
    INFO(name);
    const auto rows = rows_of(folder.path / name);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].geometry == place);
  }
  CHECK(Source(folder.path / "k.kml", {}).crs()->authority() == "OGC:CRS84");
  CHECK(Source(folder.path / "g.gml", {}).crs()->authority() == "EPSG:4490");
  CHECK(folder.names() == before);
}

TEST_CASE("a database's row number is an attribute when its column has a name of its own") {
  const auto file = made::shared("ugly/mapshaper/geopackage/world_land_robin.gpkg");
  if (!file) return;
  const Source source(*file, {});
  std::vector<std::string> names;
  for (const auto& field : source.fields()) names.push_back(field.name);
  CHECK(names == std::vector<std::string>{"id"});
}

TEST_CASE("a database that another program is writing to is refused") {
  const auto sound = made::shared("ugly/gpkg_bad/test_allcorrect.gpkg");
  if (!sound) return;
  const made::Folder folder;
  const fs::path file = folder.path / "open.gpkg";
  fs::copy_file(*sound, file);
  CHECK(rows_of(file).size() == 1);
  folder.write("open.gpkg-wal", "changes");
  check_refused(file, "another program is writing");
}
