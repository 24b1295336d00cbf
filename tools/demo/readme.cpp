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

parcels = {}, seed = {}{}

文件 files
  plan.gpkg                       EPSG:4490: districts towns roads reserve protected basic_farmland points
                                  clusters_delivered belts_delivered outer_bases
  land.gpkg                       EPSG:4490: vegetable_land parks facilities greenhouses structures spots rectified
  parcels/DLTB_<区代码>.shp        EPSG:4527, GBK: 地类图斑, one file a district, the fields of TD/T 1057-2020
  ring_bases/ring_bases_zone38.shp  EPSG:4526, GBK
  ring_bases/ring_bases_zone39.shp  EPSG:4527, GBK
  ring_bases/ring_bases_zone40.shp  EPSG:4528, GBK, 无 .cpg、无代码页标记 (neither .cpg nor code page mark)
  ring_bases/ring_bases_gcj02.geojson  "datum": "GCJ-02", 火星坐标, 不是 CGCS2000 (not CGCS2000): 510-580 m off if taken for it

  tables/                         table1_clusters.csv (UTF-8), table2_belts.csv (GBK): 规划表 1、表 2 原文，附行号 (the plan's own words, with its
                                  lines); population.csv (UTF-8): 公布的常住人口，附来源 (published, with sources); ring_bases_ledger.csv
                                  (GBK), points.csv (UTF-8, lon, lat, EPSG:4490): 虚构 (made up), 与图层一致 (as in the layers)
  imagery.tif                     EPSG:4527, 2 m: land cover of 2024-10-05 about three parks: 0 unknown, 1 crops, 2 greenhouse film,
                                  3 bare soil, 4 hardened, 5 building
  truth.csv                       planted sites: site,lon,lat,rule,expected (violation, for_field_check, clear), the same for any
                                  number of parcels; look-alikes that must stay clear among them. 埋设的违规与合规样点（虚构）
                                  Below 100000 parcels some lie where no parcel is delivered; those on ring bases lie outside the city.

样点的读法 how the sites are to be read
  A site says nothing about a rule that it has no row for. 一处问题只记一类 (one case is one flag):
  G1 G2 G3  housing inside a greenhouse is category 2 alone: violation of G2, clear of G1; a restaurant inside a greenhouse is no
            housing: G1. A guard house lived in or let is category 3: violation of G3, clear of G1.
  G1        the same buildings on cropland outside every park, base, point and belt are category 0 疑似违法占耕, never 大棚房:
            for_field_check, for an approval as construction land is in none of these layers. A building seen by satellite alone
            (TBLX 20): for_field_check, for its use is not known.
  G3        25 to 29 m² in 张北, 沽源, 围场 and 丰宁: for_field_check, for whether 30 m² hold there is not known
  G4        land for what serves growing is that of a project's facilities together. 5 % and 10 亩 are 127号文's, superseded:
            for_field_check, Tianjin's bases too; 10 % and 15 亩 are Hebei's: violation
  G5        hardening (YH) of cropland of any size: violation; soil moved or heaped (DT, TD): for_field_check
  G6        growing without soil (facilities filed as 工厂化育苗, 无土栽培, 食用菌工厂化栽培) on permanent basic farmland: built
            after 2021-11 violation; earlier, or on no known day, for_field_check
  G7        a plot without filing, or a building on it used otherwise than filed: a shed turned into a shop is G1's and G7's
  G8        a building of the case's own kind on a closed case or within 5 m of it, built after it was closed
  G9        evidence from above alone: for_field_check
  G10       facilities filed as 点状配套设施用地, built after 京规自发〔2023〕168号

{}合计 totals
  reserve 200000 亩, protected 160000 亩, points 500, ring_bases 210 (≥ 300 亩 each, 126000 亩), outer_bases 50000 亩,
  clusters_delivered 35, belts_delivered 10 (单侧宽度 1000 米为本数据自定，规划未规定; the width of 1000 m is our own, the plan
  names none; 北侧 is read as of 顺平南线 alone)
  vegetable_land 在用 420000 亩 (并集 union), 重复上报 5% (sum 441000 亩)
)";

constexpr const char* kFaults =
    R"(  parcels/DLTB_110118_补交.shp     EPSG:4527, GBK: 穆家峪片区数村补交的图斑，含埋设的数据错误；不含菜地、规划空间和园区 (resubmitted villages, with
                                  planted data faults; no vegetable land, zone or park lies there)
  faults.csv                      planted data faults: file,row,key,fault; row 从 1 起 (from 1), key 为交付的主键 (as delivered). One fault a
                                  row, others in the same file have none; DLTB files of districts have none. A fault between two rows
                                  (overlap, gap, duplicate_*) stands at the row that was changed; what follows from a fault is not
                                  listed: a row in a wrong zone has another area there, half a bow-tie counts twice. 埋设的数据错误（虚构）
  caitu-demo --no-faults          makes the delivery without the two, and without the faults in other files that faults.csv names

)";

}  // namespace

void write_readme(const std::filesystem::path& file, const Options& options) {
  std::ofstream out(file, std::ios::binary);
  out << fmt::format(kText, options.parcels, options.seed, options.faults ? "" : ", without data faults",
                     options.faults ? kFaults : "");
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "The file cannot be written.", base::Where{.file = file.string()});
}

}  // namespace caitu::demo
