#include "tables.hpp"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

#include "base/error.hpp"
#include "places.hpp"
#include "writer.hpp"

namespace caitu::demo {
namespace {

constexpr int kTable1FirstLine = 131, kTable1SumLine = 143;

struct BeltRow {
  int line;
  std::string_view district;
  int count;
  std::string_view name, towns;
};
constexpr BeltRow kTable2[] = {
    {148, "大兴", 2, "庞安路延长线和安采路沿线", "庞各庄镇、青云店镇、长子营镇、采育镇"},
    {149, "通州", 1, "漷永路沿线", "漷县镇、永乐店镇、于家务乡"},
    {150, "顺义", 1, "龙塘路沿线", "杨镇、北务镇、大孙各庄镇、李桥镇"},
    {151, "房山", 1, "长周路沿线", "琉璃河镇、长阳镇"},
    {152, "密云", 2, "顺密路沿线和西统路沿线", "河南寨镇、西田各庄镇、巨各庄镇、十里堡镇"},
    {153, "延庆", 1, "延康路、延永路沿线", "延庆镇、康庄镇和永宁镇"},
    {154, "平谷", 2, "密三路和顺平南线北侧", "马昌营镇、马坊镇、东高村镇"},
};

/// Resident population; `mark` as FACTS grades it: A read in a solid source or computed, C unconfirmed.
struct Population {
  std::string_view date, code, name;
  int persons;
  std::string_view mark, source;
};
constexpr std::string_view kCensus = "第七次全国人口普查", kDistricts = "第七次全国人口普查第二号公报";
constexpr Population kPopulation[] = {
    {"2020-11-01", "110000", "北京市", 21'893'095, "A", kCensus},
    {"2020-12-31", "110000", "北京市", 21'890'000, "A", "由2021年末数推算"},
    {"2021-12-31", "110000", "北京市", 21'886'000, "A", "公布的年末常住人口"},
    {"2022-12-31", "110000", "北京市", 21'843'000, "A", "公布的年末常住人口"},
    {"2023-12-31", "110000", "北京市", 21'858'000, "A", "公布的年末常住人口"},
    {"2024-12-31", "110000", "北京市", 21'832'000, "C", "未经核实"},
    {"2020-11-01", "110101", "东城区", 708'829, "A", kDistricts},
    {"2020-11-01", "110102", "西城区", 1'106'214, "A", kDistricts},
    {"2020-11-01", "110105", "朝阳区", 3'452'460, "A", kDistricts},
    {"2020-11-01", "110106", "丰台区", 2'019'764, "A", kDistricts},
    {"2020-11-01", "110107", "石景山区", 567'851, "A", kDistricts},
    {"2020-11-01", "110108", "海淀区", 3'133'469, "A", kDistricts},
    {"2020-11-01", "110109", "门头沟区", 392'606, "A", kDistricts},
    {"2020-11-01", "110111", "房山区", 1'312'778, "A", kDistricts},
    {"2020-11-01", "110112", "通州区", 1'840'295, "A", kDistricts},
    {"2020-11-01", "110113", "顺义区", 1'324'044, "A", kDistricts},
    {"2020-11-01", "110114", "昌平区", 2'269'487, "A", kDistricts},
    {"2020-11-01", "110115", "大兴区", 1'993'591, "A", kDistricts},
    {"2020-11-01", "110116", "怀柔区", 441'040, "A", kDistricts},
    {"2020-11-01", "110117", "平谷区", 457'313, "A", kDistricts},
    {"2020-11-01", "110118", "密云区", 527'683, "A", kDistricts},
    {"2020-11-01", "110119", "延庆区", 345'671, "A", kDistricts},
};

enum class Encoding { utf8_marked, gbk };

void write(const std::filesystem::path& file, const std::string& text, Encoding encoding) {
  std::ofstream out(file, std::ios::binary);
  if (encoding == Encoding::utf8_marked) {
    out << "\xEF\xBB\xBF" << text;
  } else {
    char* const recoded = CPLRecode(text.c_str(), CPL_ENC_UTF8, "GBK");
    out << recoded;
    CPLFree(recoded);
  }
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "The file cannot be written.", base::Where{.file = file.string()});
}

/// District names in the plan's tables lack 区.
std::string_view short_name(std::string_view district) { return district.substr(0, district.size() - 3); }

/// The towns of table 1 stand in towns() in the table's own order.
std::string table1() {
  std::string text = "区,个数,涉及乡镇,出处\r\n";
  int line = kTable1FirstLine, all = 0;
  for (std::size_t i = 0; i < towns().size() && towns()[i].in_plan;) {
    const std::string_view district = towns()[i].district;
    std::string names;
    int count = 0;
    for (; i < towns().size() && towns()[i].in_plan && towns()[i].district == district; ++i, ++count)
      names += (count == 0 ? "" : "、") + std::string(towns()[i].name);
    text += fmt::format("{},{},{},京政农发〔2023〕57号 表1 L{}\r\n", short_name(district_name(district)),
                        count, names, line++);
    all += count;
  }
  return text + fmt::format("合计,{},,京政农发〔2023〕57号 表1 L{}\r\n", all, kTable1SumLine);
}

std::string table2() {
  std::string text = "区,个数,名称,涉及乡镇,出处\r\n";
  for (const BeltRow& row : kTable2) {
    text += fmt::format("{},{},{},{},京政农发〔2023〕57号 表2 L{}\r\n", row.district, row.count, row.name,
                        row.towns, row.line);
  }
  return text;
}

std::string population() {
  std::string text = "日期,区划代码,区域,常住人口（人）,可信度,来源\r\n";
  for (const Population& row : kPopulation)
    text +=
        fmt::format("{},{},{},{},{},{}\r\n", row.date, row.code, row.name, row.persons, row.mark, row.source);
  return text;
}

/// Visits the rows of a file that was delivered.
template <typename Visit>
void each_row(const std::filesystem::path& file, const char* layer, Visit visit) {
  // One of the Shapefiles does not say that it is in GBK.
  CPLStringList options;
  options.AddNameValue("ENCODING", "GBK");
  const char* const* const used = file.extension() == ".shp" ? options.List() : nullptr;
  const GDALDatasetUniquePtr data(
      GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, used, nullptr));
  OGRLayer* const from = !data ? nullptr : layer == nullptr ? data->GetLayer(0) : data->GetLayerByName(layer);
  if (from == nullptr)
    throw base::Error(base::Code::io, "The file cannot be read back.", base::Where{.file = file.string()});
  for (const auto& row : *from) visit(*row);
}

/// The fields of a base stand in one order in all the files that bases come in.
std::string ledger(const std::filesystem::path& bases) {
  enum {
    id,
    name,
    run_by,
    province,
    county,
    mu,
    share,
    founded,
    applied,
    assessed,
    status,
    since,
    output,
    daily,
    emergency
  };
  const auto day = [](const OGRFeature& row, int field) {
    std::string text = row.GetFieldAsString(field);
    std::replace(text.begin(), text.end(), '/', '-');
    return text;
  };
  std::vector<std::string> lines;
  for (const char* file : {"ring_bases_zone38.shp", "ring_bases_zone39.shp", "ring_bases_zone40.shp",
                           "ring_bases_gcj02.geojson"}) {
    each_row(bases / file, nullptr, [&](const OGRFeature& row) {
      lines.push_back(
          fmt::format("{},{},{},{},{},{},{:.2f},{:.2f},{:.1f},{:.1f},{:.1f},{},{},{},{},{}\r\n", kMark,
                      row.GetFieldAsString(id), row.GetFieldAsString(name), row.GetFieldAsString(run_by),
                      row.GetFieldAsString(province), row.GetFieldAsString(county), row.GetFieldAsDouble(mu),
                      row.GetFieldAsDouble(share), row.GetFieldAsDouble(output), row.GetFieldAsDouble(daily),
                      row.GetFieldAsDouble(emergency), day(row, founded), day(row, applied),
                      day(row, assessed), row.GetFieldAsString(status), day(row, since)));
    });
  }
  std::sort(lines.begin(), lines.end());
  std::string text =
      "说明,基地编号,基地名称,经营主体,省份,所在县,菜田面积（亩）,设施占比,年产量（吨）,日常供京量（吨）,"
      "应急供京量（吨）,"
      "建立日期,申报日期,评定日期,认定状态,状态日期\r\n";
  for (const std::string& line : lines) text += line;
  return text;
}

std::string points(const std::filesystem::path& plan) {
  std::string text = "note,project_id,name,district,town,lon,lat\r\n";
  each_row(plan, "points", [&](const OGRFeature& row) {
    const OGRPoint& at = *row.GetGeometryRef()->toPoint();
    text += fmt::format("{},{},{},{},{},{:.8f},{:.8f}\r\n", kMark, row.GetFieldAsString("project_id"),
                        row.GetFieldAsString("name"), row.GetFieldAsString("district"),
                        row.GetFieldAsString("town"), at.getX(), at.getY());
  });
  return text;
}

}  // namespace

void write_tables(const std::filesystem::path& delivery) {
  const std::filesystem::path folder = delivery / "tables";
  std::filesystem::create_directories(folder);
  write(folder / "table1_clusters.csv", table1(), Encoding::utf8_marked);
  write(folder / "table2_belts.csv", table2(), Encoding::gbk);
  write(folder / "population.csv", population(), Encoding::utf8_marked);
  write(folder / "ring_bases_ledger.csv", ledger(delivery / "ring_bases"), Encoding::gbk);
  write(folder / "points.csv", points(delivery / "plan.gpkg"), Encoding::utf8_marked);
}

}  // namespace caitu::demo
