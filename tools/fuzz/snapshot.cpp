#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "geodata/snapshot.hpp"

/// A snapshot file of any bytes: Error(corrupt), or readable from end to end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto file = std::filesystem::temp_directory_path() / ("fuzz_snapshot_" + std::to_string(getpid()));
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  try {
    const auto snapshot = caitu::geodata::Snapshot::open(file);
    for (std::size_t item = 0; item < snapshot->size(); ++item) snapshot->feature(item);
  } catch (const caitu::base::Error&) {
  }
  return 0;
}
