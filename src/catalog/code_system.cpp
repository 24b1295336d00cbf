#include "catalog/code_system.hpp"

#include <algorithm>
#include <array>

namespace caitu::catalog {
namespace {

/// Fields of the second survey's DLTB that the third has under other names or not at all (FACTS 2.2).
constexpr std::array<std::string_view, 6> kSecondSurvey = {"TKXS",  "TKMJ",   "KCLX",
                                                           "GDPDJ", "XZDWMJ", "LXDWMJ"};
/// One of them may be a name that somebody has kept; two are a table of that survey.
constexpr std::size_t kEnoughFields = 2;
/// Fields of the planning databases: 用地用海分类代码 (YDYHFLDM) and what planned land has before it.
constexpr std::array<std::string_view, 2> kPlanning = {"YDYHFLDM", "用地用海"};

struct PlanningCode {
  std::string_view code;  ///< how it begins
  std::string_view name;  ///< what is in its name there, and in no class of the survey that begins so
};
constexpr std::array<PlanningCode, 9> kPlanningCodes = {{{"06", "农业设施建设用地"},
                                                         {"06", "设施农用地"},
                                                         {"06", "设施建设用地"},
                                                         {"06", "乡村道路"},
                                                         {"06", "农村道路"},
                                                         {"05", "湿地"},
                                                         {"05", "沼泽"},
                                                         {"05", "滩涂"},
                                                         {"0703", "宅基地"}}};

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

bool digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

CodeEvidence code_evidence(const std::vector<geodata::SourceField>& fields, const std::string& code_field) {
  CodeEvidence evidence;
  std::size_t found = 0;
  for (const auto& field : fields) {
    const std::string name = upper(field.name);
    if (field.name == code_field) evidence.text = field.type == geodata::FieldType::text;
    if (std::ranges::find(kSecondSurvey, name) != kSecondSurvey.end()) {
      ++found;
      evidence.survey2 += (evidence.survey2.empty() ? "" : ", ") + name;
    }
  }
  if (found < kEnoughFields) evidence.survey2.clear();
  const std::string code = upper(code_field);
  for (const std::string_view name : kPlanning) {
    if (code.find(name) != std::string::npos) evidence.planning = code_field;
  }
  return evidence;
}

std::optional<CodeSystem> code_system_of(const CodeEvidence& evidence, std::string_view code,
                                         std::string_view name) {
  if (code.empty() || !evidence.text) return std::nullopt;
  if (!evidence.planning.empty()) {
    return CodeSystem{"planning", "code_system taken to be planning: DLBM comes from " + evidence.planning};
  }
  if (code.size() == 3 && digits(code)) {
    const std::string fields = evidence.survey2.empty() ? "" : ", and its fields are " + evidence.survey2;
    return CodeSystem{"survey2", "code_system taken to be survey2: DLBM has three digits" + fields};
  }
  for (const PlanningCode& known : kPlanningCodes) {
    if (!code.starts_with(known.code) || name.find(known.name) == std::string_view::npos) continue;
    return CodeSystem{"planning", "code_system taken to be planning: " + std::string(known.code) +
                                      " stands with " + std::string(known.name)};
  }
  return std::nullopt;
}

}  // namespace caitu::catalog
