#include "catalog/identity.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/ids.hpp"

namespace caitu::catalog {
namespace {

void append_text(std::string& key, const geodata::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    key += *text;
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    key += std::to_string(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    char buffer[32];
    key.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, *real).ptr);
  }
}

bool missing(const geodata::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return std::holds_alternative<std::monostate>(value) || (text != nullptr && text->empty());
}

std::uint64_t unused_id(const std::string& layer, std::uint64_t claimed, unsigned rank,
                        const std::vector<std::uint64_t>& taken) {
  const std::string key = "shares:" + std::to_string(claimed);
  for (unsigned attempt = rank;; attempt += 1U << 20) {
    const std::uint64_t id = base::feature_id(layer, key, attempt);
    if (!std::binary_search(taken.begin(), taken.end(), id)) return id;
  }
}

}  // namespace

std::uint64_t claimed_id(const geodata::Schema& schema, const std::vector<std::size_t>& key_fields,
                         const geodata::Feature& feature) {
  std::string key;
  for (const std::size_t field : key_fields) {
    if (missing(feature.values[field])) {
      key.clear();
      break;
    }
    key += '\x1f';
    append_text(key, feature.values[field]);
  }
  if (key.empty()) key = "geometry:" + base::hex(geodata::geometry_digest(feature.geometry));
  return base::feature_id(schema.layer, key);
}

Identities resolve(const std::string& layer, const std::vector<Claim>& claims) {
  std::vector<std::size_t> order(claims.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&claims](std::size_t a, std::size_t b) {
    if (claims[a].id != claims[b].id) return claims[a].id < claims[b].id;
    if (claims[a].content != claims[b].content) return claims[a].content < claims[b].content;
    return a < b;
  });
  std::vector<std::uint64_t> taken(claims.size());
  std::transform(order.begin(), order.end(), taken.begin(),
                 [&claims](std::size_t i) { return claims[i].id; });

  Identities result;
  result.ids.resize(claims.size());
  unsigned rank = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint64_t claimed = claims[order[i]].id;
    rank = i > 0 && claims[order[i - 1]].id == claimed ? rank + 1 : 0;
    result.ids[order[i]] = rank == 0 ? claimed : unused_id(layer, claimed, rank, taken);
    if (rank > 0) ++result.shared;
  }
  return result;
}

}  // namespace caitu::catalog
