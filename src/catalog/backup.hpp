#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/progress.hpp"
#include "catalog/catalog.hpp"

namespace caitu::catalog {

struct BackupOptions {
  bool replace = false;         ///< an existing file
  bool with_snapshots = false;  ///< else they are built again when they are first asked for
};

/// What a backup holds: its manifest, the first member, `manifest.json`.
struct Manifest {
  struct Member {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;
  };
  std::string program, made_at;
  int record_form = 0, work_form = 0;  ///< 0: the workspace had no work database
  base::Json rows;                     ///< of every table, by database
  std::vector<Member> members;

  std::uint64_t bytes() const;
};

/// A workspace in one file: both databases as they were at one moment, configuration, layers, refused rows,
/// attachments. Left out is what follows from these (snapshots) and what is only on its way (uploads, results
/// of jobs). May run beside a server and imports, which wait for milliseconds at its beginning. Needs room
/// for the databases twice while it runs. The file has its name only when it is whole and on the disk. A
/// workspace of an older form is taken as it is.
Manifest back_up(const Workspace& workspace, const std::filesystem::path& file, const BackupOptions& options,
                 const base::Progress& progress = {});

/// Makes a workspace of a backup, brought up to this program's forms. Error(conflict) when the folder holds
/// anything; Error(corrupt) when a member is missing, cut, changed, or would lie outside the workspace;
/// Error(unsupported) when a newer caitu made it. Built beside the folder and renamed, so that it is there as
/// a whole or not at all.
Manifest restore(const std::filesystem::path& file, const Workspace& workspace,
                 const base::Progress& progress = {});

}  // namespace caitu::catalog
