#include "catalog/upkeep.hpp"

#include "catalog/backup.hpp"
#include "store/upkeep.hpp"
#include "store/work.hpp"

namespace caitu::catalog {

Migration migrate_workspace(const Workspace& workspace, bool backup, const base::Progress& progress) {
  const bool with_work = std::filesystem::exists(workspace.work());
  Migration migration{.record_before = store::version_of(workspace.database(), store::record_form()),
                      .record_now = store::record_form().version(),
                      .work_before = with_work ? store::version_of(workspace.work(), store::work_form()) : 0,
                      .work_now = store::work_form().version(),
                      .backup = {}};
  if (!migration.changed()) return migration;
  if (backup) {
    migration.backup = workspace.folder / ("before-form-" + std::to_string(migration.record_now) + ".backup");
    // A call that was killed may have left one: the workspace of then is worth more than that of now.
    if (!std::filesystem::exists(migration.backup)) back_up(workspace, migration.backup, {}, progress);
  }
  progress.at("bringing up to form", 0, 0);
  store::migrate_file(workspace.database(), store::record_form());
  if (with_work) {
    store::migrate_file(workspace.work(), store::work_form());
  } else {
    store::Work::create(workspace.work());
  }
  return migration;
}

}  // namespace caitu::catalog
