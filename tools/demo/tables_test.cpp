#include "tables.hpp"

#include <cpl_conv.h>
#include <cpl_string.h>

#include <catch2/catch.hpp>
#include <set>

#include "delivery_reader.hpp"
#include "places.hpp"

using namespace caitu::demo;
using namespace caitu::demo::test;

namespace {

/// Lines of a table without its heading, in UTF-8, cell by cell.
std::vector<std::vector<std::string>> rows_of(const std::string& name, bool gbk) {
  std::string text = bytes(Delivery::folder() / "tables" / name);
  CHECK(text.starts_with("\xEF\xBB\xBF") != gbk);
  if (gbk) {
    char* const recoded = CPLRecode(text.c_str(), "GBK", CPL_ENC_UTF8);
    text = recoded;
    CPLFree(recoded);
  }
  std::istringstream in(text);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    REQUIRE(line.ends_with('\r'));
    line.pop_back();
    std::istringstream cells(line);
    auto& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  rows.erase(rows.begin());
  return rows;
}

}  // namespace

TEST_CASE("tables 1 and 2 are the plan's: 35 towns of 12 districts, ten belts of seven, with their lines") {
  const auto clusters = rows_of("table1_clusters.csv", false);
  REQUIRE(clusters.size() == 13);
  int towns_told = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    const std::string& names = clusters[i][2];
    const auto separators = (names.size() - CPLString(names).replaceAll("、", "").size()) / 3;
    CHECK(std::stoul(clusters[i][1]) == separators + 1);
    CHECK(clusters[i][3].ends_with("L" + std::to_string(131 + i)));
    towns_told += std::stoi(clusters[i][1]);
  }
  CHECK(towns_told == 35);
  CHECK(clusters[12][1] == "35");
  CHECK(clusters[5][2] == "漷县镇、于家务乡、永乐店镇");
  const auto belts = rows_of("table2_belts.csv", true);
  REQUIRE(belts.size() == 7);
  int belts_told = 0;
  for (const auto& row : belts) belts_told += std::stoi(row[1]);
  CHECK(belts_told == 10);
  CHECK(belts[0][2] == "庞安路延长线和安采路沿线");
  CHECK(belts[5][4] == "京政农发〔2023〕57号 表2 L153");
}

TEST_CASE("the census' districts sum to the city") {
  int city = 0, districts_told = 0;
  std::size_t count = 0;
  for (const auto& row : rows_of("population.csv", false)) {
    CHECK(row.size() == 6);
    if (row[0] != "2020-11-01") continue;
    (row[1] == "110000" ? city : districts_told) += std::stoi(row[3]);
    count += row[1] == "110000" ? 0 : 1;
  }
  CHECK(count == districts().size());
  CHECK(city == districts_told);
}

TEST_CASE("the ledger of bases tells what the layer tells, with dates that are right") {
  std::map<std::string, std::vector<std::string>> ledger;
  for (auto& row : rows_of("ring_bases_ledger.csv", true)) {
    CHECK(row[0] == "虚构数据");
    ledger[row[1]] = row;
  }
  CHECK(ledger.size() == 210);
  for (const Feature& base : read(Delivery::folder() / "ring_bases" / "ring_bases_zone38.shp")) {
    const auto& row = ledger.at(base["基地编号"]);
    CHECK(row[3] == base["经营主体"]);
    CHECK(std::stod(row[6]) == base.number("菜田面积"));
    CHECK(std::stod(row[10]) == base.number("应急供应量"));
  }
  for (const Feature& base : read(Delivery::folder() / "ring_bases" / "ring_bases_gcj02.geojson")) {
    const auto& row = ledger.at(base["base_id"]);
    CHECK(row[5] == base["county"]);
    CHECK(CPLString(base["founded"]).replaceAll("/", "-") == row[11]);
  }
}

TEST_CASE("points come once more as a table of degrees") {
  const auto rows = rows_of("points.csv", false);
  const auto layer = plan("points");
  REQUIRE(rows.size() == layer.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i][1] == layer[i]["project_id"]);
    CHECK(std::stod(rows[i][5]) == Approx(layer[i].shape.positions[0].lon).margin(1e-8).epsilon(0));
    CHECK(std::stod(rows[i][6]) == Approx(layer[i].shape.positions[0].lat).margin(1e-8).epsilon(0));
  }
}
