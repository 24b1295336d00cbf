#include "catalog/backup.hpp"

#include <algorithm>
#include <fstream>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "catalog/backup_file.hpp"
#include "catalog/manifest.hpp"
#include "store/upkeep.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Where;

constexpr std::size_t kPiece = std::size_t{1} << 20;

/// Reads a file in pieces; Error(io) when the disk fails.
void read_file(const fs::path& file, const std::function<void(std::string_view)>& take) {
  std::ifstream stream(file, std::ios::binary);
  std::string piece(kPiece, '\0');
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (stream.gcount() > 0) take({piece.data(), static_cast<std::size_t>(stream.gcount())});
  }
  if (!stream.eof()) throw Error(Code::io, "the file cannot be read", Where{.file = file.string()});
}

/// The databases' copies, beside the backup until it is written.
struct Copies {
  explicit Copies(const fs::path& beside) {
    const std::string random = ".part-" + base::hex(base::digest128(base::random_bytes(8))).substr(0, 12);
    record = beside.string() + random + ".caitu.db";
    work = beside.string() + random + ".work.db";
  }
  ~Copies() {
    std::error_code ignored;
    for (const fs::path& file : {record, work})
      for (const char* ending : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + ending, ignored);
  }
  Copies(const Copies&) = delete;
  Copies& operator=(const Copies&) = delete;
  fs::path record, work;
};

struct Source {
  std::string name;  ///< in the backup
  fs::path file;
};

void add_folder(const fs::path& folder, const std::string& name, std::vector<Source>& sources,
                const std::function<bool(const std::string&)>& wanted) {
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string inside = fs::relative(entry.path(), folder).generic_string();
    if (entry.is_regular_file() && inside.find(".part-") == std::string::npos && wanted(inside))
      sources.push_back({name + "/" + inside, entry.path()});
  }
}

/// What of the workspace's own files belongs to the editions in the copy: an import that runs is writing
/// others.
std::vector<Source> sources_of(const Workspace& workspace, const Copies& copies,
                               const PublishedFiles& published, bool with_snapshots) {
  std::vector<Source> sources;
  add_folder(workspace.own_layers(), "layers", sources, [](const std::string&) { return true; });
  add_folder(workspace.attachments(), "attachments", sources, [](const std::string&) { return true; });
  add_folder(workspace.rejects(), "rejects", sources,
             [&](const std::string& name) { return published.rejects.contains(name); });
  if (with_snapshots) {
    add_folder(workspace.snapshots(), "snapshots", sources,
               [&](const std::string& name) { return published.snapshots.contains(name); });
  }
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.name < b.name; });
  if (fs::exists(workspace.configuration()))
    sources.insert(sources.begin(), {"caitu.toml", workspace.configuration()});
  if (fs::exists(copies.work)) sources.insert(sources.begin(), {"work.db", copies.work});
  sources.insert(sources.begin(), {"caitu.db", copies.record});
  return sources;
}

Manifest::Member measured(const Source& source) {
  base::Sha256 digest;
  Manifest::Member member{.name = source.name, .bytes = 0, .sha256 = {}};
  read_file(source.file, [&](std::string_view piece) {
    digest.add(piece);
    member.bytes += piece.size();
  });
  member.sha256 = base::hex(digest.finish());
  return member;
}

void write_member(BackupWriter& writer, const Source& source, const Manifest::Member& member) {
  writer.begin(member.name, member.bytes);
  base::Sha256 digest;
  std::uint64_t bytes = 0;
  read_file(source.file, [&](std::string_view piece) {
    bytes += piece.size();
    if (bytes > member.bytes) return;
    digest.add(piece);
    writer.append(piece);
  });
  if (bytes == member.bytes && base::hex(digest.finish()) == member.sha256) return;
  throw Error(Code::conflict, "the file was changed while it was being backed up",
              Where{.file = source.file.string()}, "back up again");
}

}  // namespace

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const Member& member : members) sum += member.bytes;
  return sum;
}

Manifest back_up(const Workspace& workspace, const fs::path& file, const BackupOptions& options,
                 const base::Progress& progress) {
  Manifest manifest{.program = "caitu " CAITU_VERSION, .made_at = base::utc_now(), .rows = {}, .members = {}};
  manifest.record_form = store::version_of(workspace.database(), store::record_form());
  BackupWriter writer(file, options.replace);
  const Copies copies(file);
  store::copy_databases(workspace.database(), workspace.work(), copies.record, copies.work, progress);
  if (fs::exists(copies.work)) manifest.work_form = store::version_of(copies.work, store::work_form());
  manifest.rows["caitu.db"] = store::table_rows(copies.record);
  if (manifest.work_form > 0) manifest.rows["work.db"] = store::table_rows(copies.work);
  const PublishedFiles published = published_files(copies.record);
  const std::vector<Source> sources = sources_of(workspace, copies, published, options.with_snapshots);
  for (const Source& source : sources) {
    progress.check();
    progress.at("measuring", manifest.members.size(), sources.size());
    manifest.members.push_back(measured(source));
  }
  const std::string text = base::json_text(to_json(manifest), 2) + "\n";
  writer.begin(kManifestName, text.size());
  writer.append(text);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    progress.check();
    progress.at("writing", i, sources.size());
    write_member(writer, sources[i], manifest.members[i]);
  }
  writer.finish();
  return manifest;
}

}  // namespace caitu::catalog
