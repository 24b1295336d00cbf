#include "geodata/totals.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/workers.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::geodata {
namespace {

using geometry::Geometry;
using geometry::GeometryView;
using geometry::Kind;

/// Features are counted in runs of this many, whose sums are added in order: so threads change no bit.
constexpr std::size_t kRunItems = 2048;

/// The sums of one run of items; on one thread.
class RunOfItems {
 public:
  RunOfItems(const Snapshot& layer, const Snapshot& units) : layer_(layer), units_(units) {}

  void add(std::size_t item) {
    if (layer_.kind(item) == Kind::polygon) {
      add_polygon(item);
    } else {
      add_place(item);
    }
  }

  std::map<std::size_t, ClassSum> sums;
  ClassSum elsewhere;

 private:
  std::vector<std::size_t> units_meeting(const geometry::Box& box) const {
    std::vector<std::size_t> met;
    units_.tree().query(box, 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t unit = first; unit < last; ++unit) met.push_back(unit);
      return true;
    });
    return met;
  }

  const geometry::Zone& zone(std::size_t unit) {
    const auto at = zones_.find(unit);
    return at != zones_.end() ? at->second : zones_.try_emplace(unit, units_.geometry(unit)).first->second;
  }

  void add_place(std::size_t item) {
    const GeometryView view = layer_.geometry(item);
    const double length = view.kind == Kind::line ? geometry::length_m(view) : 0;
    ClassSum* sum = &elsewhere;
    if (!view.empty()) {
      const geometry::Position p = geometry::point_on(view);
      for (const std::size_t unit : units_meeting({p.lon, p.lat, p.lon, p.lat})) {
        if (!geometry::covers(units_.geometry(unit), p)) continue;
        sum = &sums[unit];
        break;
      }
    }
    *sum += {1, 0, length};
  }

  /// Unit by unit, what is left of the feature goes on to the next one.
  void add_polygon(std::size_t item) {
    Geometry left;
    GeometryView rest = layer_.geometry(item);
    double rest_m2 = layer_.area_m2(item);
    ClassSum* holder = nullptr;
    for (const std::size_t unit : units_meeting(layer_.box(item))) {
      geometry::Cut cut = zone(unit).cut(rest);
      if (cut.share == geometry::Share::none) continue;
      if (cut.share == geometry::Share::all) {
        sums[unit] += {1, rest_m2, 0};
        return;
      }
      const double part_m2 = geometry::area_m2(cut.inside);
      if (part_m2 <= kLeastPieceM2) continue;
      holder = &(sums[unit] += ClassSum{1, part_m2, 0});
      left = std::move(cut.outside);
      rest = left;
      rest_m2 = geometry::area_m2(rest);
      if (rest_m2 <= kLeastPieceM2) break;
    }
    if (holder != nullptr && rest_m2 <= kLeastPieceM2) {
      holder->area_m2 += rest_m2;
    } else {
      elsewhere += {1, rest_m2, 0};
    }
  }

  const Snapshot &layer_, &units_;
  std::map<std::size_t, geometry::Zone> zones_;
};

/// The digits of a unit's code that tell it apart: 6 of a district, 9 of a town, 12 of a village.
std::string_view telling_digits(std::string_view code) {
  for (const std::size_t length : {std::size_t{12}, std::size_t{9}})
    if (code.size() == length && code.ends_with("000")) code.remove_suffix(3);
  return code;
}

std::optional<std::size_t> unit_of(const std::map<std::string, std::size_t, std::less<>>& units,
                                   std::string_view text) {
  for (const std::size_t length : {std::size_t{12}, std::size_t{9}, std::size_t{6}}) {
    if (text.size() < length) continue;
    if (const auto at = units.find(text.substr(0, length)); at != units.end()) return at->second;
  }
  return std::nullopt;
}

}  // namespace

Totals totals_by_outline(const Snapshot& layer, const Snapshot& units, std::size_t threads) {
  struct Sums {
    std::map<std::size_t, ClassSum> units;
    ClassSum elsewhere;
  };
  std::vector<Sums> runs((layer.size() + kRunItems - 1) / kRunItems);
  base::parallel_for(runs.size(), threads, [&](std::size_t run) {
    RunOfItems items(layer, units);
    const std::size_t last = std::min(layer.size(), (run + 1) * kRunItems);
    for (std::size_t item = run * kRunItems; item < last; ++item) items.add(item);
    runs[run] = {std::move(items.sums), items.elsewhere};
  });
  Totals totals{std::vector<ClassSum>(units.size()), {}};
  for (const Sums& run : runs) {
    for (const auto& [unit, sum] : run.units) totals.units[unit] += sum;
    totals.elsewhere += run.elsewhere;
  }
  return totals;
}

Totals totals_by_code(const Snapshot& layer, std::size_t field, const Snapshot& units,
                      std::size_t unit_code) {
  std::map<std::string, std::size_t, std::less<>> by_code;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    const Column& codes = units.column(unit_code);
    if (!codes.null(unit)) by_code.emplace(telling_digits(codes.text(codes.code(unit))), unit);
  }
  const Column& column = layer.column(field);
  Totals totals{std::vector<ClassSum>(units.size()), {}};
  std::vector<ClassSum*> of_code(column.dictionary_size());
  for (std::uint32_t code = 0; code < of_code.size(); ++code) {
    const auto unit = unit_of(by_code, column.text(code));
    of_code[code] = unit ? &totals.units[*unit] : &totals.elsewhere;
  }
  for (std::size_t item = 0; item < layer.size(); ++item) {
    const std::uint32_t code = column.code(item);
    ClassSum& sum = code < of_code.size() ? *of_code[code] : totals.elsewhere;
    sum += {1, layer.area_m2(item), 0};
  }
  return totals;
}

}  // namespace caitu::geodata
