#include "checks/targets.hpp"

#include <fmt/format.h>

#include <set>

#include "base/units.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/derived_plan.hpp"
#include "checks/detail/ground.hpp"
#include "checks/detail/land_in_use.hpp"
#include "checks/detail/measures.hpp"
#include "checks/detail/needs.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks {
namespace {

using base::mu_from_m2;
using detail::FieldOf;
using geodata::Snapshot;

class Targets {
 public:
  explicit Targets(const Context& context)
      : context_(context),
        when_(context.when()),
        rule_(context.rules.rule("targets")),
        tolerance_mu_(rule_.number("area_tolerance_mu", when_).value),
        clusters_(detail::clusters_of(context)),
        belts_(detail::belts_of(context)) {
    result_.check = "targets";
  }

  CheckResult run() {
    area("reserve_mu", "reserve", "reserve");
    area("protected_mu", "protected", "protected");
    overlap_of_protected();
    new_facilities();
    points();
    derived();
    area("outer_bases_mu", "outer_bases", "outer_bases");
    renovation();
    unmeasured();
    return std::move(result_);
  }

 private:
  const Snapshot* layer(const std::string& id) const {
    const auto* edition = context_.pinned.find(id);
    return edition == nullptr ? nullptr : edition->snapshot.get();
  }
  std::string why(const std::string& layer) const { return detail::why_missing(context_, layer); }
  void add(Measure measure) {
    if (measure.verdict == "not_run")
      result_.not_run.push_back({measure.id, "", measure.notes.empty() ? "" : measure.notes.back()});
    result_.measures.push_back(std::move(measure));
  }
  void missing(const Rule& rule, const char* parameter, const char* id, const std::string& layer) {
    add(detail::not_measured(rule, parameter, id, when_, why(layer)));
    result_.not_run.back().layer = layer;
  }

  void area(const char* parameter, const char* id, const std::string& layer) {
    const auto m2 = detail::union_m2(context_, layer);
    if (!m2) return missing(rule_, parameter, id, layer);
    add(detail::against_plan(rule_, parameter, id, mu_from_m2(*m2), when_, tolerance_mu_));
  }

  /// The land of a layer with each square metre once.
  std::shared_ptr<const Snapshot> once(const Snapshot& layer, const std::string& name) const {
    detail::Gathering gathering(context_.scratch / (name + "_gathered"));
    gathering.add(layer, [](std::size_t) { return true; });
    return detail::retained_land(context_, name, gathering.finish(), {}).land;
  }

  /// Measured and told; no relation between the two is assumed, and they are never added (trap 5).
  void overlap_of_protected() {
    const Snapshot *reserve = layer("reserve"), *zone = layer("protected");
    if (reserve == nullptr || zone == nullptr) return;
    const auto a = once(*reserve, "reserve_once"), b = once(*zone, "protected_once");
    double m2 = 0;
    for (std::size_t item = 0; item < a->size(); ++item) m2 += detail::inside(*b, a->geometry(item)).m2;
    Measure measure;
    measure.id = "targets.reserve_in_protected";
    measure.title = "规划空间与耕地保护空间的重叠";
    measure.title_en = "Reserve inside the protected space";
    measure.value = mu_from_m2(m2);
    measure.unit = "mu";
    measure.source = "DOMAIN 4; plan L160, L164";
    add(std::move(measure));
  }

  void new_facilities() {
    const Snapshot *facilities = layer("facilities"), *zone = layer("protected");
    Measure measure;
    measure.id = "targets.new_facilities_in_protected";
    measure.title = "规划印发后新建设施位于耕地保护空间内的比例";
    measure.title_en = "Share of facilities built since the plan inside the protected space";
    const auto from = rule_.text("new_facilities_from", when_);
    measure.source = cite(rule_, *from.given);
    if (facilities == nullptr || zone == nullptr) {
      measure.verdict = "not_run";
      const std::string absent = facilities == nullptr ? "facilities" : "protected";
      measure.notes.push_back(why(absent));
      add(std::move(measure));
      result_.not_run.back().layer = absent;
      return;
    }
    const auto space = once(*zone, "space_once");
    const FieldOf built_on(*facilities, "built_on");
    double all = 0, within = 0;
    std::uint64_t count = 0, undated = 0;
    for (std::size_t item = 0; item < facilities->size(); ++item) {
      if (facilities->kind(item) != geometry::Kind::polygon) continue;
      if (built_on.text(item).empty()) ++undated;
      if (built_on.text(item) < from.value || built_on.text(item) > when_.as_of) continue;
      ++count;
      all += facilities->area_m2(item);
      within += detail::inside(*space, facilities->geometry(item)).m2;
    }
    if (count == 0) {
      measure.notes.push_back(fmt::format("{} 以来没有新建设施。", from.value));
    } else {
      measure.value = within / all;
      measure.notes.push_back(fmt::format("{} 以来新建 {} 处、{:.2f} 亩，其中 {:.2f} 亩在内。", from.value,
                                          count, mu_from_m2(all), mu_from_m2(within)));
    }
    if (undated > 0) measure.notes.push_back(fmt::format("{} 处没有建成日期，未计入。", undated));
    add(std::move(measure));
  }

  void points() {
    const Snapshot* points = layer("points");
    if (points == nullptr) return missing(rule_, "points_count", "points", "points");
    std::set<std::string_view> ids;
    const FieldOf id(*points, "project_id");
    for (std::size_t item = 0; item < points->size(); ++item) ids.insert(id.text(item));
    add(detail::against_plan(rule_, "points_count", "points", static_cast<double>(ids.size()), when_));
  }

  void derived() {
    if (layer("towns") == nullptr) {
      missing(rule_, "clusters_count", "clusters", "towns");
    } else {
      Measure measure = detail::against_plan(rule_, "clusters_count", "clusters",
                                             static_cast<double>(clusters_.features.size()), when_);
      measure.notes.insert(measure.notes.end(), clusters_.notes.begin(), clusters_.notes.end());
      measure.detail = clusters();
      add(std::move(measure));
    }
    if (layer("roads") == nullptr) {
      missing(rule_, "belts_count", "belts", "roads");
      return missing(rule_, "belt_roads_count", "belt_roads", "roads");
    }
    Measure measure = detail::against_plan(rule_, "belts_count", "belts",
                                           static_cast<double>(belts_.features.size()), when_);
    measure.notes.insert(measure.notes.end(), belts_.notes.begin(), belts_.notes.end());
    add(std::move(measure));
    std::set<std::string> roads;
    const PlanTables tables = PlanTables::load(context_.plan);
    for (const PlanBelt& belt : tables.belts()) {
      for (const Derived::Feature& feature : belts_.features) {
        if (feature.values.at("name") == geodata::Value(belt.name))
          roads.insert(belt.roads.begin(), belt.roads.end());
      }
    }
    add(detail::against_plan(rule_, "belt_roads_count", "belt_roads", static_cast<double>(roads.size()),
                             when_));
  }

  /// Each beside the one that was delivered.
  base::Json clusters() const {
    base::Json rows = base::Json::array();
    for (const Derived::Feature& cluster : clusters_.features) {
      base::Json row = {{"mu", mu_from_m2(geometry::area_m2(cluster.geometry))}};
      for (const char* field : {"name", "district", "town"})
        row[field] = std::get<std::string>(cluster.values.at(field));
      if (auto delivered = detail::beside_delivered(context_, "clusters_delivered", cluster);
          !delivered.is_null())
        row["delivered"] = std::move(delivered);
      rows.push_back(std::move(row));
    }
    return rows;
  }

  /// 愿改尽改: renovated over willing, of the old parks inside points, clusters and belts (trap 27).
  void renovation() {
    const Rule& rule = context_.rules.rule("renovation");
    const Snapshot* parks = layer("parks");
    if (parks == nullptr) return missing(rule, "renovated_share", "renovation", "parks");
    if (layer("points") == nullptr && layer("towns") == nullptr && layer("roads") == nullptr)
      return missing(rule, "renovated_share", "renovation", "points");
    std::vector<geometry::Geometry> areas;
    for (const Derived* derived : {&clusters_, &belts_}) {
      for (const Derived::Feature& feature : derived->features) areas.push_back(feature.geometry);
    }
    if (const Snapshot* points = layer("points")) {
      for (std::size_t item = 0; item < points->size(); ++item) {
        if (points->kind(item) == geometry::Kind::polygon)
          areas.push_back(geometry::copy(points->geometry(item)));
      }
    }
    const double least = rule.number("inside_share_least", when_).value;
    const FieldOf old(*parks, "old"), willing(*parks, "willing"), renovated(*parks, "renovated_on");
    std::uint64_t all = 0, done = 0, outside = 0;
    for (std::size_t item = 0; item < parks->size(); ++item) {
      if (!old.boolean(item).value_or(false) || !willing.boolean(item).value_or(false)) continue;
      if (!reaches(parks->geometry(item), areas, least)) {
        ++outside;
        continue;
      }
      ++all;
      const auto day = renovated.text(item);
      if (!day.empty() && day <= when_.as_of) ++done;
    }
    if (all == 0)
      return add(detail::not_measured(rule, "renovated_share", "renovation", when_,
                                      "点、群、带范围内没有愿意改造的老旧园区。"));
    Measure measure = detail::against_plan(rule, "renovated_share", "renovation",
                                           static_cast<double>(done) / static_cast<double>(all), when_);
    measure.notes.push_back(
        fmt::format("范围内愿改的老旧园区 {} 个，已改造 {} 个；范围外的 {} 个不计。", all, done, outside));
    add(std::move(measure));
  }

  /// True when at least a share of the park lies in one of the areas, or in several together.
  static bool reaches(geometry::GeometryView park, const std::vector<geometry::Geometry>& areas,
                      double least) {
    const geometry::Box box = geometry::box_of(park);
    geometry::Geometry rest = geometry::copy(park);
    for (const geometry::Geometry& area : areas) {
      if (rest.empty() || !geometry::box_of(area).intersects(box)) continue;
      geometry::Cut cut = geometry::Zone(area).cut(rest);
      if (cut.share != geometry::Share::none) rest = std::move(cut.outside);
    }
    return geometry::area_m2(park) - geometry::area_m2(rest) >= least * geometry::area_m2(park);
  }

  void unmeasured() {
    for (const Parameter& parameter : rule_.parameters) {
      if (parameter.not_measured.empty() || !std::holds_alternative<double>(parameter.values.front().content))
        continue;
      add(detail::not_measured(rule_, parameter.name, parameter.name, when_, parameter.not_measured));
    }
  }

  const Context& context_;
  const When when_;
  const Rule& rule_;
  double tolerance_mu_;
  Derived clusters_, belts_;
  CheckResult result_;
};

}  // namespace

CheckResult check_targets(const Context& context) { return Targets(context).run(); }

}  // namespace caitu::checks
