#include "catalog/rollback.hpp"

#include "base/error.hpp"
#include "catalog/fold.hpp"
#include "store/audit_log.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;

base::Json told(const store::EditionRecord& record) {
  return {{"edition", record.edition},
          {"as_of", record.as_of},
          {"digest", record.digest},
          {"rows", record.rows},
          {"area_m2", record.area_m2}};
}

store::EditionRecord find_edition(const store::Store& store, const std::string& layer,
                                  std::uint32_t edition) {
  std::string there;
  for (const store::EditionRecord& record : store.editions(layer)) {
    if (!record.published) continue;
    if (record.edition == edition) return record;
    there += (there.empty() ? "it has " : ", ") + std::to_string(record.edition);
  }
  throw Error(Code::not_found, "layer \"" + layer + "\" has no edition " + std::to_string(edition),
              Where{.layer = layer}, there.empty() ? "it has none" : there);
}

}  // namespace

Rollback roll_back(const Workspace& workspace, const std::string& layer, std::uint32_t edition,
                   const std::string& who) {
  store::Store store = store::Store::open(workspace.database(), false);
  const auto known = store.layer(layer);
  if (!known) {
    std::vector<std::string> names;
    for (const store::LayerRecord& each : store.layers()) names.push_back(each.schema.layer);
    const std::string nearest = base::nearest_name(layer, names);
    throw Error(Code::not_found, "the workspace has no layer \"" + layer + "\"",
                nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
  }
  // What was edited since becomes an edition, so that it is set aside and found again with the others, and does
  // not stay on top of the older one.
  geodata::Declaration declared;
  declared.schema = known->schema;
  fold(workspace, declared);
  Rollback result;
  result.before = result.now = find_edition(store, layer, edition);
  store.make_current(layer, edition, [&](const auto& before, const auto& now) {
    result = {before, now};
    store::Work work = store::Work::open(workspace.work(), false);
    store::WorkChange change(work);
    store::AuditLog(work).append({.who = who,
                                  .action = "edition.rollback",
                                  .subject = layer + "/" + std::to_string(edition),
                                  .before = told(before),
                                  .after = told(now)});
    change.commit();
  });
  return result;
}

}  // namespace caitu::catalog
