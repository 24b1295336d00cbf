#include "delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"
#include "base/workers.hpp"
#include "bases.hpp"
#include "cells.hpp"
#include "clusters_belts.hpp"
#include "dltb.hpp"
#include "faults.hpp"
#include "file_faults.hpp"
#include "imagery.hpp"
#include "land.hpp"
#include "parks.hpp"
#include "plan_layers.hpp"
#include "planting.hpp"
#include "readme.hpp"
#include "resubmission.hpp"
#include "tables.hpp"
#include "writer.hpp"

namespace caitu::demo {
namespace {

/// Least number of parcels that a square kilometre of a town's cell gives, whatever the seed.
double parcels_per_km2(Terrain terrain) {
  switch (terrain) {
    case Terrain::plain:
      return 155;
    case Terrain::hill:
      return 148;
    case Terrain::mountain:
      return 130;
    case Terrain::city:
      return 132;
  }
  return 0;
}

/// Districts without a town in table 1 have no vegetable land and no parcels here.
bool in_land_districts(const Town& town) {
  return std::any_of(towns().begin(), towns().end(),
                     [&](const Town& other) { return other.in_plan && other.district == town.district; });
}

std::size_t resubmitting_town() {
  const auto found = std::find_if(towns().begin(), towns().end(),
                                  [](const Town& town) { return town.code == kResubmittingTown; });
  return static_cast<std::size_t>(found - towns().begin());
}

/// How much each town makes: what is resubmitted, then those of the plan all they have, before the others
/// make any. With the slivers that faults add, the sum of parcels is `parcels`.
std::vector<Quota> quotas(const CityMap& map, std::size_t parcels, bool faults) {
  std::vector<Quota> quota(towns().size());
  if (faults) quota[resubmitting_town()].parcels = kResubmittedParcels;
  double plan_m2 = 0;
  for (std::size_t i = 0; i < towns().size(); ++i)
    plan_m2 += towns()[i].in_plan ? ring_area(map.town_rings[i]) : 0;
  std::size_t rest = faults ? parcels - kResubmittedParcels - kSlivers : parcels;
  for (const bool of_plan : {true, false}) {
    double able = 0;
    std::vector<std::pair<std::size_t, double>> group;
    for (std::size_t i = 0; i < towns().size(); ++i) {
      const Town& town = towns()[i];
      if (town.in_plan != of_plan || (!of_plan && !in_land_districts(town))) continue;
      group.emplace_back(i, ring_area(map.town_rings[i]) / 1e6 * parcels_per_km2(town.terrain) -
                                static_cast<double>(quota[i].parcels));
      able += group.back().second;
    }
    const double share = std::min(1.0, static_cast<double>(rest) / able);
    for (const auto& [i, most] : group) {
      const std::size_t makes = std::min(rest, static_cast<std::size_t>(share * most));
      quota[i].parcels += makes;
      rest -= makes;
    }
    // What rounding left over goes to the first towns, one parcel each.
    for (std::size_t k = 0; share < 1 && rest > 0; k = (k + 1) % group.size(), --rest)
      ++quota[group[k].first].parcels;
    if (rest == 0) break;
  }
  if (rest > 0)
    throw base::Error(base::Code::usage, fmt::format("The city has no room for {} parcels.", parcels));
  // By the towns' size, as the parcels are; a little more than the fields in use, so that the last one can be
  // cut to size.
  for (std::size_t i = 0; i < towns().size(); ++i) {
    if (towns()[i].in_plan)
      quota[i].vegetables_m2 = base::m2_from_mu(0.965 * kInUseMu) * ring_area(map.town_rings[i]) / plan_m2;
  }
  return quota;
}

}  // namespace

void write_delivery(const std::filesystem::path& folder, const Options& options,
                    const base::Progress& progress) {
  prepare_gdal();
  const auto parcels_folder = folder / "parcels", bases_folder = folder / "ring_bases";
  std::filesystem::create_directories(parcels_folder);
  std::filesystem::create_directories(bases_folder);
  progress.at("map", 0, 0);
  const CityMap map = make_city_map();
  const std::vector<Quota> quota = quotas(map, options.parcels, options.faults);

  Faults faults;
  DltbWriter dltb(parcels_folder, options.faults ? &faults : nullptr);
  PlanLayers plan;
  Parks parks;
  SurveyPlots plots;
  std::size_t next = 0, done = 0;
  const auto produce = [&]() -> std::optional<std::size_t> {
    while (next < quota.size() && quota[next].parcels == 0 && quota[next].vegetables_m2 == 0) ++next;
    return next < quota.size() ? std::optional(next++) : std::nullopt;
  };
  struct Made {
    std::size_t town;
    TownLand land;
  };
  const auto work = [&](std::size_t town) {
    return Made{town, make_town_land(map, town, quota[town], options.seed)};
  };
  const auto consume = [&](Made made) {
    if (made.land.wanted < quota[made.town].parcels) {
      throw base::Error(base::Code::internal,
                        fmt::format("{} has room for {} parcels only, not {}.", towns()[made.town].name,
                                    made.land.wanted, quota[made.town].parcels));
    }
    const std::uint64_t seed = seed_of({options.seed, made.town});
    dltb.add(made.land, towns()[made.town], seed);
    plan.add(made.land, made.town, seed);
    parks.add(made.land, made.town, seed);
    plots.add(made.land, made.town);
    done += made.land.wanted;
    progress.at("parcels", done, options.parcels);
  };
  const std::size_t threads = options.threads == 0 ? base::default_threads() : options.threads;
  base::ordered_pipeline<std::size_t, Made>(produce, work, consume, threads, threads + 2);
  dltb.close();
  if (dltb.rows() != options.parcels)
    throw base::Error(base::Code::internal, fmt::format("{} parcels were written.", dltb.rows()));
  Planting planting(parks.all(), plan, plots, map, options.seed);
  plant_sites(planting);

  progress.at("plan layers", 0, 0);
  OutPackage plan_file(folder / "plan.gpkg");
  write_map(plan_file, map);
  plan.write_plan(plan_file);
  parks.write_points(plan_file);
  write_clusters(plan_file, map);
  write_belts(plan_file, map);
  write_outer_bases(plan_file, options.seed);
  plan_file.close();
  progress.at("vegetable land and greenhouses", 0, 0);
  OutPackage land_file(folder / "land.gpkg");
  plan.write_fields(land_file);
  parks.write_land(land_file, planting.elsewhere);
  write_found(land_file, planting);
  land_file.close();
  progress.at("bases", 0, 0);
  write_ring_bases(bases_folder, map, options.seed);
  write_imagery(folder / "imagery.tif", planting, parks.all(), plan.fields(), options.seed);
  write_tables(folder);
  if (options.faults) {
    plant_in_files(folder, faults);
    faults.write(folder / "faults.csv");
  }
  planting.truth.write(folder / "truth.csv");
  write_readme(folder / "README.txt", options);
}

}  // namespace caitu::demo
