#include "places.hpp"

#include <algorithm>

namespace caitu::demo {

std::string_view district_name(std::string_view code) {
  const auto all = districts();
  const auto found = std::find_if(all.begin(), all.end(), [&](const District& d) { return d.code == code; });
  return found == all.end() ? std::string_view() : found->name;
}

}  // namespace caitu::demo
