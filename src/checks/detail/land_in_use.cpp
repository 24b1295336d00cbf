#include "checks/detail/land_in_use.hpp"

#include "checks/detail/attributes.hpp"
#include "checks/detail/words.hpp"
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
           (kind.empty() || among(growing, kind));
  };
}

std::vector<Geometry> confirmed_use(const Context& context, const Rule& rule) {
  std::vector<Geometry> lands;
  const auto* edition = context.pinned.find("flags");
  if (edition == nullptr) return lands;
  const Snapshot& flags = *edition->snapshot;
  const auto statuses = rule.texts("excluded_flag_statuses", context.when()).value;
  const auto rules = rule.texts("excluded_flag_rules", context.when()).value;
  const FieldOf status(flags, "status"), of_rule(flags, "rule"), found_on(flags, "found_on");
  for (std::size_t item = 0; item < flags.size(); ++item) {
    if (flags.kind(item) == geometry::Kind::polygon && among(statuses, status.text(item)) &&
        among(rules, of_rule.text(item)) && found_on.text(item) <= context.pinned.as_of)
      lands.push_back(geometry::copy(flags.geometry(item)));
  }
  return lands;
}

CountedLand counted_land(const Snapshot& gathered, const std::vector<Geometry>& taken_off,
                         std::size_t threads, const base::Progress& progress) {
  auto once = analysis::land_once(gathered, {.threads = threads}, progress);
  CountedLand counted;
  counted.gross_m2 = once.gross_m2.value();
  counted.once_m2 = once.once_m2.value();
  counted.twice = std::move(once.twice);
  for (analysis::OwnLand& own : once.own) counted.changed.emplace(own.item, std::move(own.land));
  analysis::ExactSum taken;
  for (const Geometry& land : taken_off) {
    const geometry::Zone zone(land);
    gathered.tree().query(geometry::box_of(land), 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t item = first; item < last; ++item) {
        const auto at = counted.changed.find(item);
        const GeometryView before = at == counted.changed.end() ? gathered.geometry(item) : at->second.view();
        if (before.empty()) continue;
        geometry::Cut cut = zone.cut(before);
        if (cut.share == geometry::Share::none) continue;
        taken.add(geometry::area_m2(cut.share == geometry::Share::all ? before : cut.inside.view()));
        counted.changed[item] = std::move(cut.outside);
      }
      return true;
    });
  }
  counted.taken_off_m2 = taken.value();
  return counted;
}

RetainedLand retained_land(const Context& context, const std::string& name,
                           std::shared_ptr<const Snapshot> gathered, const std::vector<Geometry>& taken_off) {
  RetainedLand retained{counted_land(*gathered, taken_off, context.threads, context.progress), {}, {}};
  Gathering whole(context.scratch / name);
  for (std::size_t item = 0; item < gathered->size(); ++item) {
    const auto at = retained.changed.find(item);
    if (at == retained.changed.end()) {
      whole.add(gathered->geometry(item), gathered->area_m2(item));
    } else if (!at->second.empty()) {
      whole.add(at->second, geometry::area_m2(at->second));
    }
  }
  retained.land = whole.finish();
  retained.gathered = std::move(gathered);
  return retained;
}

}  // namespace caitu::checks::detail
