#include "app/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "catalog/intake.hpp"

namespace caitu::app {
namespace {

constexpr int kBeijingHours = 8;

/// Two digits at `at`, or -1.
int pair_at(const std::string& text, std::size_t at) {
  const auto digit = [&text](std::size_t i) {
    return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100;
  };
  return std::max(-1, digit(at) * 10 + digit(at + 1));
}

bool is_moment(const std::string& text) {
  if (text.size() != 20 || !catalog::is_date(text.substr(0, 10))) return false;
  const int hour = pair_at(text, 11), minute = pair_at(text, 14), second = pair_at(text, 17);
  return text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == 'Z' && hour >= 0 && hour < 24 &&
         minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

std::string moment(const std::string& text, const std::string& option, int days) {
  namespace chrono = std::chrono;
  if (is_moment(text)) return text;
  if (!catalog::is_date(text)) {
    throw base::Error(base::Code::usage, "\"" + text + "\" is no moment", base::Where{.field = option},
                      "write it as 2025-06-30 (a day in Beijing) or 2025-06-30T12:34:56Z");
  }
  const auto number = [&text](std::size_t at, std::size_t count) {
    return std::stoi(text.substr(at, count));
  };
  const chrono::year_month_day day{chrono::year(number(0, 4)),
                                   chrono::month(static_cast<unsigned>(number(5, 2))),
                                   chrono::day(static_cast<unsigned>(number(8, 2)))};
  const auto hours = chrono::sys_days(day) + chrono::days(days) - chrono::hours(kBeijingHours);
  const auto midnight = chrono::floor<chrono::days>(hours);
  const chrono::year_month_day utc(midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:00:00Z", static_cast<int>(utc.year()),
                     static_cast<unsigned>(utc.month()), static_cast<unsigned>(utc.day()),
                     (hours - midnight).count());
}

}  // namespace

std::string start_of(const std::string& text, const std::string& option) { return moment(text, option, 0); }
std::string end_of(const std::string& text, const std::string& option) { return moment(text, option, 1); }

}  // namespace caitu::app
