#include "checks/manifest.hpp"

#include <catch2/catch.hpp>

#include <functional>

#include "base/error.hpp"
#include "checks/check_fixture.hpp"
#include "checks/replay.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

const Program kProgram{.version = "caitu 1.2.3", .sha256 = std::string(64, 'a')};

Row hut(const std::string& id, double east_m, double m2) {
  return {{{"structure_id", id}, {"kind", "guard_house"}, {"error_m2", 0.5}},
          rectangle(place(east_m, 0), 5, m2)};
}
Row field(const std::string& id, double east_m, double mu) {
  return {{{"plot_id", id}}, rectangle_mu(place(east_m, 200), 60, mu)};
}

/// Two guard houses over size, and two fields that share land.
World& made_land(World& world) {
  return world.with("structures", {hut("S1", 0, 30), hut("S2", 50, 40), hut("S3", 100, 20)})
      .with("vegetable_land", {field("V1", 0, 10), field("V2", 30, 10)});
}

Manifest manifest_of_run(const Context& context) {
  const std::vector<std::string> asked = {"retention", "greenhouse"};
  return manifest_of(run_checks(context, asked), context, kProgram,
                     read_tables(context.plan, shipped("land_classes.csv")));
}
const Manifest& sample() {
  static const Manifest manifest = [] {
    World world;
    return manifest_of_run(made_land(world).context(2022));
  }();
  return manifest;
}
std::string text_of(const Manifest& manifest) { return base::json_text(to_json(manifest), 2); }

/// The error with which a manifest is refused after somebody changed it.
base::Error refused(const std::function<void(base::Json&)>& change) {
  base::Json json = to_json(sample());
  change(json);
  try {
    manifest_from_json(base::json_text(json), "manifest.json");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::refused);
    CHECK_FALSE(error.hint().empty());
    CHECK(error.where().file == "manifest.json");
    return error;
  }
  FAIL("the manifest was taken");
  return {base::Code::internal, "unreachable"};
}

std::vector<std::string> differences(const Manifest& then, const Manifest& now) {
  std::vector<std::string> found;
  for (const Difference& one : compare(then, now).differences)
    found.push_back(one.check + " " + one.what + " " + one.id + " " + std::string(name(one.how)));
  return found;
}

}  // namespace

TEST_CASE("the same editions, rules and day give the same manifest on any number of threads", "[manifest]") {
  World world;
  Context context = made_land(world).context(2022);
  const std::string text = text_of(manifest_of_run(context));
  context.threads = 1;
  CHECK(text_of(manifest_of_run(context)) == text);
  context.threads = 5;
  CHECK(text_of(manifest_of_run(context)) == text);
  World another;
  CHECK(text_of(manifest_of_run(made_land(another).context(2022))) == text);
}

TEST_CASE("a manifest names no path of the machine", "[manifest]") {
  World world;
  const Context context = made_land(world).context();
  const std::string text = text_of(manifest_of_run(context));
  CHECK(text.find(CAITU_SOURCE_DIR) == std::string::npos);
  CHECK(text.find(context.scratch.parent_path().string()) == std::string::npos);
}

TEST_CASE("a manifest says what was read, by whom it was made and what came of it", "[manifest]") {
  const base::Json json = to_json(sample());
  CHECK(json["program"] == "caitu 1.2.3");
  CHECK(json["as_of"] == "2024-06-30");
  CHECK(json["checks"] == base::Json::array({"retention", "greenhouse"}));
  CHECK(json["population_year"] == 2022);
  CHECK(json["layers"].size() == 2);
  CHECK(json["layers"][0]["layer"] == "structures");
  CHECK(json["layers"][0]["rows"] == 3);
  CHECK(json["missing"].contains("parcels"));
  CHECK(json["rules"].size() == house_rules().rules.size());
  CHECK(json["rules_digest"] == house_rules().digest);
  CHECK(json["counts"]["findings"] == 2);
  CHECK(json["results"][1]["findings"].size() == 2);
  CHECK(sample().texts.size() == house_rules().rules.size() + 5);
}

TEST_CASE("a manifest that is read again is the same", "[manifest]") {
  const std::string text = text_of(sample());
  CHECK(text_of(manifest_from_json(text)) == text);
  CHECK(compare(sample(), manifest_from_json(text)).equal());
}

TEST_CASE("a manifest that was cut off is refused wherever it ends", "[manifest]") {
  const std::string text = text_of(sample());
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, text.size() / 3, text.size() - 1}) {
    INFO(length);
    CHECK_THROWS_WITH(manifest_from_json(text.substr(0, length)), Contains("cut off"));
  }
}

TEST_CASE("a manifest that somebody changed is refused, and the member named", "[manifest]") {
  using base::Json;
  const auto what = [](const std::function<void(Json&)>& change) {
    return std::string(refused(change).what());
  };
  CHECK_THAT(what([](Json& json) { json["form"] = 2; }), Contains("form is 2"));
  CHECK_THAT(what([](Json& json) { json["format"] = "caitu backup 1"; }), Contains("format is another"));
  CHECK_THAT(what([](Json& json) { json.erase("layers"); }), Contains("layers is missing"));
  CHECK_THAT(what([](Json& json) { json["layers"][1].erase("digest"); }),
             Contains("layers[1].digest is missing"));
  CHECK_THAT(what([](Json& json) { json["layers"][0]["edition"] = -1; }), Contains("layers[0].edition"));
  CHECK_THAT(what([](Json& json) { json["layers"].push_back(json["layers"][0]); }), Contains("twice"));
  CHECK_THAT(what([](Json& json) { json["as_of"] = "2024-13-01"; }), Contains("as_of is no date"));
  CHECK_THAT(what([](Json& json) { json["checks"] = Json::array(); }), Contains("checks"));
  CHECK_THAT(what([](Json& json) { json["rules"][0]["digest"] = "0"; }), Contains("rules[0].digest"));
  CHECK_THAT(what([](Json& json) { json["texts"] = Json::array(); }), Contains("land_classes.csv"));
  CHECK_THAT(what([](Json& json) {
               for (Json& read : json["texts"]) {
                 if (read["name"] == "rules/G3.toml") read["text"] = read["text"].get<std::string>() + "#\n";
               }
             }),
             Contains("rules/G3.toml") && Contains("changed"));
}

TEST_CASE("no text of a manifest is written outside of the folder of its replay", "[manifest]") {
  for (const char* name : {"../land_classes.csv", "/etc/passwd", "plan/../../a.csv", "plan/.csv",
                           "rules/a/b.toml", "rules/", "other/a.csv", "plan/a.toml", ""}) {
    INFO(name);
    const std::string what = refused([&](base::Json& json) { json["texts"][0]["name"] = name; }).what();
    CHECK_THAT(what, Contains("texts[0].name"));
  }
}

TEST_CASE("rules and tables come back from a manifest as they were", "[manifest]") {
  World world;
  world.ruled_by(changed_rules("G3", {{"severity = \"high\"", "severity = \"low\""}}));
  const Manifest manifest = manifest_of_run(made_land(world).context());
  const TempFolder folder;
  lay_out(manifest, folder.path());
  const RuleSet rules = rules_of(manifest, folder.path());
  CHECK(rules.digest == manifest.rules_digest);
  CHECK(rules.digest != house_rules().digest);
  CHECK(rules.rule("G3").own);
  CHECK_FALSE(rules.rule("G2").own);
  CHECK(caitu::test::read_file(folder.path() / "plan" / "population.csv") ==
        caitu::test::read_file(shipped("plan") / "population.csv"));
  CHECK(read_tables(folder.path() / "plan", folder / "land_classes.csv").size() == 5);
}

TEST_CASE("a comparison names each measure and finding in which two runs part", "[manifest]") {
  Manifest now = sample();
  CHECK(differences(sample(), now).empty());
  now.program.sha256 = "b";
  CHECK(differences(sample(), now).empty());

  auto& greenhouse = now.results.at(1);
  const std::string first = greenhouse.findings.at(0).fingerprint,
                    second = greenhouse.findings.at(1).fingerprint;
  greenhouse.findings[0].digest = "another";
  greenhouse.findings[1].fingerprint = "new";
  auto& measures = now.results.at(0).measures;
  const std::string changed = measures.at(0).id, gone = measures.at(1).id;
  measures[0].value = 17.0;
  measures.erase(measures.begin() + 1);
  now.results[0].rest = "another";
  now.cleared = {"c"};
  CHECK(differences(sample(), now) ==
        std::vector<std::string>{"retention measure " + changed + " differs",
                                 "retention measure " + gone + " only_in_manifest", "retention rest  differs",
                                 "greenhouse finding " + first + " differs",
                                 "greenhouse finding " + second + " only_in_manifest",
                                 "greenhouse finding new only_now", " cleared c only_now"});
}

TEST_CASE("a finding's land is told by its digest, when all its figures are the same", "[manifest]") {
  World world;
  const Context context = made_land(world).context();
  const std::vector<std::string> asked = {"greenhouse"};
  Run run = run_checks(context, asked);
  const auto made = [&] { return manifest_of(run, context, kProgram, {}); };
  const Manifest before = made();
  Finding& finding = run.results.front().findings.front();
  finding.where.positions.at(1).lon += 1e-9;
  const auto found = compare(before, made()).differences;
  REQUIRE(found.size() == 1);
  CHECK(found.front().id == finding.fingerprint);
  CHECK_THAT(found.front().now, Contains("its land"));
}
