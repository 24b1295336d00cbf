// Findings of the quality audit, in and out of the record.
#include "store/findings.hpp"

#include <array>
#include <utility>

#include "base/error.hpp"
#include "geometry/codec.hpp"
#include "store/detail/store_impl.hpp"

namespace caitu::store {
namespace {

using detail::Statement;

constexpr std::array<std::pair<Severity, std::string_view>, 3> kNames = {
    {{Severity::error, "error"}, {Severity::warning, "warning"}, {Severity::note, "note"}}};

constexpr std::string_view kColumns =
    "rule, severity, file, row, key, feature, other, other_place, field, what, what_zh, way_out, way_out_zh,"
    " unit, measured, allowed, geometry";
/// Places of the last three, which may be missing, among the parameters of the insert.
constexpr int kMeasured = 18, kAllowed = 19, kGeometry = 20;

void bind_number(Statement& statement, int place, const std::optional<double>& number) {
  if (number) {
    statement.bind(place, *number);
  } else {
    statement.bind_null(place);
  }
}

std::optional<double> number_of(const Statement& row, int column) {
  return row.null(column) ? std::nullopt : std::optional(row.real(column));
}

Finding finding_of(const Statement& row) {
  Finding finding;
  finding.rule = row.text(0);
  const auto severity = parse_severity(row.text(1));
  if (!severity) throw base::Error(base::Code::corrupt, "a finding has no severity that caitu knows");
  finding.severity = *severity;
  finding.file = row.text(2);
  finding.row = row.integer(3);
  finding.key = row.text(4);
  finding.feature = static_cast<std::uint64_t>(row.integer(5));
  finding.other = static_cast<std::uint64_t>(row.integer(6));
  finding.other_place = row.text(7);
  finding.field = row.text(8);
  finding.what = row.text(9);
  finding.what_zh = row.text(10);
  finding.way_out = row.text(11);
  finding.way_out_zh = row.text(12);
  finding.unit = row.text(13);
  finding.measured = number_of(row, 14);
  finding.allowed = number_of(row, 15);
  if (!row.null(16)) finding.geometry = geometry::read_spatialite(row.blob(16));
  return finding;
}

}  // namespace

std::string_view name(Severity severity) {
  for (const auto& [known, text] : kNames) {
    if (known == severity) return text;
  }
  return {};
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const auto& [severity, known] : kNames) {
    if (known == text) return severity;
  }
  return std::nullopt;
}

std::vector<Finding> Store::findings(const std::string& layer, std::uint32_t edition) const {
  std::vector<Finding> findings;
  Statement rows(impl_->connection,
                 "SELECT " + std::string(kColumns) +
                     " FROM caitu_findings WHERE layer = ? AND edition = ? ORDER BY number");
  rows.bind_all(layer, edition);
  while (rows.step()) findings.push_back(finding_of(rows));
  return findings;
}

void StagedEdition::finding(const Finding& finding) {
  Impl& my = *impl_;
  my.store->in_batch();
  if (my.finding.get() == nullptr) {
    my.finding = Statement(my.store->connection,
                           "INSERT INTO caitu_findings (layer, edition, number, " + std::string(kColumns) +
                               ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }
  my.finding.bind_all(my.schema.layer, my.edition, ++my.findings, finding.rule, name(finding.severity),
                      finding.file, finding.row, finding.key, finding.feature, finding.other,
                      finding.other_place, finding.field, finding.what, finding.what_zh, finding.way_out,
                      finding.way_out_zh, finding.unit);
  bind_number(my.finding, kMeasured, finding.measured);
  bind_number(my.finding, kAllowed, finding.allowed);
  my.blob.clear();
  geometry::append_spatialite(my.blob, finding.geometry);
  if (my.blob.empty()) {
    my.finding.bind_null(kGeometry).run();
  } else {
    my.finding.bind_blob(kGeometry, my.blob).run();
  }
}

}  // namespace caitu::store
