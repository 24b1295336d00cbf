// What the quality audit looks for, in the order in which reports list it, and what it assumes.
#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "catalog/quality_edition.hpp"

namespace caitu::catalog {
namespace {

constexpr auto kError = Severity::error;
constexpr auto kWarning = Severity::warning;
constexpr auto kNote = Severity::note;

constexpr QualityRule kRules[] = {
    // Where the land lies.
    {"datum_shift", kError, "坐标基准不符", "Wrong datum",
     "核实坐标来源；以所注明的基准（--datum）重新导入，或转换到 CGCS2000 后重报。",
     "Find out where the coordinates come from; import again with the --datum named, or send them in "
     "CGCS2000."},
    {"wrong_zone", kError, "投影带号错误", "Wrong zone", "按所注明的平移改正带号后重报。",
     "Correct the zone by the shift named and send it again."},
    {"swapped_axes", kError, "坐标轴颠倒", "Swapped axes", "交换该要素的东坐标和北坐标后重报。",
     "Exchange eastings and northings of the feature and send it again."},
    {"outside_region", kError, "位于范围之外", "Outside the region",
     "核实坐标系（带号、基准、坐标轴顺序）；已试的改正均不能使其落入范围。",
     "Check the coordinate system (zone, datum, order of axes); no shift that was tried brings it into the "
     "region."},
    // Rows that are not there.
    {"empty_geometry", kError, "空图形", "No geometry", "补充该记录的图形，或删去该记录。",
     "Draw the feature, or take the row out."},
    {"row_refused", kError, "记录未接收", "Row refused", "按所注明的原因改正后重报；原记录在拒收文件中。",
     "Correct what the reason names and send it again; the row is kept in the rejects file."},
    // Outlines.
    {"self_intersection", kError, "图形自相交", "Self-intersection", "改正交叉处的节点顺序或位置。",
     "Put the vertices at the crossing into order."},
    {"self_overlap", kError, "图形自重叠", "Self-overlap", "合并相互重叠的部分，或删去重复的部分。",
     "Join the parts that overlap, or take the repeated one out."},
    {"spike", kError, "尖刺", "Spike", "删去尖刺端点。", "Take the spike's point out."},
    {"invalid_ring", kError, "图形无效", "Invalid outline", "按所注明的位置改正图形。",
     "Correct the outline where it is named."},
    {"repeated_vertex", kWarning, "重复节点", "Repeated vertex", "删去重复节点。",
     "Take the repeated vertex out."},
    // Neighbours.
    {"overlap", kError, "图斑重叠", "Overlap", "确认界线归属后裁去重叠部分。",
     "Settle the border and cut the overlap from one of the two."},
    {"gap", kError, "图斑缝隙", "Gap", "确认界线归属后把缝隙并入相邻图斑。",
     "Settle the border and give the gap to one of its neighbours."},
    {"hole", kNote, "空洞", "Hole", "确认该处土地是否应在本次交付之内；如有遗漏请补交。",
     "Find out whether this land should have been delivered, and send it."},
    {"sliver", kWarning, "碎小图斑", "Sliver", "并入相邻同类图斑；确属独立地物的请说明。",
     "Merge it with a neighbour; say so if it is a thing of its own."},
    {"neighbour_overlap", kWarning, "与相关图层重叠", "Overlap with another layer", "与相关图层核对界线。",
     "Compare its border with the other layer's."},
    // Keys.
    {"duplicate_key", kError, "主键重复", "Repeated key", "为其中一条重新编号。",
     "Give one of them a number of its own."},
    {"duplicate_value", kError, "标识重复", "Repeated identifier", "为其中一条重新编码。",
     "Give one of them an identifier of its own."},
    // Land classes.
    {"class_unknown", kError, "地类编码不存在", "Unknown land class", "改为分类表中的编码。",
     "Use a code of the class table."},
    {"class_name_mismatch", kError, "地类编码与名称不符", "Class code and name differ",
     "核实地类后改正编码或名称。", "Find out the class and correct the code or the name."},
    {"code_system", kError, "编码体系不符", "Codes of another system",
     "改用本编码体系的编码，或在 code_system 字段注明其体系。",
     "Use codes of this system, or say whose they are in the field code_system."},
    {"code_system_inferred", kNote, "编码体系由推断得出", "Code system inferred",
     "在 code_system 字段注明编码体系；三调数据请改用三调编码。",
     "Say whose codes they are in the field code_system, or use the survey's own."},
    {"code_ambiguous", kNote, "编码含义不唯一", "Ambiguous code",
     "补充地类名称，或在 code_system 字段注明其体系。",
     "Fill in the class name, or say whose codes they are in the field code_system."},
    {"code_pair", kError, "代码与名称不符", "Code and name differ", "按代码表改正代码或名称。",
     "Correct the code or the name by the code table."},
    {"code_not_for_class", kWarning, "代码不适用于该地类", "Code is not for this land",
     "核实地类或删去该代码。", "Check the class, or take the code out."},
    // Units.
    {"unit_code_length", kError, "单位代码位数错误", "Unit code of wrong length", "补足为 19 位代码。",
     "Write the code in 19 characters."},
    {"unit_code_12", kNote, "单位代码为 12 位", "Unit code of 12 characters",
     "补足为 19 位代码（末尾补 0）。", "Write the code in 19 characters (zeros at its end)."},
    {"unit_district", kWarning, "单位代码与所在区不符", "Unit code of another district",
     "核实单位代码或图斑位置。", "Check the code, or where the parcel lies."},
    // Deductions and areas.
    {"kcdlbm_not_1203", kError, "扣除地类不是 1203", "Deducted class is not 1203",
     "扣除地类只能是 1203 田坎。", "Only 1203 (ridges) is deducted."},
    {"kcdlbm_on_non_cropland", kError, "非耕地有扣除地类", "Deducted class on land that is not cropland",
     "删去扣除地类编码，或核实地类。", "Take the deducted class out, or check the land class."},
    {"kcxs_range", kError, "扣除系数超限", "Deduction factor out of range", "扣除系数应不小于 0 且小于 1。",
     "A factor is at least 0 and below 1."},
    {"kcxs_on_non_cropland", kError, "非耕地有扣除系数", "Deduction factor on land that is not cropland",
     "扣除系数改为 0，或核实地类。", "Set the factor to 0, or check the land class."},
    {"kcmj_identity", kError, "扣除面积不等于图斑面积×扣除系数", "KCMJ is not TBMJ × KCXS",
     "重新计算扣除面积。", "Compute KCMJ again."},
    {"tbdlmj_identity", kError, "地类面积不等于图斑面积−扣除面积", "TBDLMJ is not TBMJ − KCMJ",
     "重新计算图斑地类面积。", "Compute TBDLMJ again."},
    {"tbmj_area", kError, "图斑面积与图形面积不符", "TBMJ is not the outline's area",
     "按图形重新计算椭球面积。", "Compute the ellipsoidal area of the outline again."},
    {"gdpdjb_range", kError, "坡度级别超限", "Slope grade out of range", "耕地坡度级别为 1 至 5。",
     "A slope grade is 1 to 5."},
    {"gdpdjb_on_non_cropland", kError, "非耕地有坡度级别", "Slope grade on land that is not cropland",
     "删去坡度级别，或核实地类。", "Take the slope grade out, or check the land class."},
    {"width_not_for_class", kError, "非线状地类有宽度", "Width on land that is not linear",
     "删去线状地物宽度，或核实地类。", "Take the width out, or check the land class."},
    {"width_range", kWarning, "线状地物宽度过小", "Linear land too narrow",
     "宽度不足上图标准的并入相邻图斑，或核实宽度。",
     "Merge what is narrower than is mapped with its neighbour, or check the width."},
    // Values.
    {"invalid_date", kError, "日期无效", "Invalid date", "改为实有的日期。",
     "Write a date that the calendar has."},
    {"wrong_type", kError, "值的类型错误", "Value of a wrong type", "按字段类型改正；原值保留在 extra 中。",
     "Write it in the field's type; what came is kept in extra."},
    {"number_range", kError, "数值超限", "Number out of range", "核实数值。", "Check the number."},
    {"value_unknown", kWarning, "值不在取值表中", "Value that the field does not know", "改为取值表中的值。",
     "Use one of the field's values."},
    {"period_reversed", kError, "起止日期颠倒", "Period ends before it begins", "核实起止日期。",
     "Check both dates."},
    {"text_too_long", kWarning, "文字超过字段长度", "Text past its width", "按字段长度改正。",
     "Keep to the field's width."},
    {"encoding_damage", kWarning, "文字编码损坏", "Damaged text",
     "以所注明的编码重新导出或导入（--encoding）。",
     "Export or import it again in the encoding named (--encoding)."},
};

constexpr Assumption kAssumptions[] = {
    {"tbmj_tolerance", limits::kAreaM2, "m2",
     "判断值：图斑面积与图形椭球面积之差的绝对容差（坐标 0.0001 m 取整所致）",
     "judgement: what rounding vertices to 0.0001 m moves (FACTS 2.3)"},
    {"tbmj_relative", limits::kAreaShare, "", "判断值：加上图形面积的万分之一",
     "judgement: and this share of the area"},
    {"identity", limits::kIdentityM2, "m2", "面积保留两位小数（TD/T 1057-2020）",
     "areas have two decimals (TD/T 1057-2020)"},
    {"repeated_vertex", limits::kRepeatedM, "m", "坐标容差 0.0001 m（通行值）",
     "XY tolerance in use (FACTS 2.3)"},
    {"spike_width", limits::kSpikeM, "m", "判断值：窄于 2 mm 的尖端为尖刺",
     "judgement: as for overlaps (DOMAIN 6)"},
    {"overlap_width", 0.002, "m", "窄于 2 mm 的重叠和缝隙不计",
     "narrower overlaps and gaps are no findings (DOMAIN 6)"},
    {"hole_area", limits::kHoleM2, "m2",
     "判断值：无归属土地不小于此面积（最大的最小上图面积）且不窄于下值时，为可能未交付的空洞，否则为缝隙",
     "judgement: the largest minimum mapped area; open land at least so large and as wide as below is a "
     "hole"},
    {"hole_width", limits::kHoleM, "m", "判断值：空洞的最小平均宽度",
     "judgement: least mean width of a hole"},
    {"linear_width", limits::kLinearWidthM, "m", "北方线状地物上图宽度 2.0 m（TD/T 1055-2019）",
     "linear land is mapped from 2.0 m in the north (TD/T 1055-2019)"},
    {"vertex_match", limits::kVertexM, "m", "判断值：相距不足 0.5 m 的节点视为重合",
     "judgement: vertices nearer than this coincide"},
    {"shift_share", limits::kShiftShare, "", "判断值：改正后至少半数节点重合才认定",
     "judgement: least share that must coincide after a shift"},
    {"unshifted_share", limits::kUnshiftedShare, "", "判断值：改正前重合的节点不超过一成",
     "judgement: most that may coincide before it"},
    {"neighbour_overlap", limits::kNeighbourM2, "m2", "判断值：与相关图层重叠不足 1 m² 不计",
     "judgement: smaller overlaps with another layer are not told"},
    {"min_area_built_up", 200, "m2", "建设用地、设施农用地最小上图面积（TD/T 1055-2019）",
     "least mapped area, built-up and facility land"},
    {"min_area_farmland", 400, "m2", "农用地（不含设施农用地）最小上图面积",
     "least mapped area, other farm land"},
    {"min_area_other", 600, "m2", "其他地类最小上图面积", "least mapped area, other classes"},
};

}  // namespace

std::span<const QualityRule> quality_rules() { return kRules; }
std::span<const Assumption> quality_assumptions() { return kAssumptions; }

const QualityRule& quality_rule(std::string_view id) {
  const auto* at = std::ranges::find(kRules, id, &QualityRule::id);
  if (at == std::end(kRules))
    throw base::Error(base::Code::internal, "there is no rule \"" + std::string(id) + "\" of the audit");
  return *at;
}

QualityFinding finding_of(std::string_view rule, std::string what, std::string what_zh) {
  const QualityRule& of = quality_rule(rule);
  QualityFinding finding;
  finding.rule = rule;
  finding.severity = of.severity;
  finding.what = std::move(what);
  finding.what_zh = std::move(what_zh);
  finding.way_out = of.way_out_en;
  finding.way_out_zh = of.way_out_zh;
  return finding;
}

std::uint64_t QualityReport::kept_of(std::string_view rule) const {
  return static_cast<std::uint64_t>(std::ranges::count(findings, rule, &QualityFinding::rule));
}

base::Json to_json(const QualityReport& report) {
  base::Json rules = base::Json::array();
  for (const QualityRule& rule : kRules) {
    const auto counted = report.by_rule.find(std::string(rule.id));
    if (counted == report.by_rule.end()) continue;
    base::Json first = base::Json::array();
    for (const QualityFinding& finding : report.findings) {
      if (finding.rule != rule.id) continue;
      if (first.size() == kListedOfRule) break;
      base::Json one{{"file", finding.file}, {"row", finding.row}, {"key", finding.key}};
      if (!finding.field.empty()) one["field"] = finding.field;
      one["what"] = finding.what;
      one["what_zh"] = finding.what_zh;
      if (!finding.other_place.empty()) one["other"] = finding.other_place;
      if (finding.measured) one["measured"] = *finding.measured;
      if (finding.allowed) one["allowed"] = *finding.allowed;
      if (!finding.unit.empty()) one["unit"] = finding.unit;
      if (!finding.geometry.empty()) {
        const geometry::Position at = geometry::point_on(finding.geometry);
        one["lon"] = at.lon;
        one["lat"] = at.lat;
      }
      first.push_back(std::move(one));
    }
    rules.push_back({{"rule", rule.id},
                     {"title", rule.title_zh},
                     {"title_en", rule.title_en},
                     {"severity", store::name(rule.severity)},
                     {"count", counted->second},
                     {"kept", report.kept_of(rule.id)},
                     {"first", std::move(first)}});
  }
  base::Json assumed = base::Json::array();
  for (const Assumption& one : kAssumptions)
    assumed.push_back(
        {{"name", one.name}, {"value", one.value}, {"unit", one.unit}, {"basis", one.basis_en}});
  return {{"errors", report.errors},   {"warnings", report.warnings}, {"notes", report.notes},
          {"rules", std::move(rules)}, {"not_run", report.not_run},   {"assumed", std::move(assumed)}};
}

}  // namespace caitu::catalog
