#pragma once

#include <string>

#include "catalog/catalog.hpp"

namespace caitu::catalog {

/// Publishes a staged edition and tells the audit trail of it (`edition.publish`, of `who`): every edition
/// that is published, whoever made it, goes through here. Its audit row is written just before the publishing
/// transaction, in a database of its own: no published edition is without one, and a process killed between
/// the two leaves a row of an edition that did not come, whose number the next one takes. Its snapshot is on
/// the disk already.
void publish(const Workspace& workspace, store::StagedEdition& staged, const store::EditionRecord& record,
             const std::string& who);

}  // namespace caitu::catalog
