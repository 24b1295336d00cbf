#include "catalog/snapshots.hpp"

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;

/// A name beside the target that goes with its scope.
struct Beside {
  explicit Beside(fs::path target)
      : file(std::move(target +=
                       ".part-" + base::hex(base::digest128(base::random_bytes(8))).substr(0, 12))) {}
  ~Beside() {
    std::error_code ignored;
    fs::remove(file, ignored);
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  fs::path file;
};

}  // namespace

std::string snapshot_name(const std::string& layer, std::uint32_t edition) {
  return layer + "-" + std::to_string(edition) + ".snapshot";
}

void rebuild_snapshot(const store::Store& store, const store::EditionRecord& record, const fs::path& file) {
  const Beside made(file);
  geodata::SnapshotWriter writer(made.file, record.schema,
                                 {.layer = record.layer, .edition = record.edition, .as_of = record.as_of});
  store.read(record.layer, record.edition, [&writer](const geodata::Feature& feature) {
    writer.add(feature.id, feature.geometry, feature.values, feature.area_m2);
  });
  if (writer.finish() != record.digest) {
    throw base::Error(base::Code::corrupt,
                      "the record's rows of edition " + std::to_string(record.edition) +
                          " are not those that were published",
                      base::Where{.layer = record.layer},
                      "`caitu doctor WS` names the rows; restore a backup");
  }
  std::error_code failed;
  fs::rename(made.file, file, failed);
  if (failed) {
    throw base::Error(base::Code::io, "the snapshot cannot be put in place: " + failed.message(),
                      base::Where{.file = file.string()});
  }
  geodata::sync_block_file(file);
}

std::shared_ptr<const geodata::Snapshot> open_snapshot(const Workspace& workspace, const store::Store& store,
                                                       const store::EditionRecord& record) {
  const fs::path file = workspace.snapshots() / record.snapshot;
  try {
    auto snapshot = geodata::Snapshot::open(file);
    if (snapshot->info().layer == record.layer && snapshot->info().edition == record.edition &&
        snapshot->digest() == record.digest) {
      return snapshot;
    }
    spdlog::warn("{} is not the snapshot of {} edition {}: it is built again from the record", file.string(),
                 record.layer, record.edition);
  } catch (const base::Error& error) {
    spdlog::warn("{}: it is built again from the record", error.full());
  }
  rebuild_snapshot(store, record, file);
  return geodata::Snapshot::open(file);
}

}  // namespace caitu::catalog
