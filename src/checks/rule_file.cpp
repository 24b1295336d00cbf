// One file of geodata/rules, read and held to its form.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "base/toml.hpp"
#include "catalog/intake.hpp"
#include "checks/detail/rule_names.hpp"
#include "checks/rule_set.hpp"

namespace caitu::checks {
namespace {

using base::TomlTable;
using detail::did_you_mean;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

bool is_rule_id(std::string_view id) {
  return !id.empty() && is_letter(id.front()) &&
         std::ranges::all_of(id, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

bool is_snake(std::string_view name) {
  return !name.empty() && is_lower(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

template <typename Known>
void require_known(const TomlTable& table, std::string_view key, std::string_view text, const Known& known) {
  if (std::ranges::find(known, text) == known.end())
    table.fail(key, fmt::format("there is no {} \"{}\"", key, text), did_you_mean(text, known));
}

/// What a word of a rule file stands for; `otherwise` when the key is missing.
template <typename Value, std::size_t N>
Value read_word(TomlTable& table, std::string_view key, const detail::Names<Value, N>& names,
                std::optional<Value> otherwise = std::nullopt) {
  const auto given = table.text(key);
  if (!given && otherwise) return *otherwise;
  const std::string text = given ? *given : table.required_text(key);
  std::vector<std::string> known;
  for (const auto& [name, value] : names) {
    if (name == text) return value;
    known.emplace_back(name);
  }
  table.fail(key, fmt::format("there is no {} \"{}\"", key, text), did_you_mean(text, known));
}

std::string required_words(TomlTable& table, std::string_view key) {
  std::string text = table.required_text(key);
  if (text.empty()) table.fail(key, fmt::format("\"{}\" is empty", key));
  return text;
}

/// "2014", "2019-12" or a whole date.
bool is_day_or_coarser(const std::string& text) {
  if (text.size() == 4) return catalog::is_date(text + "-01-01");
  if (text.size() == 7) return catalog::is_date(text + "-01");
  return catalog::is_date(text);
}

std::string read_date(TomlTable& table, std::string_view key) {
  std::string text = table.text(key).value_or("");
  if (!text.empty() && !catalog::is_date(text))
    table.fail(key, "\"" + text + "\" is no date", "write it as 2023-10-31");
  return text;
}

char read_confidence(TomlTable& table) {
  const std::string text = table.required_text("confidence");
  if (text.size() != 1 || text[0] < 'A' || text[0] > 'D')
    table.fail("confidence", "there is no confidence \"" + text + "\"",
               "A read in a solid source, B in a weak one, C general knowledge, D a guess");
  return text[0];
}

Basis read_basis(TomlTable& table) {
  Basis basis;
  basis.id = required_words(table, "id");
  basis.document = required_words(table, "document");
  basis.number = table.text("number").value_or("");
  basis.date = table.text("date").value_or("");
  if (!basis.date.empty() && !is_day_or_coarser(basis.date))
    table.fail("date", "\"" + basis.date + "\" is no date", "write it as 2018-09-14, 2018-09 or 2018");
  basis.clause = table.text("clause").value_or("");
  basis.confidence = read_confidence(table);
  basis.superseded_on = read_date(table, "superseded_on");
  basis.superseded_by = table.text("superseded_by").value_or("");
  if (basis.superseded_on.empty() != basis.superseded_by.empty())
    table.fail(basis.superseded_on.empty() ? "superseded_by" : "superseded_on",
               "what is superseded says on which day and by what",
               "superseded_on and superseded_by stand together");
  basis.note = table.text("note").value_or("");
  table.finish();
  return basis;
}

Content read_content(TomlTable& table, std::size_t type) {
  switch (type) {
    case 0:
      if (const auto number = table.number("value")) {
        if (!std::isfinite(*number)) table.fail("value", "a finite number is wanted here");
        return *number;
      }
      break;
    case 1:
      if (auto text = table.text("value")) return *std::move(text);
      break;
    case 2:
      if (auto texts = table.texts("value")) {
        if (texts->empty()) table.fail("value", "the list is empty");
        return *std::move(texts);
      }
      break;
    default:
      if (const auto flag = table.boolean("value")) return *flag;
  }
  table.fail("value", "the key \"value\" is missing");
}

void read_period(TomlTable& table, ParameterValue& value) {
  if (table.required_text("valid_from") != "always") {
    value.valid_from = read_date(table, "valid_from");
    if (value.valid_from.empty())
      table.fail("valid_from", "\"valid_from\" is empty", "write a date, or \"always\"");
  }
  value.valid_to = read_date(table, "valid_to");
  if (!value.valid_to.empty() && value.valid_to <= value.valid_from)
    table.fail("valid_to", "the value ends on " + value.valid_to + ", before it begins",
               "valid_to is the first day on which it holds no more");
}

void read_places(TomlTable& table, ParameterValue& value) {
  const auto places = table.texts("applies_to");
  if (!places) return;
  if (places->empty()) table.fail("applies_to", "the list is empty", "leave it out for everywhere");
  for (const std::string& text : *places) {
    const detail::Place place = detail::place_of(text);
    if (!place.region.empty() || text.empty())
      require_known(table, "applies_to", text, detail::kRegions);
    else if (place.province.empty() || text.ends_with('/'))
      table.fail("applies_to", "\"" + text + "\" is no place", "write 河北省, 河北省/张北 or a region");
  }
  value.applies_to = *places;
}

ParameterValue read_value(TomlTable& table, std::size_t type, const Rule& rule) {
  ParameterValue value;
  value.content = read_content(table, type);
  read_period(table, value);
  read_places(table, value);
  value.basis = table.required_text("basis");
  std::vector<std::string> known;
  for (const Basis& basis : rule.bases) known.push_back(basis.id);
  require_known(table, "basis", value.basis, known);
  value.clause = table.text("clause").value_or("");
  value.confidence = read_confidence(table);
  value.note = table.text("note").value_or("");
  table.finish();
  return value;
}

std::string begin_of(const ParameterValue& value) {
  return value.valid_from.empty() ? "the beginning" : value.valid_from;
}

/// At one place one value follows the other, without overlap or gap.
void check_periods(const Parameter& parameter, const std::vector<TomlTable>& tables) {
  const std::vector<ParameterValue>& values = parameter.values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const ParameterValue* before = nullptr;  // the latest that begins earlier at the same place
    for (std::size_t j = 0; j < values.size(); ++j) {
      if (j == i || !detail::share_a_place(values[i], values[j])) continue;
      const bool same_day = values[j].valid_from == values[i].valid_from;
      if (values[j].valid_from > values[i].valid_from || (same_day && j > i)) continue;
      if (values[j].valid_to.empty() || values[j].valid_to > values[i].valid_from)
        tables[i].fail("valid_from",
                       fmt::format("this value of \"{}\" overlaps the one that is valid from {}",
                                   parameter.name, begin_of(values[j])),
                       "end that one with valid_to on the day on which this one begins");
      if (before == nullptr || before->valid_to < values[j].valid_to) before = &values[j];
    }
    if (before != nullptr && before->valid_to < values[i].valid_from)
      tables[i].fail("valid_from", fmt::format("no value of \"{}\" is in force from {} until {}",
                                               parameter.name, before->valid_to, values[i].valid_from));
  }
}

/// Buildings are of any age: whatever the day, a value holds everywhere.
void check_any_day(const TomlTable& table, const Parameter& parameter) {
  if (parameter.dated_by != DatedBy::built_on) return;
  const auto everywhere = [](const ParameterValue& value) { return value.applies_to.empty(); };
  const auto first = [&](const ParameterValue& value) {
    return everywhere(value) && value.valid_from.empty();
  };
  const auto last = [&](const ParameterValue& value) { return everywhere(value) && value.valid_to.empty(); };
  if (std::ranges::none_of(parameter.values, first) || std::ranges::none_of(parameter.values, last))
    table.fail("dated_by", fmt::format("\"{}\" has no value for buildings of some ages", parameter.name),
               "begin with valid_from = \"always\" and leave valid_to out of the last value");
}

void read_plan_words(TomlTable& table, Parameter& parameter) {
  parameter.comparator =
      read_word(table, "comparator", detail::kComparators, std::optional(Comparator::none));
  parameter.word = table.text("word").value_or("");
  parameter.not_measured = table.text("not_measured").value_or("");
  parameter.not_measured_en = table.text("not_measured_en").value_or("");
  if (parameter.not_measured.empty() != parameter.not_measured_en.empty())
    table.fail("not_measured", "why it is not measured is said in Chinese and in English",
               "not_measured and not_measured_en stand together");
  if (parameter.kind == ParameterKind::plan) return;
  for (const char* key : {"comparator", "word", "not_measured", "not_measured_en"}) {
    if (table.text(key)) table.fail(key, fmt::format("\"{}\" is for figures of the plan", key));
  }
}

Parameter read_parameter(TomlTable& table, const Rule& rule) {
  Parameter parameter;
  parameter.name = table.required_text("name");
  if (!is_snake(parameter.name))
    table.fail("name", "\"" + parameter.name + "\" is no name of a parameter",
               "use small letters, digits and _, a letter first");
  if (std::ranges::find(rule.parameters, parameter.name, &Parameter::name) != rule.parameters.end())
    table.fail("name", "the parameter \"" + parameter.name + "\" is there already");
  parameter.title = required_words(table, "title");
  parameter.title_en = required_words(table, "title_en");
  parameter.unit = table.text("unit").value_or("");
  parameter.kind = read_word(table, "kind", detail::kKinds);
  parameter.dated_by = read_word(table, "dated_by", detail::kDatedBy, std::optional(DatedBy::as_of));
  read_plan_words(table, parameter);
  const std::size_t type = read_word(table, "type", detail::kTypes, std::optional<std::size_t>(0));
  std::vector<TomlTable> tables = table.tables("value");
  table.finish();
  if (tables.empty()) table.fail("value", "the parameter \"" + parameter.name + "\" has no value");
  for (TomlTable& one : tables) parameter.values.push_back(read_value(one, type, rule));
  check_periods(parameter, tables);
  check_any_day(table, parameter);
  return parameter;
}

std::vector<std::string> read_needs(TomlTable& table) {
  auto needs = table.texts("needs");
  if (!needs || needs->empty())
    table.fail("needs", "a rule says which layers it reads", "needs = [\"structures|spots\", \"parcels\"]");
  for (const std::string& need : *needs) {
    const bool layers = is_snake(need.substr(0, need.find('|'))) && !need.ends_with('|') &&
                        std::ranges::all_of(need, [](char c) { return is_lower(c) || c == '_' || c == '|'; });
    if (!layers)
      table.fail("needs", "\"" + need + "\" names no layers", "write structures, or structures|spots");
  }
  return *std::move(needs);
}

void read_head(TomlTable& table, Rule& rule) {
  rule.id = table.required_text("id");
  if (!is_rule_id(rule.id))
    table.fail("id", "\"" + rule.id + "\" is no id of a rule", "use letters and digits");
  rule.version = table.integer("version").value_or(0);
  if (rule.version < 1) table.fail("version", "a rule has a version from 1 on");
  rule.check = table.required_text("check");
  require_known(table, "check", rule.check, kChecks);
  rule.title = required_words(table, "title");
  rule.title_en = required_words(table, "title_en");
  rule.severity = read_word(table, "severity", detail::kSeverities);
  if (rule.check == "greenhouse") {
    const auto category = table.integer("category");
    if (!category || *category < 0 || *category > 3)
      table.fail("category", "a greenhouse rule has a category from 0 to 3", "0 is no 大棚房");
    rule.category = static_cast<int>(*category);
  }
  rule.measures = required_words(table, "measures");
  rule.measures_en = required_words(table, "measures_en");
  rule.needs = read_needs(table);
}

}  // namespace

Rule load_rule(const std::filesystem::path& file) {
  TomlTable table = TomlTable::load(file);
  Rule rule;
  rule.file = file;
  std::ifstream bytes(file, std::ios::binary);
  rule.source.assign(std::istreambuf_iterator<char>(bytes), {});
  read_head(table, rule);
  for (TomlTable& one : table.tables("basis")) {
    Basis basis = read_basis(one);
    if (std::ranges::find(rule.bases, basis.id, &Basis::id) != rule.bases.end())
      one.fail("id", "the basis \"" + basis.id + "\" is there already");
    rule.bases.push_back(std::move(basis));
  }
  std::vector<TomlTable> parameters = table.tables("parameter");
  table.finish();
  if (rule.bases.empty()) table.fail("basis", "a rule rests on something", "add a [[basis]]");
  for (TomlTable& one : parameters) rule.parameters.push_back(read_parameter(one, rule));
  return rule;
}

}  // namespace caitu::checks
