#include "catalog/quality_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "geometry/zone.hpp"

namespace caitu::catalog {
namespace {

using geodata::LandClass;
using geodata::LandKind;
using geodata::Value;

constexpr std::size_t kUnitCode = 19, kShortUnitCode = 12, kDistrictCode = 6;
/// Classes that are mapped by their width (FACTS 2.2).
constexpr std::array<std::string_view, 8> kWide = {"1001", "1003", "1004", "1006",
                                                   "1009", "1101", "1107", "1107A"};
constexpr std::array<std::string_view, 3> kNarrow = {"1006", "1107", "1107A"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSystems = {
    {{"survey", "三调"}, {"survey2", "二调"}, {"planning", "用地用海"}}};

std::string_view system_zh(std::string_view system) {
  const auto* at = std::ranges::find(kSystems, system, &std::pair<std::string_view, std::string_view>::first);
  return at == kSystems.end() ? system : at->second;
}

bool digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

std::atomic<std::uint64_t> audits = 0;

}  // namespace

/// A feature's values as the rules read them.
struct SurveyAudit::Row {
  const SurveyAudit& audit;
  const geodata::Feature& feature;
  std::string_view system;
  const LandClass* of = nullptr;  ///< the class of DLBM, null when it is none

  std::string_view text(Field field) const {
    const auto place = audit.places_[field];
    const auto* value = place ? std::get_if<std::string>(&feature.values[*place]) : nullptr;
    return value == nullptr ? std::string_view() : std::string_view(*value);
  }
  std::optional<double> real(Field field) const {
    const auto place = audit.places_[field];
    const auto* value = place ? std::get_if<double>(&feature.values[*place]) : nullptr;
    return value == nullptr ? std::nullopt : std::optional(*value);
  }
  bool cropland() const { return of != nullptr && of->kind == LandKind::cropland; }
  bool not_cropland() const { return of != nullptr && of->kind != LandKind::cropland; }
  /// "0301 乔木林地", for sentences.
  std::string class_text() const { return of == nullptr ? std::string() : of->code + " " + of->name; }
};

SurveyAudit::SurveyAudit(const geodata::Schema& schema, const std::filesystem::path& tables,
                         Districts districts)
    : classes_(geodata::LandClasses::load(tables / "land_classes.csv")),
      codes_(geodata::SurveyCodes::load(tables / "survey_codes.csv")),
      districts_(std::move(districts)),
      number_(++audits) {
  constexpr std::array<std::string_view, kFields> kNames = {
      "DLBM", "DLMC",   "code_system", "QSDWDM", "ZLDWDM", "TBMJ",   "KCDLBM", "KCXS",
      "KCMJ", "TBDLMJ", "GDPDJB",      "XZDWKD", "TBXHDM", "TBXHMC", "ZZSXDM", "ZZSXMC"};
  for (std::size_t i = 0; i < kNames.size(); ++i) places_[i] = schema.index_of(kNames[i]);
}

double SurveyAudit::min_area_m2(std::string_view system, std::string_view code) const {
  const LandClass* of = classes_.find(system.empty() ? "survey" : system, code);
  return of == nullptr ? 0 : of->min_area_m2;
}

void SurveyAudit::look(const geodata::Feature& feature, std::vector<QualityFinding>& found,
                       bool placed) const {
  Row row{.audit = *this, .feature = feature, .system = {}};
  row.system = row.text(kCodeSystem);
  if (row.system.empty()) row.system = "survey";
  if (!classes_.has_system(row.system)) {
    found.push_back(finding_of(
        "value_unknown", fmt::format("code_system is \"{}\": survey, survey2 or planning", row.system),
        fmt::format("编码体系“{}”不存在，应为 survey、survey2 或 planning", row.system)));
    found.back().field = "code_system";
    return;
  }
  row.of = classes_.find(row.system, row.text(kDlbm));
  look_at_class(row, found);
  look_at_units(row, found);
  if (placed) look_at_place(row, found);
  look_at_deduction(row, found);
  look_at_identities(row, found);
  look_at_slope_and_width(row, found);
  look_at_pair(row, kTbxhdm, kTbxhmc, found);
  look_at_pair(row, kZzsxdm, kZzsxmc, found);
}

void SurveyAudit::look_at_inferred(const geodata::Feature& feature,
                                   std::vector<QualityFinding>& found) const {
  if (feature.values.empty()) return;
  const Row row{.audit = *this, .feature = feature, .system = {}};
  const std::string_view system = row.text(kCodeSystem), code = row.text(kDlbm);
  if (system.empty()) return;
  found.push_back(finding_of("code_system_inferred",
                             fmt::format("DLBM {} {} was read as a {} code, and the delivery does not say so",
                                         code, row.text(kDlmc), system),
                             fmt::format("地类编码 {} {} 按{}编码读取，而交付数据未注明编码体系", code,
                                         row.text(kDlmc), system_zh(system))));
  found.back().field = "DLBM";
}

void SurveyAudit::look_at_class(const Row& row, std::vector<QualityFinding>& found) const {
  const std::string_view code = row.text(kDlbm), name = row.text(kDlmc);
  if (code.empty()) return;
  if (row.of != nullptr) {
    look_at_name(row, found);
    return;
  }
  for (const auto& [system, zh] : kSystems) {
    const LandClass* other = system == row.system ? nullptr : classes_.find(system, code);
    if (other == nullptr || (!name.empty() && !geodata::same_class_name(other->name, name))) continue;
    found.push_back(finding_of(
        "code_system",
        fmt::format("{} is no {} code; in {} codes it is {}", code, row.system, system, other->name),
        fmt::format("{} 不是{}编码，而是{}编码“{}”", code, system_zh(row.system), zh, other->name)));
    found.back().field = "DLBM";
    return;
  }
  const LandClass* near = classes_.nearest(row.system, code);
  found.push_back(finding_of(
      "class_unknown",
      fmt::format("{} is no land class of {}{}", code, row.system,
                  near == nullptr ? "" : fmt::format("; the nearest is {} {}", near->code, near->name)),
      fmt::format("{} 不是{}地类编码{}", code, system_zh(row.system),
                  near == nullptr ? "" : fmt::format("，最接近的是 {} {}", near->code, near->name))));
  found.back().field = "DLBM";
}

/// Of a code that the system knows: whether the name is its own, another system's, or missing where another
/// system means other land by it.
void SurveyAudit::look_at_name(const Row& row, std::vector<QualityFinding>& found) const {
  const std::string_view code = row.text(kDlbm), name = row.text(kDlmc);
  if (!name.empty() && geodata::same_class_name(name, row.of->name)) return;
  if (name.empty()) {
    const std::string_view other_system = row.system == "planning" ? "survey" : "planning";
    const LandClass* other = classes_.find(other_system, code);
    if (!places_[kDlmc] || other == nullptr || other->kind == row.of->kind) return;
    found.push_back(
        finding_of("code_ambiguous",
                   fmt::format("{} was read as {} ({}); in {} codes it is {}, and DLMC does not say", code,
                               row.of->name, row.system, other_system, other->name),
                   fmt::format("{} 按{}读作“{}”；在{}编码中为“{}”，且无地类名称可判断", code,
                               system_zh(row.system), row.of->name, system_zh(other_system), other->name)));
    found.back().field = "DLBM";
    return;
  }
  if (const std::string other = classes_.system_of(code, name, row.system); !other.empty()) {
    found.push_back(finding_of("code_system",
                               fmt::format("{} is {} in {} codes; {} is its name in {} codes", code,
                                           row.of->name, row.system, name, other),
                               fmt::format("{} 在{}编码中为“{}”，“{}”是其在{}编码中的名称", code,
                                           system_zh(row.system), row.of->name, name, system_zh(other))));
    found.back().field = "DLBM";
    return;
  }
  found.push_back(finding_of("class_name_mismatch",
                             fmt::format("DLBM {} is {}, and DLMC says {}", code, row.of->name, name),
                             fmt::format("地类编码 {} 为“{}”，地类名称为“{}”", code, row.of->name, name)));
  found.back().field = "DLMC";
}

void SurveyAudit::look_at_units(const Row& row, std::vector<QualityFinding>& found) const {
  for (const auto& [field, name] : {std::pair{kQsdwdm, "QSDWDM"}, std::pair{kZldwdm, "ZLDWDM"}}) {
    const std::string_view code = row.text(field);
    if (code.empty() || (code.size() == kUnitCode && digits(code))) continue;
    const bool common = code.size() == kShortUnitCode && digits(code);
    QualityFinding finding =
        finding_of(common ? "unit_code_12" : "unit_code_length",
                   fmt::format("{} \"{}\" has {} characters{}, the standard asks for 19 digits", name, code,
                               code.size(), digits(code) ? "" : " and not all are digits"),
                   fmt::format("{}“{}”为 {} 位{}，标准为 19 位数字", name, code, code.size(),
                               digits(code) ? "" : "且含非数字"));
    finding.field = name;
    finding.measured = static_cast<double>(code.size());
    finding.allowed = static_cast<double>(kUnitCode);
    finding.unit = "characters";
    found.push_back(std::move(finding));
  }
}

/// ZLDWDM says where the land lies; it must touch the district that the code begins with.
void SurveyAudit::look_at_place(const Row& row, std::vector<QualityFinding>& found) const {
  const std::string_view code = row.text(kZldwdm);
  if (districts_.empty() || code.size() < kDistrictCode || row.feature.geometry.empty()) return;
  const std::string_view district = code.substr(0, kDistrictCode);
  const auto at = districts_.find(district);
  if (at == districts_.end()) {
    found.push_back(finding_of("unit_district",
                               fmt::format("ZLDWDM begins with {}, which is none of the districts", district),
                               fmt::format("座落单位代码以 {} 开头，行政区图层中无此区", district)));
    found.back().field = "ZLDWDM";
    return;
  }
  thread_local std::map<std::pair<std::uint64_t, std::string>, geometry::Zone> zones;
  auto zone = zones.find({number_, at->first});
  if (zone == zones.end())
    zone = zones.emplace(std::pair(number_, at->first), geometry::Zone(at->second)).first;
  const geometry::Geometry corner = geometry::make_point(row.feature.geometry.positions.front());
  if (zone->second.intersects(corner) || zone->second.intersects(row.feature.geometry)) return;
  found.push_back(
      finding_of("unit_district",
                 fmt::format("ZLDWDM begins with {}, and the land does not touch that district", district),
                 fmt::format("座落单位代码以 {} 开头，而图斑不在该区范围内", district)));
  found.back().field = "ZLDWDM";
}

void SurveyAudit::look_at_deduction(const Row& row, std::vector<QualityFinding>& found) const {
  const std::string_view deducted = row.text(kKcdlbm);
  const auto tell = [&](std::string_view rule, std::string_view field, std::string what, std::string zh) {
    found.push_back(finding_of(rule, std::move(what), std::move(zh)));
    found.back().field = field;
  };
  if (!deducted.empty() && row.not_cropland()) {
    tell("kcdlbm_on_non_cropland", "KCDLBM",
         fmt::format("KCDLBM is {} on {}, which is no cropland", deducted, row.class_text()),
         fmt::format("{} 不是耕地，而扣除地类编码为 {}", row.class_text(), deducted));
  } else if (!deducted.empty() && deducted != (row.system == "survey2" ? "123" : "1203")) {
    tell("kcdlbm_not_1203", "KCDLBM", fmt::format("KCDLBM is {}, and only 1203 may be deducted", deducted),
         fmt::format("扣除地类编码为 {}，只能是 1203", deducted));
  }
  const auto factor = row.real(kKcxs);
  if (!factor) return;
  if (!(*factor >= 0 && *factor < 1)) {
    tell("kcxs_range", "KCXS", fmt::format("KCXS is {}, not from 0 to below 1", *factor),
         fmt::format("扣除系数为 {}，应不小于 0 且小于 1", *factor));
    found.back().measured = *factor;
    found.back().allowed = 1;
  } else if (*factor != 0 && row.not_cropland()) {
    tell("kcxs_on_non_cropland", "KCXS",
         fmt::format("KCXS is {} on {}, which is no cropland", *factor, row.class_text()),
         fmt::format("{} 不是耕地，而扣除系数为 {}", row.class_text(), *factor));
    found.back().measured = *factor;
    found.back().allowed = 0;
  }
}

void SurveyAudit::look_at_identities(const Row& row, std::vector<QualityFinding>& found) const {
  const auto area = row.real(kTbmj), factor = row.real(kKcxs), deducted = row.real(kKcmj),
             of_class = row.real(kTbdlmj);
  const auto tell = [&](std::string_view rule, std::string_view field, double is, double should,
                        std::string_view formula) {
    QualityFinding finding =
        finding_of(rule, fmt::format("{} is {:.2f} m², {} is {:.2f} m²", field, is, formula, should),
                   fmt::format("{} 为 {:.2f} m²，{} 为 {:.2f} m²", field, is, formula, should));
    finding.field = field;
    finding.measured = is;
    finding.allowed = std::round(should * 100) / 100;
    finding.unit = "m2";
    found.push_back(std::move(finding));
  };
  // The last decimal may be rounded either way, and a factor of four decimals moves it with the area.
  if (area && factor && deducted) {
    const double should = *area * *factor;
    if (std::abs(*deducted - should) > limits::kIdentityM2)
      tell("kcmj_identity", "KCMJ", *deducted, should, "TBMJ × KCXS");
  }
  if (area && of_class && (deducted || !factor || *factor == 0)) {
    const double should = *area - deducted.value_or(0);
    if (std::abs(*of_class - should) > limits::kIdentityM2)
      tell("tbdlmj_identity", "TBDLMJ", *of_class, should, "TBMJ − KCMJ");
  }
}

void SurveyAudit::look_at_slope_and_width(const Row& row, std::vector<QualityFinding>& found) const {
  const std::string_view slope = row.text(kGdpdjb);
  if (!slope.empty()) {
    const bool grade = slope.size() == 1 && slope[0] >= '1' && slope[0] <= '5';
    if (row.not_cropland() && slope != "0") {
      found.push_back(
          finding_of("gdpdjb_on_non_cropland",
                     fmt::format("GDPDJB is {} on {}, which is no cropland", slope, row.class_text()),
                     fmt::format("{} 不是耕地，而坡度级别为 {}", row.class_text(), slope)));
      found.back().field = "GDPDJB";
    } else if (!row.not_cropland() && !grade) {
      found.push_back(finding_of("gdpdjb_range", fmt::format("GDPDJB is \"{}\", not 1 to 5", slope),
                                 fmt::format("坡度级别为“{}”，应为 1 至 5", slope)));
      found.back().field = "GDPDJB";
    }
  }
  const auto width = row.real(kXzdwkd);
  if (!width || *width == 0 || row.of == nullptr || row.system != "survey") return;
  const auto is_one_of = [&](const auto& codes) {
    return std::ranges::find(codes, row.of->code) != codes.end();
  };
  QualityFinding finding;
  if (!is_one_of(kWide)) {
    finding = finding_of(
        "width_not_for_class",
        fmt::format("XZDWKD is {} m on {}, which is not mapped by its width", *width, row.class_text()),
        fmt::format("{} 不按宽度上图，而宽度为 {} 米", row.class_text(), *width));
  } else if (*width < 0 || (*width < limits::kLinearWidthM && is_one_of(kNarrow))) {
    finding = finding_of(
        "width_range",
        fmt::format("XZDWKD is {} m, and {} is mapped from {} m on", *width, row.class_text(),
                    limits::kLinearWidthM),
        fmt::format("{} 宽度为 {} 米，{} 米以上方可上图", row.class_text(), *width, limits::kLinearWidthM));
    finding.allowed = limits::kLinearWidthM;
  } else {
    return;
  }
  finding.field = "XZDWKD";
  finding.measured = *width;
  finding.unit = "m";
  found.push_back(std::move(finding));
}

void SurveyAudit::look_at_pair(const Row& row, Field code_field, Field name_field,
                               std::vector<QualityFinding>& found) const {
  const std::string_view code = row.text(code_field), name = row.text(name_field);
  const std::string_view field = code_field == kTbxhdm ? "TBXHDM" : "ZZSXDM";
  const std::string_view names = code_field == kTbxhdm ? "TBXHMC" : "ZZSXMC";
  if (code.empty() && name.empty()) return;
  const auto tell = [&](std::string_view rule, std::string what, std::string zh) {
    found.push_back(finding_of(rule, std::move(what), std::move(zh)));
    found.back().field = field;
  };
  if (code.empty()) {
    tell("code_pair", fmt::format("{} says {}, and {} is empty", names, name, field),
         fmt::format("{} 为“{}”，而 {} 为空", names, name, field));
    return;
  }
  const auto* pair = codes_.find(field, code);
  if (pair == nullptr) {
    const std::string near = codes_.nearest(field, code);
    tell("value_unknown",
         fmt::format("{} {} is not in the code table{}", field, code,
                     near.empty() ? "" : "; the nearest is " + near),
         fmt::format("{} 代码 {} 不在代码表中{}", field, code, near.empty() ? "" : "，最接近的是 " + near));
    return;
  }
  if (places_[name_field] && name != pair->name && !name.empty()) {
    tell("code_pair", fmt::format("{} {} is {}, and {} says {}", field, code, pair->name, names, name),
         fmt::format("{} 代码 {} 为“{}”，而 {} 为“{}”", field, code, pair->name, names, name));
  }
  const bool wrong = (pair->on == geodata::SurveyCodes::On::cropland && row.not_cropland()) ||
                     (pair->on == geodata::SurveyCodes::On::other && row.cropland());
  if (wrong) {
    tell("code_not_for_class",
         fmt::format("{} {} {} does not go with {}", field, code, pair->name, row.class_text()),
         fmt::format("{} 代码 {}“{}”不适用于 {}", field, code, pair->name, row.class_text()));
  }
}

}  // namespace caitu::catalog
