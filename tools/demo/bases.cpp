#include "bases.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "base/units.hpp"
#include "geometry/china_offset.hpp"
#include "geometry/measure.hpp"
#include "pieces.hpp"
#include "places.hpp"
#include "projection.hpp"
#include "subdivision.hpp"
#include "villages.hpp"

namespace caitu::demo {
namespace {

using Type = Column::Type;

/// The fields of a base as an outline in metres about its middle: a bent quadrilateral cut by lanes.
std::vector<Path> base_outline(double m2, int lanes, Random& random) {
  const double ratio = random.uniform(0.6, 1.7), turn = random.uniform(-0.4, 0.4);
  const double a = std::sqrt(m2 * ratio) / 2, b = std::sqrt(m2 / ratio) / 2;
  std::array<Point, 4> corners = {Point{-a, -b}, Point{a, -b}, Point{a, b}, Point{-a, b}};
  for (Point& c : corners) {
    c = (1 + 0.08 * random.normal()) * c;
    c = {c.x * std::cos(turn) - c.y * std::sin(turn), c.x * std::sin(turn) + c.y * std::cos(turn)};
  }
  Path ring;
  for (std::size_t i = 0; i < 4; ++i) {
    const Point from = corners[i], to = corners[(i + 1) % 4], way = to - from;
    const int steps = std::max(2, static_cast<int>(distance(from, to) / 70));
    const double bow = random.uniform(-0.03, 0.03);
    for (int k = 0; k < steps; ++k) {
      const double t = static_cast<double>(k) / steps;
      const Point aside =
          (k == 0 ? 0 : 4 * bow * t * (1 - t) + 0.002 * random.normal()) * Point{-way.y, way.x};
      ring.push_back(on_grid(from + t * way + aside));
    }
  }
  Subdivision land(ring, Subdivision::Border::free);
  std::vector<Subdivision::Face> faces{0};
  for (int i = 0; i < lanes; ++i) {
    const Path piece = land.path(faces.front());
    const double along = long_axis(piece);
    const Extent reach = extent(piece, along);
    const Bends bends{60, 2, 500, 0.3};
    const Path lane =
        bending_line(ring_centroid(piece), along + kPi / 2, reach.along + reach.across, bends, random);
    const auto cut = land.cut_strip(faces.front(), lane, 6, {.left_area = 20'000, .right_area = 20'000});
    // Parts that share a border would be no valid polygon: without room for the lane, the left one is let go.
    if (!cut || cut->strip == Subdivision::kOutside) continue;
    faces.front() = cut->left;
    faces.push_back(cut->right);
  }
  std::vector<Path> parts;
  for (const auto face : faces) parts.push_back(land.path(face));
  return parts;
}

struct Base {
  std::string id, name, run_by, founded, applied_on, assessed_on, status_on;
  const County* county;
  int zone;
  bool map_service;  ///< sent as GeoJSON in GCJ-02
  geometry::Geometry metres, degrees;
  double mu, facility_share, output_t, daily_t, emergency_t;
};

/// Puts an outline at `middle` (metres of `crs`), scaled until it has `m2` on the ellipsoid.
void place(Base& base, const std::vector<Path>& parts, Position middle, const std::string& crs, double m2) {
  double scale = 1;
  for (int step = 0; step < 3; ++step) {
    base.metres.clear();
    base.metres.kind = geometry::Kind::polygon;
    for (const Path& part : parts) {
      for (std::size_t i = 0; i <= part.size(); ++i) {
        const Point p = scale * part[i % part.size()];
        base.metres.positions.push_back(
            {std::round((middle.lon + p.x) * 1e4) / 1e4, std::round((middle.lat + p.y) * 1e4) / 1e4});
      }
      base.metres.end_path();
      base.metres.end_part();
    }
    base.degrees = base.metres;
    base.degrees.positions = unprojected(base.metres.positions, crs.c_str());
    const double has = geometry::area_m2(base.degrees);
    base.mu = base::mu_from_m2(has);
    scale *= std::sqrt(m2 / has);
  }
}

/// Finds places for bases, apart from each other and outside the city.
class Sites {
 public:
  explicit Sites(const CityMap& map) : map_(map) {}

  LonLat find(const County& county, Random& random) {
    constexpr double kApart = 2'600;
    for (int attempt = 0; attempt < 2'000; ++attempt) {
      const double turn = random.uniform(0, 2 * kPi), away = random.uniform(2'500, 15'000);
      const LonLat place{county.seat.lon + away * std::cos(turn) / 85'500,
                         county.seat.lat + away * std::sin(turn) / 111'000};
      const LonLat list[] = {place};
      const Point at = to_plane(list).front();
      if (in_city(at)) continue;
      bool free = true;
      for (const Point other : taken_) free = free && distance(other, at) > kApart;
      if (!free) continue;
      taken_.push_back(at);
      return place;
    }
    throw base::Error(base::Code::internal, fmt::format("No room for another base in {}.", county.name));
  }

 private:
  bool in_city(Point p) const {
    constexpr double kMargin = 1'800;
    for (const Path& ring : map_.town_rings) {
      for (const Point d :
           {Point{0, 0}, Point{kMargin, 0}, Point{-kMargin, 0}, Point{0, kMargin}, Point{0, -kMargin}}) {
        if (inside(ring, p + d)) return true;
      }
    }
    return false;
  }

  const CityMap& map_;
  std::vector<Point> taken_;
};

std::vector<double> base_sizes(std::uint64_t seed) {
  Random random(seed_of({seed, 0x627a}));
  std::vector<double> mu;
  double above = 0;
  for (int i = 0; i < kRingBases; ++i) {
    mu.push_back(random.log_normal(200, 0.8));
    above += mu.back();
  }
  constexpr double kFloor = kLeastBaseMu + 5;
  for (double& size : mu) size = kFloor + size * (kRingBasesMu - kFloor * kRingBases) / above;
  return mu;
}

std::vector<Base> make_bases(const CityMap& map, std::uint64_t seed) {
  std::vector<Base> bases;
  Sites sites(map);
  const std::vector<double> sizes = base_sizes(seed);
  for (std::size_t c = 0; c < ring_counties().size(); ++c) {
    const County& county = ring_counties()[c];
    for (int i = 0; i < county.bases; ++i) {
      const std::uint64_t own = seed_of({seed, 0x6261, bases.size()});
      Random random(own);
      Base base;
      base.county = &county;
      const LonLat site = sites.find(county, random);
      base.zone = static_cast<int>(std::lround(site.lon / 3));
      base.map_service = base.zone == 39 && c % 2 == 0;
      const std::string crs = fmt::format("EPSG:{}", 4488 + base.zone);
      const Position degrees[] = {{site.lon, site.lat}};
      const double m2 = base::m2_from_mu(sizes[bases.size()]);
      place(base, base_outline(m2, random.below(3), random), projected(degrees, crs.c_str()).front(), crs,
            m2);
      base.mu = std::floor(base.mu * 100) / 100;
      base.id = fmt::format("HJ-{}-{:02}", county.code, i + 1);
      base.run_by = operator_name(own);
      base.name = fmt::format("{}供京蔬菜基地{}（虚构）", county.name, i + 1);
      base.founded = date_between(own, 2009, 2021);
      const int year = random.chance(0.55) ? 2022 : 2023;
      base.applied_on = fmt::format("{}-{:02}-{:02}", year, 1 + random.below(3), 1 + random.below(28));
      base.assessed_on = fmt::format("{}-{:02}-{:02}", year, 8 + random.below(3), 1 + random.below(28));
      base.status_on = fmt::format("{}-10-31", year);
      base.facility_share = std::round(100 * random.uniform(0.05, 0.95)) / 100;
      base.output_t = std::round(base.mu * random.uniform(3.4, 5.0));
      base.daily_t = std::round(base.output_t * random.uniform(0.3, 0.55));
      base.emergency_t = std::round(base.output_t * random.uniform(0.88, 0.99));
      bases.push_back(std::move(base));
    }
  }
  return bases;
}

/// Headings as a county's clerk writes them, within the ten bytes of a .dbf in GBK; or as a program cuts them
/// off.
std::vector<Column> base_columns(bool chinese) {
  constexpr std::array kChinese = {"基地编号", "基地名称",   "经营主体",   "省份",     "所在县",   "菜田面积",
                                   "设施占比", "建立日期",   "申报日期",   "评定日期", "认定状态", "状态日期",
                                   "年产量",   "日常供应量", "应急供应量", "备注"};
  constexpr std::array kCut = {"base_id",    "name",       "operator",   "province",   "county", "area_mu",
                               "facility_s", "founded",    "applied_on", "assessed_o", "status", "status_on",
                               "output_t",   "supplied_d", "supplied_e", "note"};
  constexpr std::array kTypes = {Type::text, Type::text, Type::text, Type::text, Type::text, Type::real,
                                 Type::real, Type::date, Type::date, Type::date, Type::text, Type::date,
                                 Type::real, Type::real, Type::real, Type::text};
  constexpr std::array kWidths = {20, 80, 80, 20, 30, 14, 6, 0, 0, 0, 12, 0, 14, 14, 14, 60};
  std::vector<Column> columns;
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    const int decimals = i == 5 || i == 6 ? 2 : kTypes[i] == Type::real ? 1 : 0;
    columns.push_back({kTypes[i], (chinese ? kChinese : kCut)[i], kWidths[i], decimals});
  }
  return columns;
}

void write_shapefile(const std::filesystem::path& file, const std::vector<Base>& bases, int zone,
                     bool chinese, const char* encoding) {
  OutFile out("ESRI Shapefile", file);
  const std::vector<std::string> options = {std::string("ENCODING=") + encoding,
                                            "DBF_DATE_LAST_UPDATE=2023-12-31"};
  out.begin_layer(file.stem().string(), geometry::Kind::polygon, fmt::format("EPSG:{}", 4488 + zone).c_str(),
                  base_columns(chinese), options);
  for (const Base& b : bases) {
    if (b.zone != zone || b.map_service) continue;
    const std::array<Cell, 16> row = {b.id,           b.name,        b.run_by,         b.county->province,
                                      b.county->name, b.mu,          b.facility_share, b.founded,
                                      b.applied_on,   b.assessed_on, "已认定",         b.status_on,
                                      b.output_t,     b.daily_t,     b.emergency_t,    kMark};
    out.add(b.metres, row);
  }
  out.close();
}

/// Takes the code page mark out of a .dbf: many programs leave none.
void forget_code_page(const std::filesystem::path& dbf) {
  std::fstream file(dbf, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(29);
  file.put('\0');
  if (!file)
    throw base::Error(base::Code::io, "The table's code page mark cannot be taken out.",
                      base::Where{.file = dbf.string()});
}

std::string coordinates(geometry::GeometryView g) {
  std::string text = "[";
  std::size_t path = 0;
  for (const std::uint32_t last : g.part_ends) {
    text += text.size() > 1 ? ",[" : "[";
    for (; path < last; ++path) {
      text += "[";
      for (const Position p : g.path(path)) {
        const Position shown = geometry::shift(p, geometry::Datum::cgcs2000, geometry::Datum::gcj02);
        text += fmt::format("{}[{:.8f},{:.8f}]", text.back() == '[' ? "" : ",", shown.lon, shown.lat);
      }
      text += "]";
    }
    text += "]";
  }
  return text + "]";
}

void write_geojson(const std::filesystem::path& file, const std::vector<Base>& bases) {
  std::ofstream out(file, std::ios::binary);
  out << "{\"type\": \"FeatureCollection\", \"name\": \"ring_bases_gcj02\", \"datum\": \"GCJ-02\", \"note\": "
         "\""
      << kMarkLine << "\", \"features\": [";
  bool first = true;
  for (const Base& b : bases) {
    if (!b.map_service) continue;
    out << fmt::format(
        R"({}{{"type": "Feature", "properties": {{"base_id": "{}", "name": "{}", "operator": "{}", "province": "{}", )"
        R"("county": "{}", "area_mu": {:.2f}, "facility_share": {:.2f}, "founded": "{}", "applied_on": "{}", )"
        R"("assessed_on": "{}", "status": "已认定", "status_on": "{}", "output_t": {:.1f}, "supplied_daily_t": {:.1f}, )"
        R"("supplied_emergency_t": {:.1f}, "note": "{}"}}, "geometry": {{"type": "MultiPolygon", "coordinates": {}}}}})",
        first ? "\n" : ",\n", b.id, b.name, b.run_by, b.county->province, b.county->name, b.mu,
        b.facility_share, b.founded, b.applied_on, b.assessed_on, b.status_on, b.output_t, b.daily_t,
        b.emergency_t, kMark, coordinates(b.degrees));
    first = false;
  }
  out << "\n]}\n";
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "The file cannot be written.", base::Where{.file = file.string()});
}

}  // namespace

void write_ring_bases(const std::filesystem::path& folder, const CityMap& map, std::uint64_t seed) {
  const std::vector<Base> bases = make_bases(map, seed);
  write_shapefile(folder / "ring_bases_zone38.shp", bases, 38, true, "LDID/77");
  write_shapefile(folder / "ring_bases_zone39.shp", bases, 39, true, "GBK");
  write_shapefile(folder / "ring_bases_zone40.shp", bases, 40, false, "LDID/77");
  forget_code_page(folder / "ring_bases_zone40.dbf");
  write_geojson(folder / "ring_bases_gcj02.geojson", bases);
}

std::vector<RingBase> ring_bases(const CityMap& map, std::uint64_t seed) {
  std::vector<RingBase> bases;
  for (Base& base : make_bases(map, seed)) {
    bases.push_back({std::move(base.id), std::string(base.county->province), std::string(base.county->name),
                     std::move(base.degrees), base.mu});
  }
  return bases;
}

void write_outer_bases(OutPackage& file, std::uint64_t seed) {
  constexpr std::size_t kEach = 4;
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < kEach * outer_places().size(); ++i) {
    Random random(seed_of({seed, 0x6f75, i}));
    const OuterPlace& place = outer_places()[i % outer_places().size()];
    // A ninth above what is wanted, for the last one is cut to size.
    const double m2 =
        base::m2_from_mu(1.11 * kOuterBasesMu / (kEach * static_cast<double>(outer_places().size())));
    const double east = 111'320 * std::cos(place.centre.lat * kPi / 180), north = 110'900;
    const double away = 4'000 * static_cast<double>(1 + i / outer_places().size()),
                 turn = random.uniform(0, 2 * kPi);
    std::vector<Position> ring;
    const std::vector<Path> outline = base_outline(m2 * random.uniform(0.95, 1.05), 0, random);
    for (const Point p : outline.front()) {
      ring.push_back({place.centre.lon + (away * std::cos(turn) + p.x) / east,
                      place.centre.lat + (away * std::sin(turn) + p.y) / north});
    }
    pieces.push_back(make_piece(std::move(ring)));
    pieces.back().town = i;
  }
  const std::vector<Column> columns = {
      {Type::text, "base_id"}, {Type::text, "name"},    {Type::text, "operator"}, {Type::text, "province"},
      {Type::text, "county"},  {Type::real, "area_mu"}, {Type::real, "output_t"}};
  file.begin_layer("outer_bases", "外埠基地", geometry::Kind::polygon, columns);
  for (const Piece& piece : take_exactly(pieces, base::m2_from_mu(kOuterBasesMu))) {
    const OuterPlace& place = outer_places()[piece.town % outer_places().size()];
    const std::uint64_t own = seed_of({seed, 0x6f76, piece.town});
    const double mu = std::round(base::mu_from_m2(piece.m2) * 100) / 100;
    const std::string id = fmt::format("WB-{:03}", piece.town + 1), run_by = operator_name(own);
    const std::string name =
        fmt::format("{}供京基地{}（虚构）", place.county, 1 + piece.town / outer_places().size());
    file.add(polygon(piece.ring), {id, name, run_by, place.province, place.county, mu,
                                   std::round(mu * Random(own).uniform(2.3, 2.9))});
  }
}

}  // namespace caitu::demo
