#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "base/units.hpp"
#include "checks/derive.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/table_file.hpp"
#include "checks/detail/town_items.hpp"
#include "checks/road_land.hpp"
#include "geodata/query.hpp"
#include "geometry/join.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks {
namespace {

using geodata::Snapshot;
using geometry::Geometry;
using geometry::GeometryView;
using geometry::Kind;
using geometry::Zone;

// Less is rounding where a road or a belt runs along the border.
constexpr double kLeastCutM2 = 1, kLeastOutsideM = 1;

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, "、"));
}

std::string mu(double m2) { return base::grouped(fmt::format("{:.1f}", base::mu_from_m2(m2))); }

void append(Geometry& line, GeometryView more) {
  const auto before = static_cast<std::uint32_t>(line.positions.size());
  line.kind = Kind::line;
  line.positions.insert(line.positions.end(), more.positions.begin(), more.positions.end());
  for (const std::uint32_t end : more.path_ends) line.path_ends.push_back(before + end);
}

/// A belt's land before it is clipped, and what it is made of.
struct Strip {
  Geometry land;
  std::vector<std::pair<std::string, Geometry>> roads;  ///< by the names of their lines
};

class BeltMaker {
 public:
  BeltMaker(const PlanTables& tables, const PlanLayers& layers, double width_m)
      : tables_(tables), layers_(layers), width_m_(width_m) {
    std::vector<std::string> said_with_the_clusters;
    if (layers.towns != nullptr)
      town_items_ = detail::items_of_towns(tables, *layers.towns, said_with_the_clusters);
  }

  Derived make() {
    note("计划没有给出推进带的宽度：道路每侧 {} 米是假定。", width_m_);
    if (layers_.roads == nullptr) {
      note("缺少道路图层（roads）：计划表 2 的 {} 条推进带均无法生成。", tables_.belts().size());
      return std::move(out_);
    }
    if (layers_.towns == nullptr) note("缺少乡镇图层（towns）：无法得知各推进带到达本行的哪些乡镇。");
    for (const BeltRow& row : tables_.rows()) {
      const auto outline = outline_of(row);
      for (const PlanBelt& belt : tables_.belts()) {
        if (belt.district_code == row.district_code) make_belt(belt, row, outline ? &*outline : nullptr);
      }
      note_unreached(row);
    }
    return std::move(out_);
  }

 private:
  template <typename... Values>
  void note(fmt::format_string<Values...> text, Values&&... values) {
    out_.notes.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  std::vector<std::size_t> items_of_district(const Snapshot& layer, const BeltRow& row, const char* code,
                                             const char* name) const {
    const detail::FieldOf codes(layer, code), names(layer, name);
    std::vector<std::size_t> items;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      if (layer.kind(i) != Kind::polygon) continue;
      const std::string found = district_code_of(codes.text(i));
      const bool here =
          found.empty() ? same_district(names.text(i), row.district) : found == row.district_code;
      if (here) items.push_back(i);
    }
    return items;
  }

  std::optional<Zone> outline_of(const BeltRow& row) {
    if (layers_.districts != nullptr) {
      const auto items = items_of_district(*layers_.districts, row, "code", "name");
      if (!items.empty()) return Zone(detail::united_items(*layers_.districts, items));
    }
    if (layers_.towns == nullptr) return std::nullopt;
    auto items = items_of_district(*layers_.towns, row, "district_code", "district");
    if (items.empty()) items = items_of_district(*layers_.towns, row, "code", "district");
    if (items.empty()) return std::nullopt;
    note("区图层（districts）中没有{}：其推进带裁剪到乡镇图层（towns）中该区的 {} 个乡镇。", row.district,
         items.size());
    return Zone(detail::united_items(*layers_.towns, items));
  }

  Geometry road_named(const std::string& name) const {
    const detail::FieldOf names(*layers_.roads, "name");
    Geometry road;
    for (std::size_t i = 0; i < layers_.roads->size(); ++i) {
      if (layers_.roads->kind(i) == Kind::line && detail::trimmed(names.text(i)) == name)
        append(road, layers_.roads->geometry(i));
    }
    return road;
  }

  /// Names in `roads` that hold the name which was looked for, or are held by it.
  std::string like(const std::string& name) const {
    const detail::FieldOf names(*layers_.roads, "name");
    std::set<std::string> found;
    for (std::size_t i = 0; i < layers_.roads->size(); ++i) {
      const std::string_view other = detail::trimmed(names.text(i));
      if (other.empty() || other == name) continue;
      if (other.find(name) != std::string::npos || name.find(other) != std::string::npos)
        found.emplace(other);
    }
    return fmt::format("{}", fmt::join(found, "、"));
  }

  void note_missing(const PlanBelt& belt, const std::string& road, const std::string& line) {
    std::string text = fmt::format("{}（计划表 2，L{}）：道路图层中没有{}", belt.name, belt.line, line);
    if (belt.along == Along::extension && !road_named(road).empty()) {
      text += fmt::format("，只有{}本身，而推进带不沿它", road);
    } else if (const std::string others = like(line); !others.empty()) {
      text += fmt::format("；{}未当作它", others);
    }
    out_.notes.push_back(text + "。");
  }

  Strip strip_of(const PlanBelt& belt) {
    Strip strip;
    std::vector<Geometry> lands;
    for (const std::string& road : belt.roads) {
      const std::string line = belt.line_name(road);
      Geometry course = road_named(line);
      if (course.empty()) {
        note_missing(belt, road, line);
        continue;
      }
      const Side side = road == belt.side_road ? belt.side : Side::both;
      if (side == Side::north && !leads_east(course))
        note("{}：道路图层中{}走向偏南北，谈不上北侧。", belt.name, line);
      lands.push_back(road_land(course, width_m_, side));
      strip.roads.emplace_back(line, std::move(course));
    }
    if (!lands.empty() && strip.roads.size() < belt.roads.size())
      note("{}不完整：{} 条道路中只有 {} 条。", belt.name, belt.roads.size(), strip.roads.size());
    const std::vector<GeometryView> parts(lands.begin(), lands.end());
    strip.land = lands.size() == 1 ? std::move(lands.front()) : geometry::united(parts);
    return strip;
  }

  void make_belt(const PlanBelt& belt, const BeltRow& row, const Zone* outline) {
    if (!belt.reading.empty()) note("{}（计划表 2，L{}）：{}。", belt.name, belt.line, belt.reading);
    const Strip strip = strip_of(belt);
    if (strip.roads.empty()) {
      note("缺{}：其道路都不在图层中。", belt.name);
      return;
    }
    if (outline == nullptr) {
      note("缺{}：区图层（districts）和乡镇图层（towns）中都没有{}的界线。", belt.name, belt.district);
      return;
    }
    Geometry land = clipped(belt, strip, *outline);
    if (land.empty()) return;
    std::vector<std::string> roads;
    for (const auto& [line, course] : strip.roads) roads.push_back(line);
    Derived::Feature feature{.values = {{"name", belt.name},
                                        {"district", belt.district},
                                        {"roads", joined(roads)},
                                        {"side", std::string(name(belt.side))},
                                        {"width_m", width_m_}},
                             .geometry = std::move(land)};
    const std::vector<std::string> reached = towns_reached(row, feature.geometry);
    if (!reached.empty()) feature.values.emplace("towns", joined(reached));
    out_.features.push_back(std::move(feature));
  }

  Geometry clipped(const PlanBelt& belt, const Strip& strip, const Zone& outline) {
    for (const auto& [line, course] : strip.roads) {
      const double all = geometry::length_m(course), inside = outline.length_inside_m(course);
      if (all - inside > kLeastOutsideM)
        note("{}：{}全长 {:.1f} 千米，其中 {:.1f} 千米在{}之外。", belt.name, line, all / 1000,
             (all - inside) / 1000, belt.district);
    }
    geometry::Cut cut = outline.cut(strip.land);
    if (cut.share == geometry::Share::none) {
      note("缺{}：其沿线没有土地在{}。", belt.name, belt.district);
      return {};
    }
    if (cut.share == geometry::Share::all) return strip.land;
    const double all = geometry::area_m2(strip.land), outside = geometry::area_m2(cut.outside);
    if (outside > kLeastCutM2)
      note("{}：沿线 {} 亩中有 {} 亩（{:.1f} %）在{}之外，已裁去。", belt.name, mu(all), mu(outside),
           100 * outside / all, belt.district);
    return std::move(cut.inside);
  }

  std::vector<std::string> towns_reached(const BeltRow& row, GeometryView land) {
    std::vector<std::string> reached;
    if (layers_.towns == nullptr) return reached;
    const Zone zone(land);
    for (const std::string& town : row.towns) {
      double inside_m2 = 0;
      for (const std::size_t item : items_of(row, town))
        inside_m2 += zone.area_inside_m2(layers_.towns->geometry(item));
      if (inside_m2 <= geodata::kLeastPieceM2) continue;
      reached.push_back(town);
      reached_.emplace(row.district_code, town);
    }
    return reached;
  }

  const std::vector<std::size_t>& items_of(const BeltRow& row, const std::string& town) const {
    const auto& towns = tables_.towns();
    const auto at = std::ranges::find_if(towns, [&](const PlanTown& known) {
      return known.district_code == row.district_code && known.name == town;
    });
    return town_items_[static_cast<std::size_t>(at - towns.begin())];
  }

  /// The plan gives these towns to the row's belts; with this width, or on these roads, none gets there.
  void note_unreached(const BeltRow& row) {
    if (layers_.towns == nullptr) return;
    std::vector<std::string> absent, beyond;
    for (const std::string& town : row.towns) {
      if (items_of(row, town).empty()) {
        absent.push_back(town);
      } else if (!reached_.contains({row.district_code, town})) {
        beyond.push_back(town);
      }
    }
    if (!absent.empty())
      note("{}（计划表 2，L{}）：乡镇图层中没有{}。", row.district, row.line, joined(absent));
    if (!beyond.empty())
      note("{}（计划表 2，L{}）：本行各推进带都不到{}。", row.district, row.line, joined(beyond));
  }

  const PlanTables& tables_;
  const PlanLayers& layers_;
  double width_m_;
  std::vector<std::vector<std::size_t>> town_items_;
  std::set<std::pair<std::string, std::string>> reached_;  ///< district code and town
  Derived out_;
};

}  // namespace

Derived derive_belts(const PlanTables& tables, const PlanLayers& layers, double width_m) {
  check_width(width_m);
  return BeltMaker(tables, layers, width_m).make();
}

}  // namespace caitu::checks
