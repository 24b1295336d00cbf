#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace caitu::geodata::detail {

/// ASCII letters alone: what endings, drivers and columns are told by.
inline std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// ".shp" of "land/DLTB.SHP".
inline std::string ending(const std::filesystem::path& name) { return lower(name.extension().string()); }

[[noreturn]] inline void refuse(const std::filesystem::path& file, const std::string& message,
                                const std::string& hint = {}) {
  throw base::Error(base::Code::refused, message, base::Where{.file = file.string()}, hint);
}

}  // namespace caitu::geodata::detail
