#pragma once

#include <cstdint>
#include <filesystem>

#include "base/progress.hpp"

namespace caitu::demo {

/// What is made, and how much of it.
struct Options {
  std::size_t parcels = 100'000;  ///< 10,000 to 2,000,000, made exactly
  std::uint64_t seed = 1;
  std::size_t threads = 0;  ///< 0: the machine's. Changes nothing in what is written
  bool faults = true;       ///< a few hundred of the parcels come as a resubmission with planted data faults
};
inline constexpr std::size_t kFewestParcels = 10'000;
inline constexpr std::size_t kMostParcels = 2'000'000;

/// Writes the made delivery of INTERFACE.md into an empty folder. Equal options, equal bytes.
/// Throws Error(io) when it cannot be written.
void write_delivery(const std::filesystem::path& folder, const Options& options,
                    const base::Progress& progress);

}  // namespace caitu::demo
