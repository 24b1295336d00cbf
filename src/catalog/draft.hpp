#pragma once

#include <optional>
#include <vector>

#include "base/json.hpp"
#include "geodata/declared.hpp"
#include "geodata/feature.hpp"

namespace caitu::catalog {

/// A feature as an editor gives it: what is not given is missing (a new or a whole feature), or stays (a
/// merge).
struct Draft {
  std::optional<geometry::Geometry> geometry;    ///< EPSG:4490 degrees
  base::Json properties = base::Json::object();  ///< by field name; null: no value
};

/// A draft as a feature of the layer, without its id: values in the schema's types, area measured, rings
/// wound.
///
/// The rules are an import's, but nothing is mended and nothing moved aside: a geometry of another kind, one
/// that is invalid (told with the place), outside the Earth or the layer's region, a value that its field
/// cannot hold, a required field without one, and a property that the layer does not have, are Error(invalid)
/// naming the field. `mu`, where it is no field of the layer, is what answers carry beside the fields: passed
/// over.
/// `before` is the feature that it takes the place of, if any: a geometry that is the one before as readers are
/// given it, rounded, is the one before, and has not moved.
geodata::Feature whole_feature(const geodata::Declaration& declaration, const Draft& draft,
                               const geodata::Feature* before = nullptr);
/// The feature with a draft merged into it by RFC 7396: a property that is null loses its value, `extra` is
/// merged member by member, a geometry replaces the one before, unless it is that one as readers are given it.
geodata::Feature merged_feature(const geodata::Declaration& declaration, const geodata::Feature& before,
                                const Draft& draft);

}  // namespace caitu::catalog
