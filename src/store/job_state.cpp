#include "store/job_state.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "store/detail/work_impl.hpp"

namespace caitu::store {
namespace {

using detail::Statement;

constexpr std::array<std::string_view, 5> kNames = {"accepted", "running", "successful", "failed",
                                                    "dismissed"};

constexpr std::string_view kSelect =
    "SELECT number, id, process, inputs, who, lane, document, queued, status, stage, percent, message, "
    "attempt, cancel,"
    " created_at, started_at, updated_at, finished_at, result FROM jobs ";

JobStatus status_named(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<JobStatus>(i);
  }
  throw base::Error(base::Code::corrupt, "a job has the unknown status \"" + std::string(text) + "\"");
}

JobRecord record_of(const Statement& row) {
  return {.number = row.integer(0),
          .id = std::string(row.text(1)),
          .job = {.process = std::string(row.text(2)),
                  .inputs = base::parse_json(row.text(3)),
                  .who = std::string(row.text(4)),
                  .lane = std::string(row.text(5)),
                  .document = row.integer(6) != 0,
                  .queued = row.integer(7) != 0},
          .status = status_named(row.text(8)),
          .stage = std::string(row.text(9)),
          .percent = static_cast<int>(row.integer(10)),
          .message = std::string(row.text(11)),
          .attempt = static_cast<int>(row.integer(12)),
          .cancel = row.integer(13) != 0,
          .created_at = std::string(row.text(14)),
          .started_at = std::string(row.text(15)),
          .updated_at = std::string(row.text(16)),
          .finished_at = std::string(row.text(17)),
          .result = row.null(18) ? base::Json() : base::parse_json(row.text(18))};
}

std::vector<JobRecord> all_of(Statement rows) {
  std::vector<JobRecord> records;
  while (rows.step()) records.push_back(record_of(rows));
  return records;
}

std::filesystem::path lock_file(const std::filesystem::path& work) {
  std::filesystem::path file = work;
  file += "-jobs";
  return file;
}

struct flock byte_of(std::int64_t job) {
  struct flock range = {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(job);
  range.l_len = 1;
  return range;
}

[[noreturn]] void fail(const std::filesystem::path& file, const char* what, int error) {
  throw base::Error(
      base::Code::io,
      std::string("the lock file of jobs cannot be ") + what + ": " + std::generic_category().message(error),
      base::Where{.file = file.string()});
}

}  // namespace

std::string_view name(JobStatus status) { return kNames.at(static_cast<std::size_t>(status)); }

std::optional<JobOwnership> JobOwnership::take(const std::filesystem::path& work, std::int64_t job) {
  const std::filesystem::path file = lock_file(work);
  JobOwnership ownership(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (ownership.descriptor_ < 0) fail(file, "opened", errno);
  struct flock range = byte_of(job);
  // Of the open file, not of the process: two runners of one process exclude each other too.
  if (::fcntl(ownership.descriptor_, F_OFD_SETLK, &range) == 0) return ownership;
  if (errno != EAGAIN && errno != EACCES) fail(file, "locked", errno);
  return std::nullopt;
}

bool JobOwnership::held(const std::filesystem::path& work, std::int64_t job) {
  const std::filesystem::path file = lock_file(work);
  const JobOwnership looking(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (looking.descriptor_ < 0) {
    if (errno == ENOENT) return false;
    fail(file, "opened", errno);
  }
  struct flock range = byte_of(job);
  if (::fcntl(looking.descriptor_, F_OFD_GETLK, &range) != 0) fail(file, "read", errno);
  return range.l_type != F_UNLCK;
}

JobOwnership::~JobOwnership() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
JobOwnership::JobOwnership(JobOwnership&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}
JobOwnership& JobOwnership::operator=(JobOwnership&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

JobRecord JobStates::create(const NewJob& job) {
  detail::Connection& connection = work_.impl().connection;
  const std::string id = base::random_id(), inputs = base::json_text(job.inputs), now = base::utc_now();
  connection.run(
      "INSERT INTO jobs (id, process, inputs, who, lane, document, queued, status, created_at, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, 'accepted', ?, ?)",
      id, job.process, inputs, job.who, job.lane, job.document ? 1 : 0, job.queued ? 1 : 0, now, now);
  return *find(id);
}

std::optional<JobRecord> JobStates::find(std::string_view id) const {
  Statement row(work_.impl().connection, std::string(kSelect) + "WHERE id = ?");
  row.bind(1, id);
  if (!row.step()) return std::nullopt;
  return record_of(row);
}

std::vector<JobRecord> JobStates::list(std::string_view who) const {
  Statement rows(work_.impl().connection,
                 std::string(kSelect) + "WHERE ?1 = '' OR who = ?1 ORDER BY number DESC");
  rows.bind(1, who);
  return all_of(std::move(rows));
}

std::vector<JobRecord> JobStates::unfinished() const {
  return all_of(Statement(work_.impl().connection,
                          std::string(kSelect) + "WHERE status IN ('accepted', 'running') ORDER BY number"));
}

void JobStates::start(std::int64_t job) {
  const std::string now = base::utc_now();
  work_.impl().connection.run(
      "UPDATE jobs SET status = 'running', attempt = attempt + 1, stage = '', percent = 0, message = '',"
      " started_at = coalesce(started_at, ?1), updated_at = ?1"
      " WHERE number = ?2 AND status IN ('accepted', 'running')",
      now, job);
}

void JobStates::put_back(std::int64_t job, std::string_view message) {
  work_.impl().connection.run(
      "UPDATE jobs SET status = 'accepted', attempt = max(attempt - 1, 0), stage = '', percent = 0,"
      " message = ?, updated_at = ? WHERE number = ? AND status = 'running'",
      message, base::utc_now(), job);
}

void JobStates::progress(std::int64_t job, std::string_view stage, int percent, std::string_view message) {
  work_.impl().connection.run(
      "UPDATE jobs SET stage = ?, percent = ?, message = ?, updated_at = ?"
      " WHERE number = ? AND status = 'running'",
      stage, percent, message, base::utc_now(), job);
}

bool JobStates::finish(std::int64_t job, JobStatus status, std::string_view message,
                       const base::Json& result) {
  detail::Connection& connection = work_.impl().connection;
  const std::string text = base::json_text(result);
  connection.run(
      "UPDATE jobs SET status = ?1, message = ?2, result = nullif(?3, 'null'), updated_at = ?4, finished_at "
      "= ?4,"
      " percent = CASE ?1 WHEN 'successful' THEN 100 ELSE percent END"
      " WHERE number = ?5 AND status IN ('accepted', 'running')",
      name(status), message, text, base::utc_now(), job);
  return connection.changes() == 1;
}

bool JobStates::ask_cancel(std::int64_t job) {
  detail::Connection& connection = work_.impl().connection;
  connection.run(
      "UPDATE jobs SET cancel = 1, updated_at = ?"
      " WHERE number = ? AND status IN ('accepted', 'running')",
      base::utc_now(), job);
  return connection.changes() == 1;
}

bool JobStates::cancel_asked(std::int64_t job) const {
  return work_.impl().connection.integer("SELECT cancel FROM jobs WHERE number = ?", job) != 0;
}

bool JobStates::renew(std::int64_t job) {
  detail::Connection& connection = work_.impl().connection;
  connection.run(
      "UPDATE jobs SET status = 'accepted', attempt = 0, cancel = 0, stage = '', percent = 0, message = '',"
      " result = NULL, started_at = NULL, finished_at = NULL, updated_at = ?"
      " WHERE number = ? AND status IN ('failed', 'dismissed')",
      base::utc_now(), job);
  return connection.changes() == 1;
}

void JobStates::remove(std::int64_t job) {
  work_.impl().connection.run("DELETE FROM jobs WHERE number = ?", job);
}

}  // namespace caitu::store
