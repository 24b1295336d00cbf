#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "geodata/detail/posix_file.hpp"

namespace caitu::geodata::detail {

/// A mapped file may lose its pages while it is read: somebody truncates it, or the disk fails. The system
/// then sends SIGBUS, which ends a program that has not asked for it. Here the page becomes zeros instead,
/// the mapping is marked as lost for good, and what was verified of it counts as verified no longer; who
/// reads from it finds out by `intact`.
///
/// The handler is one for the whole process and is installed with the first mapping; a SIGBUS at an address
/// that is not of ours goes to the handler that was there before, or ends the program as before. It takes no
/// lock and no memory.

/// From now on every flag of [verified, verified + count) is cleared when the mapping that begins at `mapped`
/// is lost. They live as long as the mapping.
void forget_when_lost(const char* mapped, std::atomic<bool>* verified, std::size_t count);

/// Whether no page of the mapping that holds this address was lost so far.
bool intact(const void* in_mapping);

/// Maps and registers; unmapped with the last copy.
std::shared_ptr<const char> map_watched(int descriptor, std::size_t bytes, const std::filesystem::path& path);

}  // namespace caitu::geodata::detail
