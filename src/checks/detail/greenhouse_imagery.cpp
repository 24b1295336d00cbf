// G9: greenhouses as imagery shows them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "checks/detail/greenhouse.hpp"
#include "geodata/raster.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::Snapshot;

/// Nothing when it is no date.
std::optional<std::chrono::sys_days> day_of(const std::string& iso) {
  if (!catalog::is_date(iso)) return {};
  const auto number = [&](std::size_t at, std::size_t digits) { return std::stoi(iso.substr(at, digits)); };
  return std::chrono::sys_days(std::chrono::year_month_day(
      std::chrono::year(number(0, 4)), std::chrono::month(static_cast<unsigned>(number(5, 2))),
      std::chrono::day(static_cast<unsigned>(number(8, 2)))));
}

/// One raster of classes, and which of them are what the rule looks for.
struct Image {
  geodata::Raster raster;
  std::string day;
  std::vector<std::int64_t> hardened, bare;
};

std::vector<std::int64_t> named(const geodata::ClassNames& classes, const std::vector<std::string>& words) {
  std::vector<std::int64_t> values;
  for (const auto& [value, name] : classes) {
    if (std::ranges::any_of(words,
                            [&](const std::string& word) { return name.find(word) != std::string::npos; }))
      values.push_back(value);
  }
  return values;
}

class Images {
 public:
  Images(const Sites& sites, const Rule& rule)
      : context_(sites.context()),
        rule_(rule),
        edition_(*context_.pinned.find("imagery")),
        footprints_(*edition_.snapshot),
        taken_on_(footprints_, "taken_on"),
        kind_(footprints_, "kind"),
        classes_(footprints_, "classes"),
        sha256_(footprints_, "sha256"),
        crs_(footprints_, "crs"),
        datum_(footprints_, "datum") {}

  /// The newest image of classes over a place that is not too old for the day of the run; null when there is
  /// none.
  Image* over(geometry::GeometryView land) {
    const geometry::Box box = geometry::box_of(land);
    std::size_t best = footprints_.size();
    footprints_.tree().query(box, 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t item = first; item < last; ++item) {
        if (!usable(item)) continue;
        if (best == footprints_.size() || day(item) > day(best)) best = item;
      }
      return true;
    });
    if (best == footprints_.size()) return nullptr;
    const auto at = open_.find(best);
    return at == open_.end() ? &open_.emplace(best, open(best)).first->second : &at->second;
  }

 private:
  std::string day(std::size_t item) const {
    const auto taken = taken_on_.text(item);
    return taken.empty() ? edition_.record.as_of : std::string(taken);
  }

  bool usable(std::size_t item) const {
    if (kind_.text(item) != "classes") return false;
    const auto now = day_of(context_.pinned.as_of), taken = day_of(day(item));
    if (!now || !taken) return false;
    const auto age = *now - *taken;
    const double most = rule_.number("image_age_most_days", context_.when()).value;
    return age.count() >= 0 && static_cast<double>(age.count()) <= most;
  }

  Image open(std::size_t item) const {
    geodata::RasterOptions options{.crs = geometry::Crs::parse(std::string(crs_.text(item))), .datum = {}};
    if (const auto datum = geometry::parse_datum(std::string(datum_.text(item)))) options.datum = *datum;
    const auto classes = geodata::class_names_of(classes_.text(item));
    return {geodata::Raster(context_.attachments / std::string(sha256_.text(item)), options), day(item),
            named(classes, rule_.texts("hardened_class_words", context_.when()).value),
            named(classes, rule_.texts("bare_class_words", context_.when()).value)};
  }

  const Context& context_;
  const Rule& rule_;
  const catalog::Edition& edition_;
  const Snapshot& footprints_;
  FieldOf taken_on_, kind_, classes_, sha256_, crs_, datum_;
  std::map<std::size_t, Image> open_;
};

double share_of(const geodata::ZoneCounts& counts, const std::vector<std::int64_t>& values) {
  std::uint64_t pixels = 0;
  for (const std::int64_t value : values) {
    const auto at = counts.values.find(value);
    if (at != counts.values.end()) pixels += at->second;
  }
  return static_cast<double>(pixels) / static_cast<double>(counts.valid());
}

/// Of a floor more of which is hardened or bare than may be, or both: how much less of each.
Turn shares_turn(double hardened_over, double bare_over) {
  Turn turn;
  const auto add = [&](double over, const char* what, const char* what_zh) {
    if (over < 0) return;
    const std::string percent = above(over * 100, 1, "%");
    turn.en += fmt::format("{}{} less of the floor {}", turn.en.empty() ? "" : " and ", percent, what);
    turn.zh += fmt::format("{}{}占比降低 {}", turn.zh.empty() ? "" : "且", what_zh, percent);
  };
  add(hardened_over, "hardened", "硬化");
  add(bare_over, "bare", "裸露");
  return turn;
}

}  // namespace

Rulings hardened_floors(const Sites& sites) {
  const Rule& rule = sites.context().rules.rule("G9");
  const When when = sites.context().when();
  const auto hardened_least = rule.number("hardened_share_least", when);
  const auto bare_least = rule.number("bare_share_least", when);
  const double pixels_least = rule.number("pixels_least", when).value;
  const Snapshot& greenhouses = *sites.layer("greenhouses");
  Images images(sites, rule);
  Rulings rulings;
  std::uint64_t unseen = 0, too_small = 0;
  for (std::size_t item = 0; item < greenhouses.size(); ++item) {
    if (greenhouses.kind(item) != geometry::Kind::polygon) continue;
    Image* image = images.over(greenhouses.geometry(item));
    if (image == nullptr) {
      ++unseen;
      continue;
    }
    const auto counts = image->raster.count(greenhouses.geometry(item));
    if (static_cast<double>(counts.valid()) < pixels_least) {
      ++too_small;
      continue;
    }
    ++rulings.at;
    const double hardened = share_of(counts, image->hardened), bare = share_of(counts, image->bare);
    const bool hard = hardened >= hardened_least.value;
    if (!hard && bare < bare_least.value) {
      ++rulings.clear;
      continue;
    }
    Finding finding = sites.begin(rule, Verdict::for_field_check, {subject_of(greenhouses, item)});
    finding.measured = hard ? hardened : bare;
    finding.limit = hard ? hardened_least.value : bare_least.value;
    finding.held_back_by = "it is seen from above alone";
    finding.held_back_by_zh = "只有空中所见";
    finding.what = fmt::format("Imagery of {} shows {:.0f} % of a greenhouse's floor {}.", image->day,
                               finding.measured * 100, hard ? "hardened" : "bare");
    finding.what_zh = fmt::format("{} 影像显示棚内{} {:.0f} %。", image->day, hard ? "硬化" : "裸露",
                                  finding.measured * 100);
    const std::string source = "imagery of " + image->day;
    finding.facts = {{"pixels", "有效像元", std::to_string(counts.valid()), source},
                     {"hardened", "硬化", fmt::format("{:.1f} %", hardened * 100), source},
                     {"bare", "裸露", fmt::format("{:.1f} %", bare * 100), source},
                     {"least", "下限", fmt::format("{:g} %", finding.limit * 100),
                      cite(rule, hard ? *hardened_least.given : *bare_least.given)}};
    const Turn turn = shares_turn(hardened - hardened_least.value, bare - bare_least.value);
    finding.turns = turn.en + ", or a visit that finds soil";
    finding.turns_zh = turn.zh + "，或实地查明为土壤";
    sites.locate(finding, geometry::oriented(greenhouses.geometry(item)));
    rulings.findings.push_back(std::move(finding));
  }
  if (unseen > 0) {
    rulings.notes.push_back(
        fmt::format("G9：{} 座温室没有可用的分类影像（无覆盖、日期不明或过旧），未核查。", unseen));
  }
  if (too_small > 0)
    rulings.notes.push_back(
        fmt::format("G9：{} 座温室内有效像元不足 {:g} 个，未核查。", too_small, pixels_least));
  return rulings;
}

}  // namespace caitu::checks::detail
