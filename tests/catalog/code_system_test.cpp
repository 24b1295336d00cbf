#include "catalog/code_system.hpp"

#include <catch2/catch.hpp>

using caitu::catalog::code_evidence;
using caitu::catalog::code_system_of;
using caitu::catalog::CodeEvidence;
using caitu::geodata::FieldType;

namespace {

std::string system_of(const CodeEvidence& evidence, std::string_view code, std::string_view name = {}) {
  const auto found = code_system_of(evidence, code, name);
  return found ? std::string(found->system) : "";
}

}  // namespace

TEST_CASE("three digits are the second survey's, and its fields are named beside them") {
  const CodeEvidence second = code_evidence({{"DLBM"}, {"tkxs"}, {"TKMJ"}}, "DLBM");
  CHECK(system_of(second, "012") == "survey2");
  CHECK_THAT(code_system_of(second, "122", "")->why, Catch::Contains("TKXS, TKMJ"));
  CHECK(system_of(second, "0102").empty());
  const CodeEvidence one = code_evidence({{"DLBM"}, {"GDPDJ"}}, "DLBM");
  CHECK(one.survey2.empty());
  CHECK(system_of(one, "012") == "survey2");
  CHECK(system_of(one, "05H").empty());
}

TEST_CASE("numbers have lost their zeros, so they prove nothing") {
  CHECK(system_of(code_evidence({{"DLBM", FieldType::integer}, {"TKXS"}, {"TKMJ"}}, "DLBM"), "102").empty());
}

TEST_CASE("planning is told by its field, or by a name that the code has only there") {
  CHECK(system_of(code_evidence({{"YDYHFLDM"}}, "YDYHFLDM"), "0101") == "planning");
  const CodeEvidence none = code_evidence({{"DLBM"}}, "DLBM");
  CHECK(system_of(none, "0602", "设施农用地") == "planning");
  CHECK(system_of(none, "060201", "种植设施建设用地") == "planning");
  CHECK(system_of(none, "0703", "农村宅基地") == "planning");
  CHECK(system_of(none, "0602", "采矿用地").empty());
  CHECK(system_of(none, "0702", "农村宅基地").empty());
  CHECK(system_of(none, "1202", "设施农用地").empty());
  CHECK(system_of(none, "", "设施农用地").empty());
}
