#include "villages.hpp"

#include <fmt/format.h>

#include <array>
#include <set>
#include <string_view>

#include "random.hpp"

namespace caitu::demo {
namespace {

constexpr std::array<std::string_view, 40> kFamilies = {
    "张", "王", "李", "赵", "刘", "陈", "杨", "孙", "周", "吴", "徐", "马", "朱", "胡",
    "郭", "何", "高", "林", "罗", "郑", "梁", "宋", "唐", "许", "韩", "冯", "邓", "曹",
    "彭", "曾", "田", "董", "潘", "袁", "蔡", "蒋", "余", "于", "杜", "叶"};
constexpr std::array<std::string_view, 10> kSides = {"东", "西", "南", "北", "前",
                                                     "后", "大", "小", "上", "下"};
constexpr std::array<std::string_view, 12> kEndings = {"各庄", "家营", "家务", "家庄", "家屯", "家场",
                                                       "家堡", "庄",   "辛庄", "家园", "家湾", "家店"};
constexpr std::array<std::string_view, 16> kGood = {"绿源", "丰禾", "金田", "沃野", "青禾", "瑞丰",
                                                    "京蔬", "鲜蔬", "民丰", "嘉禾", "宏绿", "润农",
                                                    "盛园", "惠农", "田园", "新翠"};
constexpr std::array<std::string_view, 5> kForms = {"蔬菜专业合作社", "农业科技有限公司", "种植专业合作社",
                                                    "农业发展有限公司", "家庭农场"};

}  // namespace

std::vector<std::string> village_names(std::uint64_t seed, std::size_t count) {
  Random random(seed_of({seed, 0x7669}));
  std::set<std::string> taken;
  std::vector<std::string> names;
  while (names.size() < count) {
    std::string name;
    if (random.chance(0.35)) name += random.pick(kSides);
    name += random.pick(kFamilies);
    name += random.pick(kEndings);
    name += "村";
    if (taken.insert(name).second) names.push_back(std::move(name));
  }
  return names;
}

std::string operator_name(std::uint64_t seed) {
  Random random(seed_of({seed, 0x6f70}));
  std::string name = "虚构";
  name += random.pick(kGood);
  name += random.pick(kForms);
  return name;
}

std::string date_between(std::uint64_t seed, int first_year, int last_year) {
  Random random(seed_of({seed, 0x6461}));
  const int year = first_year + random.below(last_year - first_year + 1);
  const int month = 1 + random.below(12);
  return fmt::format("{}-{:02}-{:02}", year, month, 1 + random.below(28));
}

}  // namespace caitu::demo
