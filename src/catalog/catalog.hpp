#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "geodata/declared.hpp"
#include "geodata/snapshot.hpp"
#include "store/store.hpp"

namespace caitu::catalog {

/// Where things lie in a workspace folder (INTERFACE, "The workspace").
struct Workspace {
  std::filesystem::path folder;

  std::filesystem::path database() const { return folder / "caitu.db"; }
  std::filesystem::path work() const { return folder / "work.db"; }
  std::filesystem::path snapshots() const { return folder / "snapshots"; }
  std::filesystem::path rejects() const { return folder / "rejects"; }
  std::filesystem::path own_layers() const { return folder / "layers"; }
  std::filesystem::path configuration() const { return folder / "caitu.toml"; }
};

/// Makes an empty workspace; Error(conflict) when the folder holds one already.
void create_workspace(const Workspace& workspace);

/// An edition as readers hold it: its record and its mapped snapshot. Const-shared.
struct Edition {
  store::EditionRecord record;
  std::shared_ptr<const geodata::Snapshot> snapshot;
};

/// The published edition that is meant: exactly `edition`, withdrawn or not; else the newest of those not
/// withdrawn whose land date is not after `as_of`, of one date the later import. Null when there is none.
/// `editions` are of one layer, oldest first.
const store::EditionRecord* chosen_edition(const std::vector<store::EditionRecord>& editions,
                                           std::optional<std::uint32_t> edition,
                                           const std::optional<std::string>& as_of);

/// Everything current at one moment. Readers in flight keep the one that they took. Const-shared.
struct State {
  std::uint64_t generation = 0;  ///< grows with every change
  std::map<std::string, geodata::Declaration> declarations;
  /// Current editions, by layer; a layer without a published edition is absent.
  std::map<std::string, std::shared_ptr<const Edition>> current;
  std::map<std::string, std::vector<store::EditionRecord>> editions;  ///< published, oldest first
};

/// The living set of layers. Thread-safe.
class Catalog {
 public:
  /// Maps the current snapshots; one that is missing or damaged is rebuilt from the record, and the log says
  /// so. `declared` are the folders of layer declarations, the house's own first.
  Catalog(Workspace workspace, std::vector<std::filesystem::path> declared);
  ~Catalog();

  std::shared_ptr<const State> state() const;
  const Workspace& workspace() const;

  /// `edition` pins one exactly; else `as_of` takes the newest published edition not after it that no
  /// rollback has withdrawn; else the current one. Error(not_found) names the layer and what there is.
  std::shared_ptr<const Edition> edition(const std::string& layer, std::optional<std::uint32_t> edition = {},
                                         const std::optional<std::string>& as_of = {}) const;
  /// By what a person writes: "3" or "2024-06-30". Error(invalid) when it is neither.
  std::shared_ptr<const Edition> edition_named(const std::string& layer, const std::string& text) const;
  /// Ids of the features that may differ between two published editions, in order; all others are the same in
  /// both.
  std::vector<std::uint64_t> touched(const std::string& layer, std::uint32_t before,
                                     std::uint32_t after) const;

  /// Looks whether another process has published, and takes it up. True when something changed.
  bool refresh();
  /// Reads every block of one current snapshot that was not read whole before, and builds it again from the
  /// record when one is damaged: opening touches the ends of a file only. False when all have been read.
  bool mend();
  /// Calls `refresh` and `mend` every `interval_ms` on a thread of its own until the catalog ends.
  void watch(int interval_ms);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::catalog
