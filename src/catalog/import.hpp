#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/progress.hpp"
#include "catalog/catalog.hpp"
#include "catalog/identity.hpp"
#include "catalog/quality.hpp"
#include "geometry/china_offset.hpp"

namespace caitu::catalog {

struct ImportRequest {
  std::string layer = {};
  /// "file" or "file:layer" of a file of several layers; together one edition.
  std::vector<std::filesystem::path> files = {};
  std::string as_of = {};  ///< ISO date; empty: today
  std::string crs = {};    ///< overrides what the files say; empty: theirs
  std::optional<geometry::Datum> datum = {};
  std::string encoding = {};
  std::map<std::string, std::string> field_map = {};  ///< layer field = source field
  /// What whoever looks at the data has to know ("虚构数据"): kept with the edition, shown verbatim.
  std::string notice = {};
  /// Of land that no delivery brought: what it was made of, by which rule. Kept with the edition
  /// (source.derived).
  base::Json derived = nullptr;
  std::string job = {};  ///< id of the job that imports; kept with the edition (published_by)
  bool dry_run = false;
  /// Where report.html, findings.xlsx and findings.gpkg go (catalog/quality_report); empty: nowhere.
  std::filesystem::path report_folder = {};
  std::size_t threads = 0;  ///< 0: the machine's
  MatchOptions match = {};
  /// For the audit trail: the account, or "shell:<user>".
  std::string who = "shell";
};

struct RefusedRow {
  std::string file;
  std::int64_t row = 0;
  std::string reason;
};
struct RepairedRow {
  std::string file;
  std::int64_t row = 0;
  std::string what;
  geometry::Position at;
};

/// What an import says. rows_in = rows_published + rows_refused, always.
struct ImportReport {
  std::string layer;
  std::uint32_t edition = 0;  ///< 0: nothing was published
  std::string as_of;
  std::uint64_t rows_in = 0, rows_published = 0, rows_refused = 0, rows_repaired = 0, rows_noted = 0;
  /// Against the edition that was current; 0 is none.
  std::uint32_t follows = 0;
  std::uint64_t added = 0, changed = 0, unchanged = 0, removed = 0;
  Identities identity;  ///< its counts; the ids themselves are not kept
  MatchOptions match;   ///< by which it was told
  double area_m2 = 0;
  std::map<std::string, std::uint64_t> refused_by_reason, repaired_by_reason, notes;
  std::vector<RefusedRow> refused;    ///< the first kListedRows; all of them are in the rejects file
  std::vector<RepairedRow> repaired;  ///< likewise
  std::vector<std::string> warnings;  ///< fields without a source, encodings guessed, zones …
  QualityReport quality;
  base::Json sources;        ///< per file: layer, driver, CRS, datum, encoding, rows
  std::string rejects_file;  ///< where refused rows lie with their geometry, or empty
  double seconds = 0;
  /// Rows that an earlier import took, of which what became of them was copied (known_rows.hpp). It says how
  /// the work was done and nothing of the land, so it is not kept with the edition.
  std::uint64_t rows_known = 0;
};
inline constexpr std::size_t kListedRows = 100;
inline constexpr std::size_t kMaxNoticeBytes = 1000;

base::Json to_json(const ImportReport& report);

/// One delivery into one new edition (DESIGN 3, Import). Killed anywhere before its last transaction, nothing
/// has changed. Throws Error(refused) when nothing can be published, with the way out in its hint.
ImportReport import_delivery(const Workspace& workspace, const std::vector<std::filesystem::path>& declared,
                             const ImportRequest& request, const base::Progress& progress = {});

/// What the edition of that layer says which a job has published; nothing when it has published none. A job
/// that is taken up again after a crash asks before it imports.
std::optional<base::Json> published_by(const Workspace& workspace, const std::string& layer,
                                       const std::string& job);

}  // namespace caitu::catalog
