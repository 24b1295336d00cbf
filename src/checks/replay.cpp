#include "checks/replay.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>

#include "base/error.hpp"

namespace caitu::checks {
namespace {

namespace fs = std::filesystem;
using How = Difference::How;

std::string in_words(const Manifest::MeasureOutcome& one) {
  if (!one.value) return one.verdict.empty() ? "no value" : "no value, " + one.verdict;
  return fmt::format("{} {}{}{}", *one.value, one.unit, one.verdict.empty() ? "" : ", ", one.verdict);
}
std::string in_words(const Manifest::FindingOutcome& one) {
  return fmt::format("{} {}, {}", one.rule, one.verdict, one.state);
}
bool same(const Manifest::MeasureOutcome& a, const Manifest::MeasureOutcome& b) {
  return a.value == b.value && a.unit == b.unit && a.verdict == b.verdict && a.digest == b.digest;
}
bool same(const Manifest::FindingOutcome& a, const Manifest::FindingOutcome& b) {
  return a.rule == b.rule && a.verdict == b.verdict && a.state == b.state && a.digest == b.digest;
}

const std::string& id_of(const Manifest::MeasureOutcome& one) { return one.id; }
const std::string& id_of(const Manifest::FindingOutcome& one) { return one.fingerprint; }

/// Outcomes of one kind in one check, told apart by id.
template <typename Outcome>
void compare(const std::string& check, const char* what, const char* beside, const std::vector<Outcome>& then,
             const std::vector<Outcome>& now, std::vector<Difference>& differences) {
  std::map<std::string, const Outcome*> left;
  for (const Outcome& one : now) left.emplace(id_of(one), &one);
  for (const Outcome& one : then) {
    const auto found = left.find(id_of(one));
    if (found == left.end()) {
      differences.push_back({check, what, id_of(one), How::only_then, in_words(one), {}});
      continue;
    }
    const Outcome& other = *found->second;
    if (!same(one, other)) {
      std::string before = in_words(one), after = in_words(other);
      if (before == after) after += std::string("; ") + beside;
      differences.push_back({check, what, id_of(one), How::differs, std::move(before), std::move(after)});
    }
    left.erase(found);
  }
  for (const Outcome& one : now) {
    if (left.contains(id_of(one)))
      differences.push_back({check, what, id_of(one), How::only_now, {}, in_words(one)});
  }
}

void compare(const Manifest::CheckOutcome& then, const Manifest::CheckOutcome& now,
             std::vector<Difference>& differences) {
  compare(then.check, "measure", "its target, its notes or its table are others", then.measures, now.measures,
          differences);
  compare(then.check, "finding", "its figures, its facts or its land are others", then.findings, now.findings,
          differences);
  if (then.rest != now.rest || then.not_run != now.not_run)
    differences.push_back(
        {then.check, "rest", "", How::differs, fmt::format("{} not run", then.not_run),
         fmt::format("{} not run; notes, what was looked at or what is drawn are others", now.not_run)});
}

void compare_cleared(const std::vector<std::string>& then, const std::vector<std::string>& now,
                     std::vector<Difference>& differences) {
  const std::set<std::string> before(then.begin(), then.end()), after(now.begin(), now.end());
  for (const std::string& one : before) {
    if (!after.contains(one)) differences.push_back({"", "cleared", one, How::only_then, "cleared", {}});
  }
  for (const std::string& one : after) {
    if (!before.contains(one)) differences.push_back({"", "cleared", one, How::only_now, {}, "cleared"});
  }
}

base::Json json_of(const Program& program) {
  return {{"version", program.version}, {"sha256", program.sha256}};
}

}  // namespace

std::string_view name(How how) {
  switch (how) {
    case How::only_then:
      return "only_in_manifest";
    case How::only_now:
      return "only_now";
    case How::differs:
      break;
  }
  return "differs";
}

void lay_out(const Manifest& manifest, const fs::path& folder) {
  for (const char* below : {"rules", "plan"}) fs::create_directories(folder / below);
  for (const ReadText& read : manifest.texts) {
    const fs::path file = folder / read.name;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << read.text;
    out.close();
    if (!out)
      throw base::Error(base::Code::io, "a text of the manifest cannot be laid out",
                        base::Where{.file = file.string()}, "is there room?");
  }
}

RuleSet rules_of(const Manifest& manifest, const fs::path& folder) {
  RuleSet rules = load_rules({folder / "rules"});
  for (const auto& used : manifest.rules) {
    const auto at = rules.rules.find(used.id);
    if (at != rules.rules.end()) at->second.own = used.own;
  }
  return rules;
}

Comparison compare(const Manifest& then, const Manifest& now) {
  Comparison comparison{.program_then = then.program, .program_now = now.program, .differences = {}};
  auto& differences = comparison.differences;
  if (then.rules_digest != now.rules_digest)
    differences.push_back({"", "rules", "", How::differs, then.rules_digest, now.rules_digest});
  std::map<std::string, const Manifest::CheckOutcome*> left;
  for (const auto& outcome : now.results) left.emplace(outcome.check, &outcome);
  for (const auto& outcome : then.results) {
    comparison.measures += outcome.measures.size();
    comparison.findings += outcome.findings.size();
    const auto found = left.find(outcome.check);
    if (found == left.end()) {
      differences.push_back({outcome.check, "check", "", How::only_then, "run", {}});
      continue;
    }
    compare(outcome, *found->second, differences);
    left.erase(found);
  }
  for (const auto& [check, outcome] : left)
    differences.push_back({check, "check", "", How::only_now, {}, "run"});
  compare_cleared(then.cleared, now.cleared, differences);
  return comparison;
}

base::Json to_json(const Comparison& comparison) {
  base::Json differences = base::Json::array();
  for (const Difference& one : comparison.differences)
    differences.push_back({{"check", one.check},
                           {"what", one.what},
                           {"id", one.id},
                           {"how", name(one.how)},
                           {"then", one.then},
                           {"now", one.now}});
  return {{"equal", comparison.equal()},
          {"measures", comparison.measures},
          {"findings", comparison.findings},
          {"program",
           {{"then", json_of(comparison.program_then)},
            {"now", json_of(comparison.program_now)},
            {"same", comparison.program_then == comparison.program_now}}},
          {"differences", std::move(differences)}};
}

}  // namespace caitu::checks
