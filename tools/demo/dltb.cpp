#include "dltb.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <vector>

#include "geometry/measure.hpp"
#include "projection.hpp"
#include "resubmission.hpp"

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

double round2(double value) { return std::round(value * 100) / 100; }

void DltbRow::deduct() {
  deducted = round2(area * factor);
  class_area = round2(area - deducted);
}

void DltbRow::measure(geometry::GeometryView outline) {
  geometry::Geometry degrees = geometry::copy(outline);
  degrees.positions = unprojected(outline.positions, "EPSG:4527");
  area = geometry::survey_area_m2(degrees);
  deduct();
}

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

/// Makes the rows of one town.
class DltbWriter::RowMaker {
 public:
  RowMaker(const TownLand& land, const Town& town, std::uint64_t seed)
      : land_(land), town_(town), seed_(seed), numbers_(land.villages.size()) {}

  /// Of the town's parcel `i`; `nth` row of its district.
  DltbRow row(std::size_t i, std::uint64_t nth) {
    const Parcel& parcel = land_.parcels[i];
    Random random(seed_of({seed_, 0x6474, i, static_cast<std::uint64_t>(parcel.village)}));
    DltbRow row;
    identify(row, static_cast<std::size_t>(parcel.village), nth);
    set_outline(row, parcel);
    set_owner(row, parcel, random);
    set_class(row, parcel, random);
    return row;
  }

  /// Numbers of its own for a row that was divided off another one of the same village.
  void identify_anew(DltbRow& row, std::uint64_t nth) {
    identify(row, std::stoul(row.location.substr(town_.code.size(), 3)) - kFirstVillage, nth);
  }

 private:
  static constexpr std::size_t kFirstVillage = 200;

  std::string unit(std::size_t village) const {
    return fmt::format("{}{:03}0000000", town_.code, kFirstVillage + village);
  }

  void identify(DltbRow& row, std::size_t village, std::uint64_t nth) {
    row.bsm = fmt::format("{}{:012}", town_.district, nth);
    row.number = fmt::format("{}", ++numbers_[village]);
    row.location = unit(village);
    row.location_name = land_.villages[village];
  }

  void set_outline(DltbRow& row, const Parcel& parcel) {
    degrees_.clear();
    row.metres.kind = geometry::Kind::polygon;
    for (const auto v : land_.ring(parcel)) {
      row.metres.positions.push_back(as_written(land_.points[static_cast<std::size_t>(v)]));
      degrees_.push_back(land_.degrees[static_cast<std::size_t>(v)]);
    }
    row.metres.positions.push_back(row.metres.positions.front());
    row.metres.end_path();
    row.metres.end_part();
    row.area = geometry::survey_area_m2(polygon(degrees_));
  }

  void set_owner(DltbRow& row, const Parcel& parcel, Random& random) {
    const auto village = static_cast<std::size_t>(parcel.village);
    const bool of_state = of_the_state(parcel.use);
    row.ownership = of_state ? "10" : "30";
    row.owner = of_state ? fmt::format("{}0000000000", town_.code) : row.location;
    row.owner_name = of_state ? std::string(town_.name) : row.location_name;
    // A few parcels belong to the next village: 飞入地.
    if (of_state || village + 1 >= land_.villages.size() || !random.chance(0.004)) return;
    row.enclave = "1";
    row.owner = unit(village + 1);
    row.owner_name = land_.villages[village + 1];
  }

  void set_class(DltbRow& row, const Parcel& parcel, Random& random) {
    const LandClass of = land_class(parcel.use);
    row.class_code = of.code;
    row.class_name = of.name;
    const bool sloping = town_.terrain == Terrain::hill || town_.terrain == Terrain::mountain;
    const bool crop = cropland(parcel.use);
    const int slope = !crop ? 0 : !sloping ? (random.chance(0.08) ? 2 : 1) : 1 + random.below(4);
    if (slope >= 2) {
      row.factor = std::round(1e4 * (0.015 * slope + random.uniform(0, 0.04))) / 1e4;
      row.deducted_class = "1203";
    }
    row.deduct();
    const bool vegetable =
        parcel.block >= 0 && vegetables(land_.blocks[static_cast<std::size_t>(parcel.block)].kind);
    const Planting grown = planting(parcel.use, vegetable, random.uniform());
    row.planting = grown.code;
    row.planting_name = grown.name;
    if (slope >= 2) row.terrace = random.chance(0.6) ? "TT" : "PD";
    if (crop) row.slope = std::to_string(slope);
    if (linear(parcel.use)) row.width = std::round(10.0 * static_cast<double>(parcel.width)) / 10;
    if (crop) row.grade = 6 + random.below(7);
    if (parcel.use == Use::homestead) row.settlement = "203";
    if (parcel.use == Use::town_house) row.settlement = "202";
  }

  const TownLand& land_;
  const Town& town_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> numbers_;  ///< rows of each village so far
  std::vector<geometry::Position> degrees_;
};

DltbWriter::DltbWriter(const std::filesystem::path& folder, Faults* faults)
    : folder_(folder), faults_(faults) {}
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

void DltbWriter::write(OutFile& out, const DltbRow& row) {
  const auto text = [](const std::string& t) { return t.empty() ? Cell{} : Cell{t}; };
  const std::array<Cell, 30> cells = {row.bsm,
                                      "2001010100",
                                      row.number,
                                      row.number,
                                      row.class_code,
                                      row.class_name,
                                      row.ownership,
                                      row.owner,
                                      row.owner_name,
                                      row.location,
                                      row.location_name,
                                      row.area,
                                      text(row.deducted_class),
                                      row.factor,
                                      row.deducted,
                                      row.class_area,
                                      text(row.terrace),
                                      text(row.slope),
                                      row.width ? Cell{*row.width} : Cell{},
                                      Cell{},
                                      Cell{},
                                      text(row.planting),
                                      text(row.planting_name),
                                      row.grade ? Cell{*row.grade} : Cell{},
                                      text(row.enclave),
                                      text(row.settlement),
                                      std::int64_t{2023},
                                      "00",
                                      Cell{},
                                      kMark};
  out.add(row.metres, cells);
  ++rows_;
}

void DltbWriter::add(const TownLand& land, const Town& town, std::uint64_t seed) {
  District& to = district(town.district);
  RowMaker maker(land, town, seed);
  const bool resubmits = faults_ != nullptr && town.code == kResubmittingTown;
  std::vector<DltbRow> resubmitted;
  for (std::size_t i = 0; i < land.wanted; ++i) {
    DltbRow row = maker.row(i, ++to.rows);
    if (resubmits && is_resubmitted(i, land.wanted)) {
      resubmitted.push_back(std::move(row));
    } else {
      write(to.out, row);
    }
  }
  if (!resubmits) return;
  plant_faults(
      resubmitted, seed, [&](DltbRow& row) { maker.identify_anew(row, ++to.rows); }, *faults_);
  District file(folder_.parent_path() / kResubmission, true);
  for (const DltbRow& row : resubmitted) write(file.out, row);
  file.out.close();
}

void DltbWriter::close() {
  for (auto& [code, district] : districts_) district->out.close();
}

}  // namespace caitu::demo
