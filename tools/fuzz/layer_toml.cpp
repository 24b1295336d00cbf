#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "geodata/declared.hpp"

/// A layer declaration of a workspace: refused with an Error, or loaded.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto file = std::filesystem::temp_directory_path() / ("fuzz_layer_" + std::to_string(getpid()) + ".toml");
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  try {
    caitu::geodata::load_declaration(file);
  } catch (const caitu::base::Error&) {
  }
  return 0;
}
