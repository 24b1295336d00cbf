#include <catch2/catch.hpp>
#include <set>

#include "base/units.hpp"
#include "bases.hpp"
#include "delivery_reader.hpp"
#include "geometry/china_offset.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "projection.hpp"

using namespace caitu;
using namespace caitu::demo;
using namespace caitu::demo::test;

TEST_CASE("210 ring bases lie in three zones and one datum, each of 300 mu or more") {
  const fs::path folder = Delivery::folder() / "ring_bases";
  std::set<std::string> ids;
  std::vector<Geometry> shapes;
  const auto take = [&](const std::string& file, const char* crs, const char* id_field,
                        const char* area_field) {
    for (Feature& base : read(folder / file)) {
      ids.insert(base[id_field]);
      auto& positions = base.shape.positions;
      if (crs != nullptr) {
        positions = unprojected(positions, crs);
      } else {
        geometry::shift(positions, geometry::Datum::gcj02, geometry::Datum::cgcs2000);
      }
      const double mu = base::mu_from_m2(geometry::area_m2(base.shape));
      CHECK(mu >= 300);
      CHECK_FALSE(geometry::flaw_of(base.shape));
      CHECK(base.number(area_field) == Approx(mu).margin(0.02).epsilon(0));
      shapes.push_back(std::move(base.shape));
    }
  };
  take("ring_bases_zone38.shp", "EPSG:4526", "基地编号", "菜田面积");
  take("ring_bases_zone39.shp", "EPSG:4527", "基地编号", "菜田面积");
  take("ring_bases_zone40.shp", "EPSG:4528", "base_id", "area_mu");
  take("ring_bases_gcj02.geojson", nullptr, "base_id", "area_mu");
  CHECK(ids.size() == 210);
  CHECK(shapes.size() == 210);
  double m2 = 0;
  std::size_t touching = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    m2 += geometry::area_m2(shapes[i]);
    for (std::size_t k = 0; k < i; ++k) touching += geometry::intersects(shapes[i], shapes[k]) ? 1 : 0;
  }
  CHECK(touching == 0);
  CHECK(base::mu_from_m2(m2) >= 120'000);
}
