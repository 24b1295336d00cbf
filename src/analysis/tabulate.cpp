#include "analysis/tabulate.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/detail/layer_cutter.hpp"
#include "base/error.hpp"

namespace caitu::analysis {
namespace {

using base::Code;
using base::Error;
using base::Where;
using geodata::Value;

constexpr std::size_t kItemsAtOnce = 1024;

/// The values of one field, and which of them each item has.
struct Classes {
  std::vector<Value> values;
  std::vector<std::uint32_t> of_item;
};

Classes classes_of(const InputLayer& layer, std::size_t field) {
  std::map<Value, std::uint32_t> numbers;
  Classes classes;
  classes.of_item.reserve(layer.land().size());
  for (std::size_t item = 0; item < layer.land().size(); ++item) {
    const auto next = static_cast<std::uint32_t>(numbers.size());
    classes.of_item.push_back(
        numbers.try_emplace(layer.values(item, {&field, 1}).front(), next).first->second);
  }
  std::vector<std::uint32_t> place(numbers.size());
  for (const auto& [value, number] : numbers) {
    place[number] = static_cast<std::uint32_t>(classes.values.size());
    classes.values.push_back(value);
  }
  for (std::uint32_t& number : classes.of_item) number = place[number];
  return classes;
}

ExactSum check_and_sum(const InputLayer& layer) {
  ExactSum sum;
  for (std::size_t item = 0; item < layer.land().size(); ++item) {
    const geometry::Kind kind = layer.land().kind(item);
    if (kind != geometry::Kind::polygon && kind != geometry::Kind::empty)
      throw Error(Code::refused,
                  "feature " + std::to_string(layer.id(item)) + " is a " + std::string(geometry::name(kind)) +
                      "; only land has 亩 to be tabulated",
                  Where{.file = layer.name()}, "take its polygons out first");
    sum.add(layer.land().area_m2(item));
  }
  return sum;
}

struct Cell {
  std::size_t first = 0, last = 0;
};
struct CellSums {
  std::size_t last = 0;
  std::uint64_t pairs = 0;
  std::map<std::pair<std::uint32_t, std::uint32_t>, ExactSum> sums = {};  ///< by (row, column)
};

}  // namespace

LayerField find_field(const InputLayer& a, const InputLayer& b, const std::string& name,
                      const std::string& option) {
  std::vector<LayerField> found;
  std::vector<std::string> names;
  for (const bool of_right : {false, true}) {
    const auto& fields = (of_right ? b : a).fields();
    for (std::size_t place = 0; place < fields.size(); ++place) {
      const std::string prefixed = (of_right ? "b_" : "a_") + fields[place].name;
      names.push_back(fields[place].name);
      names.push_back(prefixed);
      if (name == prefixed || name == fields[place].name)
        found.push_back({of_right, place, fields[place].name});
    }
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    const std::string nearest = base::nearest_name(name, names);
    throw Error(Code::usage, "neither layer has a field \"" + name + "\"", Where{.field = option},
                nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
  }
  throw Error(Code::usage, "both layers have a field \"" + name + "\"", Where{.field = option},
              "say a_" + name + " or b_" + name);
}

Table tabulate(const InputLayer& a, const InputLayer& b, const TabulateOptions& options,
               const base::Progress& progress) {
  Table table;
  table.a = {a.name(), a.digest(), a.land().size(), a.intake()};
  table.b = {b.name(), b.digest(), b.land().size(), b.intake()};
  table.a_m2 = check_and_sum(a);
  table.b_m2 = check_and_sum(b);
  const Classes rows = classes_of(options.rows.of_right ? b : a, options.rows.place);
  const Classes columns = classes_of(options.columns.of_right ? b : a, options.columns.place);
  table.rows = rows.values;
  table.columns = columns.values;
  table.m2.resize(rows.values.size() * columns.values.size());

  const geodata::Snapshot &left = a.land(), &right = b.land();
  right.tree();
  const std::size_t threads = std::max<std::size_t>(1, options.threads);
  const LayerCutOptions cut;
  std::size_t next = 0;
  const auto produce = [&]() -> std::optional<Cell> {
    progress.check();
    if (next == left.size()) return std::nullopt;
    const std::size_t first = next;
    next = std::min(left.size(), first + kItemsAtOnce);
    return Cell{first, next};
  };
  const auto work = [&](Cell cell) {
    thread_local std::optional<detail::LayerCutter> cutter;
    if (!cutter) cutter.emplace(right, options.memory / threads, cut);
    CellSums result{.last = cell.last};
    for (std::size_t item = cell.first; item < cell.last; ++item) {
      if (left.kind(item) != geometry::Kind::polygon) continue;
      cutter->measure(left.geometry(item), left.box(item), [&](std::uint32_t other, double m2) {
        const std::uint32_t row = rows.of_item[options.rows.of_right ? other : item];
        const std::uint32_t column = columns.of_item[options.columns.of_right ? other : item];
        result.sums[{row, column}].add(m2);
        ++result.pairs;
      });
    }
    return result;
  };
  const auto consume = [&](CellSums cell) {
    table.pairs += cell.pairs;
    for (const auto& [place, sum] : cell.sums) {
      table.m2[place.first * table.columns.size() + place.second].add(sum);
      table.common_m2.add(sum);
    }
    progress.at("measuring", cell.last, left.size());
  };
  base::ordered_pipeline<Cell, CellSums>(produce, work, consume, threads, 4 * threads);
  return table;
}

}  // namespace caitu::analysis
