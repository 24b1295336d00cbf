#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "catalog/backup.hpp"
#include "catalog/backup_file.hpp"
#include "catalog/manifest.hpp"
#include "store/upkeep.hpp"
#include "store/work.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Where;

/// Far more than any manifest; a file that pretends to be one must not fill the memory.
constexpr std::uint64_t kMostManifestBytes = std::uint64_t{64} << 20;

[[noreturn]] void damaged(const std::string& what) {
  throw Error(Code::corrupt, "the backup is damaged: " + what, "take another backup; nothing was changed");
}

/// The workspace in the making; gone unless it was put in place.
struct Making {
  explicit Making(const fs::path& beside) : folder(beside) {
    folder += ".part-" + base::hex(base::digest128(base::random_bytes(8))).substr(0, 12);
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
  }
  ~Making() {
    std::error_code ignored;
    if (!folder.empty()) fs::remove_all(folder, ignored);
  }
  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;
  fs::path folder;
};

void refuse_full(const fs::path& folder) {
  if (!fs::exists(folder) || (fs::is_directory(folder) && fs::is_empty(folder))) return;
  throw Error(Code::conflict, "there is something already, and a restore changes nothing that is there",
              Where{.file = folder.string()}, "name a folder that is not there yet");
}

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int number = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced)
    throw Error(Code::io, std::string("it cannot be brought to the disk: ") + std::strerror(number),
                Where{.file = path.string()});
}

Manifest read_manifest(BackupReader& reader) {
  const auto first = reader.next();
  if (!first || first->name != kManifestName || !first->plain) damaged("it does not begin with its manifest");
  if (first->bytes > kMostManifestBytes) damaged("its manifest is too long");
  std::string text;
  reader.read([&text](std::string_view piece) { text += piece; });
  return manifest_from_json(text);
}

void unpack(BackupReader& reader, const Manifest::Member& member, const fs::path& file) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  base::Sha256 digest;
  reader.read([&](std::string_view piece) {
    digest.add(piece);
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  });
  out.close();
  if (!out)
    throw Error(Code::io, "the file cannot be written", Where{.file = file.string()}, "is the disk full?");
  if (fs::file_size(file) != member.bytes || base::hex(digest.finish()) != member.sha256)
    damaged(member.name + " is not what was backed up");
  sync(file);
}

void unpack_all(BackupReader& reader, const Manifest& manifest, const fs::path& folder,
                const base::Progress& progress) {
  std::set<std::string> seen;
  while (const auto found = reader.next()) {
    progress.check();
    progress.at("unpacking", seen.size(), manifest.members.size());
    const auto member = std::find_if(manifest.members.begin(), manifest.members.end(),
                                     [&](const Manifest::Member& m) { return m.name == found->name; });
    if (member == manifest.members.end() || !found->plain)
      damaged("\"" + found->name + "\" is not in its manifest, or is no plain file");
    if (!seen.insert(found->name).second) damaged(found->name + " comes twice");
    unpack(reader, *member, folder / found->name);
  }
  for (const Manifest::Member& member : manifest.members)
    if (!seen.contains(member.name)) damaged(member.name + " is missing");
  if (!seen.contains("caitu.db")) damaged("it holds no record");
}

}  // namespace

Manifest restore(const fs::path& file, const Workspace& workspace, const base::Progress& progress) {
  fs::path target = fs::absolute(workspace.folder).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  refuse_full(target);
  BackupReader reader(file);
  Manifest manifest = read_manifest(reader);
  Making making(target);
  unpack_all(reader, manifest, making.folder, progress);
  const Workspace made{making.folder};
  for (const fs::path& folder : {made.snapshots(), made.rejects(), made.own_layers()})
    fs::create_directories(folder);
  progress.at("bringing up to form", 0, 0);
  store::migrate_file(made.database(), store::record_form());
  if (fs::exists(made.work())) {
    store::migrate_file(made.work(), store::work_form());
  } else {
    store::Work::create(made.work());
  }
  for (const auto& entry : fs::recursive_directory_iterator(made.folder))
    if (entry.is_regular_file() || entry.is_directory()) sync(entry.path());
  sync(made.folder);
  if (fs::exists(target)) fs::remove(target);  // an empty folder
  if (::renameat2(AT_FDCWD, making.folder.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
    throw Error(Code::io, std::string("the workspace cannot be put in place: ") + std::strerror(errno),
                Where{.file = target.string()});
  }
  making.folder.clear();
  sync(target.parent_path());
  return manifest;
}

}  // namespace caitu::catalog
