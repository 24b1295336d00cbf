#pragma once

#include <string>

namespace caitu::checks::detail {

/// A change that turns a verdict, in English and in Chinese.
struct Turn {
  std::string en, zh;
};

/// Figures of changes, so rounded that the change as it is written is enough: the least one that is not below
/// the value, the least one above it, and the greatest one below it, but never below 0.
std::string at_least(double value, int decimals, const std::string& unit);
std::string above(double value, int decimals, const std::string& unit);
std::string below(double value, int decimals, const std::string& unit);

/// By how much something measured with an error is over a limit; not at all while it is within `rounding`.
struct Excess {
  double over = 0;
  double tolerance = 0, rounding = 0;
  double beyond = 0;  ///< over the highest limit that may hold instead; else `over`

  bool any() const { return over > rounding; }
  bool sure() const { return over > tolerance + rounding; }
};

/// How figures of a rule are written, and of what there has to be less.
struct Figures {
  std::string unit;
  int decimals = 2;
  std::string what = {};     ///< " auxiliary land"
  std::string what_zh = {};  ///< "附属设施用地"
};

/// So much less that it is clear.
Turn less(const Excess& excess, const Figures& figures);
/// Of a violation: so much less that it is clear or for a field check, or a survey error so large that it is
/// for a field check.
Turn less_or_less_sure(const Excess& excess, const Figures& figures);
/// Of an excess inside the error: a survey error so small that the excess is sure.
Turn more_sure(const Excess& excess, const Figures& figures);

/// How much of something may lie on some land beside `off_m2` that does not, without being a `share` of the
/// whole or `least_m2`: less than that.
double tolerated_m2(double off_m2, double share, double least_m2);
/// So much less of something on some land, "farmland", that it is tolerated there, whether what lies there
/// goes away or elsewhere. Of `on_m2` there, `tolerated` is.
Turn less_on(double on_m2, double tolerated, const Figures& figures);

}  // namespace caitu::checks::detail
