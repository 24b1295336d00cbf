#include "catalog/publish.hpp"

#include "store/audit_log.hpp"

namespace caitu::catalog {

void publish(const Workspace& workspace, store::StagedEdition& staged, const store::EditionRecord& record,
             const std::string& who) {
  store::Work work = store::Work::open(workspace.work(), false);
  store::WorkChange change(work);
  store::AuditLog(work).append({.who = who,
                                .action = "edition.publish",
                                .subject = record.layer + "/" + std::to_string(record.edition),
                                .after = {{"as_of", record.as_of},
                                          {"digest", record.digest},
                                          {"rows", record.rows},
                                          {"area_m2", record.area_m2},
                                          {"source", record.source}}});
  change.commit();
  staged.publish(record);
}

}  // namespace caitu::catalog
