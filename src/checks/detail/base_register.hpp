#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/rule.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::checks::detail {

/// A registered base: all its outlines together. What a row says of it is the first row's that says it.
struct Base {
  std::string id, name, county, province, status, status_on, founded, applied_on, assessed_on;
  std::vector<std::size_t> items;
  double area_mu = 0;  ///< as registered, else of the union of its outlines
  bool registered_area = false;
  std::optional<double> facility_share, output_t, daily_t, emergency_t;
};
/// By number.
std::vector<Base> bases_of(const geodata::Snapshot& ring_bases);

enum class Standing { counts, pending, left };
std::string_view name(Standing standing);

/// The year of the bases (plan, L230: apply from January to March, assess from August to October, pay by the
/// end of October), and what a base is in it on the day.
class Calendar {
 public:
  Calendar(const Rule& rule, const When& when);

  Standing standing(const Base& base) const;
  /// What the day is in the year, a sentence.
  std::string day_of_year() const;
  /// What is wrong with a base's dates, sentences: applied or assessed outside the months, not assessed when
  /// the months have passed.
  std::vector<std::string> faults(const Base& base) const;

 private:
  struct Months {
    int first, last;
    bool hold(std::string_view day) const;
    std::string text() const;
  };
  Months months(const Rule& rule, const std::string& what, const When& when) const;

  std::string day_;
  std::vector<std::string> left_, pending_, recognised_;
  Months apply_, assess_;
  int pay_by_;
};

}  // namespace caitu::checks::detail
