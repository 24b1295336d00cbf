#include "checks/detail/town_items.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checks/detail/attributes.hpp"
#include "checks/detail/table_file.hpp"
#include "geometry/join.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::Snapshot;

struct Item {
  std::size_t item = 0;
  std::string code, name;
  std::vector<std::string> aliases;
  bool by_code = false;
};

void note_names(const PlanTown& town, const Item& item, std::vector<std::string>& notes) {
  if (!item.by_code) {
    notes.push_back(fmt::format("{}{}按名称找到：乡镇图层中其代码为{}，clusters.csv 中为 {}。", town.district,
                                town.name, item.code.empty() ? "空" : " " + item.code, town.code));
    return;
  }
  const bool named = town.goes_by(item.name) || std::ranges::any_of(item.aliases, [&](const auto& alias) {
                       return town.goes_by(alias);
                     });
  if (!named) {
    notes.push_back(fmt::format("{}{}按代码 {} 找到，但乡镇图层称该处为“{}”：二者必有一误。", town.district,
                                town.name, town.code, item.name));
  }
}

}  // namespace

std::vector<std::vector<std::size_t>> items_of_towns(const PlanTables& tables, const Snapshot& towns,
                                                     std::vector<std::string>& notes) {
  const FieldOf codes(towns, "code"), names(towns, "name"), aliases(towns, "aliases");
  const FieldOf districts(towns, "district"), district_codes(towns, "district_code");
  std::vector<std::vector<Item>> found(tables.towns().size());
  for (std::size_t i = 0; i < towns.size(); ++i) {
    if (towns.kind(i) != geometry::Kind::polygon) continue;
    Item item{.item = i,
              .code = std::string(trimmed(codes.text(i))),
              .name = std::string(trimmed(names.text(i))),
              .aliases = parts_of(aliases.text(i))};
    const PlanTown* town = tables.match({.code = item.code,
                                         .district_code = district_codes.text(i),
                                         .district = districts.text(i),
                                         .name = item.name,
                                         .aliases = item.aliases});
    if (town == nullptr) continue;
    item.by_code = item.code.starts_with(town->code);
    found[static_cast<std::size_t>(town - tables.towns().data())].push_back(std::move(item));
  }
  std::vector<std::vector<std::size_t>> items(found.size());
  for (std::size_t t = 0; t < found.size(); ++t) {
    const bool coded = std::ranges::any_of(found[t], &Item::by_code);
    for (const Item& item : found[t]) {
      if (coded && !item.by_code) {
        notes.push_back(fmt::format("乡镇图层的“{}”（{}）也用{}{}的名称，未采用：另有图形带其代码 {}。",
                                    item.name, item.code, tables.towns()[t].district, tables.towns()[t].name,
                                    tables.towns()[t].code));
        continue;
      }
      note_names(tables.towns()[t], item, notes);
      items[t].push_back(item.item);
    }
  }
  return items;
}

geometry::Geometry united_items(const Snapshot& layer, const std::vector<std::size_t>& items) {
  std::vector<geometry::GeometryView> parts;
  for (const std::size_t item : items) {
    if (layer.kind(item) == geometry::Kind::polygon) parts.push_back(layer.geometry(item));
  }
  if (parts.size() == 1) return geometry::oriented(parts.front());
  return geometry::united(parts);
}

}  // namespace caitu::checks::detail
