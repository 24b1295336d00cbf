#pragma once

#include <string>

#include "checks/context.hpp"
#include "checks/run.hpp"

namespace caitu::checks::detail {

/// How many findings of a run there are, by what a summary asks.
struct FindingCount {
  std::uint64_t violation = 0, for_field_check = 0, fresh = 0, persisting = 0, reopened = 0;
  void add(const Finding& finding);
};

/// By rule and severity, one row each, and which flags were cleared.
void append_finding_summary(std::string& page, const Run& run, const Context& context);

/// Findings of a run, drawn and told. Numbers run over all checks, in the run's order.
class FindingSection {
 public:
  /// Draws the maps of the first `most` findings by severity, rule and place, on the context's threads. Keeps
  /// references.
  FindingSection(const Run& run, const Context& context, std::size_t most);
  /// Of one check: what each rule looked at, all findings as a table, and a card for each that has a map.
  void append(std::string& page, const CheckResult& result) const;

 private:
  struct Entry {
    const Finding* finding = nullptr;
    bool card = false;
    std::string map;
  };
  void append_looked(std::string& page, const CheckResult& result) const;
  void append_list(std::string& page, std::size_t first, std::size_t last) const;
  void append_card(std::string& page, std::size_t at) const;

  const Run& run_;
  const Context& context_;
  std::size_t most_;
  std::vector<Entry> entries_;
};

}  // namespace caitu::checks::detail
