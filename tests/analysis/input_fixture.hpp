#pragma once

#include "analysis/fixture.hpp"
#include "analysis/input_layer.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis::test {

/// A stored edition with ids 1, 2, … and a field "name": the layer's name and the id, or the one of `names`.
inline InputLayer layer(const std::vector<Geometry>& lands, const std::string& name,
                        const geodata::test::TempFolder& in, const std::vector<std::string>& names = {}) {
  std::vector<geodata::Feature> features;
  for (std::size_t i = 0; i < lands.size(); ++i)
    features.push_back({i + 1,
                        lands[i],
                        {geodata::Value(names.empty() ? name + std::to_string(i + 1) : names[i])},
                        geometry::area_m2(lands[i])});
  geodata::Schema schema;
  schema.layer = name;
  schema.kinds = {geometry::Kind::point, geometry::Kind::line, geometry::Kind::polygon};
  schema.fields = {{.name = "name"}};
  geodata::test::write_snapshot(in / name, features, schema);
  return {geodata::Snapshot::open(in / name), name};
}

}  // namespace caitu::analysis::test
