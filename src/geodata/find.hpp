#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "geodata/snapshot.hpp"

namespace caitu::geodata {

/// How a text holds what is looked for. Names in one text are parted by 、 and each is a text of its own.
enum class Match : std::uint8_t { equal, prefix, inside };

struct Found {
  Match match = Match::inside;
  std::size_t field = 0;
  std::string_view value;  ///< the whole text; lives as long as the snapshot
  std::size_t item = 0;
};

/// What is found: every feature, or the first of each value, where one thing comes in many pieces (a road).
enum class Each : std::uint8_t { feature, value };

/// The `limit` features that hold `wanted` in one of their text `fields` best: by match, then value, then
/// item. A feature comes once, by its best field. Letters of ASCII count without case. An empty text is found
/// nowhere.
///
/// Cost: a pass over the distinct texts of each field, and one over the codes of fields with a match.
std::vector<Found> find(const Snapshot& snapshot, std::span<const std::size_t> fields,
                        std::string_view wanted, std::size_t limit, Each each = Each::feature);

/// All items whose `field` holds this value, in order.
std::vector<std::size_t> items_of_value(const Snapshot& snapshot, std::size_t field, std::string_view value);

}  // namespace caitu::geodata
