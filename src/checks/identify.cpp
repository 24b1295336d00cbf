#include "checks/identify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/flag_evidence.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks {
namespace {

constexpr double kSameLand = 1.0 / 3;
constexpr std::size_t kFingerprintDigits = 16;

bool has_key(const Subject& subject) { return !subject.key.empty() && subject.key.front() != '#'; }

/// Of two finding's land, intersection over union.
double overlap(geometry::GeometryView a, geometry::GeometryView b) {
  if (!geometry::box_of(a).intersects(geometry::box_of(b))) return 0;
  const double both = geometry::Zone(a).area_inside_m2(b);
  return both / (geometry::area_m2(a) + geometry::area_m2(b) - both);
}

std::string digest_of(const std::string& text) {
  return base::hex(base::sha256(text)).substr(0, kFingerprintDigits);
}

std::string new_fingerprint(const Finding& finding, std::set<std::string>& taken) {
  std::string text = finding.rule + "|";
  if (!finding.subjects.empty() && has_key(finding.subjects.front())) {
    text += finding.subjects.front().layer + "|" + finding.subjects.front().key;
  } else {
    const geometry::Position at = geometry::point_on(finding.where);
    text += fmt::format("{}|{:.4f}|{:.4f}", finding.town, at.lon, at.lat);
  }
  std::string fingerprint = digest_of(text);
  // Two cases of one rule about one building: the second is told by its number.
  for (int number = 2; !taken.insert(fingerprint).second; ++number)
    fingerprint = digest_of(text + "|" + std::to_string(number));
  return fingerprint;
}

/// How well a known case fits a finding: 0 not at all, above 1 by its key, else the share of land.
double fit(const Finding& finding, const KnownCase& known) {
  if (finding.rule != known.rule) return 0;
  // Only by what both are about: two rooms of one greenhouse are two cases, and so are a facility and what
  // stands on it.
  for (const Subject& a : finding.subjects) {
    for (const Subject& b : known.subjects) {
      if (has_key(a) && a.layer == finding.subjects.front().layer &&
          b.layer == known.subjects.front().layer && a.layer == b.layer && a.key == b.key)
        return 2;
    }
  }
  const double share = overlap(finding.where, known.where);
  return share > kSameLand ? share : 0;
}

/// What a case that is found is to the run that knew it.
State state_of(const KnownCase& known, const std::string& as_of) {
  if (known.status == "dismissed" || known.seen_on > as_of) return State::persisting;
  return mended(known.status) || known.state == kCleared ? State::reopened : State::persisting;
}

bool open_before(const KnownCase& known) {
  return !mended(known.status) && known.status != "dismissed" && known.state != kCleared;
}

}  // namespace

bool mended(std::string_view status) { return status == "closed" || status == "rectified"; }

std::vector<KnownCase> known_cases(const Pinned& pinned) {
  std::vector<KnownCase> cases;
  const auto* edition = pinned.find("flags");
  if (edition == nullptr) return cases;
  const geodata::Snapshot& flags = *edition->snapshot;
  const detail::FieldOf fingerprint(flags, "fingerprint"), rule(flags, "rule"), status(flags, "status"),
      state(flags, "state"), evidence(flags, "evidence"), seen_on(flags, "seen_on");
  for (std::size_t item = 0; item < flags.size(); ++item) {
    KnownCase known{.fingerprint = std::string(fingerprint.text(item)),
                    .rule = std::string(rule.text(item)),
                    .status = std::string(status.text(item)),
                    .subjects = {},
                    .where = geometry::copy(flags.geometry(item)),
                    .state = std::string(state.text(item)),
                    .seen_on = std::string(seen_on.text(item))};
    Finding found;
    detail::read_evidence(evidence.text(item), found);
    known.subjects = std::move(found.subjects);
    cases.push_back(std::move(known));
  }
  std::ranges::sort(cases, {}, &KnownCase::fingerprint);
  return cases;
}

std::vector<std::string> identify(std::vector<Finding>& findings, const std::vector<KnownCase>& known,
                                  const std::string& as_of) {
  struct Match {
    double fit;
    std::size_t finding, known;
  };
  std::multimap<std::string_view, std::size_t> by_rule;
  for (std::size_t at = 0; at < known.size(); ++at) by_rule.emplace(known[at].rule, at);
  std::vector<Match> matches;
  for (std::size_t at = 0; at < findings.size(); ++at) {
    const auto [first, last] = by_rule.equal_range(findings[at].rule);
    for (auto candidate = first; candidate != last; ++candidate) {
      const double value = fit(findings[at], known[candidate->second]);
      if (value > 0) matches.push_back({value, at, candidate->second});
    }
  }
  std::ranges::stable_sort(matches, [](const Match& a, const Match& b) { return a.fit > b.fit; });
  std::vector<bool> used(known.size(), false), settled(findings.size(), false);
  std::set<std::string> taken;
  for (const KnownCase& one : known) taken.insert(one.fingerprint);
  for (const Match& match : matches) {
    if (used[match.known] || settled[match.finding]) continue;
    used[match.known] = settled[match.finding] = true;
    findings[match.finding].fingerprint = known[match.known].fingerprint;
    findings[match.finding].state = state_of(known[match.known], as_of);
  }
  for (std::size_t at = 0; at < findings.size(); ++at) {
    if (!settled[at]) findings[at].fingerprint = new_fingerprint(findings[at], taken);
  }
  std::vector<std::string> cleared;
  for (std::size_t at = 0; at < known.size(); ++at) {
    // That a later day has seen it, an earlier one cannot say otherwise.
    if (!used[at] && open_before(known[at]) && known[at].seen_on <= as_of)
      cleared.push_back(known[at].fingerprint);
  }
  return cleared;
}

}  // namespace caitu::checks
