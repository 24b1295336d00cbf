#include <catch2/catch.hpp>
#include <cmath>

#include "checks/check_fixture.hpp"
#include "checks/made_lands.hpp"
#include "checks/retention.hpp"
#include "checks/run.hpp"
#include "checks/what_if.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;

namespace {

constexpr double kAlike = 1e-9;
constexpr std::size_t kCells = 3;
constexpr double kCellM = 80;

using Layers = std::map<std::string, std::vector<Row>>;

World& fill(World& world, const Layers& layers) {
  for (const auto& [layer, rows] : layers) world.with(layer, rows);
  return world;
}

Geometry yard(Dice& dice, double width_m, double m2) {
  return rectangle(place(dice.real(0, 220), dice.real(0, 220)), width_m, m2);
}
template <std::size_t Count>
const char* one_of(Dice& dice, const char* const (&words)[Count]) {
  return words[dice.below(Count)];
}

Values parcel_values(Dice& dice, const std::string& number) {
  return {{"ZLDWDM", "1101151040010000000"},
          {"QSDWDM", "1101151040010000001"},
          {"TBBH", number},
          {"DLBM", one_of(dice, {"0102", "0102", "0103", "1202", "0301", "0702"})},
          {"KCXS", dice.once_in(2) ? 0.1 : 0.0},
          {"code_system", "survey"}};
}

void add_buildings(Dice& dice, Layers& layers) {
  for (int i = 0; i < 14; ++i) {
    layers["structures"].push_back({{{"structure_id", "S" + std::to_string(i)},
                                     {"project_id", "P" + std::to_string(dice.below(3))},
                                     {"kind", one_of(dice, {"guard_house", "guard_house", "residence", "shop",
                                                            "packing_shed", "other"})},
                                     {"use_found", one_of(dice, {"", "", "餐饮", "出租", "夜间看护居住"})},
                                     {"storeys", static_cast<std::int64_t>(1 + dice.below(2))},
                                     {"error_m2", dice.real(0, 2)}},
                                    yard(dice, 6, dice.real(12, 80))});
  }
  for (int i = 0; i < 5; ++i) {
    layers["greenhouses"].push_back(
        {{{"greenhouse_id", "G" + std::to_string(i)}, {"kind", "日光温室"}}, yard(dice, 40, 480)});
    layers["facilities"].push_back(
        {{{"facility_id", "F" + std::to_string(i)},
          {"project_id", "P" + std::to_string(dice.below(3))},
          {"use_filed", one_of(dice, {"种植", "附属设施", ""})},
          {"filing_no", one_of(dice, {"", "备001"})},
          {"built_on", one_of(dice, {"", "2019-05-01", "2021-10-01", "2021-12-31", "2024-01-01"})}},
         yard(dice, 30, dice.real(400, 1500))});
    layers["spots"].push_back(
        {{{"JCBH", "J" + std::to_string(i)}, {"TBLX", one_of(dice, {"YH", "TT", "JZ"})}},
         yard(dice, 25, dice.real(100, 2500))});
  }
  layers["rectified"].push_back({{{"case_id", "R"}, {"category", "3"}, {"closed_on", "2019-06-30"}},
                                 geometry::make_point(place(dice.real(0, 220), dice.real(0, 220)))});
}

void add_plan(Dice& dice, Layers& layers) {
  for (int i = 0; i < 3; ++i) {
    const std::string number = std::to_string(i);
    layers["parks"].push_back({{{"project_id", "P" + number}, {"old", true}, {"willing", !dice.once_in(3)}},
                               star(dice, dice.real(0, 240), dice.real(0, 240), 120)});
    for (const char* layer : {"reserve", "protected", "basic_farmland"})
      layers[layer].push_back(
          {{{"zone_id", "Z" + number}}, star(dice, dice.real(0, 240), dice.real(0, 240), 110)});
    layers["ring_bases"].push_back({{{"base_id", "B" + number},
                                     {"province", "河北省"},
                                     {"output_t", dice.real(10, 1000)},
                                     {"supplied_daily_t", dice.real(1, 10)},
                                     {"supplied_emergency_t", dice.real(5, 10)}},
                                    star(dice, dice.real(0, 240), dice.real(0, 240), 100)});
    layers["outer_bases"].push_back(
        {{{"base_id", "O" + number}}, star(dice, dice.real(0, 240), dice.real(0, 240), 60)});
  }
  layers["points"].push_back({{{"project_id", "D"}}, geometry::make_point(place(100, 100))});
  layers["districts"].push_back(
      {{{"code", "110115"}, {"name", "大兴区"}}, rectangle(place(-900, -900), 2500, 6e6)});
  for (const auto& [code, name, east_m] :
       {std::tuple("110115104", "采育镇", -900.0), std::tuple("110115105", "安定镇", 130.0)})
    layers["towns"].push_back(
        {{{"code", code}, {"name", name}, {"district", "大兴区"}, {"district_code", "110115"}},
         rectangle(place(east_m, -900), 1030, 2.4e6)});
  if (!dice.once_in(5)) return;  // a belt takes longer than all the rest
  Geometry road;
  road.kind = geometry::Kind::line;
  road.positions = {place(-300, 60), place(130, 90), place(600, 20)};
  road.end_path();
  layers["roads"].push_back({{{"name", "庞安路延长线"}}, road});
}

/// Everything that a check reads but imagery; parcels and half of the fields are the cells of one mesh.
struct Made {
  Layers layers, parted;  ///< parted: some parcels and some fields divided in two
};

Made made_world(std::uint64_t seed) {
  Dice dice(seed);
  Made made;
  add_plan(dice, made.layers);
  add_buildings(dice, made.layers);
  std::vector<Row> parcels, fields, parted_parcels, parted_fields;
  const auto add = [&](std::vector<Row>& whole, std::vector<Row>& parted, const char* key, const Mesh& mesh,
                       std::size_t i, std::size_t j, const Values& values) {
    const Geometry land = mesh.land(i, j);
    if (geometry::flaw_of(land)) return;
    whole.push_back({values, land});
    const auto [west, east] = mesh.halves(i, j);
    const double lost = geometry::area_m2(land) - geometry::area_m2(west) - geometry::area_m2(east);
    if (dice.once_in(2) || geometry::flaw_of(west) || geometry::flaw_of(east) || std::abs(lost) > 1e-6) {
      parted.push_back(whole.back());
      return;
    }
    for (const auto& [suffix, half] : {std::pair("-1", west), std::pair("-2", east)}) {
      parted.push_back({values, half});
      parted.back().values[key] = std::get<std::string>(values.at(key)) + suffix;
    }
  };
  const Mesh mesh(dice, 0, 0, kCells, kCells, kCellM), askew(dice, 30, -25, kCells, kCells, kCellM);
  for (std::size_t i = 0; i < kCells; ++i) {
    for (std::size_t j = 0; j < kCells; ++j) {
      const std::string number = std::to_string(i) + std::to_string(j);
      add(parcels, parted_parcels, "TBBH", mesh, i, j, parcel_values(dice, number));
      if (dice.once_in(3)) continue;
      Values values{{"plot_id", number}, {"growing", "open"}};
      if (dice.once_in(6)) values["until"] = "2023-12-31";
      add(fields, parted_fields, "plot_id", askew, i, j, values);
    }
  }
  for (int i = 0; i < 3; ++i) {
    fields.push_back(
        {{{"plot_id", "star" + std::to_string(i)}}, star(dice, dice.real(0, 240), dice.real(0, 240), 70)});
    parted_fields.push_back(fields.back());
  }
  made.parted = made.layers;
  made.layers["parcels"] = parcels;
  made.layers["vegetable_land"] = fields;
  made.parted["parcels"] = parted_parcels;
  made.parted["vegetable_land"] = parted_fields;
  return made;
}

bool alike(double a, double b) {
  return std::abs(a - b) <= kAlike * std::max({std::abs(a), std::abs(b), 1.0});
}

/// Figures nearly, all else exactly.
bool same(const base::Json& a, const base::Json& b) {
  if (a.is_number() && b.is_number()) return alike(a.get<double>(), b.get<double>());
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (!a.is_structured()) return a == b;
  for (auto one = a.begin(); one != a.end(); ++one) {
    if (a.is_object() && !b.contains(one.key())) return false;
    const base::Json& other =
        a.is_object() ? b.at(one.key()) : b.at(static_cast<std::size_t>(std::distance(a.begin(), one)));
    if (!same(*one, other)) return false;
  }
  return true;
}

/// What of a run must stay: every verdict, every figure, who the findings are.
struct Said {
  std::map<std::string, std::pair<std::string, base::Json>> measures;  ///< verdict; value and detail
  std::map<std::string, std::pair<std::string, base::Json>> findings;  ///< by fingerprint
  std::map<std::string, double> drawn;
  std::map<std::string, std::string> not_run;

  explicit Said(const Run& run) {
    for (const CheckResult& result : run.results) {
      for (const Measure& one : result.measures)
        measures[one.id] = {one.verdict,
                            {one.value ? base::Json(*one.value) : base::Json(nullptr), one.detail}};
      for (const Finding& one : result.findings) {
        const std::string told = one.rule + " " + std::string(name(one.verdict)) + " " + one.severity + " " +
                                 std::to_string(one.category) + " " + one.unit + " " + one.town;
        findings[one.fingerprint] = {told, {one.measured, one.limit, one.area_m2}};
      }
      for (const Drawn& one : result.drawn) drawn[one.layer] += one.area_m2;
      for (const NotRun& one : result.not_run) not_run[one.what] = one.layer;
      for (const CheckResult::Looked& one : result.looked)
        measures["looked at by " + one.rule] = {"", {one.at, one.clear}};
    }
  }
};

void check_alike(const Said& a, const Said& b) {
  CHECK(a.not_run == b.not_run);
  for (const auto& [before, after] : {std::pair(&a.measures, &b.measures), {&a.findings, &b.findings}}) {
    CHECK(before->size() == after->size());
    for (const auto& [id, told] : *before) {
      INFO(id);
      const auto other = after->find(id);
      REQUIRE(other != after->end());
      CHECK(other->second.first == told.first);
      INFO(told.second << "\n" << other->second.second);
      CHECK(same(told.second, other->second.second));
    }
  }
  CHECK(a.drawn.size() == b.drawn.size());
  for (const auto& [layer, m2] : a.drawn) {
    INFO(layer);
    CHECK(alike(m2, b.drawn.contains(layer) ? b.drawn.at(layer) : 0));
  }
}

Layers shuffled(Layers layers, std::uint64_t seed) {
  Dice dice(seed);
  for (auto& [layer, rows] : layers) {
    dice.shuffle(rows);
    std::vector<std::uint64_t> ids;
    for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(1000 + 17 * i);
    dice.shuffle(ids);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = ids[i];
  }
  return layers;
}

constexpr std::uint64_t kWorlds = 10;

/// Of small worlds threads cost more than they do.
Context context_of(World& world) {
  Context context = world.context();
  context.threads = 1;
  return context;
}
Run run_of(World& world, const Layers& layers) {
  fill(world, layers);
  return run_checks(context_of(world), {});
}

}  // namespace

TEST_CASE("The order of features, and their ids, change no verdict and no figure", "[properties]") {
  std::size_t findings = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    INFO("seed " << seed);
    const Made made = made_world(seed);
    World first, second;
    const Said before(run_of(first, made.layers));
    check_alike(before, Said(run_of(second, shuffled(made.layers, seed))));
    findings += before.findings.size();
  }
  CHECK(findings > 5 * kWorlds);  // the worlds are worth looking at
}

TEST_CASE("Parcels and fields divided in two change no verdict and no figure", "[properties]") {
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    INFO("seed " << seed);
    const Made made = made_world(seed);
    World whole, parted;
    check_alike(Said(run_of(whole, made.layers)), Said(run_of(parted, made.parted)));
  }
}

TEST_CASE("Imported once more, every case is known again and nothing else has changed", "[properties]") {
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    INFO("seed " << seed);
    const Made made = made_world(seed);
    World first, second;
    const Run before = run_of(first, made.layers);
    first.with("flags", flags_of(before, "suspected"));
    const Run known = run_checks(context_of(first), {});
    const Run after =
        run_of(second.with("flags", flags_of(before, "suspected")), shuffled(made.layers, seed));
    CHECK(after.cleared.empty());
    for (const CheckResult& result : after.results) {
      for (const Finding& one : result.findings) CHECK(one.state == State::persisting);
    }
    check_alike(Said(known), Said(after));
  }
}

namespace {

/// Fields, confirmed use, and an edit of both kinds; `edited`: the fields as the edit leaves them.
struct Edit {
  std::vector<Row> fields, flags, edited;
  WhatIf what_if;
};

/// Land of a mesh as it is, beside what is there already or exactly over it; as another survey has it, off by
/// less than what counts as an overlap; or anything.
Geometry some_land(Dice& dice, const Mesh& mesh) {
  for (;;) {
    const std::size_t i = dice.below(kCells), j = dice.below(kCells), kind = dice.below(4);
    Geometry land = kind == 0   ? mesh.land(i, j)
                    : kind == 1 ? surveyed_anew(dice, mesh.cell(i, j), 0.0004)
                    : kind == 2 ? mesh.halves(i, j).first
                                : star(dice, dice.real(0, 240), dice.real(0, 240), dice.real(15, 90));
    if (!geometry::flaw_of(land)) return land;
  }
}

Edit some_edit(std::uint64_t seed) {
  Dice dice(seed);
  Edit edit;
  const Mesh mesh(dice, 0, 0, kCells, kCells, kCellM);
  for (std::size_t count = dice.below(14); count > 0; --count) {
    Values values{{"plot_id", std::to_string(count)}};
    if (dice.once_in(8)) values["until"] = "2023-12-31";
    edit.fields.push_back({std::move(values), some_land(dice, mesh), 100 + 7 * count});
  }
  for (std::size_t count = dice.below(3); count > 0; --count) {
    edit.flags.push_back({{{"fingerprint", std::to_string(count)},
                           {"rule", "G1"},
                           {"status", dice.once_in(4) ? "suspected" : "confirmed"}},
                          some_land(dice, mesh)});
  }
  edit.edited = edit.fields;
  for (std::size_t count = dice.below(4); count > 0 && !edit.fields.empty(); --count) {
    const std::uint64_t id = edit.fields[dice.below(edit.fields.size())].id;
    edit.what_if.deleted.push_back(id);
    std::erase_if(edit.edited, [&](const Row& row) { return row.id == id; });
  }
  for (std::size_t count = dice.below(4); count > 0; --count) {
    edit.what_if.drawn.push_back(some_land(dice, mesh));
    edit.edited.push_back({{{"plot_id", "drawn" + std::to_string(count)}}, edit.what_if.drawn.back(), count});
  }
  dice.shuffle(edit.edited);
  return edit;
}

double retained_mu(const Measure& measure) { return measure.detail.at("retained_mu").get<double>(); }

}  // namespace

TEST_CASE("A what-if equals the check of the edited edition", "[properties]") {
  std::size_t changed = 0;
  double worst = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Edit edit = some_edit(seed);
    World before, after;
    before.with("vegetable_land", edit.fields).with("flags", edit.flags);
    after.with("vegetable_land", edit.edited).with("flags", edit.flags);
    const RetentionDesk desk(context_of(before));
    const auto answer = desk.ask(edit.what_if);
    const Measure checked = measure(check_retention(context_of(after)), "retention.per_capita");
    const double now = retained_mu(desk.now()), then = retained_mu(checked), told = retained_mu(answer.after);
    changed += std::abs(then - now) > 1e-6;
    const double off = std::abs(told - then) / std::max({then, now, 1.0});
    worst = std::max(worst, off);
    if (off > kAlike || !alike(now - answer.lost_mu + answer.gained_mu, then) ||
        answer.after.verdict != checked.verdict) {
      INFO("seed " << seed << ": the what-if says " << told << " 亩, the check " << then << ", before "
                   << now);
      CHECK(off <= kAlike);
      CHECK(alike(now - answer.lost_mu + answer.gained_mu, then));
      CHECK(answer.after.verdict == checked.verdict);
    }
    // As many residents as the land is enough for, and one more.
    WhatIf turned = edit.what_if;
    turned.residents = static_cast<std::int64_t>(std::floor(then / 0.03));
    if (*turned.residents == 0 || then / 0.03 - static_cast<double>(*turned.residents) < 1e-6) continue;
    const std::string enough = desk.ask(turned).after.verdict;
    ++*turned.residents;
    const std::string short_of = desk.ask(turned).after.verdict;
    if (enough != "met" || short_of != "not_met") {
      INFO("seed " << seed);
      CHECK(enough == "met");
      CHECK(short_of == "not_met");
    }
  }
  INFO("farthest off: " << worst);
  CHECK(worst <= kAlike);
  CHECK(changed > 700);
}
