#include "checks/detail/needs.hpp"

namespace caitu::checks::detail {

std::optional<NotRun> missing_layers(const Context& context, const Rule& rule) {
  for (const std::string& need : rule.needs) {
    bool there = false;
    for (std::size_t begin = 0; begin <= need.size();) {
      const std::size_t end = std::min(need.find('|', begin), need.size());
      there = there || context.pinned.find(need.substr(begin, end - begin)) != nullptr;
      begin = end + 1;
    }
    if (there) continue;
    const std::string first = need.substr(0, need.find('|'));
    const auto why = context.pinned.missing.find(first);
    return NotRun{rule.id, need,
                  why == context.pinned.missing.end() ? "there is no such layer" : why->second};
  }
  return {};
}

}  // namespace caitu::checks::detail
