#include "catalog/quality_audit.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "catalog/quality_edition.hpp"

namespace caitu::catalog {
namespace {

/// First vertices of so many rows tell whether a file lies where others do; twice as many are never held.
constexpr std::size_t kSampled = 400;

/// 0 when there is nothing that could come twice.
std::uint64_t unique_digest(const geodata::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr || text->empty() ? 0 : base::digest128(*text).low;
}

SurveyAudit::Districts districts_of(const AuditContext& context) {
  SurveyAudit::Districts outlines;
  const auto at = context.current.find("districts");
  if (at == context.current.end()) return outlines;
  const geodata::Snapshot& districts = *at->second;
  const auto code = districts.schema().index_of("code");
  if (!code) return outlines;
  for (std::size_t item = 0; item < districts.size(); ++item) {
    const geodata::Value value = districts.column(*code).value(item);
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || text->size() < 6 || districts.kind(item) != geometry::Kind::polygon) continue;
    outlines.emplace(text->substr(0, 6), geometry::copy(districts.geometry(item)));
  }
  return outlines;
}

std::shared_ptr<const SurveyAudit> survey_of(const AuditContext& context, std::vector<std::string>& not_run) {
  if (!context.declaration.audit.land_survey) return nullptr;
  if (context.tables.empty() || !std::filesystem::exists(context.tables / "land_classes.csv")) {
    not_run.emplace_back("land survey rules: there is no land_classes.csv");
    return nullptr;
  }
  auto districts = districts_of(context);
  if (districts.empty()) not_run.emplace_back("unit_district: the workspace has no districts");
  return std::make_shared<const SurveyAudit>(context.declaration.schema, context.tables,
                                             std::move(districts));
}

}  // namespace

AuditContext audit_context(const Workspace& workspace, const store::Store& store,
                           const std::vector<std::filesystem::path>& declared,
                           const geodata::Declaration& declaration) {
  AuditContext context{.declaration = declaration,
                       .tables = declared.empty() ? std::filesystem::path() : declared.front().parent_path()};
  for (const store::LayerRecord& layer : store.layers()) {
    if (layer.current == 0) continue;
    const auto record = store.edition(layer.schema.layer, layer.current);
    if (!record) continue;
    try {
      context.current.emplace(record->layer,
                              geodata::Snapshot::open(workspace.snapshots() / record->snapshot));
    } catch (const base::Error& error) {
      context.not_run.push_back("comparison with " + record->layer + ": " + error.what());
    }
  }
  return context;
}

QualityAudit::QualityAudit(AuditContext context) : context_(std::move(context)) {
  const geodata::Declaration& declaration = context_.declaration;
  survey_ = survey_of(context_, context_.not_run);
  rows_ = std::make_unique<RowAudit>(declaration, survey_);
  for (const std::string& key : declaration.schema.key)
    key_fields_.push_back(*declaration.schema.index_of(key));
  uniques_.resize(declaration.audit.unique.size());
}

QualityAudit::~QualityAudit() = default;

void QualityAudit::tell(QualityFinding finding, std::uint32_t file, std::int64_t claim) {
  OfRule& of = found_[finding.rule];
  ++by_severity_[finding.severity];
  if (++of.count > kKeptOfRule) return;
  of.kept.push_back({std::move(finding), file, claim});
}

std::uint32_t QualityAudit::place_of(const DeliveredFile& file) {
  if (files_.empty() || files_.back().name != file.name)
    files_.push_back({.name = file.name, .datum = file.placement.datum, .sample = {}});
  return static_cast<std::uint32_t>(files_.size() - 1);
}

void QualityAudit::take(const DeliveredFile& file, TakenRow& row) {
  const std::uint32_t place = place_of(file);
  const std::int64_t claim = row.feature ? static_cast<std::int64_t>(places_.size()) : -1;
  for (QualityFinding& finding : row.findings) tell(std::move(finding), place, claim);
  row.findings.clear();
  if (!row.feature) return;
  places_.push_back({place, static_cast<std::uint32_t>(row.row)});
  for (std::size_t i = 0; i < uniques_.size(); ++i)
    uniques_[i].push_back(unique_digest(row.feature->values[context_.declaration.audit.unique[i]]));
  if (!row.outside_region) sample(files_.back(), row.feature->geometry);
}

void QualityAudit::take_known(const DeliveredFile& file, std::int64_t row, const geodata::Snapshot& snapshot,
                              std::size_t item) {
  places_.push_back({place_of(file), static_cast<std::uint32_t>(row)});
  for (std::size_t i = 0; i < uniques_.size(); ++i)
    uniques_[i].push_back(unique_digest(snapshot.column(context_.declaration.audit.unique[i]).value(item)));
  sample(files_.back(), snapshot.geometry(item));
}

void QualityAudit::sample(File& file, geometry::GeometryView geometry) {
  if (file.rows++ % file.stride != 0 || geometry.empty()) return;
  file.sample.push_back(geometry.positions.front());
  if (file.sample.size() < 2 * kSampled) return;
  // Every other one stays, so that the sample is of the whole file however long it is.
  for (std::size_t i = 0; i < kSampled; ++i) file.sample[i] = file.sample[2 * i];
  file.sample.resize(kSampled);
  file.stride *= 2;
}

std::string QualityAudit::likely_mend() const {
  std::map<std::string, std::uint64_t> mends;
  for (const char* rule : {"wrong_zone", "swapped_axes"}) {
    const auto of = found_.find(rule);
    if (of == found_.end()) continue;
    for (const Kept& kept : of->second.kept)
      ++mends[kept.finding.what.substr(0, kept.finding.what.find("; refused"))];
  }
  const auto most = std::ranges::max_element(mends, {}, [](const auto& mend) { return mend.second; });
  return most == mends.end() ? std::string() : most->first;
}

QualityReport QualityAudit::finish(const geodata::Snapshot& snapshot, const std::vector<Claim>& claims,
                                   const std::vector<std::uint64_t>& ids, std::size_t threads,
                                   const base::Progress& progress) {
  const Edition edition(snapshot, claims, ids);
  progress.at("auditing", 0, 0);
  find_duplicates(edition);
  for (std::size_t i = 0; i < uniques_.size(); ++i) find_repeats(edition, i);
  if (context_.declaration.audit.coverage) find_coverage(edition, threads, progress);
  for (const std::string& layer : context_.declaration.audit.apart_from)
    find_neighbour_overlaps(edition, layer, threads);
  find_shifts(edition);
  add_evidence(edition);
  complete(edition);
  return report();
}

/// Who row findings are about, and what to draw of them: the feature itself where they say nothing else.
void QualityAudit::complete(const Edition& edition) {
  for (auto& [rule, of] : found_) {
    for (Kept& kept : of.kept) {
      if (kept.claim < 0) continue;
      QualityFinding& finding = kept.finding;
      finding.feature = edition.ids[static_cast<std::size_t>(kept.claim)];
      if (!finding.geometry.empty()) continue;
      if (const auto item = edition.snapshot.find(finding.feature))
        finding.geometry = geometry::copy(edition.snapshot.geometry(*item));
    }
  }
}

QualityReport QualityAudit::report() {
  QualityReport report;
  report.not_run = std::move(context_.not_run);
  report.errors = by_severity_[Severity::error];
  report.warnings = by_severity_[Severity::warning];
  report.notes = by_severity_[Severity::note];
  for (const QualityRule& rule : quality_rules()) {
    const auto at = found_.find(rule.id);
    if (at == found_.end()) continue;
    OfRule& of = at->second;
    report.by_rule[std::string(rule.id)] = of.count;
    std::ranges::stable_sort(of.kept, {}, [](const Kept& kept) {
      return std::tuple(kept.file, kept.finding.row, std::string_view(kept.finding.field));
    });
    for (Kept& kept : of.kept) report.findings.push_back(std::move(kept.finding));
  }
  return report;
}

}  // namespace caitu::catalog
