#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::checks {

/// What tables 1 and 2 of the plan (京政农发〔2023〕57号, annex 1) say, and the population that
/// 人均菜地保有面积 is divided by. `line` is always the plan's own, in its text.

/// A town of table 1: one of the 35 规模提升群.
struct PlanTown {
  std::string district, district_code;  ///< "大兴区", 6 digits
  std::string name;                     ///< the plan's word: 杨镇, 于家务乡
  std::string code;                     ///< 9 digits
  std::string official_name;            ///< 杨镇地区办事处, 于家务回族乡
  std::vector<std::string> aliases;
  int line = 0;

  /// By the plan's word, officially or by an alias. Names are good within a district only.
  bool goes_by(std::string_view called) const;
};

/// What a place is called elsewhere, as far as that is known.
struct TownName {
  std::string_view code = {};           ///< 9 digits, or 12
  std::string_view district_code = {};  ///< 6 digits
  std::string_view district = {};       ///< 大兴区, 大兴, 密云县
  std::string_view name = {};
  std::vector<std::string> aliases = {};
};

enum class Along : std::uint8_t { road, extension };
enum class Side : std::uint8_t { both, north };
std::string_view name(Side side);

/// A belt of table 2: one of the 10 产业推进带.
struct PlanBelt {
  std::string name;  ///< the plan's own words: 延康路、延永路沿线
  std::string district, district_code;
  std::vector<std::string> roads;  ///< 11 over all belts
  Along along = Along::road;
  Side side = Side::both;
  std::string side_road;  ///< the road of which `side` holds; empty when it is both
  std::string reading;    ///< how an ambiguous line is read, a phrase; or empty
  int line = 0;

  /// What the line is called that the belt runs along: 庞安路延长线 for the extension of 庞安路.
  std::string line_name(const std::string& road) const;
};

/// A row of table 2: its towns belong to all its belts together, and to none in particular (FACTS 6, trap
/// 14).
struct BeltRow {
  std::string district, district_code;
  int belts = 0;  ///< the plan's count
  std::vector<std::string> towns;
  int line = 0;
};

/// Residents of the city or, for information only, of a district.
struct Population {
  enum class Kind : std::uint8_t { census, year_end };
  std::string code, name;  ///< "110000", 北京市
  int year = 0;
  std::string as_of;  ///< ISO date
  Kind kind = Kind::year_end;
  std::int64_t residents = 0;  ///< persons, 常住人口
  char confidence = 'D';       ///< A to D, as FACTS marks it
  std::string source;
};

inline constexpr std::string_view kCityCode = "110000";
/// The last year end before the plan's issue on 2023-10-31 (FACTS 6, trap 32).
inline constexpr int kBasisYear = 2022;

/// The tables. A value; const-shared. Pointers that it gives out look into it.
class PlanTables {
 public:
  /// Reads clusters.csv, belts.csv, belt_towns.csv and population.csv. Error(usage) names file, line and
  /// column of what is wrong in one, or between two: a town of table 2 that is not in table 1, a count that
  /// is not kept, a name by which two towns of a district go.
  static PlanTables load(const std::filesystem::path& folder);

  const std::vector<PlanTown>& towns() const { return towns_; }  ///< in the plan's order, as all of these
  const std::vector<PlanBelt>& belts() const { return belts_; }
  const std::vector<BeltRow>& rows() const { return rows_; }
  const std::vector<Population>& population() const { return population_; }

  /// The town that is meant: the one of that code, else the one of that name (or of one of the aliases, in
  /// their order) in that district. Null when it is none of table 1; and when neither the code nor the
  /// district is known, for towns have namesakes elsewhere (trap 28).
  const PlanTown* match(const TownName& town) const;
  /// The row of a belt's district.
  const BeltRow& row_of(const PlanBelt& belt) const;
  /// Of the city, or of a district by its code: at the year's end; where only a census is known, of that.
  /// Error(invalid) names the years that there are.
  const Population& residents(int year = kBasisYear, std::string_view code = kCityCode) const;

 private:
  std::vector<PlanTown> towns_;
  std::vector<PlanBelt> belts_;
  std::vector<BeltRow> rows_;
  std::vector<Population> population_;
};

/// A district's code as it is today: 密云 and 延庆 were counties until 2015 (110228, 110229). Of longer codes
/// their first six digits; empty when there are not so many.
std::string district_code_of(std::string_view code);
/// Whether two names mean one district: 大兴 and 大兴区, 密云县 and 密云区.
bool same_district(std::string_view a, std::string_view b);

}  // namespace caitu::checks
