#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geometry/geometry.hpp"
#include "store/work.hpp"

namespace caitu::store {

enum class Operation : std::uint8_t { insert, update, remove };
std::string_view name(Operation operation);  ///< "insert", "update", "delete"

/// One acknowledged edit of one feature of a living layer. It holds all of the feature as it is after it, so
/// that the last change of a feature is its state, whatever edition lies below.
struct LivingChange {
  std::uint64_t sequence = 0;  ///< over all layers, in the order of commits; given by `append`
  std::string layer;
  std::uint64_t feature = 0;  ///< the lasting id
  /// Edits of the feature so far, this one too; given by `append`. A feature that only came with a delivery
  /// is of version 0.
  std::uint64_t version = 0;
  Operation operation = Operation::insert;
  geometry::Geometry geometry;    ///< EPSG:4490 degrees; empty after a remove
  std::string attributes = "{}";  ///< JSON object of the fields that hold a value
  std::string at;                 ///< UTC, ISO; given by `append`
  std::string who;
};

/// Changes of a layer that no edition holds yet.
struct Waiting {
  std::uint64_t changes = 0;
  std::uint64_t last = 0;  ///< sequence of the last one
  std::string since;       ///< when the first of them was made, UTC
};

/// The change log of living layers. Changes are only ever added: what an edition of the record has taken in
/// stays as the feature's history. Errors: those of work.db. Threads: as its Work, which outlives it.
class LivingChanges {
 public:
  explicit LivingChanges(Work& work) : work_(work) {}

  /// Inside the caller's WorkChange. The sequence is past every one given before and past `after`: a log that
  /// was lost and begun anew never gives a number that an edition has taken in already.
  LivingChange append(LivingChange change, std::uint64_t after = 0);
  /// Changes of a layer past a sequence, in their order.
  void read(const std::string& layer, std::uint64_t after,
            const std::function<void(LivingChange&&)>& visit) const;
  /// The last change of a feature past a sequence.
  std::optional<LivingChange> latest(const std::string& layer, std::uint64_t feature,
                                     std::uint64_t after = 0) const;
  /// All changes of a feature, oldest first.
  std::vector<LivingChange> of(const std::string& layer, std::uint64_t feature) const;
  /// The last sequence of a layer; 0 when nobody has edited it. Costs the same however long the log is.
  std::uint64_t head(const std::string& layer) const;
  Waiting waiting(const std::string& layer, std::uint64_t after) const;

 private:
  Work& work_;
};

}  // namespace caitu::store
