#include "store/audit_log.hpp"

#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

void append(Work& work, const std::string& subject) {
  WorkChange change(work);
  AuditLog(work).append(
      {.who = "zhang", .action = "feature.update", .subject = subject, .before = {{"a", 1}}});
  change.commit();
}

}  // namespace

TEST_CASE("audit rows are numbered without holes and each follows from the one before") {
  const WorkFile database;
  Work work = database.open();
  AuditLog log(work);
  CHECK_FALSE(log.head());
  for (const char* subject : {"points/1", "points/2", "points/3"}) append(work, subject);
  std::vector<std::uint64_t> numbers;
  log.read(2, [&numbers](const AuditRow& row) { numbers.push_back(row.number); });
  CHECK(numbers == std::vector<std::uint64_t>{2, 3});
  CHECK(log.head()->entry.subject == "points/3");
  CHECK(log.head()->entry.before == base::Json{{"a", 1}});
  CHECK_FALSE(log.first_broken());
}

TEST_CASE("a row that was changed, taken out or put in breaks the chain where it stands") {
  const auto broken_by = [](const std::string& sql) {
    const WorkFile database;
    Work work = database.open();
    for (int i = 0; i < 5; ++i) append(work, "points/" + std::to_string(i));
    detail::Connection(database.file, detail::Access::write).execute(sql);
    return AuditLog(work).first_broken();
  };
  CHECK(broken_by("UPDATE audit SET who = 'li' WHERE number = 3") == 3);
  CHECK(broken_by("UPDATE audit SET who = 'zhangfeature.', action = 'update' WHERE number = 2") == 2);
  CHECK(broken_by("UPDATE audit SET digest = x'00' WHERE number = 4") == 4);
  CHECK(broken_by("DELETE FROM audit WHERE number = 2") == 2);
  CHECK(broken_by("DELETE FROM audit WHERE number = 1") == 1);
  CHECK(broken_by("INSERT INTO audit SELECT 6, at, who, action, subject, before, after, digest FROM audit"
                  " WHERE number = 5") == 6);
}

TEST_CASE("what was not committed left no audit row") {
  const WorkFile database;
  Work work = database.open();
  {
    const WorkChange change(work);
    AuditLog(work).append({.who = "zhang", .action = "account.add", .subject = "li"});
  }
  CHECK_FALSE(AuditLog(work).head());
}

TEST_CASE("a workspace of an earlier caitu gets its work database when it is first written") {
  const TempFolder folder;
  CHECK(code_of([&] { Work::open(folder / "work.db", true); }) == base::Code::not_found);
  Work::open(folder / "work.db", false);
  CHECK_NOTHROW(Work::open(folder / "work.db", true));
}
