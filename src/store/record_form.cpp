// The tables of caitu.db, step by step.
#include <array>

#include "base/error.hpp"
#include "store/detail/settle_schemas.hpp"
#include "store/detail/sqlite.hpp"
#include "store/migrate.hpp"

namespace caitu::store {
namespace {

using detail::Connection;
using detail::Statement;

/// What makes the file a SpatiaLite one. 'NONE' leaves the table of coordinate systems empty: the record uses
/// two, and the other 6,000 would be most of a small file.
void initialise_spatialite(Connection& connection) {
  connection.load_spatialite();
  const bool done = connection.integer("SELECT InitSpatialMetaData(0, 'NONE')") == 1 &&
                    connection.integer("SELECT InsertEpsgSrid(4490)") == 1 &&
                    connection.integer("SELECT InsertEpsgSrid(4326)") == 1;
  if (!done) {
    throw base::Error(base::Code::internal, "SpatiaLite could not set up its tables",
                      base::Where{.file = connection.file().string()});
  }
}

void make_first_form(Connection& connection) {
  initialise_spatialite(connection);
  connection.execute(R"sql(
    CREATE TABLE caitu_layers (
      layer TEXT PRIMARY KEY,
      schema TEXT NOT NULL,
      current_edition INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE caitu_editions (
      layer TEXT NOT NULL,
      edition INTEGER NOT NULL,
      as_of TEXT NOT NULL,
      imported_at TEXT NOT NULL,
      published INTEGER NOT NULL DEFAULT 0,
      source TEXT NOT NULL DEFAULT '{}',
      report TEXT NOT NULL DEFAULT '{}',
      rows INTEGER NOT NULL DEFAULT 0,
      area_m2 REAL NOT NULL DEFAULT 0,
      digest TEXT NOT NULL DEFAULT '',
      snapshot TEXT NOT NULL DEFAULT '',
      first_row INTEGER NOT NULL,
      PRIMARY KEY (layer, edition)
    ) WITHOUT ROWID;
    CREATE TABLE caitu_rejects (
      layer TEXT NOT NULL,
      edition INTEGER NOT NULL,
      number INTEGER NOT NULL,
      row INTEGER NOT NULL,
      file TEXT NOT NULL,
      reason TEXT NOT NULL,
      geometry BLOB,
      attributes TEXT NOT NULL,
      PRIMARY KEY (layer, edition, number)
    ) WITHOUT ROWID;
  )sql");
}

/// What each edition's fields were, which edition it came after, findings of the quality audit (which QGIS
/// draws: they have a rowid and a registered geometry), and editions that a rollback has set aside.
void add_audit_and_schemas(Connection& connection) {
  connection.execute(R"sql(
    ALTER TABLE caitu_editions ADD COLUMN schema TEXT NOT NULL DEFAULT '';
    ALTER TABLE caitu_editions ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE caitu_editions ADD COLUMN follows INTEGER NOT NULL DEFAULT 0;
    UPDATE caitu_editions SET follows = edition - 1;
    UPDATE caitu_editions SET schema =
      (SELECT schema FROM caitu_layers WHERE caitu_layers.layer = caitu_editions.layer);
    CREATE TABLE caitu_findings (
      id INTEGER PRIMARY KEY,
      layer TEXT NOT NULL,
      edition INTEGER NOT NULL,
      number INTEGER NOT NULL,
      rule TEXT NOT NULL,
      severity TEXT NOT NULL,
      file TEXT NOT NULL,
      row INTEGER NOT NULL,
      key TEXT NOT NULL,
      feature BIGINT NOT NULL,
      other BIGINT NOT NULL,
      other_place TEXT NOT NULL,
      field TEXT NOT NULL,
      what TEXT NOT NULL,
      what_zh TEXT NOT NULL,
      way_out TEXT NOT NULL,
      way_out_zh TEXT NOT NULL,
      measured DOUBLE,
      allowed DOUBLE,
      unit TEXT NOT NULL,
      geometry GEOMETRY
    );
    CREATE UNIQUE INDEX caitu_findings_number ON caitu_findings (layer, edition, number);
    INSERT INTO geometry_columns VALUES ('caitu_findings', 'geometry', 0, 2, 4490, 0);
  )sql");
  detail::settle_schemas(connection);
}

constexpr std::array<void (*)(Connection&), 2> kSteps = {make_first_form, add_audit_and_schemas};

}  // namespace

const Form& record_form() {
  static const Form form{
      .application_id = 0x43544442 /* CTDB */, .name = "record", .steps = kSteps, .sealed = "caitu_"};
  return form;
}

}  // namespace caitu::store
