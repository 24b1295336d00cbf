#include "store/migrate.hpp"

#include <array>
#include <string>

#include "base/error.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store {
namespace {

using detail::Connection;

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

/// Step i takes a file of version i to version i + 1.
constexpr std::array<void (*)(Connection&), kFormVersion> kSteps = {make_first_form};

}  // namespace

int check_form(const Connection& connection) {
  const base::Where where{.file = connection.file().string()};
  if (connection.integer("PRAGMA application_id") != kApplicationId) {
    throw base::Error(base::Code::corrupt, "this is an SQLite file, but no record of caitu", where,
                      "name a workspace that `caitu init` has made");
  }
  const auto version = static_cast<int>(connection.integer("PRAGMA user_version"));
  if (version > kFormVersion) {
    throw base::Error(base::Code::unsupported,
                      "the record has form " + std::to_string(version) + ", this program knows forms up to " +
                          std::to_string(kFormVersion),
                      where, "use the newer caitu that wrote it");
  }
  if (version < 1)
    throw base::Error(base::Code::corrupt, "the record was never finished", where, "make it anew");
  return version;
}

void migrate(Connection& connection) {
  for (auto version = static_cast<std::size_t>(connection.integer("PRAGMA user_version"));
       version < kSteps.size(); ++version) {
    detail::Transaction step(connection);
    kSteps[version](connection);
    connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId) +
                       "; PRAGMA user_version = " + std::to_string(version + 1));
    step.commit();
  }
}

}  // namespace caitu::store
