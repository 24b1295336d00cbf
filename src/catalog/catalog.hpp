#pragma once

#include <chrono>
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
  std::filesystem::path attachments() const { return folder / "attachments"; }
  std::filesystem::path attachment(const std::string& sha256) const { return attachments() / sha256; }
  std::filesystem::path configuration() const { return folder / "caitu.toml"; }
};

/// Makes an empty workspace; Error(conflict) when the folder holds one already.
void create_workspace(const Workspace& workspace);

/// An edition as readers hold it: its record and its mapped snapshot. Const-shared.
///
/// Of a living layer the current one may have edits laid over it (`changes` > 0): then `snapshot`, and the
/// record's rows, area, digest and schema, are of edition and edits together, and its as-of date is that of
/// the last edit where that is later. `record.edition` stays the edition below, 0 for a layer that only edits
/// have filled. What tells two of them apart is the digest, or number and `changes` together; never the
/// number alone.
struct Edition {
  store::EditionRecord record;
  std::shared_ptr<const geodata::Snapshot> snapshot;
  std::uint64_t changes = 0;  ///< the last edit that it holds, by sequence; 0: the edition itself
  std::uint64_t settled = 0;  ///< when it holds edits: only those past this sequence lie over the edition
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
  /// Sequences up to which edits of living layers are held by published editions: later ones are laid over
  /// the current.
  std::map<std::string, std::uint64_t> settled;
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
  /// rollback has withdrawn; else the current one, with its edits. Error(not_found) names the layer and what
  /// there is.
  std::shared_ptr<const Edition> edition(const std::string& layer, std::optional<std::uint32_t> edition = {},
                                         const std::optional<std::string>& as_of = {}) const;
  /// By what a person writes: "3" or "2024-06-30". Error(invalid) when it is neither.
  std::shared_ptr<const Edition> edition_named(const std::string& layer, const std::string& text) const;
  /// Ids of the features that may differ between two published editions, in order; all others are the same in
  /// both.
  std::vector<std::uint64_t> touched(const std::string& layer, std::uint32_t before,
                                     std::uint32_t after) const;

  /// Keeps an edition that a reader comes back to (the next page) for kKeptFor after its last use. Those with
  /// edits only: the others are in the record. Of all kept ones the least recently used go first, past
  /// kKeptBytes.
  void keep(const std::shared_ptr<const Edition>& edition) const;
  /// The current edition, or a kept one, of that number and those changes. Error(not_found) with the way out
  /// when it has gone.
  std::shared_ptr<const Edition> kept(const std::string& layer, std::uint32_t edition,
                                      std::uint64_t changes) const;
  static constexpr std::chrono::minutes kKeptFor{5};
  static constexpr std::uint64_t kKeptBytes = std::uint64_t{1} << 30;

  /// Looks whether another process has published or somebody has edited, and takes it up. True when something
  /// changed.
  bool refresh();
  /// Somebody has edited through this process: wakes the thread of `watch` that takes up edits.
  void edited();
  /// Reads every block of one current snapshot that was not read whole before, and builds it again from the
  /// record when one is damaged: opening touches the ends of a file only. False when all have been read.
  bool mend();
  /// Takes up publications and mends every `interval_ms` on a thread of its own until the catalog ends; and
  /// on another, so that neither waits, edits: at once when one was made here, else at the next interval, in
  /// any case at most every kEditSpacing, and not more than half of the time.
  void watch(int interval_ms);
  /// Edits are seen within a second: what comes right after one take-up waits for the next one and its work.
  static constexpr std::chrono::milliseconds kEditSpacing{500};

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::catalog
