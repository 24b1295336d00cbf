#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "checks/rule_set.hpp"
#include "support/temp_folder.hpp"

using namespace caitu;
using namespace caitu::checks;
using Catch::Matchers::Contains;
using test::TempFolder;

namespace {

/// Two lines of the file stand for one value each.
const std::string kHut =
    "id = \"H1\"\n"
    "version = 2\n"
    "check = \"greenhouse\"\n"
    "category = 3\n"
    "title = \"看护房\"\n"
    "title_en = \"Guard house\"\n"
    "severity = \"high\"\n"
    "measures = \"面积\"\n"
    "measures_en = \"Its area\"\n"
    "needs = [\"structures|spots\"]\n"
    "[[basis]]\n"
    "id = \"old\"\n"
    "document = \"旧标准\"\n"
    "date = \"2014\"\n"
    "confidence = \"B\"\n"
    "superseded_on = \"2019-12-17\"\n"
    "superseded_by = \"新标准\"\n"
    "[[basis]]\n"
    "id = \"new\"\n"
    "document = \"新标准\"\n"
    "confidence = \"A\"\n"
    "[[parameter]]\n"
    "name = \"limit_m2\"\n"
    "title = \"上限\"\n"
    "title_en = \"Limit\"\n"
    "unit = \"m2\"\n"
    "kind = \"legal\"\n"
    "dated_by = \"built_on\"\n"
    "value = [\n"
    "  { value = 20, valid_from = \"always\", valid_to = \"2019-12-17\", basis = \"old\", confidence = \"B\" "
    "},\n"
    "  { value = 22.5, valid_from = \"2019-12-17\", basis = \"new\", confidence = \"A\" },\n"
    "  { value = 30, valid_from = \"2020-01-01\", applies_to = [\"河北省/张北\"], basis = \"new\", "
    "confidence = \"C\" },\n"
    "]\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// What loading says, with its place and hint; empty when it is content.
template <typename Load>
std::string said(const Load& load) {
  try {
    load();
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::usage);
    return error.full();
  }
  return "";
}

struct Mistake {
  std::string from, to, place, words;
};

void check_each(const std::vector<Mistake>& mistakes) {
  const TempFolder folder;
  for (const Mistake& mistake : mistakes) {
    INFO(mistake.from << " -> " << mistake.to);
    const auto file = folder.write("rule.toml", replaced(kHut, mistake.from, mistake.to));
    const std::string words = said([&] { load_rule(file); });
    CHECK_THAT(words, Contains(file.string()));
    CHECK_THAT(words, Contains(mistake.place));
    CHECK_THAT(words, Contains(mistake.words));
  }
}

}  // namespace

TEST_CASE("a rule is read as it is written") {
  const TempFolder folder;
  const Rule rule = load_rule(folder.write("H1.toml", kHut));
  CHECK(rule.version == 2);
  CHECK(rule.severity == Severity::high);
  CHECK(rule.needs == std::vector<std::string>{"structures|spots"});
  CHECK(rule.source == kHut);
  CHECK(rule.bases.front().superseded_by == "新标准");
  const auto limit = [&](const char* day, const Scope& scope = {}) {
    return rule.number("limit_m2", {.as_of = "2024-01-01", .built_on = day}, scope);
  };
  CHECK(limit("2010-01-01").value == 20);
  CHECK(limit("2010-01-01").held_back == "旧标准 was superseded on 2019-12-17 by 新标准");
  CHECK(limit("2019-12-17").value == 22.5);
  CHECK_FALSE(limit("2019-12-17").held_back);
  const Scope zhangbei{.province = "河北省", .county = "张北县"};
  CHECK(limit("2019-12-31", zhangbei).value == 22.5);
  CHECK(limit("2020-01-01", zhangbei).value == 30);
  CHECK_THAT(*limit("2020-01-01", zhangbei).held_back, Contains("unproven [C]"));
  CHECK(limit("", zhangbei).value == 30);
}

TEST_CASE("a mistake in the head of a rule is named with its file, its line and the way out") {
  check_each({
      {"severity = \"high\"", "severity = \"hihg\"", "line 7", "did you mean \"high\"?"},
      {"severity = \"high\"", "", "severity", "is missing"},
      {"check = \"greenhouse\"", "check = \"greenhose\"", "line 3", "did you mean \"greenhouse\"?"},
      {"check = \"greenhouse\"", "check = \"bases\"", "line 4", "unknown key \"category\""},
      {"category = 3", "category = 4", "line 4", "from 0 to 3"},
      {"category = 3", "categry = 3", "category", "from 0 to 3"},
      {"title_en = \"Guard house\"", "title_en = \"\"", "line 6", "is empty"},
      {"measures_en", "measures_eng", "measures_en", "is missing"},
      {"version = 2", "version = 0", "line 2", "from 1 on"},
      {"\"structures|spots\"", "\"structures|\"", "line 10", "names no layers"},
      {"id = \"H1\"", "id = \"1H\"", "line 1", "is no id of a rule"},
  });
}

TEST_CASE("a mistake in a basis is named") {
  check_each({
      {"document = \"旧标准\"\n", "", "document", "is missing"},
      {"document = \"旧标准\"", "documents = \"旧标准\"", "document", "is missing"},
      {"date = \"2014\"", "date = \"2014-13\"", "line 14", "is no date"},
      {"date = \"2014\"", "dates = \"2014\"", "line 14", "did you mean \"date\"?"},
      {"confidence = \"B\"", "confidence = \"E\"", "line 15", "there is no confidence \"E\""},
      {"superseded_by = \"新标准\"\n", "", "line 16", "stand together"},
      {"id = \"new\"", "id = \"old\"", "line 19", "is there already"},
  });
}

TEST_CASE("a mistake in a parameter or a value is named") {
  check_each({
      {"name = \"limit_m2\"", "name = \"Limit\"", "line 23", "is no name of a parameter"},
      {"kind = \"legal\"", "kind = \"leagl\"", "line 27", "did you mean \"legal\"?"},
      {"kind = \"legal\"", "kind = \"legal\"\nword = \"左右\"", "line 28", "is for figures of the plan"},
      {"dated_by = \"built_on\"", "dated_by = \"built\"", "line 28", "did you mean \"built_on\"?"},
      {"unit = \"m2\"", "units = \"m2\"", "line 26", "did you mean \"unit\"?"},
      {"unit = \"m2\"", "type = \"text\"", "line 30", "a text in quotes is wanted here"},
      {"value = 20", "valeu = 20", "line 30", "\"value\" is missing"},
      {"value = 20", "value = inf", "line 30", "a finite number"},
      {"valid_from = \"always\"", "valid_from = \"ever\"", "line 30", "is no date"},
      {"valid_from = \"2020-01-01\"", "valid_from = \"2020-02-30\"", "line 32", "is no date"},
      {"valid_to = \"2019-12-17\"", "valid_until = \"2019-12-17\"", "line 30", "did you mean \"valid_to\"?"},
      {"basis = \"new\", confidence = \"A\"", "basis = \"nwe\", confidence = \"A\"", "line 31",
       "did you mean \"new\"?"},
      {"basis = \"new\", confidence = \"A\"", "confidence = \"A\"", "line 31", "\"basis\" is missing"},
      {"basis = \"new\", confidence = \"A\"", "basis = \"new\"", "line 31", "\"confidence\" is missing"},
      {"[\"河北省/张北\"]", "[]", "line 32", "the list is empty"},
      {"[\"河北省/张北\"]", "[\"河北省/\"]", "line 32", "is no place"},
      {"[\"河北省/张北\"]", "[\"nroth\"]", "line 32", "did you mean \"north\"?"},
  });
}

TEST_CASE("values of one place neither overlap nor leave a gap") {
  check_each({
      {", valid_to = \"2019-12-17\"", "", "line 31", "overlaps the one that is valid from the beginning"},
      {"valid_to = \"2019-12-17\"", "valid_to = \"2019-12-18\"", "line 31", "overlaps the one"},
      {"valid_to = \"2019-12-17\"", "valid_to = \"2019-12-16\"", "line 31",
       "no value of \"limit_m2\" is in force from 2019-12-16 until 2019-12-17"},
      {"valid_from = \"2019-12-17\", basis", "valid_from = \"2019-12-17\", valid_to = \"2019-12-17\", basis",
       "line 31", "before it begins"},
      {"valid_from = \"2019-12-17\", basis", "valid_from = \"2019-12-17\", valid_to = \"2024-01-01\", basis",
       "line 28", "has no value for buildings of some ages"},
      {"valid_from = \"always\"", "valid_from = \"1999-01-01\"", "line 28", "buildings of some ages"},
      {"\n]\n",
       "\n  { value = 31, valid_from = \"2022-01-01\", applies_to = [\"河北/张北县\"], basis = \"new\", "
       "confidence = "
       "\"A\" },\n]\n",
       "line 33", "overlaps the one that is valid from 2020-01-01"},
  });
}

TEST_CASE("a user's rule takes the place of the house's, with a higher version") {
  const TempFolder house, own;
  house.write("H1.toml", kHut);
  const std::string before = load_rules({house.path()}).digest;
  const auto mine = [&](const std::string& text) { return own.write("mine.toml", text); };
  const std::string raised =
      replaced(replaced(kHut, "version = 2", "version = 3"), "value = 22.5", "value = 21");

  const RuleSet rules = load_rules({house.path()}, {mine(raised)});
  CHECK(rules.rule("H1").number("limit_m2", {.built_on = "2024-01-01"}).value == 21);
  CHECK(rules.digest != before);
  CHECK(rules.digest.size() == 64);

  const auto refusal = [&](const std::string& text) {
    const auto file = mine(text);
    return said([&] { load_rules({house.path()}, {file}); });
  };
  CHECK_THAT(refusal(kHut), Contains("has version 2, and the one that it replaces 2 (line 2)"));
  CHECK_THAT(refusal(replaced(raised, "id = \"H1\"", "id = \"H2\"")),
             Contains("line 1") && Contains("did you mean \"H1\"?"));
  CHECK_THAT(refusal(replaced(raised, "limit_m2", "limits_m2")),
             Contains("lacks the parameter \"limit_m2\""));
  CHECK_THAT(refusal(replaced(replaced(raised, "category = 3\n", ""), "greenhouse", "bases")),
             Contains("belongs to the check \"greenhouse\""));
}

TEST_CASE("the digest is that of what rules say, not of how their files are written") {
  const TempFolder one, other;
  one.write("H1.toml", kHut);
  other.write("hut.toml", "# a remark\n" + replaced(kHut, "version = 2", "version   =   2"));
  CHECK(load_rules({one.path()}).digest == load_rules({other.path()}).digest);
}

TEST_CASE("two rules of one id, and a folder without rules, are refused") {
  const TempFolder folder, empty;
  folder.write("a.toml", kHut);
  const auto second = folder.write("b.toml", kHut);
  CHECK_THAT(said([&] { load_rules({folder.path()}); }),
             Contains(second.string()) && Contains("is there already, in") && Contains("a.toml (line 1)"));
  CHECK_THAT(said([&] { load_rules({empty.path()}); }), Contains("no rules"));
  CHECK_THAT(said([&] { load_rules({empty / "absent"}); }), Contains("no rules"));
}
