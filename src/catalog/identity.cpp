#include "catalog/identity.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>
#include <tuple>

#include "base/ids.hpp"
#include "catalog/matching.hpp"

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

/// Ids of those that are new. The least content of a key or place gets what it asks for, unless a former
/// feature goes by it; the others get ids that depend on it and on their rank.
void give_new_ids(const std::string& layer, const std::vector<Claim>& claims, const Former* former,
                  const std::vector<std::size_t>& order, Identities& result) {
  std::vector<std::uint64_t> known(claims.size());
  std::transform(order.begin(), order.end(), known.begin(), [&](std::size_t i) { return claims[i].id; });
  std::vector<std::uint64_t> former_ids;
  if (former != nullptr) {
    for (const store::RowState& row : former->rows) former_ids.push_back(row.id);
  }
  const auto is_former = [&](std::uint64_t id) {
    return std::binary_search(former_ids.begin(), former_ids.end(), id);
  };
  std::set<std::uint64_t> given;
  const auto unused_id = [&](std::uint64_t claimed, unsigned rank) {
    const std::string key = "shares:" + std::to_string(claimed);
    for (unsigned attempt = rank;; attempt += 1U << 20) {
      const std::uint64_t id = base::feature_id(layer, key, attempt);
      if (std::binary_search(known.begin(), known.end(), id) || is_former(id)) continue;
      if (given.insert(id).second) return id;
    }
  };
  unsigned rank = 0;
  std::uint64_t last = 0;
  for (const std::size_t i : order) {
    if (result.ids[i] != 0) continue;
    const std::uint64_t claimed = claims[i].id;
    rank = claimed == last ? rank + 1 : is_former(claimed) ? 1 : 0;
    last = claimed;
    result.ids[i] = rank == 0 ? claimed : unused_id(claimed, rank);
    ++result.fresh;
  }
}

}  // namespace

void KeyText::add(const geodata::Value& value) {
  whole_ = whole_ && !missing(value);
  text_ += '\x1f';
  append_text(text_, value);
}

std::optional<std::uint64_t> KeyText::id(const std::string& layer) const {
  return whole_ && !text_.empty() ? std::optional(base::feature_id(layer, text_)) : std::nullopt;
}

Claim claim_of(const geodata::Schema& schema, const std::vector<std::size_t>& key_fields,
               const geodata::Feature& feature) {
  KeyText key;
  for (const std::size_t field : key_fields) key.add(feature.values[field]);
  const auto id = key.id(schema.layer);
  return {.id = id ? *id
                   : base::feature_id(schema.layer,
                                      "geometry:" + base::hex(geodata::geometry_digest(feature.geometry))),
          .content = geodata::content_digest(feature.geometry, feature.values),
          .keyed = id.has_value()};
}

std::uint64_t claimed_id(const geodata::Schema& schema, const std::vector<std::size_t>& key_fields,
                         const geodata::Feature& feature) {
  return claim_of(schema, key_fields, feature).id;
}

Identities identify(const geodata::Schema& schema, const std::vector<Claim>& claims, const Former* former,
                    const LandOf& land, const MatchOptions& options) {
  Identities result;
  result.ids.resize(claims.size());
  if (former != nullptr && !former->rows.empty())
    match_former(schema, claims, *former, land, options, result);
  std::vector<std::size_t> order(claims.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&claims](std::size_t a, std::size_t b) {
    return std::tie(claims[a].id, claims[a].content, a) < std::tie(claims[b].id, claims[b].content, b);
  });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (claims[order[i]].id == claims[order[i - 1]].id) ++result.shared;
  give_new_ids(schema.layer, claims, former, order, result);
  return result;
}

}  // namespace caitu::catalog
