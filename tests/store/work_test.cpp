// The log of work.db: when it is brought to the disk, and when it is moved into the file.
#include "store/work.hpp"

#include <dlfcn.h>

#include <atomic>
#include <thread>

#include "store/audit_log.hpp"
#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {
std::atomic<int> syncs = 0;
}  // namespace

/// Stands before the C library's for all of the test program, SQLite in it.
extern "C" int fdatasync(int descriptor) {
  static const auto real = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fdatasync"));
  ++syncs;
  return real(descriptor);
}

namespace {

void note(Work& work, OnDisk when = OnDisk::at_once) {
  WorkChange change(work, when);
  AuditLog(work).append(
      {.who = "zhang", .action = "note", .subject = "points/1", .after = {{"text", std::string(6000, 'x')}}});
  change.commit();
}

std::int64_t notes_in(const std::filesystem::path& file) {
  return detail::Connection(file, detail::Access::read).integer("SELECT count(*) FROM audit");
}

/// What a loss of everything but the file itself would leave.
std::int64_t notes_without_log(const WorkFile& database) {
  const auto copy = database.folder / "copy.db";
  std::filesystem::copy_file(database.file, copy, std::filesystem::copy_options::overwrite_existing);
  return notes_in(copy);
}

}  // namespace

TEST_CASE("a change is on the disk when it is committed, and one that may come later with the next") {
  const WorkFile database;
  Work work = database.open();
  note(work);
  int before = syncs;
  note(work);
  CHECK(syncs == before + 1);
  before = syncs;
  note(work, OnDisk::later);
  CHECK(syncs == before);
  CHECK(notes_in(database.file) == 3);
  note(work);
  CHECK(syncs == before + 1);
}

TEST_CASE("a log that is left alone is moved by somebody else, and then begun anew") {
  const WorkFile database;
  Work work = database.open(), mover = database.open();
  work.leave_log();
  while (work.log_pages() < kLogPages + 100) note(work, OnDisk::later);
  CHECK(notes_without_log(database) == 0);
  mover.move_log();
  CHECK(notes_without_log(database) == notes_in(database.file));
  note(work, OnDisk::later);
  CHECK(work.log_pages() < 20);
}

TEST_CASE("a log that writers give no pause is moved while they wait, when it has grown long") {
  const WorkFile database;
  std::atomic<bool> stop = false;
  std::atomic<int> begun_anew = 0, written = 0;
  std::thread writer([&] {
    Work work = database.open();
    work.leave_log();
    for (int before = 0; !stop; before = work.log_pages()) {
      note(work, OnDisk::later);
      ++written;
      if (work.log_pages() < before) ++begun_anew;
    }
  });
  Work mover = database.open();
  int rounds = 0;
  for (int before = 0; rounds < 20; ++rounds, before = written) {
    while (written < before + 10) std::this_thread::yield();
    mover.move_log(1);
  }
  stop = true;
  writer.join();
  // A writer that had looked at the log just before it was moved goes on in it.
  CHECK(begun_anew >= rounds / 4);
}
