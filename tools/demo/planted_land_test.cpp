#include <gdal_priv.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "base/units.hpp"
#include "bases.hpp"
#include "geometry/measure.hpp"
#include "imagery.hpp"
#include "projection.hpp"
#include "site_reader.hpp"

using namespace caitu;
using namespace caitu::demo;
using namespace caitu::demo::test;

namespace {

double mu(const Geometry& shape) { return base::mu_from_m2(geometry::area_m2(shape)); }

/// 亩 of every project's plots.
std::map<std::string, double> plots_by_project() {
  std::map<std::string, double> sum;
  for (const Feature& plot : layer_of("land", "facilities")) sum[plot["project_id"]] += mu(plot.shape);
  return sum;
}
const std::vector<Feature>& basic_farmland() { return layer_of("plan", "basic_farmland"); }
const std::vector<Feature>& protected_land() { return layer_of("plan", "protected"); }

/// The land cover and where its pixels lie.
class CoverReader {
 public:
  CoverReader() : cells_(static_cast<std::size_t>(kCoverSide) * kCoverSide) {
    const fs::path file = Delivery::folder() / "imagery.tif";
    const GDALDatasetUniquePtr tiff(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER));
    REQUIRE(tiff != nullptr);
    REQUIRE(tiff->GetGeoTransform(transform_) == CE_None);
    description = tiff->GetMetadataItem("TIFFTAG_IMAGEDESCRIPTION");
    crs = tiff->GetSpatialRef()->GetAuthorityCode(nullptr);
    REQUIRE(tiff->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, kCoverSide, kCoverSide, cells_.data(), kCoverSide,
                                             kCoverSide, GDT_Byte, 0, 0, nullptr) == CE_None);
    const double side = kCoverSide * kCoverPixel;
    const std::vector<geometry::Position> corners = {{transform_[0], transform_[3] - side},
                                                     {transform_[0] + side, transform_[3] - side},
                                                     {transform_[0] + side, transform_[3]},
                                                     {transform_[0], transform_[3]}};
    reach_ = polygon(unprojected(corners, "EPSG:4527"));
  }

  /// Share of the pixels in a polygon that are hardened; -1 when it reaches beyond the raster.
  double hardened(const Geometry& shape) const {
    if (!boxes_meet(shape, reach_)) return -1;
    Geometry metres = shape;
    metres.positions = projected(shape.positions, "EPSG:4527");
    const auto box = geometry::box_of(metres);
    const int west = column(box.min_lon), east = column(box.max_lon);
    const int north = row(box.max_lat), south = row(box.min_lat);
    if (west < 0 || north < 0 || east >= kCoverSide || south >= kCoverSide) return -1;
    double all = 0, hard = 0;
    for (int y = north; y <= south; ++y) {
      for (int x = west; x <= east; ++x) {
        if (!geometry::covers(metres, {transform_[0] + (x + 0.5) * transform_[1],
                                       transform_[3] + (y + 0.5) * transform_[5]}))
          continue;
        ++all;
        hard += cells_[static_cast<std::size_t>(y) * kCoverSide + static_cast<std::size_t>(x)] ==
                static_cast<std::uint8_t>(Cover::hardened);
      }
    }
    return hard / all;
  }

  std::string description, crs;

 private:
  int column(double east) const {
    return static_cast<int>(std::floor((east - transform_[0]) / transform_[1]));
  }
  int row(double north) const {
    return static_cast<int>(std::floor((north - transform_[3]) / transform_[5]));
  }

  double transform_[6] = {};
  std::vector<std::uint8_t> cells_;
  Geometry reach_;
};

}  // namespace

TEST_CASE("G4: land for what serves growing is over the limit of its province or within it, as planted") {
  std::map<std::string, double> project_mu;
  for (const Feature& park : layer_of("land", "parks")) project_mu[park["project_id"]] = mu(park.shape);
  for (const RingBase& base : ring_bases(make_city_map(), 1)) project_mu[base.id] = base.mu;
  const auto plots = plots_by_project();
  std::set<std::string> over;
  for (const Site& site : sites_of("G4")) {
    INFO(site.id << " " << site.expected);
    const std::string& project = site.feature["project_id"];
    const bool hebei = project.starts_with("HJ-13");
    const double whole = project_mu.at(project), has = plots.at(project);
    const double limit = hebei ? std::min(0.1 * whole, 15.0) : std::min(0.05 * whole, 10.0);
    CHECK((site.expected == "clear") == (has <= limit));
    // A limit that is superseded says no violation.
    if (has > limit) CHECK(site.expected == (hebei ? "violation" : "for_field_check"));
    if (has > limit) over.insert(project);
  }
  double most = 0;
  for (const auto& [project, has] : plots) {
    if (project.empty() || over.contains(project)) continue;
    INFO(project);
    CHECK(has <= (project.starts_with("HJ-13") ? 15.0 : std::min(0.05 * project_mu.at(project), 10.0)));
    if (project.starts_with("YQ-")) most = std::max(most, has / project_mu.at(project));
  }
  CHECK(most == Approx(0.049).margin(1e-6));  // the planted look-alikes are the nearest to the limit
}

TEST_CASE("G4: no park that is not planted comes near the limit") {
  std::set<std::string> planted;
  for (const Site& site : sites_of("G4")) planted.insert(site.feature["project_id"]);
  const auto plots = plots_by_project();
  double most_share = 0, most_mu = 0;
  for (const Feature& park : layer_of("land", "parks")) {
    const auto found = plots.find(park["project_id"]);
    if (found == plots.end() || planted.contains(park["project_id"])) continue;
    most_share = std::max(most_share, found->second / mu(park.shape));
    most_mu = std::max(most_mu, found->second);
  }
  CHECK(most_share > 0.02);
  CHECK(most_share < 0.0441);
  CHECK(most_mu < 9.01);
}

TEST_CASE("G5: hardening lies on cropland, look-alikes elsewhere or are something else") {
  for (const Site& site : sites_of("G5")) {
    INFO(site.id << " " << site.expected);
    const Feature& spot = site.feature;
    const bool on_cropland = spot["DLBM"] == "0102";
    const double share = share_inside(spot.shape, fields());
    CHECK(share == Approx(on_cropland ? 1 : 0).margin(1e-6));
    CHECK(spot.number("MJ") == Approx(geometry::area_m2(spot.shape)).margin(0.006).epsilon(0));
    if (on_cropland)
      CHECK(share_inside(spot.shape, basic_farmland()) == Approx(spot["SFYN"] == "是" ? 1 : 0).margin(1e-6));
    if (site.expected == "violation") CHECK((spot["TBLX"] == "YH" && on_cropland));
    if (site.expected == "for_field_check") CHECK((spot["TBLX"] == "DT" || spot["TBLX"] == "TD"));
    if (site.expected == "clear") CHECK((spot["TBLX"] != "YH" || !on_cropland));
  }
}

TEST_CASE(
    "G6: factories lie on permanent basic farmland or off it, built in one of three times or on no known "
    "day") {
  for (const Site& site : sites_of("G6")) {
    INFO(site.id << " " << site.expected);
    const double share = share_inside(site.feature.shape, basic_farmland());
    const std::string& built_on = site.feature["built_on"];
    const bool factory = site.layer == "facilities";
    CHECK((share == Approx(1).margin(1e-6) || share == 0));
    CHECK((site.expected == "clear") == (share == 0 || !factory));
    if (site.expected == "violation") CHECK(built_on > "2021/12/01");
    if (site.expected == "for_field_check") CHECK(built_on < "2021/11/01");
    if (!factory) CHECK(site.feature["filing_no"].empty());
  }
}

TEST_CASE("G7: plots have no filing, or are used otherwise than filed") {
  for (const Site& site : sites_of("G7")) {
    INFO(site.id << " " << site.expected);
    if (site.layer == "facilities") {
      CHECK(site.feature["filing_no"].empty() == (site.expected == "violation"));
    } else if (site.layer == "structures") {
      CHECK(share_inside(site.feature.shape, layer_of("land", "facilities")) > 0.999);
      std::string filed;
      for (const Feature& plot : layer_of("land", "facilities")) {
        if (geometry::covers(plot.shape, site.at)) filed = plot["use_filed"];
      }
      const bool as_filed = filed == "生产配套" && site.feature["kind"] == "packing_shed";
      CHECK(as_filed == (site.expected == "clear"));
    }
  }
}

TEST_CASE("G9: the land cover shows hardened floors in planted greenhouses alone") {
  const CoverReader cover;
  CHECK(cover.crs == "4527");
  CHECK(cover.description.find("made-up") != std::string::npos);
  std::set<std::string> hard;
  for (const Site& site : sites_of("G9")) {
    INFO(site.id << " " << site.expected);
    const double share = cover.hardened(site.feature.shape);
    REQUIRE(share >= 0);
    if (site.expected == "for_field_check") CHECK(share > 0.6);
    if (site.expected == "clear") CHECK(share < 0.2);
    hard.insert(site.id);
  }
  std::size_t seen = 0;
  for (const Feature& house : layer_of("land", "greenhouses")) {
    if (hard.contains(house["greenhouse_id"])) continue;
    const double share = cover.hardened(house.shape);
    if (share < 0) continue;
    ++seen;
    INFO(house["greenhouse_id"]);
    CHECK(share < 0.2);
  }
  CHECK(seen > 50);
}

TEST_CASE("G10: plots of 点状配套设施 lie inside the protected space or just outside it") {
  for (const Site& site : sites_of("G10")) {
    INFO(site.id << " " << site.expected);
    CHECK(site.feature["use_filed"] == "点状配套设施用地");
    const double share = share_inside(site.feature.shape, protected_land());
    if (site.expected == "violation") CHECK(share == Approx(1).margin(1e-6));
    if (site.expected == "clear") CHECK(share == 0);
    if (site.expected == "clear") CHECK(distance_to(site.feature.shape, protected_land()) < 30);
  }
}
