#include "checks/why.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iterator>

#include "base/units.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/flag_evidence.hpp"
#include "checks/detail/report_text.hpp"
#include "checks/detail/sites.hpp"
#include "checks/evidence.hpp"
#include "checks/workflow.hpp"

namespace caitu::checks {
namespace {

using base::Json;
using geodata::Snapshot;

/// Two figures with as many decimals as tell them apart.
std::pair<std::string, std::string> told_apart(double a, double b, const std::string& unit) {
  constexpr int kMost = 9;
  int decimals = unit == "mu" ? 3 : 2;
  std::pair<std::string, std::string> texts;
  do {
    texts = {detail::with_unit(a, decimals, unit), detail::with_unit(b, decimals, unit)};
  } while (a != b && texts.first == texts.second && ++decimals <= kMost);
  return texts;
}

Json comparison_json(const Finding& one) {
  if (one.unit.empty() && one.measured == 0 && one.limit == 0) {
    return {{"measured", nullptr},
            {"limit", nullptr},
            {"tolerance", nullptr},
            {"unit", ""},
            {"sentence", "no figures are compared: the facts decide"},
            {"sentence_zh", "不比较数值，以事实判定"}};
  }
  const auto [measured, limit] = told_apart(one.measured, one.limit, one.unit);
  Json json = {{"measured", one.measured}, {"limit", one.limit},   {"tolerance", one.tolerance},
               {"unit", one.unit},         {"sentence", measured}, {"sentence_zh", measured}};
  if (one.limit == 0) {
    json["limit"] = nullptr;
    json["sentence"] = measured + "; the rule has no limit";
    json["sentence_zh"] = measured + "；本规则不设限值";
    return json;
  }
  const char* sign = one.measured > one.limit ? ">" : one.measured < one.limit ? "<" : "=";
  std::string sentence = fmt::format("{} {} {}", measured, sign, limit), sentence_zh = sentence;
  if (one.tolerance > 0) {
    const std::string error = detail::with_unit(one.tolerance, one.unit == "mu" ? 3 : 2, one.unit);
    sentence += ", survey error " + error;
    sentence_zh += "，测量误差 " + error;
  }
  json["sentence"] = std::move(sentence);
  json["sentence_zh"] = std::move(sentence_zh);
  return json;
}

std::optional<std::size_t> find_flag(const Snapshot& flags, const std::string& flag) {
  const detail::FieldOf fingerprint(flags, "fingerprint");
  for (std::size_t item = 0; item < flags.size(); ++item)
    if (fingerprint.text(item) == flag) return item;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(flag.data(), flag.data() + flag.size(), id);
  if (error != std::errc() || end != flag.data() + flag.size()) return {};
  return flags.find(id);
}

Verdict verdict_named(std::string_view text) {
  for (const Verdict one : {Verdict::clear, Verdict::for_field_check})
    if (name(one) == text) return one;
  return Verdict::violation;
}

/// The finding that a flag was made of.
Finding finding_of(const Snapshot& flags, std::size_t item) {
  const auto text = [&](const char* field) { return std::string(detail::FieldOf(flags, field).text(item)); };
  const auto number = [&](const char* field) {
    return detail::FieldOf(flags, field).number(item).value_or(0);
  };
  Finding one;
  one.fingerprint = text("fingerprint");
  one.check = text("check");
  one.rule = text("rule");
  one.version = static_cast<std::int64_t>(number("rule_version"));
  one.category = static_cast<int>(number("category"));
  one.verdict = verdict_named(text("verdict"));
  one.severity = text("severity");
  one.measured = number("measured");
  one.limit = number("limit_value");
  one.tolerance = number("tolerance");
  one.unit = text("unit");
  one.what = text("what_en");
  one.what_zh = text("what");
  one.basis = text("basis");
  one.held_back_by = text("held_back_by_en");
  one.held_back_by_zh = text("held_back_by");
  one.turns = text("turns_en");
  one.turns_zh = text("turns");
  one.area_m2 = flags.area_m2(item);
  one.district = text("district");
  one.town = text("town");
  detail::read_evidence(text("evidence"), one);
  return one;
}

class Text {
 public:
  explicit Text(const Json& why) : why_(why) {}

  std::string of(const char* name) const {
    const auto at = why_.find(name);
    return at != why_.end() && at->is_string() ? at->get<std::string>() : std::string();
  }
  template <typename... Parts>
  void line(fmt::format_string<Parts...> form, Parts&&... parts) {
    fmt::format_to(std::back_inserter(text_), form, std::forward<Parts>(parts)...);
    text_ += '\n';
  }
  /// A heading and the lines below it; nothing when they are all empty.
  void section(const char* heading, const std::vector<std::string>& lines) {
    std::string below;
    for (const std::string& one : lines)
      if (!one.empty()) below += "  " + one + "\n";
    if (!below.empty()) text_ += fmt::format("\n{}\n{}", heading, below);
  }
  std::string take() { return std::move(text_); }

 private:
  const Json& why_;
  std::string text_;
};

std::vector<std::string> fact_lines(const Json& why) {
  std::vector<std::string> lines;
  for (const Json& fact : why.at("facts")) {
    lines.push_back(fmt::format("{} {}: {}  [{}]", fact.value("name_zh", ""), fact.value("name", ""),
                                fact.value("value", ""), fact.value("source", "")));
  }
  return lines;
}

/// "structures JZ-0001、facilities F-7".
std::string named(const Json& subjects) {
  std::string text;
  for (const Json& one : subjects)
    text += (text.empty() ? "" : "、") + one.value("layer", "") + " " + one.value("key", "");
  return text;
}

void append_head(const Json& why, Text& text) {
  text.line("{}  {}", text.of("rule"), text.of("title"));
  if (!text.of("title_en").empty()) text.line("{:{}}  {}", "", text.of("rule").size(), text.of("title_en"));
  std::string head = fmt::format("flag {}, {} {}, {}", text.of("flag"), text.of("verdict_zh"),
                                 text.of("verdict"), text.of("state"));
  if (!text.of("status").empty()) head += fmt::format(", {} {}", text.of("status_zh"), text.of("status"));
  if (!text.of("assignee").empty()) head += fmt::format(" ({})", text.of("assignee"));
  text.line("{}", head);
  const std::string place = text.of("district") + " " + text.of("town");
  text.line("{}{}{:.2f} 亩", place == " " ? "" : place, place == " " ? "" : ", ", why.value("mu", 0.0));
}

}  // namespace

Json why_json(const Finding& finding) {
  Json json = {{"flag", finding.fingerprint},
               {"check", finding.check},
               {"rule", finding.rule},
               {"version", finding.version},
               {"title", finding.title_zh},
               {"title_en", finding.title},
               {"category", finding.category},
               {"severity", finding.severity},
               {"verdict", name(finding.verdict)},
               {"verdict_zh", detail::verdict_zh(name(finding.verdict))},
               {"what", finding.what_zh},
               {"what_en", finding.what},
               {"comparison", comparison_json(finding)},
               {"facts", Json::array()},
               {"held_back_by", finding.held_back_by},
               {"held_back_by_zh", finding.held_back_by_zh},
               {"turns", finding.turns},
               {"turns_zh", finding.turns_zh},
               {"basis", finding.basis}};
  const Json evidence = evidence_json(finding);
  for (const char* part : {"facts", "subjects", "parcels", "owner_units", "location_units"})
    json[part] = evidence.at(part);
  json["district"] = finding.district;
  json["town"] = finding.town;
  json["mu"] = base::mu_from_m2(finding.area_m2);
  json["state"] = name(finding.state);
  return json;
}

std::optional<Json> why_json(const Pinned& pinned, const std::string& flag) {
  const auto* edition = pinned.find("flags");
  if (edition == nullptr) return {};
  const Snapshot& flags = *edition->snapshot;
  const auto item = find_flag(flags, flag);
  if (!item) return {};
  Json json = why_json(finding_of(flags, *item));
  json["id"] = flags.id(*item);
  constexpr std::array<const char*, 8> kOfFlag = {"state",     "status",    "assignee", "reason",
                                                  "status_by", "status_at", "found_on", "seen_on"};
  for (const char* field : kOfFlag) json[field] = detail::FieldOf(flags, field).text(*item);
  json["status_zh"] = status_zh(json["status"].get<std::string>());
  return json;
}

std::string why_text(const Json& why) {
  Text text(why);
  append_head(why, text);
  text.section("说明 What it is", {text.of("what"), text.of("what_en")});
  text.section("事实 Facts", fact_lines(why));
  const Json& compared = why.at("comparison");
  const std::string zh = compared.value("sentence_zh", ""), en = compared.value("sentence", "");
  text.section("比较 Comparison", {zh, en == zh ? "" : en});
  text.section("未判违规的原因 What holds it back", {text.of("held_back_by_zh"), text.of("held_back_by")});
  text.section("改变判定的最小变化 What would turn the verdict", {text.of("turns_zh"), text.of("turns")});
  text.section("依据 Basis", {text.of("basis")});
  text.section("对象 About", {named(why.at("subjects"))});
  text.section("涉及图斑 Parcels", {named(why.at("parcels"))});
  text.section("处理理由 Reason", {text.of("reason")});
  return text.take();
}

}  // namespace caitu::checks
