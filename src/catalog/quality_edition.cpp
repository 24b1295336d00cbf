// What is wrong between rows of an edition, and between it and others.
#include "catalog/quality_edition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "analysis/coverage.hpp"
#include "base/workers.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

namespace caitu::catalog {
namespace {

constexpr std::size_t kChunk = 2048;
/// A gap with more neighbours than this is a hole in the delivery: none of them has drawn it.
constexpr std::size_t kComparedWithEachOther = 12;

/// Places of equal values, each group in the order of delivery; values of 0 are none.
template <typename Value, typename Visit>
void groups_of(const std::vector<Value>& values, const Visit& visit) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return values[a] != values[b] ? values[a] < values[b] : a < b;
  });
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    if (last - first > 1 && values[order[first]] != 0) visit(std::span(order).subspan(first, last - first));
    first = last;
  }
}

/// Vertices of `of` that are none of `beside`: what one of two neighbours has drawn alone.
std::size_t own_vertices(const geometry::Geometry& where, geometry::GeometryView of,
                         geometry::GeometryView beside) {
  constexpr double kSame = 1e-9;  // degrees: 0.1 mm
  const auto has = [](geometry::GeometryView view, geometry::Position p) {
    return std::ranges::any_of(view.positions, [p](geometry::Position q) {
      return std::abs(p.lon - q.lon) <= kSame && std::abs(p.lat - q.lat) <= kSame;
    });
  };
  return static_cast<std::size_t>(std::ranges::count_if(
      where.positions, [&](geometry::Position p) { return has(of, p) && !has(beside, p); }));
}

std::string_view rule_of(const analysis::CoverageFinding& flaw) {
  const bool hole = flaw.flaw == analysis::CoverageFlaw::gap && flaw.area_m2 >= limits::kHoleM2 &&
                    flaw.width_m >= limits::kHoleM;
  return hole ? "hole" : analysis::name(flaw.flaw);
}

/// What is said of a flaw; `place` is the other row, in English and in Chinese.
QualityFinding flaw_finding(const analysis::CoverageFinding& flaw, const std::string& place,
                            const std::string& place_zh) {
  std::string what, what_zh;
  switch (flaw.flaw) {
    case analysis::CoverageFlaw::overlap:
      what = fmt::format("it overlaps {} by {:.2f} m², {:.2f} m wide", place, flaw.area_m2, flaw.width_m);
      what_zh = fmt::format("与 {} 重叠 {:.2f} m²，平均宽 {:.2f} 米", place_zh, flaw.area_m2, flaw.width_m);
      break;
    case analysis::CoverageFlaw::gap:
      what = fmt::format("{:.2f} m² beside it belong to nobody, {:.2f} m wide{}", flaw.area_m2, flaw.width_m,
                         place.empty() ? "" : ", against " + place);
      what_zh = fmt::format("其旁有 {:.2f} m² 无归属的缝隙，平均宽 {:.2f} 米{}", flaw.area_m2, flaw.width_m,
                            place_zh.empty() ? "" : "，与 " + place_zh + " 之间");
      break;
    case analysis::CoverageFlaw::sliver:
      what = fmt::format("it has {:.2f} m² and is {:.2f} m wide, less than is mapped", flaw.area_m2,
                         flaw.width_m);
      what_zh = fmt::format("面积 {:.2f} m²，平均宽 {:.2f} 米，不足上图标准", flaw.area_m2, flaw.width_m);
      break;
  }
  QualityFinding finding = finding_of(rule_of(flaw), std::move(what), std::move(what_zh));
  finding.measured = flaw.area_m2;
  finding.allowed = 0;
  finding.unit = "m2";
  finding.geometry = flaw.where;
  return finding;
}

/// The items of a flaw, the one that drew its vertices first: a fault between neighbours stands there.
std::vector<std::size_t> by_vertices_drawn(const analysis::CoverageFinding& flaw,
                                           const geodata::Snapshot& snapshot) {
  if (flaw.items.size() > kComparedWithEachOther) return flaw.items;
  std::vector<std::pair<std::size_t, std::size_t>> drawn;
  for (const std::size_t item : flaw.items) {
    std::size_t alone = 0;
    for (const std::size_t beside : flaw.items) {
      if (beside != item)
        alone = std::max(alone, own_vertices(flaw.where, snapshot.geometry(item), snapshot.geometry(beside)));
    }
    drawn.emplace_back(alone, item);
  }
  std::ranges::stable_sort(drawn, std::greater(), &std::pair<std::size_t, std::size_t>::first);
  std::vector<std::size_t> items;
  for (const auto& [alone, item] : drawn) items.push_back(item);
  return items;
}

}  // namespace

std::int64_t QualityAudit::Edition::claim_of(std::size_t item) const {
  if (by_id_.empty()) {
    by_id_.resize(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) by_id_[i] = {ids[i], static_cast<std::uint32_t>(i)};
    std::ranges::sort(by_id_);
  }
  const auto at = std::ranges::lower_bound(by_id_, std::pair(snapshot.id(item), 0U));
  return at == by_id_.end() || at->first != snapshot.id(item) ? -1 : static_cast<std::int64_t>(at->second);
}

void QualityAudit::tell_of_claim(const Edition& edition, QualityFinding finding, std::int64_t claim) {
  if (claim < 0) {
    tell(std::move(finding), 0, claim);
    return;
  }
  const Place place = places_[static_cast<std::size_t>(claim)];
  finding.file = files_[place.file].name;
  finding.row = place.row;
  finding.feature = edition.ids[static_cast<std::size_t>(claim)];
  if (const auto item = edition.snapshot.find(finding.feature); item && finding.key.empty()) {
    std::vector<geodata::Value> values(context_.declaration.schema.fields.size());
    for (const std::size_t field : key_fields_) values[field] = edition.snapshot.column(field).value(*item);
    finding.key = key_text(values, key_fields_);
  }
  tell(std::move(finding), place.file, claim);
}

void QualityAudit::find_duplicates(const Edition& edition) {
  std::vector<std::uint64_t> claimed(edition.claims.size());
  std::ranges::transform(edition.claims, claimed.begin(), &Claim::id);
  groups_of(claimed, [&](std::span<const std::uint32_t> same) {
    const Place first = places_[same.front()];
    const std::string place = fmt::format("{} row {}", files_[first.file].name, first.row);
    for (const std::uint32_t claim : same.subspan(1)) {
      const bool keyed = edition.claims[claim].keyed;
      QualityFinding finding = finding_of(
          "duplicate_key", fmt::format("it bears the {} of {}", keyed ? "key" : "outline", place),
          fmt::format("与 {} 第 {} 行{}相同", files_[first.file].name, first.row, keyed ? "主键" : "图形"));
      for (const std::string& key : keyed ? context_.declaration.schema.key : std::vector<std::string>())
        finding.field += (finding.field.empty() ? "" : "+") + key;
      finding.other = edition.ids[same.front()];
      finding.other_place = place;
      tell_of_claim(edition, std::move(finding), claim);
    }
  });
}

void QualityAudit::find_repeats(const Edition& edition, std::size_t unique) {
  const std::size_t field = context_.declaration.audit.unique[unique];
  const std::string& name = context_.declaration.schema.fields[field].name;
  const auto text_of = [&](std::uint32_t claim) {
    const auto item = edition.snapshot.find(edition.ids[claim]);
    return item ? edition.snapshot.column(field).value(*item) : geodata::Value();
  };
  groups_of(uniques_[unique], [&](std::span<const std::uint32_t> same) {
    const Place first = places_[same.front()];
    const geodata::Value value = text_of(same.front());
    const auto* text = std::get_if<std::string>(&value);
    for (const std::uint32_t claim : same.subspan(1)) {
      if (text == nullptr || text_of(claim) != value) continue;  // two digests that happen to be equal
      const std::string place = fmt::format("{} row {}", files_[first.file].name, first.row);
      QualityFinding finding = finding_of(
          "duplicate_value", fmt::format("{} {} is that of {}", name, *text, place),
          fmt::format("{} {} 与 {} 第 {} 行相同", name, *text, files_[first.file].name, first.row));
      finding.field = name;
      finding.other = edition.ids[same.front()];
      finding.other_place = place;
      tell_of_claim(edition, std::move(finding), claim);
    }
  });
}

std::function<double(std::size_t)> QualityAudit::least_area(const geodata::Snapshot& snapshot) const {
  const auto code = snapshot.schema().index_of("DLBM"), system = snapshot.schema().index_of("code_system");
  if (!survey_ || !code) return {};
  return [this, &snapshot, code, system](std::size_t item) {
    const auto text = [&](std::size_t field) -> std::string_view {
      const std::uint32_t at = snapshot.column(field).code(item);
      return at == geodata::Column::kNoText ? std::string_view() : snapshot.column(field).text(at);
    };
    return survey_->min_area_m2(system ? text(*system) : std::string_view(), text(*code));
  };
}

void QualityAudit::find_coverage(const Edition& edition, std::size_t threads,
                                 const base::Progress& progress) {
  const geodata::Snapshot& snapshot = edition.snapshot;
  analysis::CoverageOptions options;
  options.threads = threads;
  options.most = kKeptOfRule;
  options.least_area_m2 = least_area(snapshot);
  const analysis::CoverageFindings flaws = analysis::coverage_findings(snapshot, options, progress);
  for (const analysis::CoverageFinding& flaw : flaws.list) {
    const std::vector<std::size_t> items = by_vertices_drawn(flaw, snapshot);
    const std::int64_t claim = edition.claim_of(items.front());
    const std::int64_t beside = items.size() < 2 ? -1 : edition.claim_of(items[1]);
    std::string place, in_words, in_words_zh;
    if (beside >= 0) {
      const Place at = places_[static_cast<std::size_t>(beside)];
      const bool same_file = claim >= 0 && places_[static_cast<std::size_t>(claim)].file == at.file;
      place = fmt::format("{} row {}", files_[at.file].name, at.row);
      in_words = same_file ? fmt::format("row {}", at.row) : place;
      in_words_zh = fmt::format("{}第 {} 行", same_file ? "" : files_[at.file].name + " ", at.row);
    }
    QualityFinding finding = flaw_finding(flaw, in_words, in_words_zh);
    if (flaw.flaw == analysis::CoverageFlaw::sliver && options.least_area_m2)
      finding.allowed = options.least_area_m2(items.front());
    if (beside >= 0) {
      finding.other = snapshot.id(items[1]);
      finding.other_place = place;
    }
    tell_of_claim(edition, std::move(finding), claim);
  }
  for (std::size_t i = 0; i < flaws.left_out.size(); ++i) {
    if (flaws.left_out[i] == 0) continue;
    const std::string_view rule = analysis::name(static_cast<analysis::CoverageFlaw>(i));
    found_[std::string(rule)].count += flaws.left_out[i];
    by_severity_[quality_rule(rule).severity] += flaws.left_out[i];
  }
}

void QualityAudit::find_neighbour_overlaps(const Edition& edition, const std::string& layer,
                                           std::size_t threads) {
  const auto at = context_.current.find(layer);
  if (at == context_.current.end()) {
    context_.not_run.push_back("neighbour_overlap: the workspace has no " + layer);
    return;
  }
  const geodata::Snapshot &ours = edition.snapshot, &theirs = *at->second;
  struct Pair {
    std::size_t item, other;
    geometry::Geometry common;
    double area = 0;
  };
  const std::size_t chunks = (ours.size() + kChunk - 1) / kChunk;
  std::vector<std::vector<Pair>> met(chunks);
  const geometry::TreeView& tree = theirs.tree();
  base::parallel_for(chunks, threads, [&](std::size_t chunk) {
    const std::size_t last = std::min(ours.size(), (chunk + 1) * kChunk);
    for (std::size_t item = chunk * kChunk; item < last; ++item) {
      if (ours.kind(item) != geometry::Kind::polygon) continue;
      const geometry::Box box = ours.box(item);
      tree.query(box, 0, [&](std::size_t first, std::size_t end, bool) {
        for (std::size_t other = first; other < end; ++other) {
          if (theirs.kind(other) != geometry::Kind::polygon || !theirs.box(other).intersects(box)) continue;
          Pair pair{item, other, geometry::intersection(ours.geometry(item), theirs.geometry(other))};
          pair.area = geometry::area_m2(pair.common);
          if (pair.area >= limits::kNeighbourM2) met[chunk].push_back(std::move(pair));
        }
        return true;
      });
    }
  });
  for (auto& chunk : met) {
    for (Pair& pair : chunk) {
      QualityFinding finding = finding_of(
          "neighbour_overlap",
          fmt::format("it overlaps feature {} of {} by {:.2f} m²", theirs.id(pair.other), layer, pair.area),
          fmt::format("与图层 {} 的要素 {} 重叠 {:.2f} m²", layer, theirs.id(pair.other), pair.area));
      finding.other = theirs.id(pair.other);
      finding.other_place = layer;
      finding.measured = pair.area;
      finding.allowed = 0;
      finding.unit = "m2";
      finding.geometry = std::move(pair.common);
      tell_of_claim(edition, std::move(finding), edition.claim_of(pair.item));
    }
  }
}

}  // namespace caitu::catalog
