#include "checks/detail/needs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caitu::checks::detail {
namespace {

std::vector<std::string> alternatives(const std::string& need) {
  std::vector<std::string> layers;
  for (std::size_t begin = 0; begin <= need.size();) {
    const std::size_t end = std::min(need.find('|', begin), need.size());
    layers.push_back(need.substr(begin, end - begin));
    begin = end + 1;
  }
  return layers;
}

}  // namespace

std::string why_missing(const Context& context, const std::string& layer) {
  const auto why = context.pinned.missing.find(layer);
  return why == context.pinned.missing.end() ? "There is no layer \"" + layer + "\"." : why->second;
}

std::optional<std::string> holds_nothing(const Context& context, const std::string& layer) {
  const auto* edition = context.pinned.find(layer);
  if (edition == nullptr || edition->snapshot->size() > 0) return {};
  return fmt::format("图层 {}（{}）第 {} 版没有任何要素（holds no feature）。", layer,
                     edition->record.schema.title, edition->record.edition);
}

std::optional<NotRun> missing_layers(const Context& context, const Rule& rule) {
  for (const std::string& need : rule.needs) {
    const auto layers = alternatives(need);
    if (std::ranges::none_of(layers,
                             [&](const std::string& layer) { return context.pinned.find(layer) != nullptr; }))
      return NotRun{rule.id, need, why_missing(context, layers.front())};
  }
  return {};
}

std::vector<std::string> empty_layers(const Context& context, const Rule& rule) {
  std::vector<std::string> sentences;
  for (const std::string& need : rule.needs) {
    for (const std::string& layer : alternatives(need)) {
      if (auto sentence = holds_nothing(context, layer)) sentences.push_back(std::move(*sentence));
    }
  }
  return sentences;
}

}  // namespace caitu::checks::detail
