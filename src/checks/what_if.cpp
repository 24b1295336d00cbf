#include "checks/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "catalog/scratch_folder.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/land_in_use.hpp"
#include "checks/detail/needs.hpp"
#include "checks/detail/per_capita.hpp"
#include "checks/plan_tables.hpp"
#include "geodata/placement.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

namespace caitu::checks {
namespace {

using base::Code;
using base::Error;
using base::Where;
using geodata::Snapshot;
using geometry::Box;
using geometry::Geometry;

constexpr Box kEarth{-180, -90, 180, 90};
constexpr std::int64_t kMostResidents = 1'000'000'000;
constexpr double kHighestThresholdLi = 1000;

const catalog::Edition& fields_of(const Context& context) {
  if (const auto* edition = context.pinned.find("vegetable_land")) return *edition;
  throw Error(Code::not_found, detail::why_missing(context, "vegetable_land"),
              Where{.layer = "vegetable_land"}, "import one first");
}

/// As an import would hold it.
Geometry sound(const Geometry& given, std::size_t number, const Box& region) {
  const std::string which = fmt::format("drawn polygon {}", number);
  const Where where{.field = "drawn"};
  if (given.kind != geometry::Kind::polygon || given.empty())
    throw Error(Code::invalid, which + " is no polygon", where, "draw the outline of land");
  if (const auto flaw = geometry::flaw_of(given)) {
    throw Error(
        Code::invalid,
        fmt::format("{} is invalid: {}, near {}", which, flaw->reason, geodata::position_text(flaw->at)),
        where, "mend it there and ask again");
  }
  if (!region.contains(geometry::box_of(given))) {
    const auto outside =
        std::ranges::find_if(given.positions, [&](geometry::Position p) { return !region.contains(p); });
    throw Error(Code::invalid,
                fmt::format("{} leaves the region, near {}", which, geodata::position_text(*outside)), where,
                "positions are longitude, then latitude, in degrees");
  }
  return geometry::oriented(given);
}

std::string mu_text(double mu) { return base::grouped(fmt::format("{:.2f}", mu)); }

template <typename T>
void make_unique(std::vector<T>& items) {
  std::ranges::sort(items);
  items.erase(std::ranges::unique(items).begin(), items.end());
}

}  // namespace

struct RetentionDesk::Impl {
  /// Features that an edit takes out of use.
  struct Gone {
    std::vector<std::size_t> items;  ///< sorted
    std::vector<std::string> notes;
  };

  Impl(const Context& context, Box within)
      : edition(context.pinned.layers.find("vegetable_land")->second),
        fields(*edition->snapshot),
        in_use(
            detail::in_use(fields, context.pinned.as_of,
                           context.rules.rule("retention").texts("counted_growing", context.when()).value)),
        taken_off(detail::confirmed_use(context, context.rules.rule("retention"))),
        tables(PlanTables::load(context.plan)),
        usual(detail::yardstick(context, context.rules.rule("retention"), tables)),
        as_of(context.pinned.as_of),
        region(within.empty() ? kEarth : within),
        threads(context.threads) {
    for (const Geometry& land : taken_off) taken_off_boxes.push_back(geometry::box_of(land));
    detail::Gathering gathering(scratch.path() / "all");
    count = gathering.add(fields, in_use).size();
    m2 = detail::counted_land(*gathering.finish(), taken_off, threads, context.progress).m2();
    std::filesystem::remove(scratch.path() / "all");
  }

  /// Of fields and of drawn land together, each square metre once, less what is taken off near `edits`.
  double m2_of(const std::vector<std::size_t>& items, const std::vector<Geometry>& drawn,
               const std::vector<Box>& edits) const {
    const auto file = scratch.path() / std::to_string(++asked);
    detail::Gathering gathering(file);
    for (const std::size_t item : items) gathering.add(fields.geometry(item), fields.area_m2(item));
    for (const Geometry& land : drawn) gathering.add(land, geometry::area_m2(land));
    const auto gathered = gathering.finish();
    std::filesystem::remove(file);  // it stays mapped
    std::vector<Geometry> taken;
    for (std::size_t i = 0; i < taken_off.size(); ++i) {
      if (std::ranges::any_of(edits, [&](const Box& box) { return box.intersects(taken_off_boxes[i]); }))
        taken.push_back(taken_off[i]);
    }
    return detail::counted_land(*gathered, taken, threads, {}).m2();
  }

  /// Fields in use whose box meets one of some boxes, without those that are gone.
  std::vector<std::size_t> around(const std::vector<Box>& boxes, const std::vector<std::size_t>& gone) const {
    std::vector<std::size_t> items;
    for (const Box& box : boxes) {
      fields.tree().query(box, 0, [&](std::size_t first, std::size_t last, bool) {
        for (std::size_t item = first; item < last; ++item) items.push_back(item);
        return true;
      });
    }
    make_unique(items);
    std::erase_if(items, [&](std::size_t item) {
      return fields.kind(item) != geometry::Kind::polygon || !in_use(item) ||
             std::ranges::binary_search(gone, item);
    });
    return items;
  }

  Gone gone(const std::vector<std::uint64_t>& ids) const {
    Gone found;
    for (const std::uint64_t id : ids) {
      const auto item = fields.find(id);
      if (!item) {
        throw Error(Code::not_found, fmt::format("vegetable_land has no feature {}", id),
                    Where{.layer = "vegetable_land", .field = "deleted"},
                    fmt::format("edition {} is the one that is asked about", edition->record.edition));
      }
      if (fields.kind(*item) == geometry::Kind::polygon && in_use(*item)) {
        found.items.push_back(*item);
      } else {
        found.notes.push_back(fmt::format("地块 {}（{}）在 {} 不在用，删除它不影响结果。",
                                          detail::key_of(fields, *item), id, as_of));
      }
    }
    make_unique(found.items);
    make_unique(found.notes);
    return found;
  }

  double lost_m2(const std::vector<std::size_t>& gone) const {
    if (gone.empty()) return 0;
    std::vector<Box> boxes;
    for (const std::size_t item : gone) boxes.push_back(fields.box(item));
    return m2_of(around(boxes, {}), {}, boxes) - m2_of(around(boxes, gone), {}, boxes);
  }

  double gained_m2(const std::vector<Geometry>& drawn, const std::vector<std::size_t>& gone) const {
    if (drawn.empty()) return 0;
    std::vector<Box> boxes;
    for (const Geometry& land : drawn) boxes.push_back(geometry::box_of(land));
    const auto items = around(boxes, gone);
    return m2_of(items, drawn, boxes) - m2_of(items, {}, boxes);
  }

  detail::Yardstick yardstick(const WhatIf& edit) const;

  std::shared_ptr<const catalog::Edition> edition;
  const Snapshot& fields;
  std::function<bool(std::size_t item)> in_use;
  std::vector<Geometry> taken_off;
  std::vector<Box> taken_off_boxes;
  PlanTables tables;
  detail::Yardstick usual;
  std::string as_of;
  Box region;
  std::size_t threads;
  catalog::ScratchFolder scratch;
  mutable std::atomic<std::uint64_t> asked = 0;
  double m2 = 0;          ///< of all fields in use
  std::size_t count = 0;  ///< of them
};

detail::Yardstick RetentionDesk::Impl::yardstick(const WhatIf& edit) const {
  detail::Yardstick made = usual;
  if (edit.residents) {
    if (*edit.residents < 1 || *edit.residents > kMostResidents)
      throw Error(Code::invalid, fmt::format("there cannot be {} residents", *edit.residents),
                  Where{.field = "residents"}, fmt::format("give 1 to {}", kMostResidents));
    made.population = Population{.code = std::string(kCityCode),
                                 .name = {},
                                 .year = 0,
                                 .as_of = {},
                                 .residents = *edit.residents,
                                 .source = "假设"};
  } else if (edit.population_year) {
    made.population = tables.residents(*edit.population_year);
  }
  if (edit.threshold_li) {
    if (!(*edit.threshold_li > 0) || !(*edit.threshold_li <= kHighestThresholdLi))
      throw Error(Code::invalid, fmt::format("{} 厘 a resident is no threshold", *edit.threshold_li),
                  Where{.field = "threshold_li"},
                  fmt::format("give more than 0 and at most {:g}", kHighestThresholdLi));
    made.threshold_li = *edit.threshold_li;
    made.source = "假设";
  }
  return made;
}

RetentionDesk::RetentionDesk(const Context& context, Box region) {
  fields_of(context);
  impl_ = std::make_unique<Impl>(context, region);
}
RetentionDesk::~RetentionDesk() = default;
RetentionDesk::RetentionDesk(RetentionDesk&&) noexcept = default;
RetentionDesk& RetentionDesk::operator=(RetentionDesk&&) noexcept = default;

Measure RetentionDesk::now() const { return detail::per_capita(impl_->usual, impl_->m2, impl_->count > 0); }

RetentionDesk::Answer RetentionDesk::ask(const WhatIf& edit) const {
  const detail::Yardstick yardstick = impl_->yardstick(edit);
  std::vector<Geometry> drawn;
  for (const Geometry& given : edit.drawn) drawn.push_back(sound(given, drawn.size() + 1, impl_->region));
  Impl::Gone gone = impl_->gone(edit.deleted);

  const double lost = impl_->lost_m2(gone.items), gained = impl_->gained_m2(drawn, gone.items);
  const std::size_t left = impl_->count - gone.items.size() + drawn.size();
  Answer answer;
  answer.gained_mu = base::mu_from_m2(gained);
  answer.lost_mu = base::mu_from_m2(lost);
  // Of no field there is no land, where differences would leave their rounding.
  const double m2 = left == 0 ? 0 : std::max(0.0, impl_->m2 - lost + gained);
  answer.after = detail::per_capita(yardstick, m2, left > 0);
  answer.after.title += "（假设情景）";
  answer.after.title_en += ", what if";
  answer.notes.push_back(fmt::format(
      "假设情景，不是核算结果（a what-if, no retention figure）：以第 {} 版菜地、{} 为准，增加 {} 亩，减少 "
      "{} 亩。",
      impl_->edition->record.edition, impl_->as_of, mu_text(answer.gained_mu), mu_text(answer.lost_mu)));
  std::ranges::move(gone.notes, std::back_inserter(answer.notes));
  return answer;
}

}  // namespace caitu::checks
