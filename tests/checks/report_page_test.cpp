#include "checks/report_page.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "checks/check_fixture.hpp"
#include "checks/finding_map.hpp"
#include "checks/report_chart.hpp"
#include "checks/run.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* kHostile = "<script>alert(\"x\")</script>";

Row parcel(const std::string& number, const std::string& code, const Geometry& land) {
  return {{{"ZLDWDM", "1101151040010000000"},
           {"QSDWDM", "1101151040010000001"},
           {"TBBH", number},
           {"DLBM", code},
           {"code_system", "survey"}},
          land};
}

Row hut(const std::string& id, double east_m, double m2) {
  return {{{"structure_id", id}, {"kind", "guard_house"}, {"error_m2", 0.5}},
          rectangle(place(east_m, 0), 5, m2)};
}

/// Three huts on one parcel beside another: clear, over the limit, and over it within the error of its
/// survey.
World& farmland(World& world) {
  return world
      .with("parcels", {parcel("7", "0102", rectangle(place(-50, -50), 200, 20'000)),
                        parcel("8", "1202", rectangle(place(150, -50), 100, 10'000))})
      .with("structures", {hut("S-small", 0, 20), hut("S-large", 30, 33), hut(kHostile, 60, 22.8)})
      .with("vegetable_land", {{{{"growing", "open"}}, rectangle_mu(place(-50, -50), 200, 30)}})
      .with("reserve", {{{}, rectangle_mu(place(-50, -50), 400, 60)}});
}

/// What a manifest holds of the editions and rules.
base::Json manifest_of(const Context& context) {
  base::Json layers = base::Json::array(), rules = base::Json::array();
  for (const auto& [layer, edition] : context.pinned.layers)
    layers.push_back({{"layer", layer},
                      {"edition", edition->record.edition},
                      {"changes", edition->changes},
                      {"as_of", edition->record.as_of},
                      {"digest", edition->record.digest},
                      {"rows", edition->record.rows}});
  for (const auto& [id, rule] : context.rules.rules)
    rules.push_back(
        {{"id", id}, {"version", rule.version}, {"digest", "digest of " + id}, {"own", id == "G3"}});
  return {{"program", "caitu 0.1.0"},      {"as_of", context.pinned.as_of},
          {"layers", std::move(layers)},   {"missing", context.pinned.missing},
          {"rules", std::move(rules)},     {"rules_digest", context.rules.digest},
          {"counts", base::Json::object()}};
}

std::string page_of(World& world, std::vector<std::string> checks, std::size_t threads = 2) {
  Context context = world.context();
  const Run run = run_checks(context, checks);
  context.threads = threads;
  return report_page(run, context, manifest_of(context));
}

std::size_t count(std::string_view text, std::string_view words) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(words, at)) != text.npos; at += words.size()) ++found;
  return found;
}

/// What is wrong with the nesting of tags, by the first that does not close; empty when all do.
std::string unbalanced(std::string_view html) {
  const std::set<std::string_view> empty = {"meta", "br", "!DOCTYPE"};
  std::vector<std::string_view> open;
  for (std::size_t at = 0; (at = html.find('<', at)) != html.npos;) {
    const std::size_t end = html.find('>', at);
    if (end == html.npos) return "a tag that does not end";
    std::string_view tag = html.substr(at + 1, end - at - 1);
    at = end;
    const bool closes = tag.starts_with('/'), alone = tag.ends_with('/');
    if (closes) tag.remove_prefix(1);
    const std::string_view name = tag.substr(0, tag.find_first_of(" /\n"));
    if (alone || empty.contains(name)) continue;
    if (!closes) {
      open.push_back(name);
      continue;
    }
    if (open.empty() || open.back() != name)
      return "</" + std::string(name) + "> after <" + std::string(open.empty() ? "" : open.back()) + ">";
    open.pop_back();
  }
  return open.empty() ? std::string() : "<" + std::string(open.back()) + "> is not closed";
}

/// Places that links within the page lead to and that are not there.
std::vector<std::string> dead_links(const std::string& html) {
  std::vector<std::string> dead;
  const std::string link = "href=\"#";
  for (std::size_t at = 0; (at = html.find(link, at)) != html.npos;) {
    at += link.size();
    const std::string id = html.substr(at, html.find('"', at) - at);
    if (html.find("id=\"" + id + "\"") == html.npos) dead.push_back(id);
  }
  return dead;
}

Measure taken(const std::string& id, double value, std::optional<double> target, const std::string& word,
              const std::string& verdict) {
  Measure measure;
  measure.id = id;
  measure.title = id;
  measure.value = value;
  measure.target = target;
  measure.unit = "mu";
  measure.comparator = word;
  measure.verdict = verdict;
  return measure;
}

}  // namespace

TEST_CASE("Each finding of a report has a card with its fingerprint, its map and its parcels",
          "[report_page]") {
  World world;
  const Context context = farmland(world).context();
  const Run run = run_checks(context, std::vector<std::string>{"greenhouse"});
  const std::string page = report_page(run, context, manifest_of(context));
  const auto& findings = run.results.front().findings;
  REQUIRE(findings.size() == 2);
  for (const Finding& one : findings) {
    INFO(one.fingerprint);
    CHECK(count(page, one.fingerprint) >= 3);  // in the list, on the card and on the map
    const std::string map = finding_map(context.pinned, one);
    CHECK_THAT(map, Contains("class=\"bar\"") && Contains("class=\"north\"") && Contains("class=\"own\""));
    CHECK_THAT(map, Contains(">7<tspan") && Contains(">0102</tspan>"));
    CHECK_THAT(map, Contains("f-" + std::string(name(one.verdict))));
    CHECK_THAT(page, Contains(map));
  }
  CHECK_THAT(page, Contains("parcels 1101151040010000000/7") && Contains("1101151040010000001"));
  CHECK_THAT(page, Contains("33.00 m²") && Contains("22.50 m²") && Contains("± 0.5 m²"));
  CHECK_THAT(page, Contains("✕ 违规") && Contains("？ 待实地核查") && Contains("新发现"));
}

TEST_CASE("A report's page is well-formed, and each of its links leads somewhere", "[report_page]") {
  World world;
  const std::string page = page_of(farmland(world), {});
  CHECK(unbalanced(page) == "");
  CHECK(dead_links(page) == std::vector<std::string>{});
  CHECK(count(page, "<h1>") == 1);
}

TEST_CASE("A report's page asks for nothing else and needs no script", "[report_page]") {
  World world;
  const std::string page = page_of(farmland(world), {});
  for (const char* asks : {"<script", "src=", "<link", "@import", "url(http", "href=\"http"}) {
    INFO(asks);
    CHECK(page.find(asks) == std::string::npos);
  }
}

TEST_CASE("Names from data are escaped in a report", "[report_page]") {
  World world;
  const std::string page = page_of(farmland(world), {"greenhouse"});
  CHECK(page.find(kHostile) == std::string::npos);
  CHECK_THAT(page, Contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"));
}

TEST_CASE("A report says what was not run, for want of which layer, and why", "[report_page]") {
  World world;
  const std::string page = page_of(farmland(world), {"greenhouse", "targets"});
  const std::string section = page.substr(page.find("id=\"not-run\""));
  CHECK_THAT(section, Contains("G5") && Contains("<td>spots</td>"));
  CHECK_THAT(section, Contains("功能拓展点") && Contains("<td>points</td>"));
  CHECK_THAT(section, Contains("蔬菜播种面积"));
}

TEST_CASE("A report quotes rules with their documents, and whose rules they are", "[report_page]") {
  World world;
  const std::string page = page_of(farmland(world), {"greenhouse", "retention"});
  CHECK_THAT(page, Contains("农农发〔2018〕3号 第三类问题 [A]"));        // on a card
  CHECK_THAT(page, Contains("2019-12-17 被 自然资规〔2019〕4号 取代"));  // G4's first basis
  CHECK_THAT(page, Contains("京政农发〔2023〕57号 L59、L160 [A]"));
  CHECK_THAT(page, Contains("guard_house_limit_m2") && Contains("digest of G3"));
  CHECK(count(page, "用户规则") == 1);
  CHECK(page.find("id=\"rule-bases\"") == std::string::npos);  // it was not run
}

TEST_CASE("A report names the editions that were read, by their digests", "[report_page]") {
  World world;
  farmland(world);
  const std::string page = page_of(world, {"greenhouse"});
  for (const auto& [layer, edition] : world.pinned().layers) {
    INFO(layer);
    CHECK_THAT(page, Contains(edition->record.digest));
  }
}

TEST_CASE("A report bears the notices of its editions, each once", "[report_page]") {
  World world;
  farmland(world);
  const auto noticed = [&](const std::string& layer) {
    catalog::Edition edition = *world.pinned().find(layer);
    edition.record.source = {{"notice", "虚构数据 <made up>"}};
    return std::make_shared<const catalog::Edition>(std::move(edition));
  };
  Pinned pinned = world.pinned();
  for (const char* layer : {"parcels", "structures"}) pinned.layers[layer] = noticed(layer);
  const Context from = world.context();
  const Context context{.pinned = pinned,
                        .rules = from.rules,
                        .classes = from.classes,
                        .plan = from.plan,
                        .attachments = from.attachments,
                        .scratch = from.scratch,
                        .population_year = {},
                        .threads = 2,
                        .progress = from.progress};
  const std::string page =
      report_page(run_checks(context, std::vector<std::string>{"greenhouse"}), context, {});
  CHECK(count(page, "<div class=\"notice\">虚构数据 &lt;made up&gt;</div>") == 1);
}

TEST_CASE("A report is the same bytes on any number of threads", "[report_page]") {
  World world;
  farmland(world);
  const std::string page = page_of(world, {}, 1);
  CHECK(page == page_of(world, {}, 4));
}

TEST_CASE("The reserve is drawn apart from the threshold and called no retention", "[report_page]") {
  World world;
  const Context context = farmland(world).context();
  const Run run = run_checks(context, std::vector<std::string>{"retention"});
  const CheckResult& result = run.results.front();
  const std::string retention = retention_chart(result), reserve = reserve_chart(result);
  CHECK_THAT(retention, Contains("30.00 亩") && Contains("不低于 3 厘所需") && Contains("缺口"));
  CHECK(retention.find("规划空间") == std::string::npos);
  CHECK_THAT(reserve, Contains("规划空间（不是保有量）") && Contains("60.00 亩"));
  CHECK(reserve.find("3 厘") == std::string::npos);
  CHECK(reserve.find("mark-line") == std::string::npos);
  const std::string page = report_page(run, context, {});
  CHECK_THAT(page, Contains("规划空间不是保有量，不计入人均菜地保有面积") && Contains(reserve) &&
                       Contains(retention));
}

TEST_CASE("Targets are drawn with the plan's own word and a verdict that needs no colour", "[report_chart]") {
  const std::vector<Measure> measures = {
      taken("甲", 200'000, 200'000, "at_least", "met"),
      taken("乙", 90'000, 120'000, "力争达到……以上", "not_met"), taken("丙", 4'100, 4'000, "左右", "about"),
      taken("丁", 1'000, 16'000, "reference", ""), taken("戊", 5, {}, "", "")};
  const std::string chart = targets_chart(measures);
  CHECK_THAT(chart, Contains("不少于 200,000 亩 · 达到"));
  CHECK_THAT(chart, Contains("力争达到 120,000 亩以上 · 未达到") && Contains("90,000.00 亩 · 75.0 %"));
  CHECK_THAT(chart, Contains("4,000 亩左右 · 左右，不作判定"));
  CHECK_THAT(chart, Contains("参考 16,000 亩 · 仅供参考"));
  CHECK(chart.find("戊") == std::string::npos);  // the plan asks nothing of it
  CHECK(count(chart, "class=\"b-not_met\"") == 1);
  CHECK(targets_chart({}).empty());
}

TEST_CASE("Shares of the plan are read in per cent, whatever its word", "[report_chart]") {
  Measure share = taken("愿改尽改", 0.5818, 1.0, "100%", "not_met");
  share.unit.clear();
  CHECK_THAT(targets_chart(std::vector{share}), Contains("58.18 % · 58.2 %") && Contains(">100% · 未达到"));
  share.comparator = "不低于";
  share.target = 0.9;
  CHECK_THAT(targets_chart(std::vector{share}), Contains("不低于 90 %"));
}

TEST_CASE("Of very many findings the gravest are drawn, all are listed, and the page says so",
          "[report_page]") {
  World world;
  const Context context = farmland(world).context();
  Run run = run_checks(context, std::vector<std::string>{"greenhouse"});
  auto& findings = run.results.front().findings;
  Finding least = findings.front();
  least.severity = "low";
  least.fingerprint = "least";
  const Finding often = findings.front();
  findings.assign(kMostMaps, often);
  findings.insert(findings.begin() + 3, least);
  const std::string page = report_page(run, context, {});
  CHECK(count(page, "<article") == kMostMaps);
  CHECK(count(page, ">least<") == 1);  // in the list alone
  CHECK(page.find("id=\"f4\"") == std::string::npos);
  CHECK_THAT(page, Contains("共 2,001 例") && Contains("2,000 例"));
  CHECK(dead_links(page) == std::vector<std::string>{});
}

TEST_CASE("A run without findings is reported as one", "[report_page]") {
  World world;
  world.with("structures", {hut("S-small", 0, 20)});
  const std::string page = page_of(world, {"greenhouse"});
  CHECK_THAT(page, Contains("没有发现问题"));
  CHECK(count(page, "<article") == 0);
  CHECK(unbalanced(page) == "");
}

TEST_CASE("A finding without a place has no map", "[finding_map]") {
  CHECK(finding_map(Pinned{}, Finding{}).empty());
}
