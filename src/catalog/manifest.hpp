#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "catalog/backup.hpp"

namespace caitu::catalog {

inline constexpr const char* kManifestName = "manifest.json";

base::Json to_json(const Manifest& manifest);
/// Error(corrupt) when it is no manifest, or names a member that no workspace has: each is one of a few names
/// or lies in one of a few folders, and none leads out of them.
Manifest manifest_from_json(std::string_view text);

/// Files of published editions, by name in their folders.
struct PublishedFiles {
  std::set<std::string> snapshots, rejects;
};
PublishedFiles published_files(const std::filesystem::path& record);  ///< of a record of any form

}  // namespace caitu::catalog
