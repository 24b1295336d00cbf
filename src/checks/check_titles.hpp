#pragma once

#include <array>
#include <string_view>

#include "checks/rule.hpp"

namespace caitu::checks {

/// What a check is called, and what it answers, for lists of them.
struct CheckTitle {
  std::string_view check;  ///< one of kChecks
  std::string_view zh, en;
  std::string_view about_zh, about_en;
};

/// In the order of kChecks.
inline constexpr std::array<CheckTitle, kChecks.size()> kCheckTitles = {{
    {"retention", "人均菜地保有面积", "Vegetable land per resident", "在用菜地并集除以常住人口，与 3 厘比较",
     "The union of vegetable land in use over the residents, held against 3 厘"},
    {"targets", "规划目标", "Targets of the plan", "三年行动计划的各项目标与各图层实有数量比较",
     "What the layers hold against the figures of the plan"},
    {"belts", "产业推进带", "Belts", "十条产业推进带沿线的土地", "The land along the ten belts"},
    {"bases", "环京基地", "Ring bases", "环京基地的资格、面积与供应比例",
     "Whether the bases around Beijing are eligible, how large they are and what they supply"},
    {"greenhouse", "大棚房问题", "Greenhouse-house", "按规则 G1 至 G10 排查大棚房疑似问题",
     "Rules G1 to G10: non-agricultural use of greenhouses, guard houses and facilities"},
    {"quality", "数据质量", "Data quality", "各图层数据的质量问题",
     "What is wrong with the data of the layers"},
}};

}  // namespace caitu::checks
