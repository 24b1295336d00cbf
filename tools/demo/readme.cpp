#include "readme.hpp"

#include <fmt/format.h>

#include <fstream>

#include "base/error.hpp"

namespace caitu::demo {
namespace {

constexpr const char* kText = R"(虚构数据 · MADE-UP DATA

本目录全部数据由 caitu-demo 生成，仅供软件演示与测试。乡镇取自规划表 1，其位置取自公开点位；
界线、道路走向、地块、基地、园区、单位名称和一切数值均为虚构，与真实地块、单位和个人无关，不得用于任何行政或法律用途。

Everything in this folder was made by caitu-demo for demonstration and tests. The towns are those of the plan's table 1, at
published points; every outline, road course, parcel, base, park, name of an operator and number is made up. Not for any
administrative or legal use.

parcels = {}, seed = {}

文件 files
  plan.gpkg                       EPSG:4490: districts towns roads reserve protected basic_farmland points
                                  clusters_delivered belts_delivered outer_bases
  land.gpkg                       EPSG:4490: vegetable_land parks facilities greenhouses structures
  parcels/DLTB_<区代码>.shp        EPSG:4527, GBK: 地类图斑, one file a district, the fields of TD/T 1057-2020
  ring_bases/ring_bases_zone38.shp  EPSG:4526, GBK
  ring_bases/ring_bases_zone39.shp  EPSG:4527, GBK
  ring_bases/ring_bases_zone40.shp  EPSG:4528, GBK, 无 .cpg、无代码页标记 (neither .cpg nor code page mark)
  ring_bases/ring_bases_gcj02.geojson  "datum": "GCJ-02", 火星坐标, 不是 CGCS2000 (not CGCS2000): 510-580 m off if taken for it

  truth.csv                       planted sites: site,lon,lat,rule,expected (violation, for_field_check, clear); rules G1, G2, G3 and
                                  G7 so far, look-alikes that must stay clear among them. 埋设的违规与合规样点（虚构）

合计 totals
  reserve 200000 亩, protected 160000 亩, points 500, ring_bases 210 (≥ 300 亩 each, 126000 亩), outer_bases 50000 亩,
  clusters_delivered 35, belts_delivered 10 (单侧宽度 1000 米为本数据自定，规划未规定; the width of 1000 m is our own, the plan
  names none; 北侧 is read as of 顺平南线 alone)
  vegetable_land 在用 420000 亩 (并集 union), 重复上报 5% (sum 441000 亩)
)";

}  // namespace

void write_readme(const std::filesystem::path& file, const Options& options) {
  std::ofstream out(file, std::ios::binary);
  out << fmt::format(kText, options.parcels, options.seed);
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "The file cannot be written.", base::Where{.file = file.string()});
}

}  // namespace caitu::demo
