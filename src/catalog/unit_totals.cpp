#include "catalog/unit_totals.hpp"

#include <exception>

#include "base/error.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::catalog {
namespace {

std::size_t code_field(const Edition& units) {
  const geodata::Schema& schema = units.snapshot->schema();
  if (schema.key.size() == 1) {
    if (const auto field = schema.index_of(schema.key.front())) return *field;
  }
  throw base::Error(base::Code::internal, "units are told apart by one code field, and these are not",
                    base::Where{.layer = schema.layer});
}

geodata::Totals compute(const Edition& layer, const Edition& units, const std::string& unit_field,
                        std::size_t threads) {
  if (unit_field.empty()) return geodata::totals_by_outline(*layer.snapshot, *units.snapshot, threads);
  const auto field = layer.snapshot->schema().index_of(unit_field);
  if (!field) {
    throw base::Error(base::Code::internal, "the edition has no such field",
                      base::Where{.layer = layer.record.layer, .field = unit_field});
  }
  return geodata::totals_by_code(*layer.snapshot, *field, *units.snapshot, code_field(units));
}

}  // namespace

UnitTotals::Shared UnitTotals::of(const Edition& layer, const Edition& units, const std::string& unit_field) {
  const std::string place = layer.record.layer + '|' + units.record.layer;
  const std::string wanted = layer.snapshot->digest() + '|' + units.snapshot->digest() + '|' + unit_field;
  std::promise<Shared> promise;
  {
    std::unique_lock lock(mutex_);
    Kept& kept = kept_[place];
    if (kept.of == wanted) {
      const std::shared_future<Shared> totals = kept.totals;
      lock.unlock();
      return totals.get();
    }
    kept = {wanted, promise.get_future().share()};
  }
  try {
    const geodata::MapWatch watch;
    auto totals = std::make_shared<const geodata::Totals>(compute(layer, units, unit_field, threads_));
    watch.check();
    promise.set_value(totals);
    return totals;
  } catch (...) {
    promise.set_exception(std::current_exception());
    std::lock_guard lock(mutex_);
    if (const auto kept = kept_.find(place); kept != kept_.end() && kept->second.of == wanted)
      kept_.erase(kept);
    throw;
  }
}

std::string unit_field_of(const State& state, const Edition& layer) {
  const auto declared = state.declarations.find(layer.record.layer);
  if (declared == state.declarations.end()) return {};
  const std::string& field = declared->second.unit_field;
  const auto held = layer.snapshot->schema().index_of(field);
  return held && geodata::textual(layer.snapshot->column(*held).type()) ? field : std::string();
}

}  // namespace caitu::catalog
