// G1: buildings that are no farming.
#include <fmt/format.h>

#include <algorithm>

#include "checks/detail/greenhouse.hpp"
#include "checks/detail/shapes.hpp"
#include "checks/detail/words.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::Snapshot;
using Texts = std::vector<std::string>;

/// What a building is used for, as far as G1 asks.
enum class Use { farming, guard_house, non_farm, unknown };

class Uses {
 public:
  Uses(const RuleSet& rules, const When& when) {
    const Rule& rule = rules.rule("G1");
    guard_ = rule.texts("guard_house_kinds", when).value;
    non_farm_ = rule.texts("non_farm_kinds", when).value;
    negating_ = rule.texts("negating_words", when).value;
    farming_words_ = rules.rule("G7").texts("growing_words", when).value;
    for (const char* name :
         {"dwelling_words", "trade_words", "catering_words", "lodging_words", "leisure_words"}) {
      const auto words = rule.texts(name, when).value;
      non_farm_words_.insert(non_farm_words_.end(), words.begin(), words.end());
    }
  }

  /// The use found decides where it tells one; else the kind.
  Use of(std::string_view kind, std::string_view use) const {
    if (among(guard_, kind)) return Use::guard_house;
    if (Words(use, negating_).tell(non_farm_words_)) return Use::non_farm;
    const bool farming = Words(use, negating_).tell(farming_words_);
    // A shop in which tools are kept: the two disagree, and somebody has to look.
    if (among(non_farm_, kind)) return farming ? Use::unknown : Use::non_farm;
    return kind.empty() && use.empty() ? Use::unknown : Use::farming;
  }

 private:
  Texts guard_, non_farm_, negating_, non_farm_words_, farming_words_;
};

/// Areas in which category 1 holds.
class Areas {
 public:
  Areas(const Sites& sites, std::span<const geometry::Geometry> belts) : sites_(sites), belts_(belts) {}

  struct In {
    double m2 = 0;
    std::string what;  ///< "parks P110117-01", of the one that holds most of it
  };
  In of(geometry::GeometryView polygon) const {
    In best;
    for (const char* layer : {"parks", "ring_bases", "points"}) {
      const Snapshot* snapshot = sites_.layer(layer);
      if (snapshot == nullptr) continue;
      const Inside found = inside(*snapshot, polygon);
      if (found.m2 > best.m2)
        best = {found.m2, fmt::format("{} {}", layer, key_of(*snapshot, found.items[0]))};
    }
    const geometry::Box box = geometry::box_of(polygon);
    for (const geometry::Geometry& belt : belts_) {
      if (!geometry::box_of(belt).intersects(box)) continue;
      const double m2 = geometry::Zone(polygon).area_inside_m2(belt);
      if (m2 > best.m2) best = {m2, "belts"};
    }
    return best;
  }

 private:
  const Sites& sites_;
  std::span<const geometry::Geometry> belts_;
};

/// How much of a building stands on farmland, by the parcels or, where these say less, by the filed plots.
struct Farmland {
  double m2 = 0, cropland_m2 = 0;
  std::string source;
};
Farmland farmland_under(const Sites& sites, geometry::GeometryView polygon) {
  const Beneath beneath = sites.ground().beneath(polygon);
  Farmland found{beneath.cropland_m2 + beneath.facility_m2, beneath.cropland_m2,
                 beneath.parcels.empty() ? "parcels" : "parcels " + beneath.parcels.front().key};
  const double filed = sites.inside_m2("facilities", polygon);
  if (filed > found.m2) found = {filed, found.cropland_m2, "facilities"};
  // Where no parcel came in, a greenhouse still stands on farmland.
  if (beneath.surveyed_m2() * 2 < geometry::area_m2(polygon)) {
    const double grown = sites.inside_m2("greenhouses", polygon);
    if (grown > found.m2) found = {grown, found.cropland_m2, "greenhouses"};
  }
  return found;
}

/// What G1 says of a building of no farming, or of one whose use is not known, at a place.
class NonFarm {
 public:
  NonFarm(const Sites& sites, std::span<const geometry::Geometry> belts)
      : sites_(sites),
        rule_(sites.context().rules.rule("G1")),
        areas_(sites, belts),
        enough_(rule_, "farmland", sites.context().when()) {}

  const Rule& rule() const { return rule_; }

  /// Nothing when it is clear.
  std::optional<Finding> judge(geometry::GeometryView polygon, const Farmland& farmland, bool use_known,
                               Subject subject, Fact use) const {
    const double area = geometry::area_m2(polygon);
    if (!enough_(farmland.m2, area)) return {};
    const Areas::In in = areas_.of(polygon);
    const bool in_area = enough_(in.m2, area);
    if (!in_area && !enough_(farmland.cropland_m2, area)) return {};
    Finding finding = sites_.begin(
        rule_, in_area && use_known ? Verdict::violation : Verdict::for_field_check, {std::move(subject)});
    finding.category = in_area ? 1 : 0;
    finding.measured = in_area ? farmland.m2 : farmland.cropland_m2;
    finding.limit = std::min(enough_.least_m2(), enough_.share() * area);
    finding.unit = "m2";
    say(finding, in_area, use_known);
    finding.facts = {use,
                     {"footprint", "占地面积", with_unit(area, 2, "m2"), "measured"},
                     {"on farmland", "其中占用农地", with_unit(farmland.m2, 2, "m2"), farmland.source},
                     {"inside", "所在范围", in_area ? with_unit(in.m2, 2, "m2") : "—",
                      in_area ? in.what : "parks, points, belts, ring_bases"}};
    say_turns(finding, enough_.not_enough(finding.measured, area, land_of(finding)), use_known);
    sites_.locate(finding, geometry::oriented(polygon));
    return finding;
  }

  /// What several buildings that are one case take together.
  void measure_again(Finding& finding) const {
    const Farmland farmland = farmland_under(sites_, finding.where);
    finding.measured = finding.category == 1 ? farmland.m2 : farmland.cropland_m2;
    const bool use_known = finding.category == 0 || finding.verdict == Verdict::violation;
    say(finding, finding.category == 1, use_known);
    say_turns(finding,
              {fmt::format("none of the {} on {}", finding.subjects.size(), land_of(finding).what),
               fmt::format("{} 处全部退出{}", finding.subjects.size(), land_of(finding).what_zh)},
              use_known);
  }

 private:
  static Figures land_of(const Finding& finding) {
    const bool in_area = finding.category == 1;
    return {.unit = "m2", .what = in_area ? "farmland" : "cropland", .what_zh = in_area ? "农地" : "耕地"};
  }

  static void say_turns(Finding& finding, const Turn& off, bool use_known) {
    finding.turns = off.en + ", or a use that is farming";
    finding.turns_zh = off.zh + "，或查明（恢复）为农业用途";
    if (finding.category == 0) {
      finding.turns += ", or a survey that shows construction land";
      finding.turns_zh += "，或查明为已批准的建设用地";
    } else if (!use_known) {
      finding.turns += "; a use that is no farming would make it a violation";
      finding.turns_zh += "；查明为非农用途则为违规";
    }
  }

  static void say(Finding& finding, bool in_area, bool use_known) {
    const std::string m2 = with_unit(finding.measured, 1, "m2");
    if (!in_area) {
      finding.what =
          fmt::format("A building takes {} of cropland outside every park, base, point and belt.", m2);
      finding.what_zh =
          fmt::format("园区、基地、点、带之外的建筑占用耕地 {}，疑似违法占耕（不属大棚房）。", m2);
      finding.held_back_by = "whether the land was approved as construction land is in no layer";
      finding.held_back_by_zh = "没有图层说明该地是否已批准为建设用地";
    } else if (!use_known) {
      finding.what =
          fmt::format("A building of unknown use takes {} of farmland in a park, base, point or belt.", m2);
      finding.what_zh = fmt::format("园区、基地、点或带内有用途不明的建筑占用农地 {}。", m2);
      finding.held_back_by = "nobody has recorded what it is used for";
      finding.held_back_by_zh = "没有记录其用途";
    } else {
      finding.what = fmt::format(
          "A building that is no farming takes {} of farmland in a park, base, point or belt.", m2);
      finding.what_zh = fmt::format("园区、基地、点或带内的非农建筑占用农地 {}。", m2);
    }
  }

  const Sites& sites_;
  const Rule& rule_;
  Areas areas_;
  Enough enough_;
};

std::string shown_use(std::string_view kind, std::string_view use) {
  return fmt::format("{}{}{}", kind, kind.empty() || use.empty() ? "" : "，", use);
}

void judge_structures(const Sites& sites, const NonFarm& judge, Rulings& rulings) {
  const Snapshot* structures = sites.layer("structures");
  if (structures == nullptr) return;
  const Uses uses(sites.context().rules, sites.context().when());
  const Housing housing(sites, *structures);
  const FieldOf kind(*structures, "kind"), use(*structures, "use_found");
  for (std::size_t item = 0; item < structures->size(); ++item) {
    if (structures->kind(item) != geometry::Kind::polygon) continue;
    ++rulings.at;
    const Use known = uses.of(kind.text(item), use.text(item));
    if (known == Use::farming || known == Use::guard_house || !housing.in_greenhouse(item).items.empty()) {
      ++rulings.clear;
      continue;
    }
    const auto land = structures->geometry(item);
    auto finding =
        judge.judge(land, farmland_under(sites, land), known == Use::non_farm, subject_of(*structures, item),
                    {"use", "用途", shown_use(kind.text(item), use.text(item)),
                     "structures " + key_of(*structures, item)});
    if (finding) {
      rulings.findings.push_back(std::move(*finding));
    } else {
      ++rulings.clear;
    }
  }
}

/// TBLX arrives as "1" and as "01".
std::string two_digits(std::string_view code) {
  return code.size() == 1 ? "0" + std::string(code) : std::string(code);
}

/// How much of a spot greenhouses and buildings on record explain.
double known_share(const Sites& sites, geometry::GeometryView spot) {
  std::vector<geometry::Geometry> parts;
  const geometry::Zone zone(spot);
  for (const char* layer : {"greenhouses", "structures"}) {
    const Snapshot* snapshot = sites.layer(layer);
    if (snapshot == nullptr) continue;
    for (const std::size_t item : inside(*snapshot, spot).items) {
      geometry::Cut cut = zone.cut(snapshot->geometry(item));
      parts.push_back(cut.share == geometry::Share::all ? geometry::copy(snapshot->geometry(item))
                                                        : std::move(cut.inside));
    }
  }
  const std::vector<geometry::GeometryView> views(parts.begin(), parts.end());
  return union_of(views).m2 / geometry::area_m2(spot);
}

/// As of a building; where no parcel came in, by the spot's own class before the change.
Farmland farmland_under_spot(const Sites& sites, const Snapshot& spots, std::size_t item) {
  const Farmland found = farmland_under(sites, spots.geometry(item));
  if (found.m2 > 0 || sites.ground().beneath(spots.geometry(item)).surveyed_m2() > 0) return found;
  const geodata::LandClass* before =
      sites.context().classes.find("survey", FieldOf(spots, "DLBM").text(item));
  if (before == nullptr) return found;
  const bool cropland = before->kind == geodata::LandKind::cropland;
  if (!cropland && before->kind != geodata::LandKind::facility) return found;
  return {spots.area_m2(item), cropland ? spots.area_m2(item) : 0, "spots " + key_of(spots, item) + " DLBM"};
}

void judge_spots(const Sites& sites, const NonFarm& judge, Rulings& rulings) {
  const Snapshot* spots = sites.layer("spots");
  if (spots == nullptr) return;
  const auto types = judge.rule().texts("building_spot_types", sites.context().when()).value;
  const double known_least = judge.rule().number("known_share_least", sites.context().when()).value;
  const FieldOf type(*spots, "TBLX"), seen(*spots, "TZ");
  for (std::size_t item = 0; item < spots->size(); ++item) {
    if (spots->kind(item) != geometry::Kind::polygon || !among(types, two_digits(type.text(item)))) continue;
    ++rulings.at;
    const auto land = spots->geometry(item);
    std::optional<Finding> finding;
    if (known_share(sites, land) < known_least) {
      finding =
          judge.judge(land, farmland_under_spot(sites, *spots, item), false, subject_of(*spots, item),
                      {"seen", "影像所见", std::string(type.text(item)) + " " + std::string(seen.text(item)),
                       "spots " + key_of(*spots, item)});
    }
    if (finding) {
      rulings.findings.push_back(std::move(*finding));
    } else {
      ++rulings.clear;
    }
  }
}

}  // namespace

Enough::Enough(const Rule& rule, const std::string& prefix, const When& when)
    : share_(rule.number(prefix + "_share_least", when).value),
      least_m2_(rule.number(prefix + "_least_m2", when).value) {}

Rulings non_farm_buildings(const Sites& sites, std::span<const geometry::Geometry> belts) {
  const NonFarm judge(sites, belts);
  Rulings rulings;
  judge_structures(sites, judge, rulings);
  judge_spots(sites, judge, rulings);
  rulings.findings = as_cases(sites, std::move(rulings.findings),
                              judge.rule().number("one_case_gap_m", sites.context().when()).value);
  for (Finding& finding : rulings.findings) {
    if (finding.subjects.size() > 1) judge.measure_again(finding);
  }
  return rulings;
}

}  // namespace caitu::checks::detail
