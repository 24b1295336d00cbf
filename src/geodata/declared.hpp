#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geodata/schema.hpp"

namespace caitu::geodata {

/// What a field's values are held against at import; a value outside is told, not refused.
struct FieldLimits {
  std::size_t field = 0;  ///< in Schema::fields
  std::optional<double> least, most;
  std::vector<std::string> values;  ///< empty: any
};

/// What a layer is held against at import beyond its key (DOMAIN 6).
struct AuditRules {
  bool coverage = false;            ///< its land is divided without overlaps, gaps and slivers
  bool land_survey = false;         ///< the rules of DLTB hold for the fields that it has of them (FACTS 2.2)
  std::vector<std::size_t> unique;  ///< fields no value of which comes twice
  std::vector<std::string> apart_from;                        ///< layers that its land must not overlap
  std::optional<std::pair<std::size_t, std::size_t>> period;  ///< fields of the first and the last day
  std::vector<FieldLimits> limits;
};

/// One file of geodata/layers (or of a workspace's own layers/): the schema, and how deliveries of it are
/// read and shown.
///
/// Keys: id, title, geometry = ["polygon", …] and the list `field` must be there; title_en, order, group,
/// key, class_field, label_field, search, unit_field, living, rasters, region = { west, south, east, north }
/// and made_up_note may be. A field has name, title and type, and may have title_en, width, unit, aliases and
/// required; its title is an alias too. The field `extra` is added, not declared.
///
/// What the quality audit asks of it: coverage = true, audit = "land_survey", unique = [fields], apart_from =
/// [layers], period = [since, until]; of a field least, most (numbers) and values (all that it may hold).
struct Declaration {
  Schema schema;
  std::string group;       ///< what it belongs to: "plan", "land", "flags" or the workspace's own
  int order = kLastOrder;  ///< where it stands in lists of layers, the least first; ties by id
  /// English titles by field; they belong to the declaration, not to the land, and so are in no snapshot.
  std::map<std::string, std::string> field_titles_en;
  std::vector<std::string> search;  ///< text fields by whose values a person looks for a feature
  std::string unit_field;  ///< text field with the code of the place it is counted in (ZLDWDM), or empty
  /// EPSG:4490 degrees outside which a coordinate is an error of zone or datum; empty: anywhere.
  geometry::Box region;
  AuditRules audit;
  /// It is delivered as rasters: a feature is the footprint of one, and its field `sha256` names the file
  /// that the workspace keeps (catalog/attachments).
  bool rasters = false;
  std::string made_up_note;
  std::filesystem::path file;

  static constexpr int kLastOrder = 1'000'000;
  static constexpr std::string_view kDigestField = "sha256";  ///< of a layer of rasters
};

/// Layers by id. Unknown keys, unknown types, a key that is no field, and two files of one id are
/// Error(usage) naming file and line. A workspace's folder may add layers; it may not redefine the house's
/// own.
std::map<std::string, Declaration> load_declarations(const std::vector<std::filesystem::path>& folders);
Declaration load_declaration(const std::filesystem::path& file);

}  // namespace caitu::geodata
