#include "catalog/quality_survey.hpp"

#include <set>

#include "catalog/fixture.hpp"

using namespace caitu;
using namespace caitu::catalog;
using namespace caitu::catalog::test;
using Values = std::map<std::string, geodata::Value>;

namespace {

const std::filesystem::path kTables = std::filesystem::path(CAITU_SOURCE_DIR) / "geodata";

const geodata::Schema& parcels() {
  static const auto declared = geodata::load_declaration(kTables / "layers" / "parcels.toml");
  return declared.schema;
}

/// A parcel of irrigated land on a slope, without a fault, but for what `changed` says.
geodata::Feature parcel(const Values& changed) {
  Values values = {{"DLBM", "0102"},
                   {"DLMC", "水浇地"},
                   {"QSDWDM", "1101182000000000000"},
                   {"ZLDWDM", "1101182000000000000"},
                   {"TBMJ", 1000.0},
                   {"KCDLBM", "1203"},
                   {"KCXS", 0.0625},
                   {"KCMJ", 62.5},
                   {"TBDLMJ", 937.5},
                   {"GDPDJB", "2"},
                   {"ZZSXDM", "FLS"},
                   {"ZZSXMC", "种植非粮食作物"}};
  for (const auto& [field, value] : changed) values[field] = value;
  geodata::Feature feature;
  feature.values.resize(parcels().fields.size());
  for (const auto& [field, value] : values) feature.values[*parcels().index_of(field)] = value;
  feature.geometry = geometry::make_box({116.8, 40.4, 116.801, 40.401});
  return feature;
}

/// Rules that are told, with their fields.
std::set<std::string> told(const Values& changed, SurveyAudit::Districts districts = {}) {
  const SurveyAudit audit(parcels(), kTables, std::move(districts));
  std::vector<QualityFinding> found;
  audit.look(parcel(changed), found);
  std::set<std::string> rules;
  for (const auto& finding : found) {
    CHECK(!finding.what.empty());
    CHECK(!finding.what_zh.empty());
    CHECK(!finding.way_out.empty());
    rules.insert(finding.rule + " " + finding.field);
  }
  return rules;
}

const Values kWood = {{"DLBM", "0301"},   {"DLMC", "乔木林地"}, {"KCDLBM", {}}, {"KCXS", 0.0}, {"KCMJ", 0.0},
                      {"TBDLMJ", 1000.0}, {"GDPDJB", {}},       {"ZZSXDM", {}}, {"ZZSXMC", {}}};
Values wood(const Values& changed) {
  Values values = kWood;
  for (const auto& [field, value] : changed) values[field] = value;
  return values;
}
using Rules = std::set<std::string>;

}  // namespace

TEST_CASE("land without a fault is told nothing") {
  CHECK(told({}).empty());
  CHECK(told(kWood).empty());
  CHECK(told(wood({{"DLBM", "0201K"}, {"DLMC", "可调整果园"}})).empty());
  CHECK(told(wood({{"DLBM", "0201K"}, {"DLMC", "果园"}})).empty());
  CHECK(told(wood({{"DLBM", "1104A"}, {"DLMC", "养殖坑塘"}})).empty());
}

TEST_CASE("a class code and its name go together") {
  CHECK(told({{"DLMC", "旱地"}}) == Rules{"class_name_mismatch DLMC"});
  CHECK(told({{"DLBM", "0199"}}).contains("class_unknown DLBM"));
  CHECK(told(wood({{"DLBM", "0302K"}, {"DLMC", "可调整竹林地"}})).empty());
  CHECK(told(wood({{"DLBM", "0305K"}, {"DLMC", "可调整灌木林地"}})) == Rules{"class_unknown DLBM"});
}

TEST_CASE("an unknown code names the nearest") {
  const SurveyAudit audit(parcels(), kTables, {});
  std::vector<QualityFinding> found;
  audit.look(parcel(wood({{"DLBM", "0399"}})), found);
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0].what, Catch::Matchers::Contains("nearest is 03"));
}

TEST_CASE("codes of another system are told by the name that they come with") {
  // 0602 is mining land of the survey, facility land of spatial planning.
  CHECK(told(wood({{"DLBM", "0602"}, {"DLMC", "设施农用地"}})) == Rules{"code_system DLBM"});
  CHECK(told(wood({{"DLBM", "0602"}, {"DLMC", "采矿用地"}})).empty());
  CHECK(told(wood({{"DLBM", "0602"}, {"DLMC", {}}})) == Rules{"code_ambiguous DLBM"});
  CHECK(told(wood({{"DLBM", "0602"}, {"DLMC", "设施农用地"}, {"code_system", "planning"}})).empty());
  CHECK(told(wood({{"DLBM", "0702"}, {"DLMC", "农村宅基地"}})).empty());
  CHECK(told(wood({{"DLBM", "0702"}, {"DLMC", "农村宅基地"}, {"code_system", "planning"}})) ==
        Rules{"code_system DLBM"});
  CHECK(told(wood({{"DLBM", "122"}, {"DLMC", "设施农用地"}})) == Rules{"code_system DLBM"});
  CHECK(told(wood({{"DLBM", "122"}, {"DLMC", "设施农用地"}, {"code_system", "survey2"}})).empty());
  CHECK(told({{"code_system", "cadastre"}}) == Rules{"value_unknown code_system"});
}

TEST_CASE("a unit code has 19 digits; twelve are named and no error") {
  CHECK(told({{"QSDWDM", "110118200000"}}) == Rules{"unit_code_12 QSDWDM"});
  CHECK(told({{"ZLDWDM", "110118200000"}}) == Rules{"unit_code_12 ZLDWDM"});
  CHECK(told({{"ZLDWDM", "110118200000000000"}}) == Rules{"unit_code_length ZLDWDM"});
  CHECK(told({{"ZLDWDM", "11011820000000000000"}}) == Rules{"unit_code_length ZLDWDM"});
  CHECK(told({{"ZLDWDM", "11011820000000000AB"}}) == Rules{"unit_code_length ZLDWDM"});
  CHECK(quality_rule("unit_code_12").severity == Severity::note);
}

TEST_CASE("land touches the district that its unit code begins with") {
  const auto here = geometry::make_box({116.7, 40.3, 116.9, 40.5});
  const auto beside = geometry::make_box({116.801, 40.3, 116.9, 40.5});
  const auto away = geometry::make_box({117.0, 40.3, 117.1, 40.5});
  CHECK(told({}, {{"110118", here}}).empty());
  CHECK(told({}, {{"110118", beside}}).empty());
  CHECK(told({}, {{"110118", away}}) == Rules{"unit_district ZLDWDM"});
  CHECK(told({}, {{"110119", here}}) == Rules{"unit_district ZLDWDM"});
}

TEST_CASE("deductions are of ridges, on cropland, from 0 to below 1") {
  CHECK(told({{"KCDLBM", "1107"}}) == Rules{"kcdlbm_not_1203 KCDLBM"});
  CHECK(told(wood({{"KCDLBM", "1203"}})) == Rules{"kcdlbm_on_non_cropland KCDLBM"});
  CHECK(told({{"KCXS", 0.0}, {"KCMJ", 0.0}, {"TBDLMJ", 1000.0}}).empty());
  CHECK(told({{"KCXS", 0.9999}, {"KCMJ", 999.9}, {"TBDLMJ", 0.1}}).empty());
  CHECK(told({{"KCXS", 1.0}, {"KCMJ", 1000.0}, {"TBDLMJ", 0.0}}) == Rules{"kcxs_range KCXS"});
  CHECK(told({{"KCXS", -0.1}, {"KCMJ", -100.0}, {"TBDLMJ", 1100.0}}) == Rules{"kcxs_range KCXS"});
  CHECK(told(wood({{"KCXS", 0.05}, {"KCMJ", 50.0}, {"TBDLMJ", 950.0}})) ==
        Rules{"kcxs_on_non_cropland KCXS"});
}

TEST_CASE("areas keep their identities to the last decimal") {
  CHECK(told({{"KCMJ", 62.51}, {"TBDLMJ", 937.49}}).empty());
  CHECK(told({{"KCMJ", 62.53}, {"TBDLMJ", 937.47}}) == Rules{"kcmj_identity KCMJ"});
  CHECK(told({{"TBDLMJ", 937.51}}).empty());
  CHECK(told({{"TBDLMJ", 937.53}}) == Rules{"tbdlmj_identity TBDLMJ"});
  CHECK(told({{"TBDLMJ", 1000.0}}) == Rules{"tbdlmj_identity TBDLMJ"});
  CHECK(told({{"TBMJ", {}}}).empty());
}

TEST_CASE("slope grades are 1 to 5, on cropland only") {
  for (const char* grade : {"1", "5"}) CHECK(told({{"GDPDJB", grade}}).empty());
  for (const char* grade : {"0", "6", "12"}) CHECK(told({{"GDPDJB", grade}}) == Rules{"gdpdjb_range GDPDJB"});
  CHECK(told(wood({{"GDPDJB", "2"}})) == Rules{"gdpdjb_on_non_cropland GDPDJB"});
  CHECK(told(wood({{"GDPDJB", "0"}})).empty());
}

TEST_CASE("widths are of linear land, from 2 m") {
  CHECK(told(wood({{"XZDWKD", 3.0}})) == Rules{"width_not_for_class XZDWKD"});
  const Values lane = {{"DLBM", "1006"}, {"DLMC", "农村道路"}};
  const auto wide = [&](double width) {
    Values values = wood(lane);
    values["XZDWKD"] = width;
    return told(values);
  };
  CHECK(wide(2.0).empty());
  CHECK(wide(1.9) == Rules{"width_range XZDWKD"});
  CHECK(wide(0).empty());
}

TEST_CASE("codes of planting and refinement go with their names and their land") {
  CHECK(told({{"ZZSXMC", "种植粮食作物"}}) == Rules{"code_pair ZZSXDM"});
  CHECK(told({{"ZZSXDM", {}}}) == Rules{"code_pair ZZSXDM"});
  CHECK(told({{"ZZSXDM", "FLX"}}) == Rules{"value_unknown ZZSXDM"});
  CHECK(told(wood({{"ZZSXDM", "LS"}, {"ZZSXMC", "种植粮食作物"}})) == Rules{"code_not_for_class ZZSXDM"});
  CHECK(told(wood({{"ZZSXDM", "JKHF"}, {"ZZSXMC", "即可恢复"}})).empty());
  CHECK(told({{"TBXHDM", "HDGD"}, {"TBXHMC", "河道耕地"}}).empty());
  CHECK(told({{"TBXHDM", "HDGD"}, {"TBXHMC", "湖区耕地"}}) == Rules{"code_pair TBXHDM"});
}

TEST_CASE("land has the least area that its class is mapped from") {
  const SurveyAudit audit(parcels(), kTables, {});
  CHECK(audit.min_area_m2("", "1202") == 200);
  CHECK(audit.min_area_m2("survey", "0102") == 400);
  CHECK(audit.min_area_m2("survey", "0404") == 600);
  CHECK(audit.min_area_m2("survey", "1006") == 0);
  CHECK(audit.min_area_m2("survey", "9999") == 0);
  CHECK(audit.min_area_m2("planning", "0602") == 200);
}
