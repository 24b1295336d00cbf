#include "catalog/quality_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "catalog/quality_place.hpp"
#include "catalog/quality_text.hpp"
#include "geometry/measure.hpp"

namespace caitu::catalog {
namespace {

using geodata::Value;
using geometry::Geometry;
using geometry::Position;

/// Below this difference from the additive area the survey's own formula need not be asked: the two agree
/// far better than the tolerance of TBMJ.
constexpr double kSurelyEqual = 0.5;

/// Metres to a unit of the source's plane, near a position of it.
struct Scale {
  double x = 1, y = 1;
};
Scale scale_of(const DeliveredFile& file, Position near) {
  constexpr double kDegreeM = 111'320, kRadian = 0.017453292519943295;
  if (!file.placement.crs.geographic()) return {};
  return {kDegreeM * std::cos(near.lat * kRadian), kDegreeM};
}

struct Vertices {
  std::vector<Position> repeated, spikes;  ///< in source coordinates
};

/// True when a path goes from `before` out to `tip` and back to `after` with hardly any land between.
bool spike_at(Position before, Position tip, Position after, Scale scale) {
  const double ax = (before.lon - tip.lon) * scale.x, ay = (before.lat - tip.lat) * scale.y;
  const double bx = (after.lon - tip.lon) * scale.x, by = (after.lat - tip.lat) * scale.y;
  if (ax * bx + ay * by <= 0) return false;
  const double longer = std::max(std::hypot(ax, ay), std::hypot(bx, by));
  const double shorter = std::min(std::hypot(ax, ay), std::hypot(bx, by));
  return shorter > limits::kRepeatedM && std::abs(ax * by - ay * bx) <= limits::kSpikeM * longer;
}

Vertices audit_vertices(const Geometry& delivered, Scale scale) {
  Vertices found;
  std::vector<Position> path;
  for (std::size_t i = 0; i < delivered.path_ends.size(); ++i) {
    path.clear();
    for (const Position& p : delivered.view().path(i)) {
      const bool repeats =
          !path.empty() && std::hypot((p.lon - path.back().lon) * scale.x,
                                      (p.lat - path.back().lat) * scale.y) <= limits::kRepeatedM;
      if (repeats) {
        found.repeated.push_back(p);
      } else {
        path.push_back(p);
      }
    }
    if (delivered.kind != geometry::Kind::polygon || path.size() < 4) continue;
    path.pop_back();  // the first one again
    const std::size_t n = path.size();
    for (std::size_t k = 0; k < n; ++k) {
      if (spike_at(path[(k + n - 1) % n], path[k], path[(k + 1) % n], scale)) found.spikes.push_back(path[k]);
    }
  }
  return found;
}

Geometry points_in_degrees(const DeliveredFile& file, std::vector<Position> positions) {
  Geometry points;
  points.kind = geometry::Kind::point;
  points.positions = std::move(positions);
  return in_degrees(file, points);
}

std::string_view rule_of(const std::string& reason, const Geometry& delivered) {
  const bool crossing = reason.find("elf-intersection") != std::string::npos;
  const bool nested = reason.starts_with("Nested shells") || reason.starts_with("Duplicate");
  if (nested || (crossing && delivered.part_ends.size() > 1)) return "self_overlap";
  return crossing ? "self_intersection" : "invalid_ring";
}

void append_key(std::string& key, const Value& value) {
  char buffer[32];
  if (const auto* text = std::get_if<std::string>(&value)) {
    key += *text;
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    key += std::to_string(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    key.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, *real).ptr);
  }
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<double> number_of(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return std::nullopt;
}

void check_limits(const geodata::Field& field, const geodata::FieldLimits& limits, const Value& value,
                  std::vector<QualityFinding>& found) {
  if (const auto number = number_of(value)) {
    const bool low = limits.least && *number < *limits.least;
    if (!low && !(limits.most && *number > *limits.most)) return;
    const double bound = low ? *limits.least : *limits.most;
    QualityFinding finding = finding_of(
        "number_range", fmt::format("{} is {}, {} {}", field.name, *number, low ? "below" : "above", bound),
        fmt::format("{}（{}）为 {}，{} {}", field.title, field.name, *number, low ? "小于" : "大于", bound));
    finding.measured = *number;
    finding.allowed = bound;
    finding.unit = field.unit;
    finding.field = field.name;
    found.push_back(std::move(finding));
    return;
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->empty() || limits.values.empty()) return;
  if (std::ranges::find(limits.values, *text) != limits.values.end()) return;
  std::string known;
  for (const std::string& one : limits.values) known += (known.empty() ? "" : ", ") + one;
  found.push_back(
      finding_of("value_unknown", fmt::format("{} is \"{}\", which is none of {}", field.name, *text, known),
                 fmt::format("{}（{}）为“{}”，取值应为 {}", field.title, field.name, *text, known)));
  found.back().field = field.name;
}

void check_text(const geodata::Field& field, const std::string& text, std::vector<QualityFinding>& found) {
  if (field.width > 0 && text.size() > static_cast<std::size_t>(field.width) &&
      characters(text) > static_cast<std::size_t>(field.width)) {
    QualityFinding finding = finding_of(
        "text_too_long",
        fmt::format("{} has {} characters, its width is {}", field.name, characters(text), field.width),
        fmt::format("{}（{}）为 {} 个字符，字段长度为 {}", field.title, field.name, characters(text),
                    field.width));
    finding.field = field.name;
    finding.measured = static_cast<double>(characters(text));
    finding.allowed = field.width;
    finding.unit = "characters";
    found.push_back(std::move(finding));
  }
  if (const auto damage = text_damage(text)) {
    const std::string should = damage->mended.empty() ? "" : " (\"" + damage->mended + "\")";
    found.push_back(
        finding_of("encoding_damage", fmt::format("{} \"{}\": {}{}", field.name, text, damage->what, should),
                   fmt::format("{}（{}）“{}”：{}{}", field.title, field.name, text, damage->what_zh,
                               damage->mended.empty() ? "" : "，应为“" + damage->mended + "”")));
    found.back().field = field.name;
  }
}

}  // namespace

std::string key_text(const std::vector<Value>& values, const std::vector<std::size_t>& key_fields) {
  std::string key;
  for (const std::size_t field : key_fields) {
    if (field != key_fields.front()) key += '/';
    append_key(key, values[field]);
  }
  return key;
}

RowAudit::RowAudit(const geodata::Declaration& declaration, std::shared_ptr<const SurveyAudit> survey)
    : declaration_(declaration), survey_(std::move(survey)) {
  for (const std::string& key : declaration.schema.key)
    key_fields_.push_back(*declaration.schema.index_of(key));
  if (declaration.audit.land_survey) tbmj_ = declaration.schema.index_of("TBMJ");
}

std::string RowAudit::key_of(const DeliveredFile& file, const geodata::SourceRow& row,
                             const TakenRow& taken) const {
  if (taken.feature && !taken.feature->values.empty()) return key_text(taken.feature->values, key_fields_);
  std::string key;
  for (const std::size_t field : key_fields_) {
    if (field != key_fields_.front()) key += '/';
    const int place = file.places[field];
    if (place >= 0 && static_cast<std::size_t>(place) < row.values.size())
      append_key(key, row.values[static_cast<std::size_t>(place)]);
  }
  return key;
}

void RowAudit::look(const DeliveredFile& file, const geodata::SourceRow& row, TakenRow& taken) const {
  if (taken.refusal.empty()) {
    look_at_outline(file, row, taken);
    look_at_values(taken);
  } else {
    look_at_refusal(file, row, taken);
  }
  look_at_unread(taken);
  if (survey_ && file.codes && taken.feature) survey_->look_at_inferred(*taken.feature, taken.findings);
  if (taken.findings.empty()) return;
  const std::string key = key_of(file, row, taken);
  for (QualityFinding& finding : taken.findings) {
    finding.file = file.name;
    finding.row = row.row;
    finding.key = key;
  }
}

void RowAudit::look_at_refusal(const DeliveredFile& file, const geodata::SourceRow& row,
                               TakenRow& taken) const {
  const bool finite = !row.geometry.empty() && geometry::finite(row.geometry);
  const bool placed = taken.refusal.find("have no place in") == std::string::npos &&
                      taken.refusal.find("outside the Earth") == std::string::npos;
  if (taken.refusal == "no geometry") {
    taken.findings.push_back(finding_of("empty_geometry", "the row has no geometry", "该记录没有图形"));
    return;
  }
  if (finite && !placed) {
    taken.findings.push_back(misplaced(file, row.geometry, declaration_.region));
    taken.findings.back().what += "; refused: " + taken.refusal;
    return;
  }
  const bool of_text = taken.refusal.starts_with("field ") && taken.refusal.ends_with(" text");
  QualityFinding finding =
      of_text ? finding_of("encoding_damage", taken.refusal, "文字不是所用编码的文字：" + taken.refusal)
              : finding_of("row_refused", taken.refusal, "记录未接收：" + taken.refusal);
  finding.severity = Severity::error;
  if (!taken.repair_kind.empty()) {
    finding.geometry = geometry::make_point(taken.repair_at);
  } else if (finite) {
    finding.geometry = in_degrees(file, row.geometry);
  }
  taken.findings.push_back(std::move(finding));
}

void RowAudit::look_at_outline(const DeliveredFile& file, const geodata::SourceRow& row,
                               TakenRow& taken) const {
  if (row.geometry.empty()) return;
  if (taken.outside_region) {
    taken.findings.push_back(misplaced(file, row.geometry, declaration_.region));
    return;
  }
  const Vertices vertices = audit_vertices(row.geometry, scale_of(file, row.geometry.positions.front()));
  if (!vertices.repeated.empty()) {
    taken.findings.push_back(finding_of(
        "repeated_vertex", fmt::format("{} vertices repeat the one before", vertices.repeated.size()),
        fmt::format("{} 个节点与前一节点重复", vertices.repeated.size())));
    taken.findings.back().geometry = points_in_degrees(file, vertices.repeated);
  }
  const std::string mended = taken.repair.empty() ? "" : "; mended: " + taken.repair;
  if (!vertices.spikes.empty()) {
    taken.findings.push_back(
        finding_of("spike",
                   fmt::format("the outline goes out to {} points and back without land{}",
                               vertices.spikes.size(), mended),
                   fmt::format("界线在 {} 处伸出后原路折回{}", vertices.spikes.size(),
                               mended.empty() ? "" : "，已自动修复")));
    taken.findings.back().geometry = points_in_degrees(file, vertices.spikes);
  } else if (!taken.repair_kind.empty()) {
    taken.findings.push_back(finding_of(rule_of(taken.repair_kind, row.geometry),
                                        "the outline is invalid: " + taken.repair_kind + mended,
                                        "图形无效（" + taken.repair_kind + "），已自动修复"));
    taken.findings.back().geometry = geometry::make_point(taken.repair_at);
  }
  if (tbmj_) look_at_area(file, row, taken);
}

/// On the vertices that were delivered: edges split at import give the same land, but not the survey's sum.
void RowAudit::look_at_area(const DeliveredFile& file, const geodata::SourceRow& row, TakenRow& taken) const {
  const geodata::Feature& feature = *taken.feature;
  const auto* surveyed = std::get_if<double>(&feature.values[*tbmj_]);
  if (surveyed == nullptr || feature.geometry.kind != geometry::Kind::polygon) return;
  const double tolerance = limits::kAreaM2 + limits::kAreaShare * feature.area_m2;
  if (std::abs(*surveyed - feature.area_m2) <= kSurelyEqual * tolerance) return;
  const bool as_drawn = taken.repair_kind.empty() && row.geometry.kind == geometry::Kind::polygon;
  const double area = as_drawn ? geometry::survey_area_m2(in_degrees(file, row.geometry))
                               : geometry::survey_area_m2(feature.geometry);
  if (std::abs(*surveyed - area) <= tolerance) return;
  QualityFinding finding = finding_of(
      "tbmj_area",
      fmt::format("TBMJ is {:.2f} m², the outline has {:.2f} m² (tolerance {:.2f})", *surveyed, area,
                  tolerance),
      fmt::format("图斑面积为 {:.2f} m²，按图形计算为 {:.2f} m²（容差 {:.2f}）", *surveyed, area, tolerance));
  finding.field = "TBMJ";
  finding.measured = *surveyed;
  finding.allowed = area;
  finding.unit = "m2";
  taken.findings.push_back(std::move(finding));
}

void RowAudit::look_at_values(TakenRow& taken) const {
  const geodata::Feature& feature = *taken.feature;
  const auto& fields = declaration_.schema.fields;
  for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
    const auto* text = std::get_if<std::string>(&feature.values[i]);
    if (text != nullptr && !text->empty()) check_text(fields[i], *text, taken.findings);
  }
  for (const geodata::FieldLimits& limits : declaration_.audit.limits)
    check_limits(fields[limits.field], limits, feature.values[limits.field], taken.findings);
  if (const auto& period = declaration_.audit.period) {
    const auto* since = std::get_if<std::string>(&feature.values[period->first]);
    const auto* until = std::get_if<std::string>(&feature.values[period->second]);
    if (since != nullptr && until != nullptr && !until->empty() && *since > *until) {
      taken.findings.push_back(
          finding_of("period_reversed", fmt::format("it ends on {}, before it begins on {}", *until, *since),
                     fmt::format("终止日期 {} 早于起始日期 {}", *until, *since)));
      taken.findings.back().field = fields[period->second].name;
    }
  }
  if (survey_) survey_->look(feature, taken.findings, !taken.outside_region);
}

void RowAudit::look_at_unread(TakenRow& taken) const {
  for (const UnreadValue& unread : taken.unread) {
    const geodata::Field& field = declaration_.schema.fields[unread.field];
    const bool date = field.type == geodata::FieldType::date || field.type == geodata::FieldType::datetime;
    taken.findings.push_back(finding_of(
        date ? "invalid_date" : "wrong_type",
        fmt::format("{} is \"{}\", which is no {}", field.name, unread.text, geodata::name(field.type)),
        fmt::format("{}（{}）为“{}”，不是有效的{}", field.title, field.name, unread.text,
                    date ? "日期" : "值")));
    taken.findings.back().field = field.name;
  }
}

}  // namespace caitu::catalog
