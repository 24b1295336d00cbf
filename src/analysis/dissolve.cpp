#include "analysis/dissolve.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "analysis/detail/arc_graph.hpp"
#include "analysis/detail/cover.hpp"
#include "analysis/detail/shape.hpp"
#include "base/error.hpp"
#include "geometry/join.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis {
namespace {

using base::Code;
using base::Error;
using base::Where;
using detail::Edge;
using detail::kNoGroup;
using geodata::Field;
using geodata::Snapshot;
using geodata::Value;
using geometry::Geometry;
using geometry::GeometryView;
using geometry::Position;

constexpr double kClosesWithin = 1e-9;
constexpr double kCoordinateGridM = 3e-9;
constexpr double kNodesMeetM = 1e-8;       // the noise of coordinates in doubles
constexpr double kBesideM = 1e-7;          // within a border's own land, whatever the neighbours do
constexpr std::size_t kBytesACorner = 20;  // unshared_edges
constexpr std::size_t kLeastAtOnce = std::size_t{1} << 20;

std::vector<std::size_t> places_of(const InputLayer& input, const std::vector<std::string>& by) {
  std::vector<std::string> names;
  for (const Field& field : input.fields()) names.push_back(field.name);
  std::vector<std::size_t> places;
  for (const std::string& name : by) {
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) {
      const std::string nearest = base::nearest_name(name, names);
      throw Error(Code::usage, "there is no field \"" + name + "\"",
                  Where{.file = input.name(), .field = "--by"},
                  nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
    }
    places.push_back(static_cast<std::size_t>(at - names.begin()));
  }
  return places;
}

/// Which features belong together.
struct Groups {
  std::vector<std::vector<Value>> values;        ///< of each group, ascending
  std::vector<std::uint32_t> of_item;            ///< kNoGroup of features without a geometry
  std::vector<std::uint64_t> features, corners;  ///< of each group
};

void check_kind(const InputLayer& input, std::size_t item) {
  const geometry::Kind kind = input.land().kind(item);
  if (kind == geometry::Kind::polygon || kind == geometry::Kind::empty) return;
  throw Error(Code::refused,
              "feature " + std::to_string(input.id(item)) + " is a " + std::string(geometry::name(kind)) +
                  "; only polygons can be united",
              Where{.file = input.name()}, "take its polygons out first");
}

Groups grouped_by(const InputLayer& input, const std::vector<std::size_t>& fields) {
  const Snapshot& land = input.land();
  std::map<std::vector<Value>, std::uint32_t> numbers;
  Groups groups;
  groups.of_item.assign(land.size(), kNoGroup);
  for (std::size_t item = 0; item < land.size(); ++item) {
    check_kind(input, item);
    if (land.kind(item) != geometry::Kind::polygon) continue;
    const auto next = static_cast<std::uint32_t>(numbers.size());
    groups.of_item[item] = numbers.try_emplace(input.values(item, fields), next).first->second;
  }
  std::vector<std::uint32_t> place(numbers.size());
  for (const auto& [key, number] : numbers) {
    place[number] = static_cast<std::uint32_t>(groups.values.size());
    groups.values.push_back(key);
  }
  groups.features.assign(numbers.size(), 0);
  groups.corners.assign(numbers.size(), 0);
  for (std::size_t item = 0; item < land.size(); ++item) {
    std::uint32_t& group = groups.of_item[item];
    if (group == kNoGroup) continue;
    group = place[group];
    ++groups.features[group];
    groups.corners[group] += land.geometry(item).positions.size();
  }
  return groups;
}

struct United {
  Geometry land;
  enum class By : std::uint8_t { borders, nodes, overlay } by = By::borders;
  double input_m2 = 0, outline_m = 0;
};

/// Unites one group from what is left of its borders.
class Union {
 public:
  Union(const Snapshot& land, const Groups& groups, const base::Progress& progress)
      : land_(land), groups_(groups), progress_(progress) {}

  United of(std::uint32_t group, std::span<const Edge> edges, std::span<const std::uint32_t> items) const {
    United united;
    for (const std::uint32_t item : items) {
      united.input_m2 += land_.area_m2(item);
      united.outline_m += detail::outline_m(land_.geometry(item));
    }
    std::vector<Position> borders;
    borders.reserve(2 * edges.size());
    for (const Edge& edge : edges) borders.insert(borders.end(), {edge.from, edge.to});
    if (auto land = geometry::land_left_of(borders)) {
      united.land = std::move(*land);
      return united;
    }
    if (auto land = noded(group, edges)) {
      united.land = std::move(*land);
      united.by = United::By::nodes;
      return united;
    }
    std::vector<GeometryView> members;
    for (const std::uint32_t item : items) members.push_back(land_.geometry(item));
    united.land = geometry::united(members);
    united.by = United::By::overlay;
    return united;
  }

 private:
  /// What is left when borders are cut where they meet: those with land of the group on one side alone.
  std::optional<Geometry> noded(std::uint32_t group, std::span<const Edge> edges) const {
    const detail::Arcs arcs = detail::noded({edges.begin(), edges.end()}, kNodesMeetM, 1, progress_);
    const detail::ArcGraph graph(arcs);
    std::vector<detail::ArcGraph::Walk> chains;
    std::vector<Position> places;
    graph.each_chain([&](const detail::ArcGraph::Walk& chain) {
      chains.push_back(chain);
      places.push_back(right_of_longest(arcs, chain));
    });
    std::vector<bool> inner(chains.size(), false);
    for (const detail::Cover& cover : detail::covers_of(land_, places, 1, progress_)) {
      if (groups_.of_item[cover.item] == group) inner[cover.place] = true;
    }
    std::vector<Position> borders;
    for (std::size_t i = 0; i < chains.size(); ++i) {
      if (inner[i]) continue;
      for (const std::uint32_t arc : chains[i])
        borders.insert(borders.end(), {arcs.nodes[arcs.arcs[arc].from], arcs.nodes[arcs.arcs[arc].to]});
    }
    return geometry::land_left_of(borders);
  }

  Position right_of_longest(const detail::Arcs& arcs, const detail::ArcGraph::Walk& chain) const {
    const auto length = [&](std::uint32_t arc) {
      const Position a = arcs.nodes[arcs.arcs[arc].from], b = arcs.nodes[arcs.arcs[arc].to];
      return std::abs(a.lon - b.lon) + std::abs(a.lat - b.lat);
    };
    const std::uint32_t longest =
        *std::ranges::max_element(chain, {}, [&](std::uint32_t arc) { return length(arc); });
    const Position a = arcs.nodes[arcs.arcs[longest].from], b = arcs.nodes[arcs.arcs[longest].to];
    const detail::LocalMetres local(a.lat);
    const double x = local.x(b.lon - a.lon), y = local.y(b.lat - a.lat), off = kBesideM + 2 * kNodesMeetM;
    const double scale = off / local.distance(a, b);
    return local.moved({a.lon + (b.lon - a.lon) / 2, a.lat + (b.lat - a.lat) / 2}, y * scale, -x * scale);
  }

  const Snapshot& land_;
  const Groups& groups_;
  const base::Progress& progress_;
};

/// Groups [first, last) whose corners fit into memory together.
std::uint32_t batch_end(const Groups& groups, std::uint32_t first, std::uint64_t memory) {
  const std::uint64_t most = std::max<std::uint64_t>(memory / kBytesACorner, kLeastAtOnce);
  std::uint64_t corners = 0;
  std::uint32_t last = first;
  for (; last < groups.values.size(); ++last) {
    corners += groups.corners[last];
    if (corners > most && last > first) break;
  }
  return last;
}

/// Runs of a sorted sequence, by key.
template <typename T, typename Key>
std::vector<std::span<const T>> runs_of(const std::vector<T>& sorted, std::size_t count, Key key) {
  std::vector<std::span<const T>> runs(count);
  for (std::size_t first = 0, last = 0; first < sorted.size(); first = last) {
    const std::size_t run = key(sorted[first]);
    while (last < sorted.size() && key(sorted[last]) == run) ++last;
    runs[run] = std::span(sorted).subspan(first, last - first);
  }
  return runs;
}

/// All groups of one batch, united.
std::vector<United> unite_batch(const Snapshot& land, const Groups& groups, std::uint32_t first,
                                std::uint32_t last, const DissolveOptions& options,
                                const base::Progress& progress) {
  std::vector<std::uint32_t> scope(groups.of_item.size(), kNoGroup), items;
  for (std::uint32_t item = 0; item < scope.size(); ++item) {
    const std::uint32_t group = groups.of_item[item];
    if (group == kNoGroup || group < first || group >= last) continue;
    scope[item] = group;
    items.push_back(item);
  }
  std::vector<Edge> edges = detail::unshared_edges(land, scope, options.threads, progress);
  const auto group_of = [&](std::uint32_t item) { return scope[item] - first; };
  std::ranges::stable_sort(edges, {}, [&](const Edge& edge) { return group_of(edge.item); });
  std::ranges::stable_sort(items, {}, group_of);
  const std::size_t count = last - first;
  const auto edge_runs = runs_of(edges, count, [&](const Edge& edge) { return group_of(edge.item); });
  const auto item_runs = runs_of(items, count, group_of);
  std::vector<United> all(count);
  const Union unite(land, groups, progress);
  base::parallel_for(count, options.threads, [&](std::size_t i) {
    progress.check();
    all[i] = unite.of(first + static_cast<std::uint32_t>(i), edge_runs[i], item_runs[i]);
  });
  return all;
}

void account_for(const United& united, double area_m2, std::uint64_t group, DissolveAccount& account) {
  account.input_m2.add(united.input_m2);
  account.written_m2.add(area_m2);
  const double off = united.input_m2 - area_m2;
  switch (united.by) {
    case United::By::borders: {
      ++account.by_borders;
      account.residual_m2.add(off);
      const double allowed = kClosesWithin * united.input_m2 + kCoordinateGridM * united.outline_m;
      if (std::abs(off) * account.worst_allowed_m2 > std::abs(account.worst_residual_m2) * allowed ||
          account.worst_allowed_m2 == 0) {
        account.worst_group = group;
        account.worst_residual_m2 = off;
        account.worst_allowed_m2 = allowed;
      }
      return;
    }
    case United::By::nodes:
      ++account.by_nodes;
      break;
    case United::By::overlay:
      ++account.by_overlay;
  }
  account.twice_m2.add(off);
  account.noding_m2 += kNodesMeetM * united.outline_m;
}

}  // namespace

bool DissolveAccount::closes() const {
  return std::abs(worst_residual_m2) <= worst_allowed_m2 &&
         std::abs(residual_m2.value()) <= kClosesWithin * input_m2.value() && twice_m2.value() >= -noding_m2;
}

base::Json to_json(const DissolveAccount& account) {
  base::Json json = account.request;
  json["closes"] = account.closes();
  json["input"] = {{"name", account.input.name},
                   {"digest", account.input.digest},
                   {"features", account.input.features},
                   {"intake", to_json(account.input.intake)}};
  json["groups"] = account.groups;
  json["united"] = {
      {"by_borders", account.by_borders}, {"by_nodes", account.by_nodes}, {"by_overlay", account.by_overlay}};
  json["input_m2"] = account.input_m2.value();
  json["written_m2"] = account.written_m2.value();
  json["covered_twice_m2"] = account.twice_m2.value();
  json["residual_m2"] = account.residual_m2.value();
  json["worst"] = {{"group", account.worst_group},
                   {"residual_m2", account.worst_residual_m2},
                   {"allowed_m2", account.worst_allowed_m2}};
  return json;
}

geodata::Schema dissolve_schema(const InputLayer& input, const DissolveOptions& options) {
  geodata::Schema schema;
  schema.layer = "dissolve";
  schema.kinds = {geometry::Kind::polygon};
  for (const std::size_t place : places_of(input, options.by)) {
    schema.fields.push_back(input.fields()[place]);
    schema.fields.back().required = false;
  }
  schema.fields.push_back({.name = "count", .type = geodata::FieldType::integer});
  schema.fields.push_back({.name = "area_m2", .type = geodata::FieldType::real});
  return schema;
}

DissolveAccount dissolve(const InputLayer& input, const DissolveOptions& options, geodata::Sink* out,
                         const base::Progress& progress) {
  const Groups groups = grouped_by(input, places_of(input, options.by));
  if (groups.values.empty())
    throw Error(Code::refused, "there is no land in it that could be united", Where{.file = input.name()},
                "is it the layer that you mean?");
  DissolveAccount account;
  account.input = {input.name(), input.digest(), input.land().size(), input.intake()};
  account.request = {{"operation", "dissolve"}, {"by", options.by}};
  account.groups = groups.values.size();
  input.land().tree();
  for (std::uint32_t first = 0; first < groups.values.size();) {
    const std::uint32_t last = batch_end(groups, first, options.memory);
    progress.at("uniting", first, groups.values.size());
    const std::vector<United> all = unite_batch(input.land(), groups, first, last, options, progress);
    for (std::uint32_t group = first; group < last; ++group) {
      const United& united = all[group - first];
      const double area_m2 = geometry::area_m2(united.land);
      account.features += groups.features[group];
      account_for(united, area_m2, group + 1, account);
      if (out == nullptr) continue;
      std::vector<Value> values = groups.values[group];
      values.emplace_back(static_cast<std::int64_t>(groups.features[group]));
      values.emplace_back(area_m2);
      out->write(group + 1, united.land, values, area_m2);
    }
    first = last;
  }
  return account;
}

}  // namespace caitu::analysis
