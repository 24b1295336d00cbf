#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/work_file.hpp"
#include "app/moments.hpp"
#include "base/error.hpp"
#include "store/audit_log.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, since, who;
  bool json = false;
};

base::Json row_json(const store::AuditRow& row) {
  return {{"number", row.number},         {"at", row.at},
          {"who", row.entry.who},         {"action", row.entry.action},
          {"subject", row.entry.subject}, {"before", row.entry.before},
          {"after", row.entry.after},     {"digest", base::hex(row.digest)}};
}

/// A text as one line: what was tampered with must not draw on a terminal.
std::string plain(const std::string& text) {
  std::string line = text;
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return line;
}

void print_row(const store::AuditRow& row, bool proved) {
  fmt::print("{}{:>6}  {}  {:<20}  {:<18}  {}\n", proved ? ' ' : '!', row.number, plain(row.at),
             plain(row.entry.who), plain(row.entry.action), plain(row.entry.subject));
  if (!row.entry.before.is_null()) fmt::print("         - {}\n", base::json_text(row.entry.before));
  if (!row.entry.after.is_null()) fmt::print("         + {}\n", base::json_text(row.entry.after));
}

void run(const Arguments& a) {
  const std::string since = a.since.empty() ? "" : start_of(a.since, "--since");
  store::Work work = open_work(a.workspace);
  const store::AuditLog log(work);
  const auto broken = log.first_broken();
  base::Json rows = base::Json::array();
  log.read(1, [&](const store::AuditRow& row) {
    if (row.at < since || (!a.who.empty() && row.entry.who != a.who)) return;
    if (a.json) {
      rows.push_back(row_json(row));
    } else {
      print_row(row, !broken || row.number < *broken);
    }
  });
  const auto head = log.head();
  if (a.json) {
    const base::Json json{
        {"rows", std::move(rows)},
        {"broken", broken ? base::Json(*broken) : base::Json()},
        {"head",
         head ? base::Json{{"number", head->number}, {"digest", base::hex(head->digest)}} : base::Json()}};
    fmt::print("{}\n", base::json_text(json));
  }
  if (broken) {
    throw base::Error(
        base::Code::corrupt,
        fmt::format("the audit trail does not hold: row {} does not follow from the one before it", *broken),
        base::Where{.file = catalog::Workspace{a.workspace}.work().string(),
                    .row = static_cast<std::int64_t>(*broken)},
        "somebody changed the file by other means than caitu; compare it with a backup");
  }
  // Rows cut off the end leave a chain that holds, so that its end is worth noting elsewhere.
  if (head)
    fmt::print(stderr, "the chain holds; it ends with row {}, {}\n", head->number, base::hex(head->digest));
}

}  // namespace

void add_audit(CLI::App& program) {
  auto* command = program.add_subcommand(
      "audit", "Who did what, oldest first; ends with 1 when the trail was tampered with");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_option("--since", a->since, "from this day in Beijing on, or from 2025-06-30T12:34:56Z on");
  command->add_option("--who", a->who, "an account, or shell:USER for commands of a user of this machine");
  command->add_flag("--json", a->json, "as JSON");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
