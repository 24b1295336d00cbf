#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/units.hpp"
#include "checks/context.hpp"
#include "checks/evidence.hpp"
#include "checks/result.hpp"
#include "checks/run.hpp"
#include "geodata/declared.hpp"
#include "geodata/land_classes.hpp"
#include "geometry/geometry.hpp"
#include "geometry/measure.hpp"
#include "support/temp_folder.hpp"

namespace caitu::checks::check_test {

using caitu::test::TempFolder;
using geometry::Geometry;
using geometry::Position;
using Values = std::map<std::string, geodata::Value>;

inline std::filesystem::path shipped(const std::string& below) {
  return std::filesystem::path(CAITU_SOURCE_DIR) / "geodata" / below;
}
inline const std::map<std::string, geodata::Declaration>& declarations() {
  static const auto all = geodata::load_declarations({shipped("layers")});
  return all;
}
inline const geodata::LandClasses& land_classes() {
  static const auto classes = geodata::LandClasses::load(shipped("land_classes.csv"));
  return classes;
}
inline const RuleSet& house_rules() {
  static const RuleSet rules = load_rules({shipped("rules")});
  return rules;
}

/// The house's rules with one of them changed: in its file each piece is replaced, and its version raised.
inline RuleSet changed_rules(const std::string& id,
                             const std::vector<std::pair<std::string, std::string>>& pieces) {
  std::string text = caitu::test::read_file(shipped("rules") / (id + ".toml"));
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    INFO(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  };
  const std::string version = std::to_string(house_rules().rule(id).version);
  replace("\nversion = " + version, "\nversion = 1" + version);
  for (const auto& [from, to] : pieces) replace(from, to);
  const TempFolder folder;
  return load_rules({shipped("rules")}, {folder.write("own.toml", text)});
}

// --- Land. Places in metres east and north of a place in 大兴, on a plane good for some kilometres.

inline constexpr Position kHere{116.6, 39.65};
inline constexpr double kLonM = 85'830, kLatM = 111'027;  ///< of a degree there
inline Position place(double east_m, double north_m) {
  return {kHere.lon + east_m / kLonM, kHere.lat + north_m / kLatM};
}

/// A rectangle with its south-western corner at a place, about `width_m` wide and of exactly so many m² (to
/// the rounding of its coordinates).
inline Geometry rectangle(Position corner, double width_m, double m2) {
  double height = m2 / width_m / kLatM;
  Geometry made;
  for (int round = 0; round < 8; ++round) {
    made = geometry::make_box({corner.lon, corner.lat, corner.lon + width_m / kLonM, corner.lat + height});
    height *= m2 / geometry::area_m2(made);
  }
  return made;
}
inline Geometry rectangle_mu(Position corner, double width_m, double mu) {
  return rectangle(corner, width_m, base::m2_from_mu(mu));
}

/// Land of one height from west to east, so that its area goes with its width: `unit_m2` for each unit.
class Band {
 public:
  Band(Position corner, double unit_m2) : corner_(corner) {
    const Geometry unit = rectangle(corner, kUnitDeg * kLonM, unit_m2);
    north_ = geometry::box_of(unit).max_lat;
  }
  Geometry land(double from, double to) const {
    return geometry::make_box({lon(from), corner_.lat, lon(to), north_});
  }
  /// Between a line from `south` to `north` units and another.
  Geometry oblique(double south_from, double north_from, double south_to, double north_to) const {
    Geometry made;
    made.kind = geometry::Kind::polygon;
    made.positions = {{lon(south_from), corner_.lat},
                      {lon(south_to), corner_.lat},
                      {lon(north_to), north_},
                      {lon(north_from), north_},
                      {lon(south_from), corner_.lat}};
    made.end_path();
    made.end_part();
    return made;
  }

 private:
  static constexpr double kUnitDeg = 0.004;
  double lon(double units) const { return corner_.lon + units * kUnitDeg; }
  Position corner_;
  double north_ = 0;
};

// --- A world of layers.

struct Row {
  Values values;
  Geometry land;
  std::uint64_t id = 0;  ///< 0: its place in the list
};

/// Editions of some layers, in memory; every other declared layer is missing, with a sentence. Its contexts
/// refer to it.
class World {
 public:
  explicit World(const std::string& as_of = "2024-06-30") {
    pinned_.as_of = as_of;
    for (const auto& [layer, declaration] : declarations()) pinned_.missing[layer] = why_missing(layer);
  }

  /// A layer, perhaps one with nothing in it.
  World& with(const std::string& layer, const std::vector<Row>& rows) {
    const geodata::Schema& schema = declarations().at(layer).schema;
    const auto file = folder_ / (layer + ".snapshot" + std::to_string(++made_));
    catalog::Edition edition;
    edition.record = {.layer = layer,
                      .edition = 1,
                      .as_of = pinned_.as_of,
                      .imported_at = {},
                      .published = true,
                      .source = {},
                      .report = {},
                      .rows = rows.size(),
                      .area_m2 = 0,
                      .digest = {},
                      .snapshot = {},
                      .schema = schema};
    geodata::SnapshotWriter writer(file, schema, {layer, 1, pinned_.as_of});
    std::uint64_t number = 0;
    for (const Row& row : rows) {
      ++number;
      std::vector<geodata::Value> values(schema.fields.size());
      for (const auto& [field, value] : row.values) {
        const auto at = schema.index_of(field);
        INFO(layer << " " << field);
        REQUIRE(at);
        values[*at] = value;
      }
      writer.add(row.id == 0 ? number : row.id, row.land, values, geometry::area_m2(row.land));
    }
    edition.record.digest = writer.finish();
    edition.snapshot = geodata::Snapshot::open(file);
    edition.record.area_m2 = edition.snapshot->total_area_m2();
    pinned_.layers[layer] = std::make_shared<const catalog::Edition>(std::move(edition));
    pinned_.missing.erase(layer);
    return *this;
  }
  World& without(const std::string& layer) {
    pinned_.layers.erase(layer);
    pinned_.missing[layer] = why_missing(layer);
    return *this;
  }
  World& on(const std::string& day) {
    pinned_.as_of = day;
    return *this;
  }
  World& ruled_by(RuleSet rules) {
    rules_ = std::move(rules);
    return *this;
  }

  static std::string why_missing(const std::string& layer) {
    return "No edition of the layer \"" + layer + "\" has been published.";
  }
  const Pinned& pinned() const { return pinned_; }
  /// With a scratch folder of its own.
  Context context(std::optional<int> population_year = {}) {
    const auto scratch = folder_ / ("scratch" + std::to_string(++made_));
    std::filesystem::create_directory(scratch);
    return {.pinned = pinned_,
            .rules = rules_,
            .classes = land_classes(),
            .plan = shipped("plan"),
            .attachments = folder_ / "attachments",
            .scratch = scratch,
            .population_year = population_year,
            .threads = 2,
            .progress = progress_};
  }

 private:
  TempFolder folder_;
  Pinned pinned_;
  RuleSet rules_ = house_rules();
  base::Progress progress_;
  int made_ = 0;
};

/// `count` bases of `mu` 亩 each, apart from each other.
inline std::vector<Row> many_bases(int count, double mu) {
  std::vector<Row> rows;
  for (int i = 0; i < count; ++i) {
    const Position corner{116.9 + 0.01 * (i % 15), 39.3 + 0.012 * (i / 15)};
    rows.push_back({{{"base_id", "B" + std::to_string(i)}, {"area_mu", mu}, {"assessed_on", "2022-09-20"}},
                    rectangle_mu(corner, 500, mu)});
  }
  return rows;
}

/// The findings of a run as the layer of flags that it would publish.
inline std::vector<Row> flags_of(const Run& run, const std::string& status) {
  std::vector<Row> rows;
  for (const CheckResult& result : run.results) {
    for (const Finding& one : result.findings)
      rows.push_back({{{"fingerprint", one.fingerprint},
                       {"rule", one.rule},
                       {"status", status},
                       {"evidence", evidence_json(one).dump()}},
                      one.where});
  }
  return rows;
}

// --- What a check has said.

inline const Measure& measure(const CheckResult& result, const std::string& id) {
  const auto at = std::ranges::find(result.measures, id, &Measure::id);
  INFO("measure " << id);
  REQUIRE(at != result.measures.end());
  return *at;
}
inline double value(const CheckResult& result, const std::string& id) {
  const Measure& found = measure(result, id);
  INFO("measure " << id << " has a value");
  REQUIRE(found.value);
  return *found.value;
}
inline const NotRun* not_run(const CheckResult& result, const std::string& what) {
  const auto at = std::ranges::find(result.not_run, what, &NotRun::what);
  return at == result.not_run.end() ? nullptr : &*at;
}
/// Whether something was not run for want of a layer, in a sentence.
inline bool misses(const CheckResult& result, const std::string& layer) {
  return std::ranges::any_of(result.not_run, [&](const NotRun& one) {
    return one.layer.find(layer) != std::string::npos && !one.why.empty();
  });
}
inline bool says(const std::vector<std::string>& sentences, const std::string& words) {
  return std::ranges::any_of(sentences,
                             [&](const std::string& one) { return one.find(words) != std::string::npos; });
}
inline std::vector<const Finding*> findings_of(const CheckResult& result, const std::string& rule) {
  std::vector<const Finding*> found;
  for (const Finding& one : result.findings) {
    if (one.rule == rule) found.push_back(&one);
  }
  return found;
}
inline const Finding& only_finding(const CheckResult& result, const std::string& rule) {
  const auto found = findings_of(result, rule);
  INFO(rule);
  REQUIRE(found.size() == 1);
  return *found.front();
}
/// The row of a measure's table in which a field has a value.
inline base::Json table_row(const Measure& of, const std::string& field, const std::string& text) {
  for (const auto& row : of.detail) {
    if (row.at(field) == text) return row;
  }
  INFO("no row with " << field << " " << text);
  REQUIRE(false);
  return {};
}

}  // namespace caitu::checks::check_test
