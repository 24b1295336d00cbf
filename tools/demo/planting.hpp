#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bases.hpp"
#include "cells.hpp"
#include "land.hpp"
#include "park.hpp"
#include "pieces.hpp"
#include "plan_layers.hpp"
#include "truth.hpp"

namespace caitu::demo {

/// A parcel that is no cropland: a homestead, a shop's plot, a lane.
struct SurveyPlot {
  Use use;
  std::size_t town;
  Piece land;
};
/// A few such parcels of every town of the plan, from its core; the same for any number of parcels asked for.
class SurveyPlots {
 public:
  void add(const TownLand& land, std::size_t town);
  std::span<const SurveyPlot> all() const { return plots_; }

 private:
  std::vector<SurveyPlot> plots_;
};

/// The blocks of a layer of the plan. A block lies in it wholly or not at all, but for the layer's last one.
class BlockSet {
 public:
  explicit BlockSet(std::vector<Piece> zones);
  bool holds(std::size_t town, std::size_t block) const { return whole_.contains({town, block}); }
  bool touches(std::size_t town, std::size_t block) const { return any_.contains({town, block}); }
  bool holds(const Piece& field) const { return holds(field.town, static_cast<std::size_t>(field.block)); }
  bool touches(const Piece& field) const {
    return touches(field.town, static_cast<std::size_t>(field.block));
  }
  /// True when some zone has its border within `metres` of a vertex of the ring.
  bool near(const Ring& ring, double metres) const;

 private:
  std::vector<Piece> zones_;
  std::set<std::pair<std::size_t, std::size_t>> whole_, any_;
};

/// Of the parts of an outline that can be drawn inwards, the largest.
std::optional<Piece> largest_part(const geometry::Geometry& outline);

/// A change seen between two images; the fields of FACTS 1.6.
struct Spot {
  std::string id = "";
  std::size_t town = 0;
  std::string_view type = "", seen = "";      ///< TBLX and TZ
  std::string_view earlier = "", later = "";  ///< QSX and HSX
  Use before = Use::none;
  bool on_basic_farmland = false;
  Ring ring = {};
};

/// A case closed since 2018, a point or an outline.
struct ClosedCase {
  std::string id;
  std::size_t town;
  std::string_view category, closed_on;
  geometry::Geometry shape;
};

/// A greenhouse whose floor the land cover shows as hardened, by share of its length.
struct HardFloor {
  Ring house;
  double share;
};

/// Land given out for sites, and what is planted on it.
///
/// Guarantees: a park, field or base is given out once; fields and plots given out are kSitesApart or more
/// from each other, so that no site is taken for a part of another. What is near the towns' centres goes
/// first, town by town, for its parcels are delivered first; what is exposed is not given out, so that the
/// sites are the same for any number of parcels. Throws Error(internal) when nothing is left.
class Planting {
 public:
  Planting(std::vector<Park>& parks, const PlanLayers& plan, const SurveyPlots& plots, const CityMap& map,
           std::uint64_t seed);

  Park& take_park(const std::function<bool(const Park&)>& wish);
  /// A field of vegetables (0102) outside every park.
  Piece take_field(const std::function<bool(const Piece&)>& wish);
  SurveyPlot take_plot(Use use, const std::function<bool(const SurveyPlot&)>& wish);
  RingBase take_base(const std::function<bool(const RingBase&)>& wish);

  /// 800 m or less from the road of a belt of this town's district, on whichever side.
  bool in_belt(const Ring& ring, std::size_t town) const;
  /// Outside every park and belt, with 200 m and more to spare.
  bool outside_all(const Ring& ring) const;
  /// Other parks with greenhouses whose middle is nearer than that.
  std::size_t neighbours(const Park& park, double metres) const;
  /// A number of its own for what lies in no park: "SN-0007".
  std::string next_id(std::string_view prefix);

  const BlockSet protected_land, basic_farmland;
  Built elsewhere;  ///< in no park
  std::vector<Spot> spots;
  std::vector<ClosedCase> closed_cases;
  std::vector<HardFloor> hard_floors;
  geometry::Position imaged{};  ///< the middle of the land cover raster
  Truth truth;

 private:
  bool apart(const Ring& ring) const;

  std::size_t numbered_ = 0;
  std::vector<Park*> parks_;
  std::vector<Piece> fields_;
  std::vector<SurveyPlot> plots_;
  std::vector<RingBase> bases_;
  std::vector<geometry::Position> taken_;
  struct Road {
    std::string_view district;
    Path centre;
  };
  std::vector<Road> belt_roads_;  ///< of belts with land on both sides
  std::vector<Path> roads_;
  std::vector<std::pair<geometry::Position, const Park*>> park_middles_;
};

inline constexpr double kSitesApart = 250;  ///< m

/// Each plants what one or two rules look for (DOMAIN: Greenhouse-house), and look-alikes that keep them.
void plant_huts(Planting& planting);         ///< G3
void plant_rooms(Planting& planting);        ///< G2: inside greenhouses
void plant_buildings(Planting& planting);    ///< G1: in parks, belts, bases, and elsewhere
void plant_filings(Planting& planting);      ///< G7
void plant_auxiliary(Planting& planting);    ///< G4
void plant_factories(Planting& planting);    ///< G6
void plant_scattered(Planting& planting);    ///< G10: 点状配套设施
void plant_spots(Planting& planting);        ///< G5, and buildings seen by satellite for G1
void plant_recurrences(Planting& planting);  ///< G8
void plant_hard_floors(Planting& planting);  ///< G9

/// All of them.
void plant_sites(Planting& planting);

/// spots, rectified.
void write_found(OutPackage& file, const Planting& planting);

}  // namespace caitu::demo
