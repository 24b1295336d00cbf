#include "geodata/declared.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "base/toml.hpp"

namespace caitu::geodata {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::TomlTable;

/// What every feature carries beside its fields; a field of that name would hide it in answers and exports.
constexpr std::array<std::string_view, 5> kReserved = {"id", "mu", "count", "area_m2", kExtraField};
constexpr std::array kFieldTypes = {FieldType::text,    FieldType::integer, FieldType::real,
                                    FieldType::boolean, FieldType::date,    FieldType::datetime};
constexpr std::array kKinds = {geometry::Kind::point, geometry::Kind::line, geometry::Kind::polygon};

/// Field names and aliases are compared without case in ASCII; Chinese has none.
std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_layer_id(std::string_view id) {
  return !id.empty() && is_lower(id.front()) &&
         std::ranges::all_of(id, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_field_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

template <typename Names>
std::string did_you_mean(std::string_view unknown, const Names& known) {
  const std::string nearest = base::nearest_name(unknown, known);
  return nearest.empty() ? std::string() : "did you mean \"" + nearest + "\"?";
}

std::vector<std::string> field_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const Field& field : schema.fields) names.push_back(field.name);
  return names;
}

FieldType read_type(TomlTable& table) {
  const std::string text = table.required_text("type");
  if (const auto type = parse_field_type(text)) return *type;
  std::vector<std::string> known;
  for (const FieldType type : kFieldTypes) known.emplace_back(name(type));
  table.fail("type", "there is no field type \"" + text + "\"", did_you_mean(text, known));
}

/// Of the field that comes next in the schema.
void read_limits(TomlTable& table, const Field& field, Declaration& declared) {
  FieldLimits limits{.field = declared.schema.fields.size(),
                     .least = table.number("least"),
                     .most = table.number("most"),
                     .values = table.texts("values").value_or(std::vector<std::string>{})};
  const bool number = field.type == FieldType::integer || field.type == FieldType::real;
  if (!number && (limits.least || limits.most))
    table.fail(limits.least ? "least" : "most", "\"" + field.name + "\" is no number");
  if (limits.least && limits.most && !(*limits.least <= *limits.most))
    table.fail("least", "no number is at least " + std::to_string(*limits.least) + " and at most the other");
  if (field.type != FieldType::text && !limits.values.empty())
    table.fail("values", "\"" + field.name + "\" holds no text", "values are those of a field of type text");
  if (limits.least || limits.most || !limits.values.empty())
    declared.audit.limits.push_back(std::move(limits));
}

Field read_field(TomlTable& table, Declaration& declared) {
  Field field;
  field.name = table.required_text("name");
  if (!is_field_name(field.name)) {
    table.fail("name", "\"" + field.name + "\" is no field name",
               "use letters, digits and _, not a digit first");
  }
  if (std::ranges::find(kReserved, folded(field.name)) != kReserved.end()) {
    table.fail("name", "\"" + field.name + "\" is a name that every feature carries already",
               "name the field otherwise");
  }
  field.title = table.required_text("title");
  if (auto english = table.text("title_en")) declared.field_titles_en[field.name] = std::move(*english);
  field.type = read_type(table);
  const std::int64_t width = table.integer("width").value_or(0);
  if (width < 0 || width > 65535) table.fail("width", "a width is from 0 (free) to 65535 characters");
  field.width = static_cast<int>(width);
  field.unit = table.text("unit").value_or("");
  field.aliases = table.texts("aliases").value_or(std::vector<std::string>{});
  field.required = table.boolean("required").value_or(false);
  read_limits(table, field, declared);
  table.finish();
  // Bureaus head their columns in Chinese: a title is what deliveries call the field, too.
  const auto same = [&](const std::string& alias) { return alias == field.title; };
  if (std::ranges::none_of(field.aliases, same)) field.aliases.push_back(field.title);
  return field;
}

Field extra_field() {
  Field field;
  field.name = kExtraField;
  field.title = "其他字段";
  return field;
}

/// One delivered column must not answer to two fields.
void read_fields(TomlTable& table, Declaration& declared) {
  Schema& schema = declared.schema;
  std::map<std::string, std::string> owner;  // folded name or alias → field
  for (TomlTable& entry : table.tables("field")) {
    Field field = read_field(entry, declared);
    const auto claim = [&](const std::string& text, const char* key) {
      const auto [at, fresh] = owner.emplace(folded(text), field.name);
      if (!fresh && !(key == std::string_view("aliases") && at->second == field.name)) {
        entry.fail(key, "\"" + text + "\" already belongs to the field \"" + at->second + "\"");
      }
    };
    claim(field.name, "name");
    for (const std::string& alias : field.aliases) claim(alias, "aliases");
    schema.fields.push_back(std::move(field));
  }
}

void require_field(const TomlTable& table, const Schema& schema, const char* key, const std::string& name) {
  const auto is_named = [&](const Field& field) { return field.name == name; };
  if (std::ranges::any_of(schema.fields, is_named)) return;
  table.fail(key, "\"" + name + "\" is no field of this layer", did_you_mean(name, field_names(schema)));
}

void require_text_field(const TomlTable& table, const Schema& schema, const char* key,
                        const std::string& name) {
  require_field(table, schema, key, name);
  if (!textual(schema.fields[*schema.index_of(name)].type))
    table.fail(key, "\"" + name + "\" holds no text", "name a field of type text");
}

int read_order(TomlTable& table) {
  const std::int64_t order = table.integer("order").value_or(Declaration::kLastOrder);
  if (order < 0 || order > Declaration::kLastOrder)
    table.fail("order", "an order is from 0 to " + std::to_string(Declaration::kLastOrder));
  return static_cast<int>(order);
}

/// Which fields are for grouping, naming, searching and counting by place.
void read_roles(TomlTable& table, Declaration& declared) {
  Schema& schema = declared.schema;
  schema.class_field = table.text("class_field").value_or("");
  if (!schema.class_field.empty()) require_field(table, schema, "class_field", schema.class_field);
  schema.label_field = table.text("label_field").value_or("");
  if (!schema.label_field.empty()) require_field(table, schema, "label_field", schema.label_field);
  declared.search = table.texts("search").value_or(std::vector<std::string>{});
  for (const std::string& name : declared.search) require_text_field(table, schema, "search", name);
  declared.unit_field = table.text("unit_field").value_or("");
  if (!declared.unit_field.empty()) require_text_field(table, schema, "unit_field", declared.unit_field);
}

/// What the quality audit asks of the layer.
void read_audit(TomlTable& table, Declaration& declared) {
  const Schema& schema = declared.schema;
  AuditRules& audit = declared.audit;
  audit.coverage = table.boolean("coverage").value_or(false);
  if (audit.coverage && !schema.allows(geometry::Kind::polygon))
    table.fail("coverage", "only polygons divide land");
  if (const auto rules = table.text("audit")) {
    if (*rules != "land_survey")
      table.fail("audit", "there are no rules \"" + *rules + "\"", "land_survey are those of DLTB");
    audit.land_survey = true;
  }
  for (const std::string& name : table.texts("unique").value_or(std::vector<std::string>{})) {
    require_text_field(table, schema, "unique", name);
    audit.unique.push_back(*schema.index_of(name));
  }
  audit.apart_from = table.texts("apart_from").value_or(std::vector<std::string>{});
  const auto period = table.texts("period");
  if (!period) return;
  if (period->size() != 2) table.fail("period", "a period has two fields: its first day and its last");
  for (const std::string& name : *period) require_text_field(table, schema, "period", name);
  audit.period.emplace(*schema.index_of(period->front()), *schema.index_of(period->back()));
}

void read_rasters(TomlTable& table, Declaration& declared) {
  declared.rasters = table.boolean("rasters").value_or(false);
  if (!declared.rasters) return;
  const Schema& schema = declared.schema;
  require_text_field(table, schema, "rasters", std::string(Declaration::kDigestField));
  if (!schema.allows(geometry::Kind::polygon))
    table.fail("rasters", "the footprint of a raster is a polygon");
  if (schema.living)
    table.fail("rasters", "a raster comes by an import, not by an edit", "leave out `living`");
}

void read_kinds(TomlTable& table, Schema& schema) {
  const auto texts = table.texts("geometry");
  if (!texts || texts->empty())
    table.fail("geometry", "a layer says what it is made of: geometry = [\"polygon\"]");
  std::vector<std::string> known;
  for (const geometry::Kind kind : kKinds) known.emplace_back(geometry::name(kind));
  for (const std::string& text : *texts) {
    const auto at = std::ranges::find(known, text);
    if (at == known.end()) {
      table.fail("geometry", "there is no kind of geometry \"" + text + "\"", did_you_mean(text, known));
    }
    schema.kinds.push_back(kKinds[static_cast<std::size_t>(at - known.begin())]);
  }
}

geometry::Box read_region(TomlTable& table) {
  auto region = table.table("region");
  if (!region) return {};
  const auto edge = [&](const char* key, double limit) {
    const auto degrees = region->number(key);
    if (!degrees) region->fail(key, "a region has west, south, east and north in degrees");
    if (!(*degrees >= -limit && *degrees <= limit)) region->fail(key, "this is no place on Earth");
    return *degrees;
  };
  const geometry::Box box{edge("west", 180), edge("south", 90), edge("east", 180), edge("north", 90)};
  region->finish();
  if (box.empty())
    table.fail("region", "the region is empty", "west is less than east, south less than north");
  return box;
}

}  // namespace

Declaration load_declaration(const fs::path& file) {
  TomlTable table = TomlTable::load(file);
  Declaration declared;
  declared.file = file;
  Schema& schema = declared.schema;
  schema.layer = table.required_text("id");
  if (!is_layer_id(schema.layer)) {
    table.fail("id", "\"" + schema.layer + "\" is no layer id",
               "use small letters, digits and _, a letter first");
  }
  schema.title = table.required_text("title");
  schema.title_en = table.text("title_en").value_or("");
  declared.group = table.text("group").value_or("own");
  declared.order = read_order(table);
  read_kinds(table, schema);
  read_fields(table, declared);
  schema.key = table.texts("key").value_or(std::vector<std::string>{});
  for (const std::string& name : schema.key) require_field(table, schema, "key", name);
  if (std::set<std::string>(schema.key.begin(), schema.key.end()).size() != schema.key.size()) {
    table.fail("key", "the key names a field twice");
  }
  read_roles(table, declared);
  read_audit(table, declared);
  schema.living = table.boolean("living").value_or(false);
  read_rasters(table, declared);
  declared.region = read_region(table);
  declared.made_up_note = table.text("made_up_note").value_or("");
  table.finish();
  schema.fields.push_back(extra_field());
  return declared;
}

std::map<std::string, Declaration> load_declarations(const std::vector<fs::path>& folders) {
  std::map<std::string, Declaration> layers;
  for (const fs::path& folder : folders) {
    if (!fs::is_directory(folder)) continue;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
      Declaration declared = load_declaration(file);
      const std::string id = declared.schema.layer;
      const auto known = layers.find(id);
      if (known != layers.end()) {
        throw Error(Code::usage,
                    "the layer \"" + id + "\" is declared already in " + known->second.file.string(),
                    {.file = file.string(), .layer = id}, "give this layer an id of its own");
      }
      layers.emplace(id, std::move(declared));
    }
  }
  return layers;
}

}  // namespace caitu::geodata
