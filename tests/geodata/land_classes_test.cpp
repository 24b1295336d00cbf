#include "geodata/land_classes.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "made_files.hpp"

using namespace caitu;
using geodata::LandClasses;
using geodata::LandKind;
using geodata::SurveyCodes;
using made::Folder;

namespace {

const std::filesystem::path kTables = std::filesystem::path(CAITU_SOURCE_DIR) / "geodata";
const std::string kHead = "code_system,code,name,kind,min_area_m2\n";

std::string complaint(const std::string& text) {
  const Folder folder;
  try {
    LandClasses::load(folder.write("classes.csv", text));
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::usage);
    return error.full();
  }
  return "";
}

}  // namespace

TEST_CASE("the same code is other land in another system") {
  const auto classes = LandClasses::load(kTables / "land_classes.csv");
  CHECK(classes.find("survey", "0602")->name == "采矿用地");
  CHECK(classes.find("planning", "0602")->name == "设施农用地");
  CHECK(classes.find("survey", "0702")->name == "农村宅基地");
  CHECK(classes.find("planning", "0702")->name == "城镇社区服务设施用地");
  CHECK(classes.find("survey", "1202")->kind == LandKind::facility);
  CHECK(classes.find("survey2", "122")->kind == LandKind::facility);
  CHECK(classes.find("survey", "122") == nullptr);
  CHECK(classes.find("cadastre", "0102") == nullptr);
  CHECK(classes.system_of("0703", "农村宅基地", "survey") == "planning");
  CHECK(classes.system_of("0703", "水浇地", "survey").empty());
}

TEST_CASE("the nearest code of a system is one of its own") {
  const auto classes = LandClasses::load(kTables / "land_classes.csv");
  CHECK(classes.nearest("survey", "0102X")->code == "0102");
  CHECK(classes.nearest("cadastre", "0102") == nullptr);
}

TEST_CASE("names of a class are the same with and without 用地 and 可调整") {
  CHECK(geodata::same_class_name("工业用地", "工业"));
  CHECK(geodata::same_class_name("可调整果园", "果园"));
  CHECK_FALSE(geodata::same_class_name("水浇地", "旱地"));
}

TEST_CASE("codes of planting know the land that bears them") {
  const auto codes = SurveyCodes::load(kTables / "survey_codes.csv");
  CHECK(codes.find("ZZSXDM", "FLS")->name == "种植非粮食作物");
  CHECK(codes.find("ZZSXDM", "JKHF")->on == SurveyCodes::On::other);
  CHECK(codes.find("ZZSXDM", "HDGD") == nullptr);
  CHECK(codes.nearest("ZZSXDM", "FLX") == "FLS");
}

TEST_CASE("a table that is wrong names its file and line") {
  CHECK(complaint(kHead + "survey,0102,水浇地,cropland,400\n").empty());
  CHECK_THAT(complaint("code,name\n"), Catch::Matchers::Contains("columns"));
  CHECK_THAT(complaint(kHead + "survey,0102,水浇地,cropland\n"), Catch::Matchers::Contains("5 cells"));
  CHECK_THAT(complaint(kHead + "survey,0102,水浇地,crops,400\n"), Catch::Matchers::Contains("crops"));
  CHECK_THAT(complaint(kHead + "survey,0102,水浇地,cropland,-1\n"), Catch::Matchers::Contains("-1"));
  const std::string twice = "survey,0102,水浇地,cropland,400\n";
  CHECK_THAT(complaint(kHead + twice + twice), Catch::Matchers::Contains("twice"));
}
