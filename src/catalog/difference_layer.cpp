// A difference of two editions as documents and features.
#include "base/units.hpp"
#include "catalog/edition_difference.hpp"

namespace caitu::catalog {
namespace {

base::Json edition_json(const Edition& edition) {
  return {{"edition", edition.record.edition},
          {"as_of", edition.record.as_of},
          {"features", edition.snapshot->size()},
          {"mu", base::mu_from_m2(edition.snapshot->total_area_m2())},
          {"withdrawn", edition.record.withdrawn}};
}

base::Json sum_json(const ChangeSum& sum) {
  return {{"added", sum.added},
          {"removed", sum.removed},
          {"reshaped", sum.reshaped},
          {"attributes", sum.attributes},
          {"mu_before", base::mu_from_m2(sum.before_m2)},
          {"mu_after", base::mu_from_m2(sum.after_m2)},
          {"mu_gained", base::mu_from_m2(sum.gained_m2)},
          {"mu_lost", base::mu_from_m2(sum.lost_m2)}};
}

base::Json groups_json(const std::map<std::string, ChangeSum>& groups, const std::string& by,
                       const std::map<std::string, std::string>& names) {
  base::Json rows = base::Json::array();
  for (const auto& [group, sum] : groups) {
    base::Json row{{by, group}};
    if (const auto name = names.find(group); name != names.end()) row["name"] = name->second;
    row.update(sum_json(sum));
    rows.push_back(std::move(row));
  }
  return rows;
}

geodata::Field real_field(const char* field, const char* title) {
  return {.name = field, .title = title, .type = geodata::FieldType::real, .unit = "mu"};
}

/// Places of the layer's key fields in its newer schema.
std::vector<geodata::Field> key_fields(const geodata::Schema& schema) {
  std::vector<geodata::Field> fields;
  for (const std::string& key : schema.key)
    if (const auto at = schema.index_of(key)) fields.push_back(schema.fields[*at]);
  return fields;
}

}  // namespace

base::Json summary_json(const EditionDifference& difference) {
  base::Json json{{"layer", difference.after->record.layer},
                  {"from", edition_json(*difference.before)},
                  {"to", edition_json(*difference.after)},
                  {"unchanged", difference.unchanged}};
  json.update(sum_json(difference.total));
  json["land"] = {{"mu_gained", base::mu_from_m2(difference.land_gained_m2)},
                  {"mu_lost", base::mu_from_m2(difference.land_lost_m2)}};
  json["basis"] =
      "mu_gained and mu_lost: by feature, what it covers in `to` and not in `from`, and the reverse. land: "
      "of the "
      "whole layer, each square metre once. Areas are ellipsoidal and additive.";
  if (!difference.class_field.empty()) {
    json["class_field"] = difference.class_field;
    json["by_class"] = groups_json(difference.by_class, "class", {});
  }
  if (!difference.unit_field.empty()) {
    json["unit_field"] = difference.unit_field;
    json["by_unit"] = groups_json(difference.by_unit, "unit", difference.unit_names);
  }
  return json;
}

geodata::Schema difference_schema(const EditionDifference& difference) {
  const geodata::Schema& of = difference.after->snapshot->schema();
  geodata::Schema schema{.layer = of.layer + "_difference",
                         .title = of.title,
                         .title_en = of.title_en,
                         .kinds = of.kinds,
                         .fields = {},
                         .key = {},
                         .class_field = "change",
                         .label_field = {}};
  for (const geometry::Kind kind : difference.before->snapshot->schema().kinds)
    if (!schema.allows(kind)) schema.kinds.push_back(kind);
  schema.fields.push_back({.name = "change", .title = "变化"});
  for (geodata::Field& field : key_fields(of)) {
    field.required = false;
    schema.fields.push_back(std::move(field));
  }
  schema.fields.push_back({.name = "changed", .title = "变化字段"});
  schema.fields.push_back(real_field("mu_before", "变化前面积"));
  schema.fields.push_back(real_field("mu_after", "变化后面积"));
  schema.fields.push_back(real_field("mu_gained", "增加面积"));
  schema.fields.push_back(real_field("mu_lost", "减少面积"));
  return schema;
}

geodata::Feature difference_feature(const EditionDifference& difference, const FeatureChange& change) {
  const geodata::Snapshot& snapshot =
      change.after ? *difference.after->snapshot : *difference.before->snapshot;
  const std::size_t item = change.after ? *change.after : *change.before;
  geodata::Feature feature{.id = change.id,
                           .geometry = geometry::copy(snapshot.geometry(item)),
                           .values = {},
                           .area_m2 = snapshot.area_m2(item)};
  feature.values.emplace_back(std::string(name(change.change)));
  for (const geodata::Field& key : key_fields(difference.after->snapshot->schema())) {
    const auto field = snapshot.schema().index_of(key.name);
    feature.values.push_back(field ? snapshot.column(*field).value(item) : geodata::Value{});
  }
  std::string changed;
  for (const std::uint32_t field : change.fields)
    changed += (changed.empty() ? "" : ", ") + difference.fields[field];
  feature.values.emplace_back(std::move(changed));
  feature.values.emplace_back(base::mu_from_m2(change.before_m2));
  feature.values.emplace_back(base::mu_from_m2(change.after_m2));
  feature.values.emplace_back(base::mu_from_m2(change.gained_m2));
  feature.values.emplace_back(base::mu_from_m2(change.lost_m2));
  return feature;
}

}  // namespace caitu::catalog
