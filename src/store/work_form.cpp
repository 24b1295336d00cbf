// The tables of work.db, step by step.
#include <array>

#include "store/detail/sqlite.hpp"
#include "store/migrate.hpp"

namespace caitu::store {
namespace {

using detail::Connection;

void make_living(Connection& connection) {
  connection.execute(R"sql(
    CREATE TABLE living_changes (
      sequence INTEGER PRIMARY KEY,
      layer TEXT NOT NULL,
      feature INTEGER NOT NULL,
      version INTEGER NOT NULL,
      operation TEXT NOT NULL,
      geometry BLOB,
      attributes TEXT NOT NULL DEFAULT '{}',
      at TEXT NOT NULL,
      who TEXT NOT NULL
    );
    CREATE INDEX living_changes_by_feature ON living_changes (layer, feature, sequence);
    CREATE INDEX living_changes_by_layer ON living_changes (layer, sequence);
  )sql");
}

void make_accounts(Connection& connection) {
  connection.execute(R"sql(
    CREATE TABLE accounts (
      name TEXT PRIMARY KEY,
      role TEXT NOT NULL,
      districts TEXT NOT NULL DEFAULT '[]',
      password TEXT NOT NULL DEFAULT '',
      created_at TEXT NOT NULL,
      revoked_at TEXT
    ) WITHOUT ROWID;
    CREATE TABLE tokens (
      digest BLOB PRIMARY KEY,
      account TEXT NOT NULL,
      created_at TEXT NOT NULL,
      expires_at TEXT,
      revoked_at TEXT
    ) WITHOUT ROWID;
    CREATE INDEX tokens_by_account ON tokens (account);
  )sql");
}

void make_audit(Connection& connection) {
  connection.execute(R"sql(
    CREATE TABLE audit (
      number INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      who TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      before TEXT NOT NULL,
      after TEXT NOT NULL,
      digest BLOB NOT NULL
    );
  )sql");
}

void make_jobs(Connection& connection) {
  connection.execute(R"sql(
    CREATE TABLE jobs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      process TEXT NOT NULL,
      inputs TEXT NOT NULL,
      who TEXT NOT NULL,
      lane TEXT NOT NULL,
      document INTEGER NOT NULL,
      queued INTEGER NOT NULL,
      status TEXT NOT NULL,
      stage TEXT NOT NULL DEFAULT '',
      percent INTEGER NOT NULL DEFAULT 0,
      message TEXT NOT NULL DEFAULT '',
      attempt INTEGER NOT NULL DEFAULT 0,
      cancel INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      started_at TEXT,
      updated_at TEXT NOT NULL,
      finished_at TEXT,
      result TEXT
    );
    CREATE INDEX jobs_by_status ON jobs (status, number);
  )sql");
}

void make_first_form(Connection& connection) {
  make_living(connection);
  make_accounts(connection);
  make_audit(connection);
  make_jobs(connection);
}

constexpr std::array<void (*)(Connection&), 1> kSteps = {make_first_form};

}  // namespace

const Form& work_form() {
  static const Form form{.application_id = 0x4354574b /* CTWK */, .name = "work database", .steps = kSteps};
  return form;
}

}  // namespace caitu::store
