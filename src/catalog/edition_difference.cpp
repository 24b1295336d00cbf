#include "catalog/edition_difference.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "base/units.hpp"
#include "base/workers.hpp"
#include "catalog/land_difference.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;
using geodata::Snapshot;
using geodata::Value;

/// Digits of a code that name a town; of the 19 of a survey's unit the rest is village and group.
constexpr std::size_t kTownDigits = 9;
constexpr const char* kTowns = "towns";

bool same_geometry(geometry::GeometryView a, geometry::GeometryView b) {
  return a.kind == b.kind && std::ranges::equal(a.positions, b.positions) &&
         std::ranges::equal(a.path_ends, b.path_ends) && std::ranges::equal(a.part_ends, b.part_ends);
}

Value value_of(const Snapshot& snapshot, std::optional<std::size_t> field, std::size_t item) {
  return field ? snapshot.column(*field).value(item) : Value{};
}

/// Compares features of two snapshots whose fields may differ.
class Comparison {
 public:
  explicit Comparison(EditionDifference& difference)
      : before_(*difference.before->snapshot), after_(*difference.after->snapshot) {
    for (const geodata::Schema* schema : {&after_.schema(), &before_.schema()}) {
      for (const geodata::Field& field : schema->fields) {
        auto& fields = difference.fields;
        if (std::find(fields.begin(), fields.end(), field.name) != fields.end()) continue;
        fields.push_back(field.name);
        places_.push_back({before_.schema().index_of(field.name), after_.schema().index_of(field.name)});
      }
    }
  }

  /// Nothing when both editions hold the same of the feature.
  std::optional<FeatureChange> of(std::uint64_t id) const {
    FeatureChange change{.id = id, .before = before_.find(id), .after = after_.find(id)};
    if (!change.before && !change.after) return std::nullopt;
    if (change.before && change.after) {
      for (std::uint32_t i = 0; i < places_.size(); ++i) {
        if (value_of(before_, places_[i].first, *change.before) !=
            value_of(after_, places_[i].second, *change.after))
          change.fields.push_back(i);
      }
      const bool stands = same_geometry(before_.geometry(*change.before), after_.geometry(*change.after));
      if (stands && change.fields.empty()) return std::nullopt;
      change.change = stands ? Change::attributes : Change::reshaped;
    } else {
      change.change = change.before ? Change::removed : Change::added;
    }
    return change;
  }

 private:
  const Snapshot &before_, &after_;
  std::vector<std::pair<std::optional<std::size_t>, std::optional<std::size_t>>> places_;
};

void count(ChangeSum& sum, Change change) {
  switch (change) {
    case Change::added:
      ++sum.added;
      break;
    case Change::removed:
      ++sum.removed;
      break;
    case Change::reshaped:
      ++sum.reshaped;
      break;
    case Change::attributes:
      ++sum.attributes;
      break;
  }
}

/// What group each feature of a snapshot belongs to.
class Grouping {
 public:
  /// By the texts of fields, a blank between two of them, or by the first characters of one.
  Grouping(const Snapshot& snapshot, const std::vector<std::string>& fields, std::size_t characters)
      : characters_(characters) {
    for (const std::string& name : fields) {
      const auto field = snapshot.schema().index_of(name);
      columns_.push_back(field ? &snapshot.column(*field) : nullptr);
    }
  }

  std::string of(std::size_t item) const {
    std::string group;
    for (const geodata::Column* column : columns_) {
      const std::string text = text_of(column == nullptr ? Value{} : column->value(item));
      if (!group.empty() && !text.empty()) group += ' ';
      group += text;
    }
    const bool code = group.find_first_not_of("0123456789") == std::string::npos;
    return characters_ > 0 && code ? group.substr(0, characters_) : group;
  }

  /// The area of each group's features, added up in item order.
  std::map<std::string, double> areas(const Snapshot& snapshot) const {
    std::map<std::string, double> areas;
    std::unordered_map<std::uint64_t, double*> known;
    for (std::size_t item = 0; item < snapshot.size(); ++item) {
      double*& area = known[token(item)];
      if (area == nullptr) area = &areas[of(item)];
      *area += snapshot.area_m2(item);
    }
    return areas;
  }

 private:
  static std::string text_of(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    return {};
  }
  /// The same for items of one group whose values are the same; at most two columns make it.
  std::uint64_t token(std::size_t item) const {
    std::uint64_t token = 0;
    for (const geodata::Column* column : columns_) {
      if (column == nullptr) continue;
      const bool text = geodata::textual(column->type());
      token = (token << 32) ^ (text ? column->code(item)
                               : column->type() == geodata::FieldType::real
                                   ? 0
                                   : static_cast<std::uint64_t>(column->integer(item)));
    }
    return token;
  }

  std::vector<const geodata::Column*> columns_;
  std::size_t characters_;
};

using Groups = std::map<std::string, ChangeSum>;

Groups grouped(const EditionDifference& difference, const std::vector<std::string>& fields,
               std::size_t characters) {
  const Snapshot &before = *difference.before->snapshot, &after = *difference.after->snapshot;
  const Grouping old_groups(before, fields, characters), new_groups(after, fields, characters);
  Groups groups;
  for (const auto& [name, area_m2] : old_groups.areas(before)) groups[name].before_m2 = area_m2;
  for (const auto& [name, area_m2] : new_groups.areas(after)) groups[name].after_m2 = area_m2;
  for (const FeatureChange& change : difference.changes) {
    const auto from = change.before ? std::optional(old_groups.of(*change.before)) : std::nullopt;
    const auto to = change.after ? std::optional(new_groups.of(*change.after)) : std::nullopt;
    count(groups[to ? *to : *from], change.change);
    if (from == to) {
      groups[*to].gained_m2 += change.gained_m2;
      groups[*to].lost_m2 += change.lost_m2;
    } else {
      if (to) groups[*to].gained_m2 += change.after_m2;
      if (from) groups[*from].lost_m2 += change.before_m2;
    }
  }
  return groups;
}

/// Names of the towns by the digits that tell them apart, as the layer of towns has them now.
std::map<std::string, std::string> town_names(const State& state) {
  std::map<std::string, std::string> names;
  const auto towns = state.current.find(kTowns);
  if (towns == state.current.end()) return names;
  const Snapshot& snapshot = *towns->second->snapshot;
  const Grouping codes(snapshot, {"code"}, kTownDigits), texts(snapshot, {"district", "name"}, 0);
  for (std::size_t item = 0; item < snapshot.size(); ++item) names[codes.of(item)] = texts.of(item);
  return names;
}

void group(EditionDifference& difference, const State& state) {
  const geodata::Schema& schema = difference.after->snapshot->schema();
  if (schema.index_of(schema.class_field)) {
    difference.class_field = schema.class_field;
    difference.by_class = grouped(difference, {schema.class_field}, 0);
  }
  const auto declared = state.declarations.find(schema.layer);
  const std::string unit_field =
      declared == state.declarations.end() ? std::string() : declared->second.unit_field;
  if (schema.index_of(unit_field)) {
    difference.unit_field = unit_field;
    difference.by_unit = grouped(difference, {unit_field}, kTownDigits);
    const auto names = town_names(state);
    for (const auto& [code, sum] : difference.by_unit)
      if (const auto at = names.find(code); at != names.end()) difference.unit_names[code] = at->second;
  } else if (schema.index_of("district")) {
    const bool towns = schema.index_of("town").has_value();
    difference.unit_field = towns ? "district, town" : "district";
    difference.by_unit = grouped(
        difference,
        towns ? std::vector<std::string>{"district", "town"} : std::vector<std::string>{"district"}, 0);
  }
}

void add_up(EditionDifference& difference) {
  ChangeSum& total = difference.total;
  for (const FeatureChange& change : difference.changes) {
    count(total, change.change);
    total.gained_m2 += change.gained_m2;
    total.lost_m2 += change.lost_m2;
    difference.land_gained_m2 += change.fresh_m2;
    difference.land_lost_m2 += change.gone_m2;
  }
  total.before_m2 = difference.before->snapshot->total_area_m2();
  total.after_m2 = difference.after->snapshot->total_area_m2();
  difference.unchanged = difference.after->snapshot->size() - total.added - total.reshaped - total.attributes;
}

}  // namespace

std::string_view name(Change change) {
  constexpr std::string_view kNames[] = {"added", "removed", "reshaped", "attributes"};
  return kNames[static_cast<std::size_t>(change)];
}

EditionDifference difference(const Catalog& catalog, std::shared_ptr<const Edition> before,
                             std::shared_ptr<const Edition> after, const DifferenceOptions& options,
                             const base::Progress& progress) {
  const geodata::MapWatch watch;
  const std::string layer = after->record.layer;
  const std::vector<std::uint64_t> touched =
      catalog.touched(layer, before->record.edition, after->record.edition);
  EditionDifference result{.before = std::move(before), .after = std::move(after)};
  const Comparison comparison(result);
  for (const std::uint64_t id : touched)
    if (auto change = comparison.of(id)) result.changes.push_back(std::move(*change));
  if (options.most > 0 && result.changes.size() > options.most) {
    throw Error(Code::too_large,
                std::to_string(result.changes.size()) +
                    " features changed between these editions, and at most " + std::to_string(options.most) +
                    " are compared here",
                Where{.layer = layer}, "`caitu diff` in a shell compares any number");
  }
  measure_land(result, options.threads == 0 ? base::default_threads() : options.threads, progress);
  add_up(result);
  group(result, *catalog.state());
  watch.check();
  return result;
}

}  // namespace caitu::catalog
