#include "catalog/living_edition.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "geometry/measure.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;
using geodata::Value;

Value value_of(const base::Json& json, geodata::FieldType type) {
  Value value;
  if (json.is_string()) {
    value = json.get<std::string>();
  } else if (json.is_boolean()) {
    value = std::int64_t{json.get<bool>() ? 1 : 0};
  } else if (json.is_number_integer()) {
    value = json.get<std::int64_t>();
  } else if (json.is_number()) {
    value = json.get<double>();
  }
  return convert(value, type).value_or(Value());
}

/// A name that no other derivation has, in whichever process.
std::filesystem::path derived_file(const Workspace& workspace, const std::string& layer,
                                   std::uint32_t edition, std::uint64_t changes) {
  static std::atomic<std::uint64_t> derived = 0;
  return workspace.snapshots() /
         (layer + "-" + std::to_string(edition) + "+" + std::to_string(changes) + "." +
          std::to_string(::getpid()) + "-" + std::to_string(++derived) + ".snapshot");
}

}  // namespace

std::string attributes_of(const geodata::Schema& schema, const std::vector<Value>& values) {
  std::string json = "{";
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    if (std::holds_alternative<std::monostate>(values[i])) continue;
    if (json.size() > 1) json += ',';
    base::append_json_string(json, schema.fields[i].name);
    json += ':';
    geodata::append_json_value(json, values[i], schema.fields[i].type);
  }
  return json + '}';
}

geodata::Feature feature_of(const geodata::Schema& schema, const store::LivingChange& change) {
  geodata::Feature feature{.id = change.feature,
                           .geometry = change.geometry,
                           .values = std::vector<Value>(schema.fields.size()),
                           .area_m2 = geometry::area_m2(change.geometry)};
  base::Json beyond = base::Json::object();
  const base::Json attributes = base::parse_json(change.attributes);
  for (const auto& [name, json] : attributes.items()) {
    if (const auto field = schema.index_of(name)) {
      feature.values[*field] = value_of(json, schema.fields[*field].type);
    } else {
      beyond[name] = json;
    }
  }
  if (!beyond.empty() && !feature.values.empty()) {
    if (const auto* extra = std::get_if<std::string>(&feature.values.back()))
      beyond.update(base::parse_json(*extra));
    feature.values.back() = beyond.dump();
  }
  return feature;
}

std::string tag_of(const geodata::Schema& schema, geometry::GeometryView geometry,
                   const std::vector<Value>& values) {
  return base::hex(
      base::digest128(base::hex(geodata::geometry_digest(geometry)) + attributes_of(schema, values)));
}

std::uint64_t settled_through(const std::vector<store::EditionRecord>& editions) {
  std::uint64_t through = 0;
  for (const store::EditionRecord& record : editions) {
    if (!record.published || !record.source.is_object()) continue;
    const auto changes = record.source.find("changes");
    if (changes != record.source.end())
      through = std::max(through, changes->value("through", std::uint64_t{0}));
  }
  return through;
}

Changes changes_since(store::Work& work, const geodata::Schema& schema, std::uint64_t after,
                      std::uint64_t up_to) {
  Changes changes;
  changes.after = after;
  store::LivingChanges(work).read(schema.layer, after, [&](store::LivingChange&& change) {
    if (change.sequence > up_to) return;
    auto& state = changes.delta[change.feature];
    state.reset();
    if (change.operation != store::Operation::remove) state = feature_of(schema, change);
    changes.through = change.sequence;
    changes.last_at = std::move(change.at);
  });
  return changes;
}

void check_grown(const geodata::Schema& published, const geodata::Schema& declared) {
  for (const geodata::Field& field : published.fields) {
    const auto place = declared.index_of(field.name);
    if (place && declared.fields[*place].type == field.type) continue;
    throw Error(Code::refused,
                "editions of the layer have a field " + field.name + " of type " +
                    std::string(geodata::name(field.type)) + ", and its declaration has none",
                Where{.layer = declared.layer, .field = field.name},
                "put the field back into the declaration");
  }
}

std::vector<Value> in_schema(const std::vector<Value>& values, const geodata::Schema& from,
                             const geodata::Schema& to) {
  std::vector<Value> moved(to.fields.size());
  for (std::size_t i = 0; i < from.fields.size(); ++i)
    if (const auto place = to.index_of(from.fields[i].name)) moved[*place] = values[i];
  return moved;
}

std::string write_changed(const std::filesystem::path& file, const geodata::Schema& schema,
                          const geodata::SnapshotInfo& info, const geodata::Snapshot* from,
                          const Delta& delta) {
  geodata::SnapshotWriter writer(file, schema, info);
  if (from != nullptr) {
    check_grown(from->schema(), schema);
    const bool same_fields = from->schema().fields == schema.fields;
    for (std::size_t item = 0; item < from->size(); ++item) {
      if (delta.contains(from->id(item))) continue;
      if (same_fields) {
        writer.add_from(*from, item);
        continue;
      }
      const geodata::Feature feature = from->feature(item);
      writer.add(feature.id, feature.geometry, in_schema(feature.values, from->schema(), schema),
                 feature.area_m2);
    }
  }
  for (const auto& [id, feature] : delta)
    if (feature) writer.add(id, feature->geometry, feature->values, feature->area_m2);
  return writer.finish();
}

std::shared_ptr<const Edition> with_changes(const Workspace& workspace, const geodata::Schema& declared,
                                            const std::shared_ptr<const Edition>& from,
                                            const Changes& changes) {
  auto edition = std::make_shared<Edition>();
  store::EditionRecord& record = edition->record;
  record.source = record.report = base::Json::object();
  if (from) record = from->record;
  record.layer = declared.layer;
  record.published = true;
  record.as_of = std::max(record.as_of, changes.last_at.substr(0, 10));
  record.schema = declared;
  edition->changes = changes.through;
  edition->settled = from && from->changes > 0 ? from->settled : changes.after;
  const auto file = derived_file(workspace, record.layer, record.edition, changes.through);
  record.digest =
      write_changed(file, declared, {.layer = record.layer, .edition = record.edition, .as_of = record.as_of},
                    from ? from->snapshot.get() : nullptr, changes.delta);
  edition->snapshot = geodata::Snapshot::open(file);
  std::filesystem::remove(file);
  record.rows = edition->snapshot->size();
  record.area_m2 = edition->snapshot->total_area_m2();
  return edition;
}

std::shared_ptr<const Edition> edition_with_edits(const Catalog& catalog, const geodata::Schema& schema,
                                                  std::uint32_t edition, std::uint64_t settled,
                                                  std::uint64_t changes) {
  const auto from = edition == 0 ? nullptr : catalog.edition(schema.layer, edition);
  auto work = store::Work::open(catalog.workspace().work(), true);
  const Changes laid = changes_since(work, schema, settled, changes);
  if (laid.through != changes)
    throw Error(
        Code::not_found,
        "the change log of layer \"" + schema.layer + "\" does not hold edit " + std::to_string(changes),
        Where{.layer = schema.layer}, "it was lost, or this is another workspace");
  return with_changes(catalog.workspace(), schema, from, laid);
}

}  // namespace caitu::catalog
