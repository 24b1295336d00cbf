#include <cmath>

#include "geometry/measure.hpp"
#include "places.hpp"
#include "planting.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

using Type = Column::Type;

void write_spots(OutPackage& file, const std::vector<Spot>& spots) {
  constexpr const char* kText[] = {"JCBH",   "XZQDM",  "XMC",    "TBLX",   "TZ",     "QSX",
                                   "HSX",    "DLBM",   "DLMC",   "ZZSXDM", "ZZSXMC", "CZCSXM",
                                   "TBXHDM", "TBXHMC", "JSYDXZ", "SFYN",   "SFHX"};
  std::vector<Column> columns;
  for (const char* name : kText) columns.push_back({Type::text, name});
  columns.push_back({Type::real, "MJ"});
  file.begin_layer("spots", "监测图斑", geometry::Kind::polygon, columns);
  for (const Spot& spot : spots) {
    const Town& town = towns()[spot.town];
    const LandClass before = land_class(spot.before);
    const auto outline = polygon(spot.ring);
    const bool crops = cropland(spot.before);
    file.add(
        outline,
        {spot.id, town.district, district_name(town.district), spot.type, spot.seen, spot.earlier, spot.later,
         before.code, before.name, crops ? Cell{"FLS"} : Cell{}, crops ? Cell{"种植非粮食作物"} : Cell{},
         spot.before == Use::homestead ? Cell{"203"} : Cell{}, Cell{}, Cell{}, Cell{},
         spot.on_basic_farmland ? "是" : "否", "否", std::round(100 * geometry::area_m2(outline)) / 100});
  }
}

void write_rectified(OutPackage& file, const std::vector<ClosedCase>& cases) {
  const std::vector<Column> columns = {{Type::text, "case_id"},   {Type::text, "category"},
                                       {Type::date, "closed_on"}, {Type::text, "district"},
                                       {Type::text, "town"},      {Type::text, "address"}};
  file.begin_layer("rectified", "已整治大棚房", geometry::Kind::empty, columns);
  for (const ClosedCase& closed : cases) {
    const Town& town = towns()[closed.town];
    const std::string address = std::string(town.name) + "（虚构地址）";
    file.add(closed.shape, {closed.id, closed.category, closed.closed_on, district_name(town.district),
                            town.name, address});
  }
}

}  // namespace

void write_found(OutPackage& file, const Planting& planting) {
  write_spots(file, planting.spots);
  write_rectified(file, planting.closed_cases);
}

}  // namespace caitu::demo
