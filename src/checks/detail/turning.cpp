#include "checks/detail/turning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.hpp"
#include "checks/detail/sites.hpp"

namespace caitu::checks::detail {
namespace {

/// Of a step: land is measured anew after the change, and comes out that much larger or smaller.
constexpr double kMeasuredAnew = 1e-4;

std::string in_steps(double steps, double scale, int decimals, const std::string& unit) {
  return with_unit(std::max(steps, 0.0) / scale, decimals, unit);
}

/// Of the rounding, what a change may use up and still be enough when the land is measured anew.
double slack(const Excess& excess) { return excess.rounding * (1 - kMeasuredAnew); }

}  // namespace

std::string at_least(double value, int decimals, const std::string& unit) {
  const double scale = std::pow(10, decimals);
  return in_steps(std::ceil(value * scale), scale, decimals, unit);
}

std::string above(double value, int decimals, const std::string& unit) {
  const double scale = std::pow(10, decimals);
  return in_steps(std::floor(value * scale + kMeasuredAnew) + 1, scale, decimals, unit);
}

std::string below(double value, int decimals, const std::string& unit) {
  const double scale = std::pow(10, decimals);
  return in_steps(std::ceil(value * scale - kMeasuredAnew) - 1, scale, decimals, unit);
}

Turn less(const Excess& excess, const Figures& figures) {
  const std::string enough = at_least(excess.over - slack(excess), figures.decimals, figures.unit);
  return {fmt::format("{} less{}", enough, figures.what), fmt::format("{}减少 {}", figures.what_zh, enough)};
}

Turn less_or_less_sure(const Excess& excess, const Figures& figures) {
  Turn turn = less(excess, figures);
  const double beyond = excess.beyond - slack(excess);
  if (beyond - excess.tolerance < excess.over - slack(excess)) {
    const std::string partly = at_least(beyond - excess.tolerance, figures.decimals, figures.unit);
    turn.en = fmt::format("{} to be clear, {} less to be for a field check", turn.en, partly);
    turn.zh = fmt::format("{} 即合规，减少 {} 转为实地核查", turn.zh, partly);
  }
  const std::string error = at_least(beyond, figures.decimals, figures.unit);
  turn.en += fmt::format(", or a survey error of {} or more", error);
  turn.zh += fmt::format("，或测量误差达到 {}", error);
  return turn;
}

Turn more_sure(const Excess& excess, const Figures& figures) {
  const std::string error = below(excess.over - slack(excess), figures.decimals, figures.unit);
  return {fmt::format("a survey error of {} or less", error), fmt::format("测量误差不超过 {}", error)};
}

double tolerated_m2(double off_m2, double share, double least_m2) {
  return std::min(least_m2, std::max(off_m2, 0.0) * share / (1 - share));
}

Turn less_on(double on_m2, double tolerated, const Figures& figures) {
  // What is left of it would be no plot any more.
  constexpr double kNothingM2 = 0.01;
  if (tolerated < kNothingM2)
    return {fmt::format("none of it on {}", figures.what), fmt::format("全部退出{}", figures.what_zh)};
  const double over = on_m2 - tolerated;
  const std::string enough =
      above(figures.unit == "mu" ? base::mu_from_m2(over) : over, figures.decimals, figures.unit);
  return {fmt::format("{} less of it on {}", enough, figures.what),
          fmt::format("占用{}减少 {}", figures.what_zh, enough)};
}

}  // namespace caitu::checks::detail
