#include "store/living.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "geometry/codec.hpp"
#include "store/detail/work_impl.hpp"

namespace caitu::store {
namespace {

using detail::Statement;

constexpr std::string_view kColumns =
    "sequence, layer, feature, version, operation, geometry, attributes, at, who";
constexpr Operation kOperations[] = {Operation::insert, Operation::update, Operation::remove};

Operation operation_named(std::string_view text) {
  for (const Operation operation : kOperations)
    if (name(operation) == text) return operation;
  throw base::Error(base::Code::corrupt, "the change log names an operation \"" + std::string(text) + "\"");
}

LivingChange change_of(const Statement& row) {
  LivingChange change;
  change.sequence = static_cast<std::uint64_t>(row.integer(0));
  change.layer = row.text(1);
  change.feature = static_cast<std::uint64_t>(row.integer(2));
  change.version = static_cast<std::uint64_t>(row.integer(3));
  change.operation = operation_named(row.text(4));
  if (!row.null(5)) change.geometry = geometry::read_wkb(row.blob(5));
  change.attributes = row.text(6);
  change.at = row.text(7);
  change.who = row.text(8);
  return change;
}

}  // namespace

std::string_view name(Operation operation) {
  switch (operation) {
    case Operation::insert:
      return "insert";
    case Operation::update:
      return "update";
    case Operation::remove:
      break;
  }
  return "delete";
}

LivingChange LivingChanges::append(LivingChange change, std::uint64_t after) {
  detail::Connection& connection = work_.impl().connection;
  const std::int64_t last = connection.integer("SELECT max(sequence) FROM living_changes");
  change.sequence = 1 + std::max(static_cast<std::uint64_t>(last), after);
  change.version = 1 + static_cast<std::uint64_t>(connection.integer(
                           "SELECT version FROM living_changes WHERE layer = ? AND feature = ?"
                           " ORDER BY sequence DESC LIMIT 1",
                           change.layer, change.feature));
  change.at = base::utc_now();
  Statement insert(connection, "INSERT INTO living_changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, change.sequence).bind(2, change.layer).bind(3, change.feature).bind(4, change.version);
  insert.bind(5, name(change.operation));
  std::string wkb;
  if (change.geometry.empty()) {
    insert.bind_null(6);
  } else {
    geometry::append_wkb(wkb, change.geometry);
    insert.bind_blob(6, wkb);
  }
  insert.bind(7, change.attributes).bind(8, change.at).bind(9, change.who).run();
  return change;
}

void LivingChanges::read(const std::string& layer, std::uint64_t after,
                         const std::function<void(LivingChange&&)>& visit) const {
  Statement rows(work_.impl().connection,
                 "SELECT " + std::string(kColumns) +
                     " FROM living_changes WHERE layer = ? AND sequence > ? ORDER BY sequence");
  rows.bind_all(layer, after);
  while (rows.step()) visit(change_of(rows));
}

std::optional<LivingChange> LivingChanges::latest(const std::string& layer, std::uint64_t feature,
                                                  std::uint64_t after) const {
  Statement row(work_.impl().connection,
                "SELECT " + std::string(kColumns) +
                    " FROM living_changes WHERE layer = ? AND feature = ? AND sequence > ?"
                    " ORDER BY sequence DESC LIMIT 1");
  row.bind_all(layer, feature, after);
  if (!row.step()) return std::nullopt;
  return change_of(row);
}

std::vector<LivingChange> LivingChanges::of(const std::string& layer, std::uint64_t feature) const {
  Statement rows(work_.impl().connection,
                 "SELECT " + std::string(kColumns) +
                     " FROM living_changes WHERE layer = ? AND feature = ? ORDER BY sequence");
  rows.bind_all(layer, feature);
  std::vector<LivingChange> changes;
  while (rows.step()) changes.push_back(change_of(rows));
  return changes;
}

std::uint64_t LivingChanges::head(const std::string& layer) const {
  return static_cast<std::uint64_t>(
      work_.impl().connection.integer("SELECT max(sequence) FROM living_changes WHERE layer = ?", layer));
}

Waiting LivingChanges::waiting(const std::string& layer, std::uint64_t after) const {
  Statement row(work_.impl().connection,
                "SELECT count(*), coalesce(max(sequence), 0), coalesce(min(at), '') FROM living_changes"
                " WHERE layer = ? AND sequence > ?");
  row.bind_all(layer, after);
  row.step();
  return {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1)),
          std::string(row.text(2))};
}

}  // namespace caitu::store
