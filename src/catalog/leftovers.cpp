#include "catalog/leftovers.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.hpp"
#include "catalog/attachments.hpp"
#include "catalog/known_rows.hpp"
#include "store/examine.hpp"
#include "store/store.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;
using store::Verdict;

constexpr std::size_t kShown = 5;

struct Known {
  std::set<std::string> snapshots, rejects;  ///< file names of published editions
};

Known known_of(const store::Store& store) {
  Known known;
  for (const store::LayerRecord& layer : store.layers()) {
    for (const store::EditionRecord& record : store.editions(layer.schema.layer)) {
      if (!record.published) continue;
      known.snapshots.insert(record.snapshot);
      known.snapshots.insert(known_rows_name(record.layer, record.edition));
      known.rejects.insert(record.layer + "-" + std::to_string(record.edition) + ".csv");
    }
  }
  return known;
}

/// "parcels-3.snapshot.part-…" is of parcels.
std::string layer_of(const std::string& name) {
  const std::size_t dot = name.find('.');
  return name.substr(0, name.rfind('-', dot));
}

void collect(const Workspace& workspace, const fs::path& folder, const std::set<std::string>& known,
             std::vector<fs::path>& left) {
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (known.contains(name) || !entry.is_regular_file()) continue;
    if (!store::import_runs(workspace.database(), layer_of(name))) left.push_back(entry.path());
  }
}

/// Of rasters only what is half: whole ones are nobody's leftovers, for a later edition may name them.
void collect_half_rasters(const Workspace& workspace, std::vector<fs::path>& left) {
  for (const fs::path& half : half_attachments(workspace)) {
    if (!store::import_runs(workspace.database(), layer_of(half.filename().string()))) left.push_back(half);
  }
}

/// "caitu.db.new-123": a database that was never finished.
void collect_unfinished(const Workspace& workspace, std::vector<fs::path>& left) {
  for (const auto& entry : fs::directory_iterator(workspace.folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("caitu.db.new-") || name.starts_with("work.db.new-")) left.push_back(entry.path());
  }
}

}  // namespace

ProofFile::~ProofFile() {
  std::error_code ignored;
  if (!file_.empty()) fs::remove(file_, ignored);
}

void examine_leftovers(const Workspace& workspace, bool remove, store::Checks& checks) {
  std::vector<fs::path> left;
  try {
    const Known known = known_of(store::Store::open(workspace.database(), true));
    collect(workspace, workspace.snapshots(), known.snapshots, left);
    collect(workspace, workspace.rejects(), known.rejects, left);
    collect_half_rasters(workspace, left);
    collect_unfinished(workspace, left);
  } catch (const base::Error& error) {
    checks.push_back({.what = "leftovers",
                      .verdict = Verdict::note,
                      .found = "they cannot be told: " + std::string(error.what())});
    return;
  }
  if (left.empty()) {
    checks.push_back({.what = "leftovers", .found = "none"});
    return;
  }
  std::sort(left.begin(), left.end());
  std::string names;
  for (std::size_t i = 0; i < std::min(left.size(), kShown); ++i)
    names += (i > 0 ? ", " : "") + fs::relative(left[i], workspace.folder).string();
  if (left.size() > kShown) names += " and " + std::to_string(left.size() - kShown) + " more";
  std::error_code failed;
  if (remove)
    for (const fs::path& file : left) fs::remove(file, failed);
  checks.push_back({.what = "leftovers",
                    .verdict = remove && !failed ? Verdict::repaired : Verdict::note,
                    .found = remove ? "removed: " + names : "of processes that did not end: " + names,
                    .way_out = remove && !failed ? "" : "caitu doctor WS --repair"});
}

}  // namespace caitu::catalog
