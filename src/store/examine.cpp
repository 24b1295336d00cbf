// Examining a database as a whole: its form, its pages, its seals; and the audit chain.
#include "store/examine.hpp"

#include <algorithm>
#include <functional>

#include "base/error.hpp"
#include "store/audit_log.hpp"
#include "store/detail/examine_layer.hpp"
#include "store/detail/layer_tables.hpp"
#include "store/detail/seals.hpp"
#include "store/migrate.hpp"
#include "store/store.hpp"

namespace caitu::store {
namespace {

using detail::Access;
using detail::Connection;
using detail::Statement;

constexpr const char* kRestore = "restore a backup: caitu restore FILE WS";
constexpr const char* kRepair = "caitu doctor WS --repair";
constexpr std::size_t kShown = 5;

std::string join(const std::vector<std::string>& texts) {
  std::string all;
  for (std::size_t i = 0; i < std::min(texts.size(), kShown); ++i) all += (i > 0 ? "; " : "") + texts[i];
  if (texts.size() > kShown) all += "; and " + std::to_string(texts.size() - kShown) + " more";
  return all;
}

/// What SQLite itself finds: pages, order, indexes against tables.
std::vector<std::string> integrity(const Connection& connection) {
  std::vector<std::string> faults;
  Statement rows(connection, "PRAGMA integrity_check");
  while (rows.step())
    if (rows.text(0) != "ok") faults.emplace_back(rows.text(0));
  return faults;
}

bool only_indexes(const std::vector<std::string>& faults) {
  return std::all_of(faults.begin(), faults.end(), [](const std::string& fault) {
    return fault.find("missing from index") != std::string::npos ||
           fault.find("wrong # of entries in index") != std::string::npos ||
           fault.find("non-unique entry in index") != std::string::npos;
  });
}

Check checked(std::string what, const std::vector<std::string>& faults, std::string good,
              std::string way_out) {
  if (faults.empty()) return {.what = std::move(what), .found = std::move(good)};
  return {.what = std::move(what),
          .verdict = Verdict::damaged,
          .found = join(faults),
          .way_out = std::move(way_out)};
}

/// Runs a check; what it throws is its finding.
template <typename Run>
bool guarded(Checks& checks, const std::string& what, const Run& run) {
  try {
    run();
    return true;
  } catch (const base::Error& error) {
    if (error.code() == base::Code::cancelled) throw;
    checks.push_back({.what = what,
                      .verdict = Verdict::damaged,
                      .found = error.what(),
                      .way_out = error.code() == base::Code::corrupt ? kRestore : error.hint()});
    return false;
  }
}

/// Form, pages and seals of a database; false when it is no use looking further.
bool examine_file(const std::filesystem::path& file, const Form& form, Checks& checks,
                  const std::function<void(const Connection&)>& further, const base::Progress& progress) {
  const std::string name = file.filename().string();
  return guarded(checks, name, [&] {
    if (!std::filesystem::exists(file))
      throw base::Error(base::Code::not_found, "there is no " + std::string(form.name), kRestore);
    Connection connection(file, Access::read);
    const int version = check_form(connection, form);
    if (version != form.version()) {
      checks.push_back(
          {.what = name + ", form",
           .verdict = Verdict::damaged,
           .found = "it has form " + std::to_string(version) + " of " + std::to_string(form.version()),
           .way_out = "caitu migrate WS"});
      return;
    }
    checks.push_back({.what = name + ", form", .found = "form " + std::to_string(version)});
    progress.at("pages of " + name, 0, 0);
    const auto faults = integrity(connection);
    checks.push_back(
        checked(name + ", pages and indexes", faults, "", only_indexes(faults) ? kRepair : kRestore));
    guarded(checks, name + ", contents of tables", [&] {
      checks.push_back(checked(name + ", contents of tables", detail::broken_seals(connection, form.sealed),
                               "each table holds what caitu wrote", kRestore));
    });
    further(connection);
  });
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "good";
    case Verdict::note:
      return "note";
    case Verdict::repaired:
      return "repaired";
    case Verdict::damaged:
      break;
  }
  return "damaged";
}

Checks examine_record(const std::filesystem::path& file, const base::Progress& progress) {
  Checks checks;
  examine_file(
      file, record_form(), checks,
      [&](const Connection& connection) {
        const Store store = Store::open(file, true);
        for (const LayerRecord& layer : store.layers()) {
          const std::string what = "layer " + layer.schema.layer + ", rows";
          guarded(checks, what, [&] {
            detail::LayerFaults faults =
                detail::examine_layer(connection, layer, store.editions(layer.schema.layer), progress);
            checks.push_back(checked(what, faults.rows,
                                     std::to_string(faults.seen) + " rows match their digests", kRestore));
            if (!faults.derived.empty())
              checks.push_back(checked("layer " + layer.schema.layer + ", what follows from its rows",
                                       faults.derived, "", kRepair));
            if (faults.staged > 0) {
              checks.push_back(
                  {.what = "layer " + layer.schema.layer + ", rows not published",
                   .verdict = Verdict::note,
                   .found = std::to_string(faults.staged) + " rows are of an import that runs, or was killed",
                   .way_out = "the next import of the layer takes them away, or " + std::string(kRepair)});
            }
          });
        }
      },
      progress);
  return checks;
}

Checks examine_work(const std::filesystem::path& file, const base::Progress& progress) {
  Checks checks;
  examine_file(
      file, work_form(), checks,
      [&](const Connection&) {
        progress.check();
        const std::string what = "work.db, audit trail";
        guarded(checks, what, [&] {
          Work work = Work::open(file, true);
          const AuditLog log(work);
          const auto broken = log.first_broken();
          const auto head = log.head();
          if (broken) {
            checks.push_back({.what = what,
                              .verdict = Verdict::damaged,
                              .found = "row " + std::to_string(*broken) +
                                       " does not follow from the one before it: the trail was changed",
                              .way_out = "compare it with a backup's: caitu audit WS"});
          } else {
            checks.push_back({.what = what,
                              .found = head ? std::to_string(head->number) + " rows, the last is " +
                                                  base::hex(head->digest).substr(0, 16)
                                            : "empty"});
          }
        });
      },
      progress);
  return checks;
}

void repair_work(const std::filesystem::path& file) {
  Connection connection(file, Access::write);
  check_form(connection, work_form());
  connection.execute("REINDEX");
}

}  // namespace caitu::store
