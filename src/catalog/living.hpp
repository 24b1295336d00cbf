#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "catalog/draft.hpp"
#include "catalog/fold.hpp"

namespace caitu::catalog {

/// Who edits.
struct Editor {
  std::string who;
  std::vector<std::string> districts;  ///< codes that bound where; empty: all of the city
};

/// Which state of a feature the editor has seen: one of these entity tags (RFC 9110 §13.1.1), or whatever it
/// is now.
struct Expected {
  bool any = false;
  std::vector<std::string> tags;
};

/// One of several edits.
struct Edit {
  enum class Kind : std::uint8_t { insert, replace, merge, remove };
  Kind kind = Kind::merge;
  std::uint64_t feature = 0;  ///< of an insert: none
  Draft draft = {};           ///< of a remove: none
  Expected expected = {};     ///< of an insert: none
};

/// What an acknowledged edit made.
struct Edited {
  std::uint64_t feature = 0;
  std::uint64_t version = 0;   ///< edits of the feature so far
  std::uint64_t sequence = 0;  ///< an Edition with `changes` of at least this shows it
  std::string tag;             ///< of the feature now; empty after a remove
};

/// Error(conflict) of an editor who has seen another state of the feature.
class ChangedMeanwhile : public base::Error {
 public:
  ChangedMeanwhile(const std::string& layer, std::uint64_t feature, std::string tag);
  const std::string& tag() const { return tag_; }  ///< of the feature now

 private:
  std::string tag_;
};

class Present;

/// Edits of living layers, one feature at a time (DESIGN 3, Living layers), or several at once.
///
/// An edit that returns is on the disk, with its audit row, and its catalog shows it within a second. It asks
/// work.db and mapped snapshots alone, never caitu.db, so that no import makes it wait. What a feature is now
/// is told from the log inside the edit's own transaction: of two edits at once, from whichever process, the
/// later one sees the earlier.
///
/// Ids are those that an import would give: from the declared key, else from the geometry. A key that another
/// feature holds is Error(conflict); the key of a feature does not change, but one that it lacks may be
/// filled in. Error(unsupported) when the layer is not living, Error(denied) when the feature, before or
/// after, does not stand in one of the editor's districts (geometry::point_on in an outline of layer
/// `districts`), else as `Draft`. Thread-safe; edits wait for each other.
class Living {
 public:
  Living(Catalog& catalog, FoldOptions folds = {});
  ~Living();

  Edited insert(const std::string& layer, const Draft& draft, const Editor& editor);
  Edited replace(const std::string& layer, std::uint64_t feature, const Draft& draft,
                 const Expected& expected, const Editor& editor);
  Edited merge(const std::string& layer, std::uint64_t feature, const Draft& draft, const Expected& expected,
               const Editor& editor);
  Edited remove(const std::string& layer, std::uint64_t feature, const Expected& expected,
                const Editor& editor);

  /// What a merge makes of a feature that was read inside the edit's own transaction.
  using Merging = std::function<Draft(const geodata::Schema& schema, const geodata::Feature& now)>;
  Edited merge(const std::string& layer, std::uint64_t feature, const Merging& merging,
               const Expected& expected, const Editor& editor);

  /// Several edits of one layer in one transaction, each with its audit row, in their order, each seeing
  /// those before it: all of them are made, or the first one that cannot be is thrown and none is.
  std::vector<Edited> together(const std::string& layer, std::span<const Edit> edits, const Editor& editor);
  /// The same, of edits that depend on what the layer is inside their transaction. None: nothing is written.
  using Editing =
      std::function<std::vector<Edit>(const geodata::Declaration& declaration, const Present& now)>;
  std::vector<Edited> together(const std::string& layer, const Editing& editing, const Editor& editor);

  /// Until this ends, on threads of its own: folds what is due (`fold_due`), and moves the log of work.db
  /// into the file, which then no edit does.
  void watch();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Error(unsupported) with the way out when the layer is not edited one feature at a time, Error(not_found)
/// when it is not declared.
const geodata::Declaration& living_declaration(const State& state, const std::string& layer);

}  // namespace caitu::catalog
