#include <malloc.h>

#include "app/program.hpp"

namespace {

/// Freed memory stays with the program up to this much. A tile's buffers would else go back to the system and
/// come again with the next request: eight page faults a tile, a tenth of its processor time.
constexpr int kKeptBytes = 64 << 20;
constexpr int kGrowthBytes = 1 << 20;
/// Blocks above it are the system's own; setting it also ends malloc's habit of moving it.
constexpr int kLargeBlockBytes = 32 << 20;

}  // namespace

int main(int argc, char** argv) {
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_TOP_PAD, kGrowthBytes);
  mallopt(M_MMAP_THRESHOLD, kLargeBlockBytes);
  return caitu::app::run_program(argc, argv);
}
