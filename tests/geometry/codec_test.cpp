#include "geometry/codec.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "base/bytes.hpp"
#include "base/error.hpp"

using namespace caitu::geometry;
using caitu::base::append_value;
using caitu::base::Code;
using caitu::base::Error;

namespace {

std::string bytes_of(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string hex_of(std::string_view bytes) {
  return caitu::base::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string wkb(const Geometry& geometry) {
  std::string out;
  append_wkb(out, geometry);
  return out;
}

std::string spatialite(const Geometry& geometry) {
  std::string out;
  append_spatialite(out, geometry);
  return out;
}

std::string geojson(const Geometry& geometry, int decimals = 8) {
  std::string out;
  append_geojson(out, geometry, decimals);
  return out;
}

Geometry from_json(std::string_view text, std::size_t limit = 1000) {
  return read_geojson(caitu::base::parse_json(text), limit);
}

template <typename Body>
Error failure_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  return {Code::internal, "nothing was thrown"};
}

std::string complaint(std::string_view json) {
  return failure_of([&] { from_json(json); }).what();
}

/// A shell with a hole, and a second part.
Geometry sample_land() {
  return {Kind::polygon,
          {{0, 0},
           {4, 0},
           {4, 4},
           {0, 4},
           {0, 0},
           {1, 1},
           {1, 2},
           {2, 2},
           {1, 1},
           {5, 5},
           {6, 5},
           {6, 6},
           {5, 5}},
          {5, 9, 13},
          {2, 3}};
}

Geometry any_geometry() {
  Geometry geometry;
  geometry.kind = static_cast<Kind>(*rc::gen::inRange(1, 4));
  const auto position = [] {
    return Position{*rc::gen::inRange(-1800, 1800) / 10.0, *rc::gen::inRange(-900, 900) / 10.0};
  };
  const int parts = *rc::gen::inRange(1, 4);
  for (int i = 0; i < parts; ++i) {
    if (geometry.kind == Kind::point) {
      geometry.positions.push_back(position());
      continue;
    }
    const int paths = geometry.kind == Kind::polygon ? *rc::gen::inRange(1, 4) : 1;
    for (int j = 0; j < paths; ++j) {
      const std::size_t first = geometry.positions.size();
      const int count = *rc::gen::inRange(3, 7);
      for (int k = 0; k < count; ++k) geometry.positions.push_back(position());
      if (geometry.kind == Kind::polygon) geometry.positions.push_back(geometry.positions[first]);
      geometry.end_path();
    }
    if (geometry.kind == Kind::polygon) geometry.end_part();
  }
  return geometry;
}

/// Reads and only minds that it ends in a geometry or in an Error of the house, within the bytes.
template <typename Read>
void survives(Read read) {
  try {
    const Geometry geometry = read();
    // In brackets, for the macro would take the expression apart and look at both sides of ||.
    RC_ASSERT((geometry.path_ends.empty() || geometry.path_ends.back() == geometry.positions.size()));
    RC_ASSERT((geometry.part_ends.empty() || geometry.part_ends.back() == geometry.path_ends.size()));
  } catch (const Error& error) {
    RC_ASSERT(error.code() == Code::invalid);
    RC_ASSERT(error.where().position > 0);
  }
}

std::string damaged(std::string bytes) {
  const int flips = *rc::gen::inRange(0, 4);
  for (int i = 0; i < flips && !bytes.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(bytes.size(), 60));
    bytes[at] = static_cast<char>(*rc::gen::inRange(0, 256));
  }
  const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
  return *rc::gen::arbitrary<bool>() ? bytes.substr(0, cut) : bytes;
}

}  // namespace

TEST_CASE("WKB, SpatiaLite and GeoJSON give back what they were given") {
  const auto holds = rc::check([] {
    const Geometry geometry = any_geometry();
    RC_ASSERT(read_wkb(wkb(geometry)) == geometry);
    RC_ASSERT(read_spatialite(spatialite(geometry)) == geometry);
    RC_ASSERT(from_json(geojson(geometry)) == geometry);
  });
  CHECK(holds);
}

TEST_CASE("WKB is ISO, little-endian, single for one part and Multi for more") {
  CHECK(hex_of(wkb(make_point({1, 2}))) == "0101000000000000000000f03f0000000000000040");
  CHECK(hex_of(wkb(Geometry{Kind::line, {{0, 0}, {1, 0}}, {2}, {}})).substr(0, 18) == "010200000002000000");
  CHECK(hex_of(wkb(sample_land())).substr(0, 36) == "010600000002000000010300000002000000");
  CHECK(hex_of(wkb(Geometry{})) == "010700000000000000");
}

TEST_CASE("WKB is read in any byte order, as ISO or EWKB, and heights are dropped") {
  const Geometry point = make_point({1, 2});
  CHECK(read_wkb(bytes_of("00000000013FF00000000000004000000000000000")) == point);
  // ISO Point ZM, EWKB Point Z with srid 4490, EWKB Point M.
  CHECK(read_wkb(bytes_of("01B90B0000000000000000F03F000000000000004000000000000022400000000000002240")) ==
        point);
  CHECK(read_wkb(bytes_of("01010000A08A110000000000000000F03F00000000000000400000000000002240")) == point);
  CHECK(read_wkb(bytes_of("0101000040000000000000F03F00000000000000400000000000002240")) == point);
  // A big-endian member in a little-endian MultiPoint.
  CHECK(read_wkb(bytes_of("01040000000100000000000000013FF00000000000004000000000000000")) == point);
}

TEST_CASE("a collection of one kind is joined, and one of several is refused where the second begins") {
  std::string both = bytes_of("010700000002000000");
  append_wkb(both, make_point({1, 2}));
  std::string mixed = both;
  append_wkb(both, Geometry{Kind::point, {{3, 4}, {5, 6}}, {}, {}});
  CHECK(read_wkb(both) == Geometry{Kind::point, {{1, 2}, {3, 4}, {5, 6}}, {}, {}});
  const auto second = static_cast<std::int64_t>(mixed.size());
  append_wkb(mixed, sample_land());
  const Error error = failure_of([&] { read_wkb(mixed); });
  CHECK(error.code() == Code::invalid);
  CHECK(error.where().position > second);
}

TEST_CASE("empty geometries of any type are read as nothing") {
  for (const char* digits : {"010700000000000000", "010300000000000000", "010200000000000000",
                             "010600000000000000", "0101000000000000000000F87F000000000000F87F",
                             "010600000001000000010300000000000000", "01030000000100000000000000"}) {
    CAPTURE(digits);
    CHECK(read_wkb(bytes_of(digits)) == Geometry{});
  }
}

TEST_CASE("coordinates that are not finite are passed on, for a later check to name them") {
  Geometry line{Kind::line, {{0, 0}, {std::numeric_limits<double>::quiet_NaN(), 1}}, {2}, {}};
  CHECK(std::isnan(read_wkb(wkb(line)).positions[1].lon));
  CHECK(read_wkb(wkb(make_point({std::numeric_limits<double>::infinity(), 1}))).positions.size() == 1);
}

TEST_CASE("WKB that lies about itself is refused at the byte that lies") {
  const auto position = [](std::string_view digits) {
    return failure_of([&] { read_wkb(bytes_of(digits)); }).where().position;
  };
  CHECK(position("") == 1);
  CHECK(position("02") == 1);                           // no byte order
  CHECK(position("0108000000") == 2);                   // a curve
  CHECK(position("0102000000FFFFFFFF") == 6);           // four milliards of positions
  CHECK(position("0106000000FFFFFFFF") == 6);           // as many parts
  CHECK(position("010300000001000000FFFFFF7F") == 10);  // and in a ring
  CHECK(position("0101000000000000000000F03F") == 14);  // it ends in the middle
  CHECK(position("01070000000000000000") == 10);        // it goes on
  CHECK(position("01030000000200000000000000010000000000000000000000"
                 "0000000000000000") == 14);  // a hole without a shell
}

TEST_CASE("collections may be nested 32 deep and no deeper") {
  const auto nested = [](int depth) {
    std::string bytes;
    for (int i = 0; i < depth; ++i) bytes += bytes_of("010700000001000000");
    append_wkb(bytes, make_point({1, 2}));
    return bytes;
  };
  CHECK(read_wkb(nested(32)) == make_point({1, 2}));
  CHECK(failure_of([&] { read_wkb(nested(33)); }).code() == Code::invalid);
  CHECK(failure_of([&] { read_wkb(nested(100'000)); }).code() == Code::invalid);
}

TEST_CASE("more positions than allowed are refused before they are stored") {
  CHECK(failure_of([] { read_wkb(wkb(sample_land()), 12); }).code() == Code::invalid);
  CHECK(read_wkb(wkb(sample_land()), 13) == sample_land());
}

TEST_CASE("damaged bytes end in an error with a place, never in a crash") {
  const auto holds = rc::check([] {
    const Geometry geometry = any_geometry();
    const std::string plain = damaged(wkb(geometry)), blob = damaged(spatialite(geometry));
    survives([&] { return read_wkb(plain, 1000); });
    if (!blob.empty()) survives([&] { return read_spatialite(blob); });
  });
  CHECK(holds);
}

// The blobs below were made by SpatiaLite 5.0.1 from the WKT beside them.

TEST_CASE("a SpatiaLite blob is byte for byte what SpatiaLite writes") {
  // MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,1 1)),((5 5,6 5,6 6,5 5)))
  CHECK(hex_of(spatialite(sample_land())) ==
        "00018a11000000000000000000000000000000000000000000000000184000000000000018407c0600000002000000690300"
        "000002000000"
        "0500000000000000000000000000000000000000000000000000104000000000000000000000000000001040000000000000"
        "1040000000"
        "000000000000000000000010400000000000000000000000000000000004000000000000000000f03f000000000000f03f00"
        "0000000000"
        "f03f000000000000004000000000000000400000000000000040000000000000f03f000000000000f03f6903000000010000"
        "0004000000"
        "0000000000001440000000000000144000000000000018400000000000001440000000000000184000000000000018400000"
        "0000000014"
        "400000000000001440fe");
  // MULTIPOINT(1 2,3 4)
  CHECK(hex_of(spatialite(Geometry{Kind::point, {{1, 2}, {3, 4}}, {}, {}})) ==
        "00018a110000000000000000f03f0000000000000040000000000000084000000000000010407c0400000002000000690100"
        "0000000000"
        "000000f03f0000000000000040690100000000000000000008400000000000001040fe");
  // MULTILINESTRING((1 2,3 4))
  CHECK(hex_of(spatialite(Geometry{Kind::line, {{1, 2}, {3, 4}}, {2}, {}})) ==
        "00018a110000000000000000f03f0000000000000040000000000000084000000000000010407c0500000001000000690200"
        "0000020000"
        "00000000000000f03f000000000000004000000000000008400000000000001040fe");
  CHECK(spatialite(Geometry{}).empty());
  CHECK(read_spatialite("") == Geometry{});
}

TEST_CASE("SpatiaLite's other classes are read") {
  // POLYGON Z((0 0 9,4 0 9,4 4 9,0 0 9))
  CHECK(read_spatialite(
            bytes_of("00018A11000000000000000000000000000000000000000000000000104000000000000010407CEB0300000"
                     "10000000400000000000000"
                     "000000000000000000000000000000000000224000000000000010400000000000000000000000000000224"
                     "000000000000010400000000"
                     "0000010400000000000002240000000000000000000000000000000000000000000002240FE")) ==
        Geometry{Kind::polygon, {{0, 0}, {4, 0}, {4, 4}, {0, 0}}, {4}, {1}});
  // GEOMETRYCOLLECTION(LINESTRING(1 2,3 4),LINESTRING(5 6,7 8))
  CHECK(read_spatialite(bytes_of("00018A110000000000000000F03F00000000000000400000000000001C40000000000000204"
                                 "07C07000000020000006902000000020000"
                                 "00000000000000F03F000000000000004000000000000008400000000000001040690200000"
                                 "002000000000000000000144000000000000"
                                 "018400000000000001C400000000000002040FE")) ==
        Geometry{Kind::line, {{1, 2}, {3, 4}, {5, 6}, {7, 8}}, {2, 4}, {}});
  // TinyPointEncode(MakePoint(116.5, 39.7, 4490))
  CHECK(read_spatialite(bytes_of("00818A110000010000000000205D409A99999999D94340FE")) ==
        make_point({116.5, 39.7}));
}

TEST_CASE("a compressed SpatiaLite blob is refused with the way out") {
  const Error error = failure_of([] {
    read_spatialite(
        bytes_of("00018A11000000000000000000000000000000000000000000000000004000000000000000407C42420F000300"
                 "0000000000000000000000000000000000000000803F0000803F00000000000000400000000000000040FE"));
  });
  CHECK(error.code() == Code::invalid);
  CHECK(std::string(error.what()).find("UncompressGeometry") != std::string::npos);
}

TEST_CASE("GeoJSON is a single type for one part, a Multi type for more, null for none") {
  CHECK(geojson(make_point({116.3913, 39.9057})) == R"({"type":"Point","coordinates":[116.3913,39.9057]})");
  CHECK(geojson(Geometry{Kind::point, {{1, 2}, {3, 4}}, {}, {}}) ==
        R"({"type":"MultiPoint","coordinates":[[1,2],[3,4]]})");
  CHECK(geojson(Geometry{Kind::line, {{1, 2}, {3, 4}}, {2}, {}}) ==
        R"({"type":"LineString","coordinates":[[1,2],[3,4]]})");
  CHECK(
      geojson(sample_land()) ==
      R"({"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[1,1]]],)"
      R"([[[5,5],[6,5],[6,6],[5,5]]]]})");
  CHECK(geojson(Geometry{}) == "null");
  CHECK(geojson(make_point({116.123456789, 39}), 3) == R"({"type":"Point","coordinates":[116.123,39]})");
}

TEST_CASE("GeoJSON is taken as a geometry, a feature, or a collection of one kind") {
  const Geometry point = make_point({1, 2}), points{Kind::point, {{1, 2}, {3, 4}}, {}, {}};
  CHECK(from_json(R"({"type":"Point","coordinates":[1,2,30]})") == point);
  CHECK(
      from_json(R"({"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[1,2]}})") ==
      point);
  CHECK(from_json(R"({"type":"FeatureCollection","features":[
          {"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}},
          {"type":"Feature","geometry":null},
          {"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[3,4]]}}]})") == points);
  CHECK(from_json(R"({"type":"GeometryCollection","geometries":[
          {"type":"Point","coordinates":[1,2]},{"type":"Point","coordinates":[3,4]}]})") == points);
  CHECK(from_json(R"({"type":"MultiPolygon","coordinates":[]})") == Geometry{});
}

TEST_CASE("open GeoJSON rings are closed, and out of range is not a matter of reading") {
  CHECK(from_json(R"({"type":"Polygon","coordinates":[[[0,0],[900,0],[1,1]]]})") ==
        Geometry{Kind::polygon, {{0, 0}, {900, 0}, {1, 1}, {0, 0}}, {4}, {1}});
}

TEST_CASE("a fault in GeoJSON is named by its member") {
  CHECK_THAT(complaint(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],"x",[0,0]]]})"),
             Catch::StartsWith("coordinates[0][2]: "));
  CHECK_THAT(complaint(R"({"type":"Polygon","coordinates":[[[0,0],[1,null],[1,1],[0,0]]]})"),
             Catch::StartsWith("coordinates[0][1][1]: "));
  CHECK_THAT(complaint(R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]})"),
             Catch::StartsWith("coordinates[0]: "));
  CHECK_THAT(complaint(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]],[]]})"),
             Catch::StartsWith("coordinates[1]: "));
  CHECK_THAT(complaint(R"({"type":"MultiPolygon","coordinates":[[]]})"),
             Catch::StartsWith("coordinates[0]: "));
  CHECK_THAT(complaint(R"({"type":"LineString","coordinates":[[0,0]]})"), Catch::StartsWith("coordinates: "));
  CHECK_THAT(complaint(R"({"type":"LineString","coordinates":{"0":1}})"), Catch::StartsWith("coordinates: "));
  CHECK_THAT(complaint(R"({"type":"Circle","coordinates":[0,0]})"), Catch::StartsWith("type: "));
  CHECK_THAT(complaint(R"({"type":7,"coordinates":[0,0]})"), Catch::StartsWith("type: "));
  CHECK_THAT(complaint(R"({"type":"Point"})"), Catch::Contains("\"coordinates\" is missing"));
  CHECK_THAT(complaint("[1,2]"), Catch::Contains("object"));
  CHECK_THAT(complaint(R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":
               {"type":"Point","coordinates":[1]}}]})"),
             Catch::StartsWith("features[0].geometry.coordinates: "));
  CHECK_THAT(complaint(R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},
               {"type":"LineString","coordinates":[[1,2],[3,4]]}]})"),
             Catch::StartsWith("geometries[1]: "));
}

TEST_CASE("GeoJSON past its limit is too large") {
  const std::string_view text = R"({"type":"LineString","coordinates":[[0,0],[1,0],[1,1]]})";
  CHECK(from_json(text, 3).positions.size() == 3);
  CHECK(failure_of([&] { from_json(text, 2); }).code() == Code::too_large);
}
