#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check_titles.hpp"
#include "checks/result.hpp"

namespace caitu::checks::detail {

/// What the parts of a report's page share: its words and its numbers, Chinese first. Whatever these give is
/// HTML, and data in it is escaped.

/// Of one of kChecks.
CheckTitle title_of(std::string_view check);

std::string_view severity_zh(std::string_view severity);
std::string_view state_zh(State state);
/// A verdict as a mark and a word in a coloured frame: none of the three alone tells it. Of findings and of
/// measures; an empty one is information.
std::string verdict_tag(std::string_view verdict);
std::string_view verdict_zh(std::string_view verdict);

/// Text, and beside it English.
std::string with_english(std::string_view zh, std::string_view en);
/// Sentences, one a line.
std::string lines(const std::vector<std::string>& sentences);

/// 亩, m², 厘, 个 … of "mu", "m2", "li", "bases"; others as they are. No HTML.
std::string unit_word(std::string_view unit);
/// What is kept on one line.
std::string unbroken(std::string_view html);
/// A value with its unit: 亩 and m² with two decimals, 厘 with four, counts whole; thousands parted.
std::string quantity(double value, std::string_view unit);
/// "58.18 %".
std::string percent(double share);
std::string value_of(const Measure& measure);  ///< "—" when it is missing
/// What the plan asks, with its own word where that stands: "不低于 3 厘", "900,000 亩左右"; empty without.
std::string requirement_of(const Measure& measure);

/// A section's heading, which the contents list leads to.
void append_heading(std::string& page, std::string_view id, std::string_view zh, std::string_view en);

/// A table whose cells are HTML. Writes to the page as it goes; `end` is the last call.
class Table {
 public:
  struct Head {
    std::string_view zh, en = {};
    bool number = false;
  };
  Table(std::string& page, std::vector<Head> heads);
  void row(std::initializer_list<std::string> cells, std::string_view attributes = {});
  void end();

 private:
  std::string& page_;
  std::vector<Head> heads_;
};

/// The style of a report's page beside the house's own, and the hatching that its pictures use.
std::string_view report_style();
std::string_view report_patterns();

}  // namespace caitu::checks::detail
