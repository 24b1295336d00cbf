#include "faults.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <set>

#include "delivery_reader.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "land_use.hpp"
#include "projection.hpp"
#include "resubmission.hpp"

using namespace caitu;
using namespace caitu::demo;
using namespace caitu::demo::test;

namespace {

using Found = std::set<std::pair<std::string, std::string>>;  // "file row", fault

std::string place(const fs::path& file, std::size_t row) {
  return fs::relative(file, Delivery::folder()).string() + " " + std::to_string(row);
}

/// What faults.csv says of some kinds.
Found planted(const std::set<std::string_view>& kinds) {
  Found told;
  for (const auto& [file, row, key, kind] : faults()) {
    if (kinds.contains(kind)) told.emplace(file + " " + row, kind);
  }
  return told;
}

std::vector<fs::path> all_parcel_files() {
  std::vector<fs::path> files = parcel_files();
  files.push_back(Delivery::folder() / kResubmission);
  return files;
}

std::map<std::string, std::string> class_names() {
  std::map<std::string, std::string> names;
  for (int use = static_cast<int>(Use::paddy); use <= static_cast<int>(Use::facility); ++use) {
    const LandClass of = land_class(static_cast<Use>(use));
    names.emplace(of.code, of.name);
  }
  return names;
}

bool in_place(const Geometry& shape) {
  return !shape.empty() && shape.positions[0].lon > 39e6 && shape.positions[0].lon < 40e6;
}

double surveyed(const Geometry& metres) {
  Geometry degrees = geometry::flaw_of(metres) ? geometry::repaired(metres).geometry : metres;
  degrees.positions = unprojected(degrees.positions, "EPSG:4527");
  return geometry::survey_area_m2(degrees);
}

double plane_m2(const Geometry& g) {
  double area = 0;
  for (std::size_t i = 0; i < g.path_ends.size(); ++i)
    area += geometry::signed_twice_area(g.view().path(i)) / 2;
  return std::abs(area);
}

/// Mean width, by twice the area over the outline's length.
double width(const Geometry& metres) {
  double length = 0;
  for (std::size_t i = 0; i + 1 < metres.positions.size(); ++i) {
    length += std::hypot(metres.positions[i + 1].lon - metres.positions[i].lon,
                         metres.positions[i + 1].lat - metres.positions[i].lat);
  }
  return 2 * plane_m2(metres) / length;
}

struct Check {
  std::string_view kind;
  std::function<bool(const Feature&)> fails;
};

const std::vector<Check>& value_checks() {
  static const auto names = class_names();
  static const auto crop = [](const Feature& p) { return p["DLBM"].starts_with("01"); };
  static const std::vector<Check> checks = {
      {fault::kDlbmDlmcMismatch,
       [](const Feature& p) { return names.contains(p["DLBM"]) && names.at(p["DLBM"]) != p["DLMC"]; }},
      {fault::kUnknownDlbm, [](const Feature& p) { return !names.contains(p["DLBM"]); }},
      {fault::kQsdwdmLength, [](const Feature& p) { return p["QSDWDM"].size() != 19; }},
      {fault::kZldwdmLength, [](const Feature& p) { return p["ZLDWDM"].size() != 19; }},
      {fault::kKcdlbmNot1203,
       [](const Feature& p) { return crop(p) && !p["KCDLBM"].empty() && p["KCDLBM"] != "1203"; }},
      {fault::kKcdlbmOnNonCropland, [](const Feature& p) { return !crop(p) && !p["KCDLBM"].empty(); }},
      {fault::kKcxsOutOfRange,
       [](const Feature& p) { return p.number("KCXS") < 0 || p.number("KCXS") >= 1; }},
      {fault::kKcxsOnNonCropland, [](const Feature& p) { return !crop(p) && p.number("KCXS") != 0; }},
      {fault::kTbmjArea,
       [](const Feature& p) {
         return in_place(p.shape) && std::abs(surveyed(p.shape) - p.number("TBMJ")) > 0.02;
       }},
      {fault::kTbdlmjIdentity,
       [](const Feature& p) {
         return std::abs(p.number("TBDLMJ") - (p.number("TBMJ") - p.number("KCMJ"))) > 0.0051;
       }},
      {fault::kKcmjIdentity,
       [](const Feature& p) {
         return std::abs(p.number("KCMJ") - p.number("TBMJ") * p.number("KCXS")) > 0.0101;
       }},
      {fault::kGdpdjbOutOfRange,
       [](const Feature& p) { return !p["GDPDJB"].empty() && (p["GDPDJB"] < "1" || p["GDPDJB"] > "5"); }},
      {fault::kEmptyGeometry, [](const Feature& p) { return p.shape.empty(); }},
      {fault::kWrongZone,
       [](const Feature& p) { return !p.shape.empty() && p.shape.positions[0].lon > 40e6; }},
      {fault::kSwappedAxes,
       [](const Feature& p) { return !p.shape.empty() && p.shape.positions[0].lat > 39e6; }},
      {fault::kRepeatedVertex,
       [](const Feature& p) {
         return std::adjacent_find(p.shape.positions.begin(), p.shape.positions.end()) !=
                p.shape.positions.end();
       }},
      {fault::kSliver, [](const Feature& p) { return in_place(p.shape) && width(p.shape) < 1; }},
  };
  return checks;
}

/// The shapes of the resubmission as they are after repair; empty where they are elsewhere.
std::vector<Geometry> mended() {
  std::vector<Geometry> shapes;
  for (const Feature& parcel : read(Delivery::folder() / kResubmission)) {
    const bool flawed = in_place(parcel.shape) && geometry::flaw_of(parcel.shape);
    shapes.push_back(!in_place(parcel.shape) ? Geometry{}
                     : flawed                ? geometry::repaired(parcel.shape).geometry
                                             : parcel.shape);
  }
  return shapes;
}

std::set<std::size_t> rows_of(std::string_view kind) {
  std::set<std::size_t> rows;
  for (const auto& [file, row, key, of] : faults()) {
    if (of == kind && file == kResubmission) rows.insert(std::stoul(row));
  }
  return rows;
}

/// True when text in GBK ends in the first byte of a character.
bool cut(const std::string& gbk) {
  std::size_t i = 0;
  while (i < gbk.size()) i += static_cast<unsigned char>(gbk[i]) < 0x80 ? 1 : 2;
  return i > gbk.size();
}

}  // namespace

TEST_CASE("every data fault in a row's values and shape is one of faults.csv, and no other row has one") {
  Found found;
  std::set<std::string_view> kinds;
  for (const Check& check : value_checks()) kinds.insert(check.kind);
  for (const fs::path& file : all_parcel_files()) {
    std::size_t row = 0;
    for (const Feature& parcel : read(file)) {
      ++row;
      for (const Check& check : value_checks()) {
        if (check.fails(parcel)) found.emplace(place(file, row), check.kind);
      }
    }
  }
  CHECK(found == planted(kinds));
  CHECK(found.size() >= 3 * (kinds.size() - 3) + 4);
}

TEST_CASE("every number that two parcels bear is one of faults.csv, told at the later row") {
  Found found;
  std::set<std::string> bsm, keys;
  for (const fs::path& file : all_parcel_files()) {
    std::size_t row = 0;
    for (const Feature& parcel : read(file)) {
      ++row;
      if (!bsm.insert(parcel["BSM"]).second) found.emplace(place(file, row), fault::kDuplicateBsm);
      if (!keys.insert(parcel["ZLDWDM"] + "/" + parcel["TBBH"]).second)
        found.emplace(place(file, row), fault::kDuplicateKey);
    }
  }
  std::set<std::string> zones;
  std::size_t row = 0;
  for (const Feature& zone : plan("basic_farmland")) {
    ++row;
    if (!zones.insert(zone["zone_id"]).second)
      found.emplace("plan.gpkg:basic_farmland " + std::to_string(row), fault::kDuplicateKey);
  }
  CHECK(found == planted({fault::kDuplicateBsm, fault::kDuplicateKey}));
  CHECK(found.size() == 9);
}

TEST_CASE("keys in faults.csv are those of the rows, and a row has one fault") {
  std::set<std::string> rows;
  const auto parcels = read(Delivery::folder() / kResubmission);
  for (const auto& [file, row, key, kind] : faults()) {
    INFO(file << " " << row << " " << kind);
    CHECK(rows.insert(file + " " + row).second);
    if (file != kResubmission) continue;
    const Feature& parcel = parcels.at(std::stoul(row) - 1);
    CHECK(key == parcel["ZLDWDM"] + "/" + parcel["TBBH"]);
  }
}

TEST_CASE("outlines that cross themselves are bow-ties and spikes, and no others") {
  Found found;
  const fs::path file = Delivery::folder() / kResubmission;
  std::size_t row = 0;
  for (const Feature& parcel : read(file)) {
    ++row;
    if (!in_place(parcel.shape) || !geometry::flaw_of(parcel.shape)) continue;
    // A spike has no land, and a bow-tie counts some of its land twice.
    const double twice = plane_m2(parcel.shape) - plane_m2(geometry::repaired(parcel.shape).geometry);
    found.emplace(place(file, row), std::abs(twice) < 1e-3 ? fault::kSpike : fault::kSelfIntersection);
  }
  CHECK(found == planted({fault::kSpike, fault::kSelfIntersection}));
  CHECK(found.size() == 6);
}

TEST_CASE("parcels overlap where faults.csv says so, each with one neighbour, and nowhere else") {
  const std::vector<Geometry> shapes = mended();
  const std::set<std::size_t> told = rows_of(fault::kOverlap);
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (!geometry::box_of(shapes[i]).intersects(geometry::box_of(shapes[k]))) continue;
      const Geometry common = geometry::intersection(shapes[i], shapes[k]);
      if (common.empty() || width(common) < 0.002) continue;
      ++pairs;
      INFO(i + 1 << " and " << k + 1);
      CHECK(told.contains(i + 1) != told.contains(k + 1));
      CHECK(width(common) > 0.3);
      CHECK(width(common) < 3);
    }
  }
  CHECK(pairs == told.size());
  CHECK(pairs == 3);
}

TEST_CASE("gaps are where faults.csv says so, and no row that went elsewhere leaves a hole") {
  const std::vector<Geometry> shapes = mended();
  OGRMultiPolygon all;
  for (const Geometry& shape : shapes) {
    if (shape.empty()) continue;
    OGRPolygon polygon;
    OGRLinearRing ring;
    for (const auto p : shape.view().path(0)) ring.addPoint(p.lon, p.lat);
    polygon.addRing(&ring);
    all.addGeometry(&polygon);
  }
  const std::unique_ptr<OGRGeometry> land(all.UnionCascaded());
  std::vector<Geometry> holes;
  const auto take = [&](const OGRPolygon& part) {
    for (int i = 0; i < part.getNumInteriorRings(); ++i) {
      OGRPolygon hole;
      hole.addRingDirectly(part.getInteriorRing(i)->clone());
      // What is left of rounding the crossing of a bow-tie to a tenth of a millimetre is no gap.
      if (width(shape_of(hole)) > 0.002) holes.push_back(shape_of(hole));
    }
  };
  if (wkbFlatten(land->getGeometryType()) == wkbPolygon) {
    take(*land->toPolygon());
  } else {
    for (const OGRPolygon* part : land->toMultiPolygon()) take(*part);
  }
  const std::set<std::size_t> told = rows_of(fault::kGap);
  for (const Geometry& hole : holes) {
    CHECK(std::any_of(told.begin(), told.end(),
                      [&](std::size_t row) { return geometry::intersects(hole, shapes[row - 1]); }));
    CHECK(width(hole) > 0.3);
    CHECK(width(hole) < 3);
  }
  CHECK(holes.size() == told.size());
  CHECK(told.size() == 3);
}

TEST_CASE("texts that end in half a character and days that no calendar has are those of faults.csv") {
  Found found;
  const auto each = [](const fs::path& file, const auto& visit) {
    CPLStringList raw;
    raw.AddNameValue("ENCODING", "");
    const GDALDatasetUniquePtr data(
        GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, raw.List(), nullptr));
    REQUIRE(data != nullptr);
    for (const auto& row : *data->GetLayer(0)) visit(*row);
  };
  for (const fs::path& file : all_parcel_files()) {
    std::size_t row = 0;
    each(file, [&](const OGRFeature& parcel) {
      ++row;
      for (const char* field : {"DLMC", "QSDWMC", "ZLDWMC", "ZZSXMC", "BZ"}) {
        if (cut(parcel.GetFieldAsString(field))) found.emplace(place(file, row), fault::kBrokenText);
      }
    });
  }
  for (const char* zone : {"38", "39", "40"}) {
    const fs::path file = Delivery::folder() / fmt::format("ring_bases/ring_bases_zone{}.shp", zone);
    std::size_t row = 0;
    each(file, [&](const OGRFeature& base) {
      ++row;
      for (const int field : {7, 8, 9, 11}) {
        int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone_flag = 0;
        base.GetFieldAsDateTime(field, &year, &month, &day, &hour, &minute, &second, &zone_flag);
        static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        const bool leap = month == 2 && day == 29 && year % 4 == 0;
        if (month < 1 || month > 12 || day < 1 || (day > kDays[month - 1] && !leap))
          found.emplace(place(file, row), fault::kInvalidDate);
      }
    });
  }
  CHECK(found == planted({fault::kBrokenText, fault::kInvalidDate}));
  CHECK(found.size() == 5);
}

TEST_CASE("without faults there is no resubmission and nobody's number is there twice") {
  const fs::path folder = fs::temp_directory_path() / fmt::format("caitu-demo-test-{}-clean", getpid());
  fs::remove_all(folder);
  write_delivery(folder, {.parcels = kParcels, .seed = 1, .threads = 2, .faults = false}, {});
  CHECK_FALSE(fs::exists(folder / "faults.csv"));
  CHECK_FALSE(fs::exists(folder / kResubmission));
  std::size_t rows = 0;
  for (const fs::path& file : parcel_files()) rows += read(folder / "parcels" / file.filename()).size();
  CHECK(rows == kParcels);
  std::set<std::string> zones;
  const auto farmland = read(folder / "plan.gpkg", "basic_farmland");
  for (const Feature& zone : farmland) zones.insert(zone["zone_id"]);
  CHECK(zones.size() == farmland.size());
  fs::remove_all(folder);
}
