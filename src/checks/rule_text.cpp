// Rules as a person reads them, and as JSON.
#include <fmt/format.h>

#include <iterator>

#include "checks/detail/rule_names.hpp"
#include "checks/rule.hpp"

namespace caitu::checks {
namespace {

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  return fmt::format("{}", fmt::join(texts, between));
}

std::string marked(char confidence) { return fmt::format("[{}]", confidence); }

std::string period(const ParameterValue& value) {
  std::string text = value.valid_from.empty() ? "at any time" : "from " + value.valid_from;
  if (!value.valid_to.empty()) text += " until " + value.valid_to;
  return text;
}

class Text {
 public:
  template <typename... Parts>
  void line(fmt::format_string<Parts...> form, Parts&&... parts) {
    fmt::format_to(std::back_inserter(text_), form, std::forward<Parts>(parts)...);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void head(Text& text, const Rule& rule) {
  text.line("{}  {}", rule.id, rule.title);
  text.line("{:{}}  {}", "", rule.id.size(), rule.title_en);
  text.line("");
  text.line("version {}, check {}{}, severity {}", rule.version, rule.check,
            rule.check == "greenhouse" ? fmt::format(", category {}", rule.category) : "",
            name(rule.severity));
  std::vector<std::string> needs;
  for (std::string layer : rule.needs) {
    for (std::size_t at = 0; (at = layer.find('|', at)) != layer.npos;) layer.replace(at, 1, " or ");
    needs.push_back(std::move(layer));
  }
  text.line("reads {}", joined(needs, ", "));
  text.line("");
  text.line("What it measures");
  text.line("  {}", rule.measures);
  text.line("  {}", rule.measures_en);
}

void bases(Text& text, const Rule& rule) {
  text.line("");
  text.line("What it rests on");
  for (const Basis& basis : rule.bases) {
    std::vector<std::string> parts{basis.document};
    for (const std::string& part : {basis.number, basis.date, basis.clause}) {
      if (!part.empty()) parts.push_back(part);
    }
    text.line("  {} {}", joined(parts, ", "), marked(basis.confidence));
    if (!basis.superseded_on.empty())
      text.line("    superseded on {} by {}", basis.superseded_on, basis.superseded_by);
    if (!basis.note.empty()) text.line("    {}", basis.note);
  }
}

void values(Text& text, const Rule& rule, const Parameter& parameter) {
  for (const ParameterValue& value : parameter.values) {
    const std::string unit = parameter.unit.empty() ? "" : " " + parameter.unit;
    const std::string where = value.applies_to.empty() ? "" : ", " + joined(value.applies_to, " ");
    text.line("    {}{}{}, {}: {}", shown(value), unit, where, period(value), cite(rule, value));
    if (!value.note.empty()) text.line("      {}", value.note);
    if (const auto reason = holds_back(rule, parameter, value))
      text.line("      holds a verdict at for_field_check: {}", reason->first);
  }
}

void parameters(Text& text, const Rule& rule) {
  text.line("");
  text.line("Parameters");
  for (const Parameter& parameter : rule.parameters) {
    text.line("  {}  {} · {} ({}{})", parameter.name, parameter.title, parameter.title_en,
              name(parameter.kind),
              parameter.dated_by == DatedBy::built_on ? ", by the day of building" : "");
    if (parameter.comparator != Comparator::none)
      text.line("    {}{}", name(parameter.comparator),
                parameter.word.empty() ? "" : ", the plan's word is " + parameter.word);
    if (!parameter.not_measured.empty())
      text.line("    not measured: {} · {}", parameter.not_measured, parameter.not_measured_en);
    values(text, rule, parameter);
  }
}

base::Json to_json(const Basis& basis) {
  return {{"id", basis.id},
          {"document", basis.document},
          {"number", basis.number},
          {"date", basis.date},
          {"clause", basis.clause},
          {"confidence", std::string(1, basis.confidence)},
          {"superseded_on", basis.superseded_on},
          {"superseded_by", basis.superseded_by},
          {"note", basis.note}};
}

base::Json to_json(const ParameterValue& value) {
  base::Json json{{"value", nullptr},
                  {"valid_from", value.valid_from},
                  {"valid_to", value.valid_to},
                  {"applies_to", value.applies_to},
                  {"basis", value.basis},
                  {"clause", value.clause},
                  {"confidence", std::string(1, value.confidence)},
                  {"note", value.note}};
  std::visit([&](const auto& content) { json["value"] = content; }, value.content);
  return json;
}

base::Json to_json(const Parameter& parameter) {
  base::Json json{{"name", parameter.name},
                  {"title", parameter.title},
                  {"title_en", parameter.title_en},
                  {"unit", parameter.unit},
                  {"kind", name(parameter.kind)},
                  {"dated_by", name(parameter.dated_by)},
                  {"comparator", name(parameter.comparator)},
                  {"word", parameter.word},
                  {"not_measured", parameter.not_measured},
                  {"not_measured_en", parameter.not_measured_en},
                  {"values", base::Json::array()}};
  for (const ParameterValue& value : parameter.values) json["values"].push_back(to_json(value));
  return json;
}

}  // namespace

std::string shown(const ParameterValue& value) {
  if (const auto* number = std::get_if<double>(&value.content)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value.content)) return *text;
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value.content)) return joined(*texts, "、");
  return std::get<bool>(value.content) ? "是" : "否";
}

std::string cite(const Rule& rule, const ParameterValue& value) {
  const Basis& basis = rule.basis_of(value);
  std::string text = basis.number.empty() ? basis.document : basis.number;
  const std::string& clause = value.clause.empty() ? basis.clause : value.clause;
  if (!clause.empty()) text += " " + clause;
  return text + " " + marked(value.confidence);
}

std::string explain(const Rule& rule) {
  Text text;
  head(text, rule);
  bases(text, rule);
  parameters(text, rule);
  return text.take();
}

base::Json to_json(const Rule& rule) {
  base::Json json{{"id", rule.id},
                  {"version", rule.version},
                  {"check", rule.check},
                  {"title", rule.title},
                  {"title_en", rule.title_en},
                  {"category", rule.category},
                  {"severity", name(rule.severity)},
                  {"measures", rule.measures},
                  {"measures_en", rule.measures_en},
                  {"needs", rule.needs},
                  {"bases", base::Json::array()},
                  {"parameters", base::Json::array()}};
  for (const Basis& basis : rule.bases) json["bases"].push_back(to_json(basis));
  for (const Parameter& parameter : rule.parameters) json["parameters"].push_back(to_json(parameter));
  return json;
}

}  // namespace caitu::checks
