#include "dltb.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <vector>

#include "geometry/measure.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

using Type = Column::Type;
const std::vector<Column>& columns() {
  static const std::vector<Column> list = {
      {Type::text, "BSM", 18},       {Type::text, "YSDM", 10},   {Type::text, "TBYBH", 8},
      {Type::text, "TBBH", 8},       {Type::text, "DLBM", 5},    {Type::text, "DLMC", 60},
      {Type::text, "QSXZ", 2},       {Type::text, "QSDWDM", 19}, {Type::text, "QSDWMC", 60},
      {Type::text, "ZLDWDM", 19},    {Type::text, "ZLDWMC", 60}, {Type::real, "TBMJ", 18, 2},
      {Type::text, "KCDLBM", 5},     {Type::real, "KCXS", 6, 4}, {Type::real, "KCMJ", 18, 2},
      {Type::real, "TBDLMJ", 18, 2}, {Type::text, "GDLX", 2},    {Type::text, "GDPDJB", 2},
      {Type::real, "XZDWKD", 5, 1},  {Type::text, "TBXHDM", 4},  {Type::text, "TBXHMC", 20},
      {Type::text, "ZZSXDM", 6},     {Type::text, "ZZSXMC", 10}, {Type::integer, "GDDB", 2},
      {Type::text, "FRDBS", 1},      {Type::text, "CZCSXM", 4},  {Type::integer, "SJNF", 4},
      {Type::text, "MSSM", 2},       {Type::text, "HDMC", 100},  {Type::text, "BZ", 254}};
  return list;
}

double round2(double value) { return std::round(value * 100) / 100; }

struct Planting {
  std::string_view code, name;
};

Planting planting(Use use, bool vegetables, double at) {
  if (use == Use::orchard)
    return at < 0.25 ? Planting{"JKHF", "即可恢复"} : at < 0.4 ? Planting{"GCHF", "工程恢复"} : Planting{};
  if (!cropland(use)) return {};
  // Vegetables are "non-grain": no offence by itself.
  if (vegetables) return {"FLS", "种植非粮食作物"};
  if (at < 0.72) return {"LS", "种植粮食作物"};
  if (at < 0.86) return {"LYFL", "粮与非粮轮作"};
  if (at < 0.93) return {"FLS", "种植非粮食作物"};
  if (at < 0.97) return {"WG", "未耕种"};
  return {"XG", "休耕"};
}

bool of_the_state(Use use) {
  return use == Use::road || use == Use::river || use == Use::reservoir || use == Use::town_house;
}
bool linear(Use use) {
  return use == Use::road || use == Use::lane || use == Use::river || use == Use::ditch;
}

}  // namespace

struct DltbWriter::District {
  District(const std::filesystem::path& file, bool with_cpg) : out("ESRI Shapefile", file) {
    // Half of the bureaus send a .cpg; of the others only the code page mark in the .dbf tells.
    const std::vector<std::string> options = {with_cpg ? "ENCODING=GBK" : "ENCODING=LDID/77",
                                              "DBF_DATE_LAST_UPDATE=2023-12-31"};
    out.begin_layer(file.stem().string(), geometry::Kind::polygon, "EPSG:4527", columns(), options);
  }
  OutFile out;
  std::uint64_t rows = 0;
};

/// Texts of one row that its cells point at.
struct DltbWriter::Row {
  std::string bsm, number, location, location_name, owner, owner_name;
};

DltbWriter::DltbWriter(const std::filesystem::path& folder) : folder_(folder) {}
DltbWriter::~DltbWriter() = default;

DltbWriter::District& DltbWriter::district(std::string_view code) {
  auto found = districts_.find(code);
  if (found == districts_.end()) {
    const bool with_cpg = (code.back() - '0') % 2 == 0;
    found =
        districts_
            .emplace(code, std::make_unique<District>(folder_ / fmt::format("DLTB_{}.shp", code), with_cpg))
            .first;
  }
  return *found->second;
}

void DltbWriter::add(const TownLand& land, const Town& town, std::uint64_t seed) {
  District& to = district(town.district);
  const bool sloping = town.terrain == Terrain::hill || town.terrain == Terrain::mountain;
  std::vector<std::uint32_t> numbers(land.villages.size());
  std::vector<geometry::Position> metres, degrees;
  geometry::Geometry written;
  Row row;
  for (std::size_t i = 0; i < land.wanted; ++i) {
    const Parcel& parcel = land.parcels[i];
    Random random(seed_of({seed, 0x6474, i, static_cast<std::uint64_t>(parcel.village)}));
    metres.clear();
    degrees.clear();
    for (const auto v : land.ring(parcel)) {
      metres.push_back(as_written(land.points[static_cast<std::size_t>(v)]));
      degrees.push_back(land.degrees[static_cast<std::size_t>(v)]);
    }
    const auto village = static_cast<std::size_t>(parcel.village);
    row.bsm = fmt::format("{}{:012}", town.district, ++to.rows);
    row.number = fmt::format("{}", ++numbers[village]);
    row.location = fmt::format("{}{:03}0000000", town.code, 200 + village);
    row.location_name = land.villages[village];
    row.owner = of_the_state(parcel.use) ? fmt::format("{}0000000000", town.code) : row.location;
    row.owner_name = of_the_state(parcel.use) ? std::string(town.name) : row.location_name;
    // A few parcels belong to the next village: 飞入地.
    const bool enclave =
        !of_the_state(parcel.use) && village + 1 < land.villages.size() && random.chance(0.004);
    if (enclave) {
      row.owner = fmt::format("{}{:03}0000000", town.code, 201 + village);
      row.owner_name = land.villages[village + 1];
    }

    const bool crop = cropland(parcel.use);
    const double area = geometry::survey_area_m2(polygon(degrees));
    const int slope = !crop ? 0 : !sloping ? (random.chance(0.08) ? 2 : 1) : 1 + random.below(4);
    const double share = slope < 2 ? 0 : std::round(1e4 * (0.015 * slope + random.uniform(0, 0.04))) / 1e4;
    const double deducted = round2(area * share);
    const bool vegetable =
        parcel.block >= 0 && vegetables(land.blocks[static_cast<std::size_t>(parcel.block)].kind);
    const Planting grown = planting(parcel.use, vegetable, random.uniform());
    const LandClass of = land_class(parcel.use);
    static constexpr std::array<std::string_view, 6> kSlopes = {"", "1", "2", "3", "4", "5"};
    const auto text = [](std::string_view t) { return t.empty() ? Cell{} : Cell{t}; };
    const std::array<Cell, 30> cells = {
        row.bsm,
        "2001010100",
        row.number,
        row.number,
        of.code,
        of.name,
        of_the_state(parcel.use) ? "10" : "30",
        row.owner,
        row.owner_name,
        row.location,
        row.location_name,
        area,
        share > 0 ? Cell{"1203"} : Cell{},
        share,
        deducted,
        round2(area - deducted),
        slope >= 2 ? Cell{random.chance(0.6) ? "TT" : "PD"} : Cell{},
        text(kSlopes[static_cast<std::size_t>(slope)]),
        linear(parcel.use) ? Cell{std::round(10.0 * static_cast<double>(parcel.width)) / 10} : Cell{},
        Cell{},
        Cell{},
        text(grown.code),
        text(grown.name),
        crop ? Cell{std::int64_t{6 + random.below(7)}} : Cell{},
        enclave ? Cell{"1"} : Cell{},
        parcel.use == Use::homestead    ? Cell{"203"}
        : parcel.use == Use::town_house ? Cell{"202"}
                                        : Cell{},
        std::int64_t{2023},
        "00",
        Cell{},
        kMark};
    written.clear();
    written.kind = geometry::Kind::polygon;
    written.positions.assign(metres.begin(), metres.end());
    written.positions.push_back(metres.front());
    written.end_path();
    written.end_part();
    to.out.add(written, cells);
    ++rows_;
  }
}

void DltbWriter::close() {
  for (auto& [code, district] : districts_) district->out.close();
}

}  // namespace caitu::demo
