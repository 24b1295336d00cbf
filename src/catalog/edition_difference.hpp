#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/progress.hpp"
#include "catalog/catalog.hpp"

namespace caitu::catalog {

/// What became of a feature from one edition to another; features are the same by their lasting id.
enum class Change : std::uint8_t { added, removed, reshaped, attributes };
std::string_view name(Change change);

struct FeatureChange {
  Change change = Change::added;
  std::uint64_t id = 0;
  std::optional<std::size_t> before = {}, after = {};  ///< items of the two snapshots
  std::vector<std::uint32_t> fields = {};  ///< whose values differ, as places in EditionDifference::fields
  double before_m2 = 0, after_m2 = 0;
  double gained_m2 = 0, lost_m2 = 0;  ///< of the pair: after less before, before less after, as land
  double fresh_m2 = 0, gone_m2 = 0;   ///< the part of it that counts to the land of the whole edition
};

struct ChangeSum {
  std::uint64_t added = 0, removed = 0, reshaped = 0, attributes = 0;
  double before_m2 = 0, after_m2 = 0;  ///< of all features, touched or not
  double gained_m2 = 0, lost_m2 = 0;
};

/// What changed from one edition of a layer to another.
///
/// Land is told in two ways, both exact (areas of geometric differences, additive). By feature (`total`,
/// groups): what the feature covers now and did not before; gained − lost = after − before. As a whole
/// (`land_*`): what any feature covers now and none did before, each square metre once: a border that moved
/// between two neighbours changes both of them and no land. In a group, land also comes and goes with
/// features that were put to another group; a feature is counted where it is now, a removed one where it was.
/// Points and lines have no area; they are counted alone.
struct EditionDifference {
  std::shared_ptr<const Edition> before = {}, after = {};
  std::vector<std::string> fields = {};     ///< of the newer schema, then those that only the older one has
  std::vector<FeatureChange> changes = {};  ///< by id
  std::uint64_t unchanged = 0;
  ChangeSum total = {};
  double land_gained_m2 = 0, land_lost_m2 = 0;
  std::string class_field = {}, unit_field = {};   ///< what the groups are by; empty when there are none
  std::map<std::string, ChangeSum> by_class = {};  ///< "" holds features without a value
  std::map<std::string, ChangeSum> by_unit = {};   ///< by town, as its code or its name
  std::map<std::string, std::string> unit_names =
      {};  ///< "区 乡镇" of the codes that the layer of towns knows
};

struct DifferenceOptions {
  std::size_t threads = 0;  ///< 0: the machine's
  std::uint64_t most = 0;   ///< Error(too_large) when more features changed; 0: any number
};

/// Compares two published editions of one layer, whichever is the older. The record tells which rows were
/// touched, so the cost is that of the changes, and of the overlay of those that were reshaped. The same
/// editions give the same value on any number of threads.
EditionDifference difference(const Catalog& catalog, std::shared_ptr<const Edition> before,
                             std::shared_ptr<const Edition> after, const DifferenceOptions& options = {},
                             const base::Progress& progress = {});

/// Everything but the features.
base::Json summary_json(const EditionDifference& difference);

/// The difference as a layer: `change`, the layer's key fields, `changed` (names of fields, parted by ", "),
/// `mu_before`, `mu_after`, `mu_gained`, `mu_lost`. A feature stands where it is in the newer edition, a
/// removed one where it was.
geodata::Schema difference_schema(const EditionDifference& difference);
geodata::Feature difference_feature(const EditionDifference& difference, const FeatureChange& change);

}  // namespace caitu::catalog
