#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/account.hpp"
#include "analysis/input_layer.hpp"
#include "base/progress.hpp"
#include "base/workers.hpp"
#include "geodata/sink.hpp"

namespace caitu::analysis {

/// What is made of two layers, a and b:
/// intersection: what is common, each pair apart; difference: a less b; identity: both; join ("union"):
/// identity, and b less a; symdifference: the two differences; clip: of each feature of a what b covers, in
/// one piece, with the attributes of a alone.
enum class Operation : std::uint8_t { intersection, difference, join, identity, symdifference, clip };
std::string_view name(Operation operation);
std::optional<Operation> parse_operation(std::string_view text);

/// One of how many equal runs of a's features, and of b's, as they stand in their layers.
struct Part {
  std::uint32_t number = 1, of = 1;
};

struct OverlayOptions {
  Operation operation = Operation::intersection;
  std::vector<std::string> fields = {};  ///< of the result, by name; empty: all
  Slivers slivers = {};
  Part part = {};
  std::uint64_t memory = std::uint64_t{1} << 30;
  std::size_t threads = base::default_threads();
  /// How often what is done is written down, so that a run that is killed goes on from there.
  std::chrono::milliseconds write_down_every{5000};
};

/// The fields of a result: a_fid and b_fid (the features' ids, InputLayer::id), those of a and those of b,
/// where two of one name, compared without case, are a_NAME and b_NAME, then area_m2. Error(usage) names an
/// unknown one of `fields` and the nearest.
geodata::Schema overlay_schema(const InputLayer& a, const InputLayer& b, const OverlayOptions& options);

/// Lays b over a. Pieces go to `out` as their features stand in a and b, along a Hilbert curve: what is left
/// of a feature behind its pieces, what is left of b at the end; without `out` only the account is made.
/// `scratch`: a folder for the run's own files; when an earlier run with the same inputs and options was
/// killed, what it has done there is not done again. The same bytes on any number of threads, with any
/// memory, and however often it was killed. Polygons, lines and points of a; b must hold polygons alone:
/// Error(refused).
Account overlay(const InputLayer& a, const InputLayer& b, const OverlayOptions& options,
                const std::filesystem::path& scratch, geodata::Sink* out, const base::Progress& progress);

}  // namespace caitu::analysis
