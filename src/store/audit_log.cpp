#include "store/audit_log.hpp"

#include "base/clock.hpp"
#include "store/detail/work_impl.hpp"

namespace caitu::store {
namespace {

using detail::Statement;

constexpr std::string_view kColumns = "number, at, who, action, subject, before, after, digest";

/// Each text with its length in front, so that nothing can be moved from one to the next.
void append_text(std::string& bytes, std::string_view text) {
  base::append_value(bytes, static_cast<std::uint64_t>(text.size()));
  bytes += text;
}

base::Digest256 digest_of(const base::Digest256& previous, std::uint64_t number, std::string_view at,
                          std::string_view who, std::string_view action, std::string_view subject,
                          std::string_view before, std::string_view after) {
  std::string bytes(reinterpret_cast<const char*>(previous.data()), previous.size());
  base::append_value(bytes, number);
  for (const std::string_view text : {at, who, action, subject, before, after}) append_text(bytes, text);
  return base::sha256(bytes);
}

base::Digest256 stored_digest(const Statement& row, int column) {
  base::Digest256 digest{};
  const std::string_view blob = row.blob(column);
  if (blob.size() == digest.size()) std::memcpy(digest.data(), blob.data(), blob.size());
  return digest;
}

/// What somebody made into no JSON is shown as the text that it is: its digest tells.
base::Json parsed(std::string_view text) {
  base::Json json = base::Json::parse(text, nullptr, false);
  return json.is_discarded() ? base::Json(text) : json;
}

AuditRow row_of(const Statement& row) {
  return {.number = static_cast<std::uint64_t>(row.integer(0)),
          .at = std::string(row.text(1)),
          .entry = {.who = std::string(row.text(2)),
                    .action = std::string(row.text(3)),
                    .subject = std::string(row.text(4)),
                    .before = parsed(row.text(5)),
                    .after = parsed(row.text(6))},
          .digest = stored_digest(row, 7)};
}

}  // namespace

AuditRow AuditLog::append(const AuditEntry& entry) {
  detail::Connection& connection = work_.impl().connection;
  base::Digest256 previous{};
  AuditRow row{.number = 1, .at = base::utc_now(), .entry = entry};
  {
    Statement last(connection, "SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1");
    if (last.step()) {
      row.number = static_cast<std::uint64_t>(last.integer(0)) + 1;
      previous = stored_digest(last, 1);
    }
  }
  const std::string before = base::json_text(entry.before), after = base::json_text(entry.after);
  row.digest = digest_of(previous, row.number, row.at, entry.who, entry.action, entry.subject, before, after);
  Statement insert(connection, "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, row.number).bind(2, row.at).bind(3, entry.who).bind(4, entry.action).bind(5, entry.subject);
  insert.bind(6, before).bind(7, after);
  const std::string_view digest(reinterpret_cast<const char*>(row.digest.data()), row.digest.size());
  insert.bind_blob(8, digest);
  insert.run();
  return row;
}

void AuditLog::read(std::uint64_t first, const std::function<void(const AuditRow&)>& visit) const {
  Statement rows(work_.impl().connection,
                 "SELECT " + std::string(kColumns) + " FROM audit WHERE number >= ? ORDER BY number");
  rows.bind(1, first);
  while (rows.step()) visit(row_of(rows));
}

std::optional<AuditRow> AuditLog::head() const {
  Statement row(work_.impl().connection,
                "SELECT " + std::string(kColumns) + " FROM audit ORDER BY number DESC LIMIT 1");
  if (!row.step()) return std::nullopt;
  return row_of(row);
}

std::optional<std::uint64_t> AuditLog::first_broken() const {
  Statement rows(work_.impl().connection, "SELECT " + std::string(kColumns) + " FROM audit ORDER BY number");
  base::Digest256 previous{};
  for (std::uint64_t number = 1; rows.step(); ++number) {
    const auto stands = static_cast<std::uint64_t>(rows.integer(0));
    const base::Digest256 digest = digest_of(previous, stands, rows.text(1), rows.text(2), rows.text(3),
                                             rows.text(4), rows.text(5), rows.text(6));
    if (stands != number || digest != stored_digest(rows, 7)) return number;
    previous = digest;
  }
  return std::nullopt;
}

}  // namespace caitu::store
