#include "geometry/crs.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "geometry/measure.hpp"
#include "support/properties.hpp"

using namespace caitu::geometry;
using caitu::base::Code;
using caitu::base::Error;

namespace {

const std::string kEsriZone39 =
    R"(PROJCS["CGCS2000_3_Degree_GK_Zone_39",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",)"
    R"(DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],)"
    R"(UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",39500000.0],)"
    R"(PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],)"
    R"(PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]])";

const std::string kWkt1Zone39 =
    R"(PROJCS["CGCS2000 / 3-degree Gauss-Kruger zone 39",GEOGCS["China Geodetic Coordinate System 2000",)"
    R"(DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],)"
    R"(UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],)"
    R"(PARAMETER["central_meridian",117],PARAMETER["scale_factor",1],PARAMETER["false_easting",39500000],)"
    R"(PARAMETER["false_northing",0],UNIT["metre",1]])";

const std::string kWkt2Zone39 =
    R"(PROJCRS["CGCS2000 / 3-degree Gauss-Kruger zone 39",BASEGEOGCRS["China Geodetic Coordinate System 2000",)"
    R"(DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],)"
    R"(PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["zone 39",)"
    R"(METHOD["Transverse Mercator",ID["EPSG",9807]],)"
    R"(PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],)"
    R"(PARAMETER["Longitude of natural origin",117,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],)"
    R"(PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1],ID["EPSG",8805]],)"
    R"(PARAMETER["False easting",39500000,LENGTHUNIT["metre",1],ID["EPSG",8806]],)"
    R"(PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],CS[Cartesian,2],)"
    R"(AXIS["northing",north,ORDER[1],LENGTHUNIT["metre",1]],)"
    R"(AXIS["easting",east,ORDER[2],LENGTHUNIT["metre",1]]])";

const std::string kGcj02 =
    R"(GEOGCS["GCJ-02",DATUM["GCJ_02",SPHEROID["Krassovsky 1940",6378245,298.3]],PRIMEM["Greenwich",0],)"
    R"(UNIT["degree",0.0174532925199433]])";

const std::string kZone39Pipeline =
    "+proj=pipeline +step +inv +proj=tmerc +lon_0=117 +x_0=39500000 +ellps=GRS80 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg";

Position moved(const std::string& from, const std::string& to, Position p) {
  Transform(Crs::parse(from), Crs::parse(to)).apply({&p, 1});
  return p;
}

Error error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  return {Code::internal, "nothing was thrown"};
}

/// Metres on the ground from p to the straight line ab in degrees, near `p`.
double aside_m(Position p, Position a, Position b) {
  const double scale = std::cos(p.lat * 3.14159265358979 / 180);
  const double x = (b.lon - a.lon) * scale, y = b.lat - a.lat;
  const double px = (p.lon - a.lon) * scale, py = p.lat - a.lat;
  const double t = std::clamp((px * x + py * y) / (x * x + y * y), 0.0, 1.0);
  return std::hypot(px - t * x, py - t * y) * 111'320;
}

double aside_m(Position p, const std::vector<Position>& path) {
  double least = 1e300;
  for (std::size_t i = 1; i < path.size(); ++i) least = std::min(least, aside_m(p, path[i - 1], path[i]));
  return least;
}

Geometry line(std::vector<Position> positions) {
  Geometry made{Kind::line, std::move(positions), {}, {}};
  made.end_path();
  return made;
}

}  // namespace

TEST_CASE("The worked point of the survey comes out in both forms of zone 39") {
  const Position zone = moved("EPSG:4490", "EPSG:4527", {116.4, 39.9});
  CHECK(zone.lon == Approx(39448688.86).margin(0.005));
  CHECK(zone.lat == Approx(4418598.00).margin(0.005));
  const Position meridian = moved("EPSG:4490", "EPSG:4548", {116.4, 39.9});
  CHECK(meridian.lon == Approx(448688.86).margin(0.005));
  CHECK(meridian.lat == Approx(4418598.00).margin(0.005));
}

TEST_CASE("A zone is read from the false easting and from nothing else") {
  CHECK(Crs::parse("EPSG:4526").zone() == 38);
  CHECK(Crs::parse("EPSG:4527").zone() == 39);
  CHECK(Crs::parse("EPSG:4528").zone() == 40);
  CHECK(Crs::parse("EPSG:4513").zone() == 25);
  CHECK(Crs::parse("EPSG:4533").zone() == 45);
  CHECK(Crs::parse("EPSG:4498").zone() == 20);  // six degrees wide
  CHECK_FALSE(Crs::parse("EPSG:4548").zone());
  CHECK_FALSE(Crs::parse("EPSG:3021").zone());  // 1 500 000 m on the meridian 15.8° is no zone
  CHECK_FALSE(Crs::parse("EPSG:4490").zone());
  CHECK(Crs::parse(kEsriZone39).zone() == 39);
}

TEST_CASE("The order of axes is the authority's, or the text's own") {
  CHECK(Crs::parse("EPSG:4527").northing_first());
  CHECK(Crs::parse("EPSG:4490").northing_first());
  CHECK(Crs::parse("EPSG:4326").northing_first());
  CHECK_FALSE(Crs::parse("OGC:CRS84").northing_first());
  CHECK_FALSE(Crs::parse("EPSG:32650").northing_first());
  CHECK_FALSE(Crs::parse(kEsriZone39).northing_first());
}

TEST_CASE("Zone 39 is recognised in every dialect in which files carry it") {
  for (const std::string& text : {std::string("EPSG:4527"), std::string("urn:ogc:def:crs:EPSG::4527"),
                                  kEsriZone39, kWkt1Zone39, kWkt2Zone39}) {
    const Crs crs = Crs::parse(text);
    CHECK(crs.authority() == "EPSG:4527");
    CHECK(crs.name() == "CGCS2000 / 3-degree Gauss-Kruger zone 39");
    CHECK(crs.same_plane_as(Crs::parse("EPSG:4527")));
    const Position p = moved(text, "EPSG:4490", {39448688.86, 4418598.00});
    CHECK(p.lon == Approx(116.4).margin(1e-7));
    CHECK(p.lat == Approx(39.9).margin(1e-7));
  }
  CHECK_FALSE(Crs::parse("EPSG:4527").same_plane_as(Crs::parse("EPSG:4548")));
  CHECK(Crs::parse("EPSG:4527").definition() == "EPSG:4527");
}

TEST_CASE("A plane that nobody registered has no code") {
  const Crs crs = Crs::parse("+proj=tmerc +lon_0=116.35 +x_0=500000 +ellps=krass");
  CHECK(crs.authority().empty());
  CHECK_FALSE(crs.geographic());
  CHECK(
      crs.same_plane_as(Crs::parse("+proj=tmerc +lat_0=0 +lon_0=116.35 +x_0=500000 +ellps=krass +type=crs")));
}

TEST_CASE("Texts that are no coordinate reference system are refused with the way out") {
  CHECK(error_of([] { Crs::parse("4527"); }).hint() == "Write EPSG:4527.");
  for (const std::string text :
       {"", "Beijing", "EPSG:999999", "GEOGCS[", "+proj=nothing", "no_such_file.prj x"}) {
    CHECK(error_of([&] { Crs::parse(text); }).code() == Code::invalid);
  }
  CHECK(error_of([] { Crs::parse("EPSG:999999"); }).what() ==
        std::string("\"EPSG:999999\" is no coordinate reference system: proj_create: crs not found."));
  CHECK(error_of([] { Crs::parse("/no/such/file.prj"); }).code() == Code::io);
  const Error local = error_of([] { Crs::parse(R"(LOCAL_CS["Beijing local",UNIT["metre",1]])"); });
  CHECK(local.code() == Code::invalid);
  CHECK_THAT(local.hint(), Catch::Contains("pipeline"));
}

TEST_CASE("A .prj file is read, with or without a byte order mark") {
  const auto folder = std::filesystem::temp_directory_path() / ("caitu_crs_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "zone39.PRJ").string();
  std::ofstream(path) << "\xEF\xBB\xBF" << kEsriZone39 << "\r\n";
  const Crs crs = Crs::parse(path);
  CHECK(crs.authority() == "EPSG:4527");
  CHECK(crs.definition() == kEsriZone39);
  std::ofstream(path) << "not a definition";
  CHECK(error_of([&] { Crs::parse(path); }).where().file == path);
  std::filesystem::remove_all(folder);
}

TEST_CASE("A pipeline is used as it stands and must end in degrees") {
  const Crs crs = Crs::parse(kZone39Pipeline);
  CHECK(crs.pipeline());
  const Position direct = moved("EPSG:4527", "EPSG:4490", {39448688.86, 4418598.00});
  const Position piped = moved(kZone39Pipeline, "EPSG:4490", {39448688.86, 4418598.00});
  CHECK(distance_m(direct, piped) < 1e-6);
  CHECK(error_of([] {
          Crs::parse("+proj=pipeline +step +inv +proj=tmerc +lon_0=117 +ellps=GRS80");
        }).code() == Code::invalid);
  CHECK(error_of([] { Crs::parse("+proj=pipeline +step +proj=nothing"); }).code() == Code::invalid);
  CHECK(error_of([&] { Transform(Crs::cgcs2000(), crs); }).code() == Code::unsupported);
}

TEST_CASE("Degrees on CGCS2000 and WGS 84 are the same degrees") {
  for (const std::string text :
       {"EPSG:4490", "EPSG:4326", "OGC:CRS84", "EPSG:4979", "+proj=longlat +datum=WGS84"}) {
    CAPTURE(text);
    CHECK(Transform(Crs::parse(text), Crs::cgcs2000()).identity());
    CHECK(Transform(Crs::cgcs2000(), Crs::parse(text)).identity());
    CHECK(Crs::parse(text).same_plane_as(Crs::cgcs2000()));
  }
  const Position p{39448688.86, 4418598.00};
  CHECK(moved("EPSG:4527", "EPSG:4326", p) == moved("EPSG:4527", "EPSG:4490", p));
  CHECK_FALSE(Transform(Crs::parse("EPSG:4527"), Crs::cgcs2000()).identity());
}

TEST_CASE("A plane of WGS 84 reaches CGCS2000 without a shift, and planes reach planes") {
  const Position utm = moved("EPSG:4490", "EPSG:32650", {116.4, 39.9});
  const Position back = moved("EPSG:32650", "EPSG:4490", utm);
  CHECK(distance_m(back, {116.4, 39.9}) < 1e-6);
  const Position zone = moved("EPSG:32650", "EPSG:4527", utm);
  CHECK(zone.lon == Approx(39448688.86).margin(0.005));
  CHECK(moved("EPSG:4490", "EPSG:3857", {180, 0}).lon == Approx(20037508.34).margin(0.01));
}

TEST_CASE("A CRS named GCJ-02 or BD-09 says its datum, and its degrees are left to the shift") {
  const std::string esri =
      R"(GEOGCS["GCS_GCJ-02_distorted_not_WGS_84",DATUM["D_GCJ-02",SPHEROID["Krasovsky_1940",6378245.0,298.3]],)"
      R"(PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]])";
  for (const std::string& text : {kGcj02, esri}) {
    const Crs crs = Crs::parse(text);
    CHECK(crs.datum() == Datum::gcj02);
    CHECK(Transform(crs, Crs::cgcs2000()).identity());
    CHECK_FALSE(crs.same_plane_as(Crs::cgcs2000()));
  }
  const Crs bd = Crs::parse(
      R"(GEOGCS["BD-09LL",DATUM["BD-09",SPHEROID["Krassowsky 1940",6378245,298.3]],PRIMEM["Greenwich",0],)"
      R"(UNIT["degree",0.0174532925199433]])");
  CHECK(bd.datum() == Datum::bd09);
  CHECK_FALSE(Crs::cgcs2000().datum());
}

TEST_CASE("A datum with no transformation that holds over its whole area is refused, not guessed") {
  // The only parameters that PROJ knows for these planes are those of a bay or a basin far from Beijing.
  for (const std::string text : {"EPSG:2436", "EPSG:2363", "EPSG:4214", "EPSG:4610"}) {
    const Error error = error_of([&] { Transform(Crs::parse(text), Crs::cgcs2000()); });
    CAPTURE(text);
    CHECK(error.code() == Code::refused);
    CHECK_THAT(error.hint(), Catch::Contains("pipeline"));
  }
}

TEST_CASE("Datums with a transformation of their own are shifted, also by parameters in the text") {
  const Position nad83 = moved("EPSG:26918", "EPSG:4490", {583960, 4507523});
  CHECK(nad83.lon == Approx(-74.0059).margin(1e-3));
  const std::string plain = "+proj=tmerc +lon_0=117 +x_0=500000 +ellps=krass";
  const Position unshifted = moved(plain, "EPSG:4490", {448688.86, 4418598.00});
  const Position shifted = moved(plain + " +towgs84=15.8,-154.4,-82.3", "EPSG:4490", {448688.86, 4418598.00});
  CHECK(distance_m(unshifted, shifted) > 30);
  CHECK(distance_m(unshifted, shifted) < 200);
  const Position inverse = moved("+proj=longlat +ellps=krass", plain, unshifted);
  CHECK(inverse.lon == Approx(448688.86).margin(1e-6));
}

TEST_CASE("A position without an image becomes infinite and leaves its neighbours alone") {
  const Transform transform(Crs::parse("EPSG:4527"), Crs::cgcs2000());
  std::vector<Position> positions{
      {39448688.86, 4418598}, {1e12, 1e12}, {NAN, 4418598}, {39448688.86, 4418598}};
  CHECK(transform.apply(positions) == 2);
  CHECK(positions[0].lon == Approx(116.4).margin(1e-7));
  CHECK(positions[3] == positions[0]);
  CHECK(std::isinf(positions[1].lon));
  CHECK(std::isinf(positions[2].lat));
}

TEST_CASE("A transform may be made on one thread and used on another") {
  Transform transform(Crs::parse("EPSG:4527"), Crs::cgcs2000());
  Position p{39448688.86, 4418598};
  std::thread([&p, moved_in = std::move(transform)] { moved_in.apply({&p, 1}); }).join();
  CHECK(p.lon == Approx(116.4).margin(1e-7));
}

TEST_CASE("Edges of a parcel are not split, a long edge far from the meridian is") {
  const Transform transform(Crs::parse("EPSG:4527"), Crs::cgcs2000());
  const Position far = moved("EPSG:4490", "EPSG:4527", {118.4, 39.9});
  CHECK(transform_edges(line({far, {far.lon + 100, far.lat}}), transform).split == 0);
  const Position end{far.lon + 3000, far.lat + 200};
  const Transformed split = transform_edges(line({far, end}), transform);
  CHECK(split.split >= 7);
  CHECK(split.split <= 31);
  for (int i = 1; i < 1000; ++i) {
    Position p{far.lon + (end.lon - far.lon) * i / 1000, far.lat + (end.lat - far.lat) * i / 1000};
    transform.apply({&p, 1});
    CHECK(aside_m(p, split.geometry.positions) < 0.001);
  }
}

TEST_CASE("Nothing is split where nothing changes") {
  const Geometry outline = make_box({115, 39, 118, 41});
  const Transformed same = transform_edges(outline, Transform(Crs::parse("EPSG:4326"), Crs::cgcs2000()));
  CHECK(same.split == 0);
  CHECK(same.geometry == outline);
}

TEST_CASE("Every edge stays within a millimetre, and neighbours get the same points") {
  const Transform transform(Crs::parse("EPSG:4527"), Crs::cgcs2000());
  CHECK(rc::check([&] {
    const double reach = std::pow(10.0, *rc::gen::inRange(0, 50) / 10.0);  // 1 m to 80 km
    const auto offset = [&] { return *rc::gen::inRange(-1000, 1000) / 1000.0 * reach; };
    const Position a{39500000.0 + *rc::gen::inRange(-200'000, 200'000) + offset(),
                     4400000.0 + *rc::gen::inRange(-100'000, 100'000) + offset()};
    const Position b{a.lon + offset(), a.lat + offset()};
    RC_PRE(a != b);
    const Geometry there = transform_edges(line({a, b}), transform).geometry;
    Geometry back = transform_edges(line({b, a}), transform).geometry;
    std::reverse(back.positions.begin(), back.positions.end());
    RC_ASSERT(there == back);
    for (int i = 1; i < 40; ++i) {
      Position p{a.lon + (b.lon - a.lon) * i / 40, a.lat + (b.lat - a.lat) * i / 40};
      transform.apply({&p, 1});
      RC_ASSERT(aside_m(p, there.positions) < 0.00101);
    }
  }));
}

TEST_CASE("Paths, parts and failures survive the splitting") {
  const Transform transform(Crs::parse("EPSG:4527"), Crs::cgcs2000());
  Geometry land = make_box({39600000, 4400000, 39604000, 4404000});
  for (const Position p : make_box({39601000, 4401000, 39602000, 4402000}).positions)
    land.positions.push_back(p);
  land.end_path();
  land.part_ends = {2};
  const Transformed out = transform_edges(land, transform);
  CHECK(out.split > 20);
  CHECK(out.geometry.positions.size() == land.positions.size() + out.split);
  CHECK(out.geometry.part_ends == land.part_ends);
  REQUIRE(out.geometry.path_ends.size() == 2);
  CHECK(out.geometry.view().path(1).front() == out.geometry.view().path(1).back());
  land.positions[1] = {1e15, 1e15};
  CHECK(transform_edges(land, transform).failed == 1);
  CHECK(error_of([&] {
          transform_edges(land, Transform(Crs::cgcs2000(), Crs::parse("EPSG:4527")));
        }).code() == Code::internal);
}
