#include "checks/detail/sites.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "checks/detail/shapes.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks::detail {
namespace {

template <typename T>
void append_new(std::vector<T>& to, std::vector<T>&& more, const auto& same) {
  for (T& one : more) {
    if (std::ranges::none_of(to, [&](const T& there) { return same(there, one); }))
      to.push_back(std::move(one));
  }
}

bool same_subject(const Subject& a, const Subject& b) { return a.layer == b.layer && a.id == b.id; }

}  // namespace

const geodata::Snapshot* Sites::layer(const std::string& id) const {
  const auto* edition = context_.pinned.find(id);
  return edition == nullptr ? nullptr : edition->snapshot.get();
}

double Sites::inside_m2(const std::string& id, geometry::GeometryView polygon) const {
  const auto* snapshot = layer(id);
  return snapshot == nullptr ? 0 : inside(*snapshot, polygon).m2;
}

Finding Sites::begin(const Rule& rule, Verdict verdict, std::vector<Subject> subjects) const {
  Finding finding;
  finding.check = rule.check;
  finding.rule = rule.id;
  finding.version = rule.version;
  finding.title = rule.title_en;
  finding.title_zh = rule.title;
  finding.category = rule.category;
  finding.verdict = verdict;
  finding.severity = name(rule.severity);
  for (const Basis& basis : rule.bases) {
    if (basis.date.empty() && basis.number.empty() && basis.confidence == 'D') continue;  // our own judgement
    if (!finding.basis.empty()) finding.basis += "；";
    finding.basis += basis.number.empty() ? basis.document : basis.number;
  }
  finding.subjects = std::move(subjects);
  return finding;
}

void Sites::locate(Finding& finding, geometry::Geometry where) const {
  finding.where = std::move(where);
  finding.area_m2 = geometry::area_m2(finding.where);
  const Place place = places_.of(finding.where);
  finding.district = place.district.empty() ? place.county : place.district;
  finding.town = place.town;
  Beneath beneath = ground_.beneath(finding.where);
  finding.parcels = std::move(beneath.parcels);
  finding.owner_units = std::move(beneath.owner_units);
  finding.location_units = std::move(beneath.location_units);
}

std::vector<Finding> as_cases(const Sites& sites, std::vector<Finding> findings, double gap) {
  const std::vector<geometry::GeometryView> places = [&] {
    std::vector<geometry::GeometryView> views;
    for (const Finding& one : findings) views.push_back(one.where);
    return views;
  }();
  const auto groups = grouped_by_gap(places, gap, [&](std::size_t a, std::size_t b) {
    return findings[a].category == findings[b].category;
  });
  std::vector<Finding> cases;
  for (const auto& group : groups) {
    if (group.size() == 1) {
      cases.push_back(std::move(findings[group.front()]));
      continue;
    }
    std::vector<geometry::GeometryView> lands;
    for (const std::size_t at : group) lands.push_back(places[at]);
    geometry::Geometry land = union_of(lands).land;
    const std::size_t worst = *std::ranges::max_element(group, [&](std::size_t a, std::size_t b) {
      const auto rank = [&](std::size_t at) {
        return std::pair(findings[at].verdict, findings[at].measured);
      };
      return rank(a) < rank(b);
    });
    Finding whole = std::move(findings[worst]);
    for (const std::size_t at : group) {
      if (at == worst) continue;
      append_new(whole.subjects, std::move(findings[at].subjects), same_subject);
      append_new(whole.facts, std::move(findings[at].facts), [](const Fact& a, const Fact& b) {
        return a.name == b.name && a.source == b.source && a.value == b.value;
      });
    }
    sites.locate(whole, std::move(land));
    cases.push_back(std::move(whole));
  }
  return cases;
}

std::string with_unit(double value, int decimals, const std::string& unit) {
  const std::string number = base::grouped(fmt::format("{:.{}f}", value, decimals));
  return unit.empty() ? number : number + " " + (unit == "m2" ? "m²" : unit == "mu" ? "亩" : unit);
}

}  // namespace caitu::checks::detail
