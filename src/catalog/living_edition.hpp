#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "store/living.hpp"

namespace caitu::catalog {

/// What edits made of a layer's features: the feature as it is now, or nullopt once it was deleted. By id.
using Delta = std::map<std::uint64_t, std::optional<geodata::Feature>>;

/// The fields that hold a value as a JSON object, in the schema's order: what the change log keeps.
std::string attributes_of(const geodata::Schema& schema, const std::vector<geodata::Value>& values);
/// The feature as a change left it. An attribute that the schema does not have goes to `extra`.
geodata::Feature feature_of(const geodata::Schema& schema, const store::LivingChange& change);
/// The entity tag of a feature, from what it holds alone: the same for a feature of a delivery, of an edit
/// and of the edition that an edit is folded into, and for a feature that was edited and edited back.
std::string tag_of(const geodata::Schema& schema, geometry::GeometryView geometry,
                   const std::vector<geodata::Value>& values);

/// The sequence up to which changes of a layer are settled: held by a published edition, withdrawn ones too.
/// Readers lay only later ones over the current edition.
std::uint64_t settled_through(const std::vector<store::EditionRecord>& editions);

struct Changes {
  Delta delta;
  std::uint64_t through = 0;  ///< sequence of the last one; 0 when there are none
  std::string last_at;        ///< when it was made, UTC
  std::uint64_t after = 0;    ///< the sequence past which they begin
};
/// Those past a sequence, the last one of `up_to` at most.
Changes changes_since(store::Work& work, const geodata::Schema& schema, std::uint64_t after,
                      std::uint64_t up_to = std::numeric_limits<std::uint64_t>::max());

/// The schema that edits of a layer are made in: the declared one. Error(refused) when the edition has a
/// field that the declaration no longer has, or has in another type.
void check_grown(const geodata::Schema& published, const geodata::Schema& declared);
/// Values of one schema in the fields of a later one.
std::vector<geodata::Value> in_schema(const std::vector<geodata::Value>& values, const geodata::Schema& from,
                                      const geodata::Schema& to);

/// Writes a snapshot of `from` (null: of nothing) with a delta laid over it; returns its content digest.
std::string write_changed(const std::filesystem::path& file, const geodata::Schema& schema,
                          const geodata::SnapshotInfo& info, const geodata::Snapshot* from,
                          const Delta& delta);

/// `from` (null: a layer without an edition) with changes laid over it, as readers see it. Its snapshot has
/// no name in the workspace: the file goes with the last reader, and a process that dies leaves none behind.
std::shared_ptr<const Edition> with_changes(const Workspace& workspace, const geodata::Schema& declared,
                                            const std::shared_ptr<const Edition>& from,
                                            const Changes& changes);

/// An edition (0: none) with its edits past `settled` and up to `changes` laid over it in the fields of
/// `schema`, as readers saw it when that was current: the log is kept. Whether it is the same land its digest
/// tells. Error(not_found) when there is no such edition, or the log does not hold that edit.
std::shared_ptr<const Edition> edition_with_edits(const Catalog& catalog, const geodata::Schema& schema,
                                                  std::uint32_t edition, std::uint64_t settled,
                                                  std::uint64_t changes);

}  // namespace caitu::catalog
