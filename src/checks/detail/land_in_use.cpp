#include "checks/detail/land_in_use.hpp"

#include <algorithm>
#include <map>

#include "checks/detail/attributes.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::Snapshot;
using geometry::Geometry;
using geometry::GeometryView;

geodata::Schema schema() {
  geodata::Schema schema;
  schema.layer = "land";
  schema.kinds = {geometry::Kind::polygon};
  return schema;
}

}  // namespace

struct Gathering::Impl {
  std::filesystem::path file;
  geodata::SnapshotWriter writer;
  std::uint64_t next = 1;
};

Gathering::Gathering(const std::filesystem::path& file)
    : impl_(new Impl{file, geodata::SnapshotWriter(file, schema(), {"land", 1, ""})}) {}
Gathering::~Gathering() = default;

std::vector<std::size_t> Gathering::add(const Snapshot& snapshot,
                                        const std::function<bool(std::size_t item)>& admits) {
  std::vector<std::size_t> admitted;
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    if (snapshot.kind(item) != geometry::Kind::polygon || !admits(item)) continue;
    add(snapshot.geometry(item), snapshot.area_m2(item));
    admitted.push_back(item);
  }
  return admitted;
}

void Gathering::add(GeometryView land, double area_m2) {
  impl_->writer.add(impl_->next++, land, {}, area_m2);
}

std::shared_ptr<const Snapshot> Gathering::finish() {
  impl_->writer.finish();
  return Snapshot::open(impl_->file);
}

std::function<bool(std::size_t item)> in_use(const Snapshot& vegetable_land, const std::string& day,
                                             const std::vector<std::string>& growing) {
  const FieldOf since(vegetable_land, "since"), until(vegetable_land, "until"),
      how(vegetable_land, "growing");
  return [=](std::size_t item) {
    const auto first = since.text(item), last = until.text(item), kind = how.text(item);
    return (first.empty() || first <= day) && (last.empty() || day <= last) &&
           (kind.empty() || std::ranges::find(growing, kind) != growing.end());
  };
}

RetainedLand retained_land(const Context& context, const std::string& name,
                           std::shared_ptr<const Snapshot> gathered, const std::vector<Geometry>& taken_off) {
  auto once = analysis::land_once(*gathered, {.threads = context.threads}, context.progress);
  RetainedLand retained;
  retained.gross_m2 = once.gross_m2.value();
  retained.once_m2 = once.once_m2.value();
  std::map<std::size_t, Geometry> changed;
  for (analysis::OwnLand& own : once.own) changed.emplace(own.item, std::move(own.land));
  analysis::ExactSum taken;
  for (const Geometry& land : taken_off) {
    const geometry::Zone zone(land);
    gathered->tree().query(geometry::box_of(land), 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t item = first; item < last; ++item) {
        const auto at = changed.find(item);
        const GeometryView before = at == changed.end() ? gathered->geometry(item) : at->second.view();
        if (before.empty()) continue;
        geometry::Cut cut = zone.cut(before);
        if (cut.share == geometry::Share::none) continue;
        taken.add(geometry::area_m2(cut.share == geometry::Share::all ? before : cut.inside.view()));
        changed[item] = std::move(cut.outside);
      }
      return true;
    });
  }
  retained.taken_off_m2 = taken.value();
  Gathering whole(context.scratch / name);
  for (std::size_t item = 0; item < gathered->size(); ++item) {
    const auto at = changed.find(item);
    if (at == changed.end()) {
      whole.add(gathered->geometry(item), gathered->area_m2(item));
    } else if (!at->second.empty()) {
      whole.add(at->second, geometry::area_m2(at->second));
    }
  }
  retained.land = whole.finish();
  retained.twice = std::move(once.twice);
  retained.gathered = std::move(gathered);
  return retained;
}

}  // namespace caitu::checks::detail
