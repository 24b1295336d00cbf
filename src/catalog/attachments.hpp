#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "catalog/catalog.hpp"
#include "store/check.hpp"

namespace caitu::catalog {

/// Files that a workspace keeps whole beside its record: WS/attachments/<sha256 of its bytes>. Whatever names
/// one names its content, so one that is there is never written again; and none is taken away, for older
/// editions name them too.

bool is_digest(std::string_view text);  ///< 64 hexadecimal digits in small letters

/// Keeps a copy of `source`, which must have that digest: Error(conflict) when it was changed meanwhile. It
/// has its name only when it is whole and on the disk; one that is there and whole is left as it is. `layer`:
/// the staged one that it is kept for, by which a half copy is known should this process be killed.
void keep_attachment(const Workspace& workspace, const std::filesystem::path& source,
                     const std::string& sha256, const std::string& layer,
                     const base::Progress& progress = {});
/// What is wrong with it, every byte read; empty when nothing is.
std::string attachment_fault(const Workspace& workspace, const std::string& sha256,
                             const base::Progress& progress = {});

/// Half copies that processes have left; of one layer, or of all.
std::vector<std::filesystem::path> half_attachments(const Workspace& workspace,
                                                    const std::string& layer = {});

/// For a doctor: that every raster that a published edition names is there with its digest. Adds nothing for
/// a workspace without any.
void examine_attachments(const Workspace& workspace, const std::vector<std::filesystem::path>& declared,
                         const base::Progress& progress, store::Checks& checks);

}  // namespace caitu::catalog
