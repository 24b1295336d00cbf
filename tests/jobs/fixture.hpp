#pragma once

#include <functional>
#include <thread>

#include "jobs/execute.hpp"
#include "jobs/runner.hpp"
#include "store/audit_log.hpp"
#include "store/fixture.hpp"

namespace caitu::jobs::test {

using store::test::code_of;
using store::test::TempFolder;

/// A work database with a queue on it.
struct Place {
  Place() : file(folder / "work.db"), queue((store::Work::create(file), file)) {}
  std::vector<std::string> audited() const {
    std::vector<std::string> rows;
    store::Work work = store::Work::open(file, true);
    store::AuditLog(work).read(
        1, [&rows](const store::AuditRow& row) { rows.push_back(row.entry.who + " " + row.entry.action); });
    return rows;
  }

  TempFolder folder;
  std::filesystem::path file;
  Queue queue;
};

inline Process process_of(std::function<base::Json(const Call&)> run, const std::string& lane = "") {
  Process process;
  process.id = "count";
  process.title = {"数数", "Count"};
  process.inputs = {
      {.name = "layer", .title = {"图层", "Layer"}, .schema = {{"type", "string"}}, .required = true}};
  process.stages = {{"reading", 60}, {"writing", 40}};
  process.lane = [lane](const base::Json&) { return lane; };
  process.run = std::move(run);
  return process;
}

inline void wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000; ++i) {
    if (holds()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("it did not come to be");
}

}  // namespace caitu::jobs::test
