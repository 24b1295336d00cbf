#include "app/commands/check_print.hpp"

#include <fmt/format.h>

#include <cmath>

#include "app/terminal.hpp"

namespace caitu::app {
namespace {

std::string_view verdict_zh(checks::Verdict verdict) {
  return verdict == checks::Verdict::violation ? "违规" : "待实地核查";
}

/// Whole numbers as they are, 亩 and other large figures with two decimals, shares with four digits.
std::string number(double value) {
  if (value == std::round(value) || std::abs(value) >= 1000)
    return grouped(fmt::format("{:.{}f}", value, value == std::round(value) ? 0 : 2));
  return fmt::format("{:.4g}", value);
}

void print(const checks::Measure& one) {
  fmt::print("  {:>14} {:<7}{:<10} {}", one.value ? number(*one.value) : "—", one.unit, one.verdict,
             one.title);
  if (one.target && !one.verdict.empty() && one.verdict != "not_run")
    fmt::print(" ({} {})", one.comparator, number(*one.target));
  fmt::print("\n");
}

void print(const checks::CheckResult& result) {
  fmt::print("{}\n", result.check);
  std::size_t untold = 0;
  for (const checks::Measure& one : result.measures) {
    if (one.verdict == "not_run") {
      ++untold;
    } else {
      print(one);
    }
  }
  for (const auto& looked : result.looked)
    fmt::print("  {:<5} {:>9} looked at, {:>9} clear\n", looked.rule, grouped(looked.at),
               grouped(looked.clear));
  for (const checks::Finding& one : result.findings) {
    fmt::print("  {} {:<4} {} {}{} {}\n", one.fingerprint, one.rule, verdict_zh(one.verdict), one.district,
               one.town, one.what_zh);
  }
  for (const checks::NotRun& one : result.not_run) {
    if (!one.layer.empty()) fmt::print("  {} not run: {}\n", one.what, one.why);
  }
  if (untold > 0) fmt::print("  {} figures could not be measured; --json says why\n", untold);
  for (const std::string& note : result.notes) fmt::print("  {}\n", note);
}

std::string called(const checks::Program& program) {
  constexpr std::size_t kDigits = 12;
  return program.version + " (" + program.sha256.substr(0, kDigits) + ")";
}

void print(const checks::Difference& one) {
  std::string what = one.check;
  for (const std::string& part : {one.what, one.id}) {
    if (!part.empty()) what += (what.empty() ? "" : " ") + part;
  }
  switch (one.how) {
    case checks::Difference::How::only_then:
      return fmt::print("  {}: only in the manifest: {}\n", what, one.then);
    case checks::Difference::How::only_now:
      return fmt::print("  {}: only now: {}\n", what, one.now);
    case checks::Difference::How::differs:
      return fmt::print("  {}: then {}; now {}\n", what, one.then, one.now);
  }
}

}  // namespace

void print_run(const checks::Run& run) {
  fmt::print("as of {}\n", run.as_of);
  for (const checks::CheckResult& result : run.results) print(result);
  if (!run.cleared.empty()) fmt::print("cleared since: {} flags\n", run.cleared.size());
}

void print_comparison(const checks::Comparison& comparison) {
  if (comparison.program_then != comparison.program_now)
    fmt::print("another program: {} then, {} now\n", called(comparison.program_then),
               called(comparison.program_now));
  if (comparison.equal()) {
    fmt::print("equal: {} measures and {} findings are as they were\n", grouped(comparison.measures),
               grouped(comparison.findings));
    return;
  }
  fmt::print("differs in {}:\n", grouped(comparison.differences.size()));
  for (const checks::Difference& one : comparison.differences) print(one);
}

std::string published_text(const Published& published) {
  std::string text;
  for (const checks::PublishedPlan& one : published.plan) {
    text += fmt::format("published {}: edition {}, {} features{}\n", one.layer, one.edition,
                        grouped(one.features), one.unchanged ? ", as they were" : "");
    for (const std::string& note : one.notes) text += "  " + note + "\n";
  }
  const checks::PublishedFlags& flags = published.flags;
  return text + fmt::format("published flags: {} new, {} persisting, {} reopened, {} cleared\n",
                            grouped(flags.added), grouped(flags.persisting), grouped(flags.reopened),
                            grouped(flags.cleared));
}

}  // namespace caitu::app
