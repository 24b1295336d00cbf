#include "geometry/measure.hpp"
#include "parks.hpp"
#include "places.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

using Type = Column::Type;

Cell text(std::string_view value) { return value.empty() ? Cell{} : Cell{value}; }

/// Calls `write` with every footprint of one kind and the id of its project.
template <typename Write>
void each(const std::vector<Park>& parks, const Built& elsewhere, std::vector<Footprint> Built::*kind,
          const Write& write) {
  for (const Park& park : parks) {
    for (const Footprint& footprint : park.*kind) write(footprint, park.id);
  }
  for (const Footprint& footprint : elsewhere.*kind) write(footprint, footprint.project);
}

void write_facilities(OutPackage& file, const std::vector<Park>& parks, const Built& elsewhere) {
  const std::vector<Column> columns = {{Type::text, "facility_id"}, {Type::text, "project_id"},
                                       {Type::text, "filing_no"},   {Type::date, "filed_on"},
                                       {Type::text, "use_filed"},   {Type::date, "built_on"}};
  file.begin_layer("facilities", "设施农业用地", geometry::Kind::polygon, columns);
  each(parks, elsewhere, &Built::facilities, [&](const Footprint& f, const std::string& project) {
    const bool filed = !f.filing.empty();
    file.add(polygon(f.ring), {f.id, text(project), text(f.filing), filed ? text(f.built_on) : Cell{},
                               filed ? Cell{f.kind} : Cell{}, text(f.built_on)});
  });
}

void write_greenhouses(OutPackage& file, const std::vector<Park>& parks, const Built& elsewhere) {
  const std::vector<Column> columns = {{Type::text, "greenhouse_id"}, {Type::text, "project_id"},
                                       {Type::text, "kind"},          {Type::text, "filing_no"},
                                       {Type::date, "built_on"},      {Type::integer, "storeys"}};
  file.begin_layer("greenhouses", "温室大棚", geometry::Kind::polygon, columns);
  // Those that stand on 0102 and keep its soil have nothing to be filed.
  each(parks, elsewhere, &Built::greenhouses, [&](const Footprint& f, const std::string& project) {
    file.add(polygon(f.ring),
             {f.id, text(project), f.kind, text(f.filing), text(f.built_on), std::int64_t{1}});
  });
}

void write_structures(OutPackage& file, const std::vector<Park>& parks, const Built& elsewhere) {
  const std::vector<Column> columns = {
      {Type::text, "structure_id"}, {Type::text, "project_id"},  {Type::text, "greenhouse_id"},
      {Type::text, "kind"},         {Type::integer, "storeys"},  {Type::text, "use_found"},
      {Type::date, "built_on"},     {Type::text, "measured_by"}, {Type::real, "error_m2"}};
  file.begin_layer("structures", "看护房与附属设施", geometry::Kind::polygon, columns);
  each(parks, elsewhere, &Built::structures, [&](const Footprint& f, const std::string& project) {
    const bool hut = f.kind == "guard_house";
    const std::string_view use = !f.use_found.empty() ? f.use_found : hut ? "看护" : "分拣包装";
    file.add(polygon(f.ring), {f.id, text(project), text(f.greenhouse), f.kind, f.storeys, use,
                               text(f.built_on), hut ? "实测" : "无人机影像", f.error_m2});
  });
}

}  // namespace

void Parks::write_land(OutPackage& file, const Built& elsewhere) const {
  const std::vector<Column> columns = {
      {Type::text, "project_id"}, {Type::text, "name"},       {Type::text, "operator"},
      {Type::text, "district"},   {Type::text, "town"},       {Type::date, "built_on"},
      {Type::integer, "old"},     {Type::integer, "willing"}, {Type::date, "renovated_on"}};
  file.begin_layer("parks", "设施园区", geometry::Kind::polygon, columns);
  for (const Park& park : parks_) {
    const Town& town = towns()[park.town];
    file.add(polygon(park.ring),
             {park.id, park.name, park.run_by, district_name(town.district), town.name, park.built_on,
              std::int64_t{park.old}, std::int64_t{park.willing}, text(park.renovated_on)});
  }
  write_facilities(file, parks_, elsewhere);
  write_greenhouses(file, parks_, elsewhere);
  write_structures(file, parks_, elsewhere);
}

}  // namespace caitu::demo
