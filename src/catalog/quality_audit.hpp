#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "catalog/identity.hpp"
#include "catalog/quality_row.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::catalog {

/// What an audit may look at beside the delivery.
struct AuditContext {
  const geodata::Declaration& declaration;
  /// Folder of land_classes.csv and survey_codes.csv; empty or without them: the rules that need them are not
  /// run, and the report says so.
  std::filesystem::path tables;
  /// Current editions of the workspace's layers, by layer; the newest one of the delivered layer too.
  std::map<std::string, std::shared_ptr<const geodata::Snapshot>> current = {};
  std::vector<std::string> not_run = {};  ///< what cannot be held against the delivery, and why
};

/// For a delivery to a workspace: `declared` are the folders of layer declarations, the house's own first,
/// with the tables beside it. A current snapshot that is missing or damaged is passed over, and `not_run`
/// says so.
AuditContext audit_context(const Workspace& workspace, const store::Store& store,
                           const std::vector<std::filesystem::path>& declared,
                           const geodata::Declaration& declaration);

/// The quality audit of one delivery. Call in this order: `row_audit` looks at every row, on any thread;
/// `take` is given each, in the order of delivery; `finish` sees the whole edition. One thread but for the
/// row audit. Memory: 8 bytes a row, 8 more for each field declared unique, and the findings kept.
class QualityAudit {
 public:
  explicit QualityAudit(AuditContext context);
  ~QualityAudit();

  const AuditContext& context() const { return context_; }
  const RowAudit& row_audit() const { return *rows_; }
  /// Takes the findings out of `row`. Published rows count as claims, in the order of the calls.
  void take(const DeliveredFile& file, TakenRow& row);
  /// In place of `take`, a row about which there is nothing to say: the item of `snapshot` came of it.
  void take_known(const DeliveredFile& file, std::int64_t row, const geodata::Snapshot& snapshot,
                  std::size_t item);
  /// The change of coordinates that most misplaced rows ask for, for a delivery that is refused whole; empty
  /// when there are none.
  std::string likely_mend() const;
  /// `ids[i]` is who claim i is. Looks for repeated keys, overlaps, gaps and slivers, land of other layers
  /// and shifted files, and fills in what row findings lack.
  QualityReport finish(const geodata::Snapshot& snapshot, const std::vector<Claim>& claims,
                       const std::vector<std::uint64_t>& ids, std::size_t threads,
                       const base::Progress& progress);

 private:
  struct Kept {
    QualityFinding finding;
    std::uint32_t file = 0;
    std::int64_t claim = -1;
  };
  struct OfRule {
    std::uint64_t count = 0;
    std::vector<Kept> kept;
  };
  struct Place {
    std::uint32_t file = 0, row = 0;
  };
  struct File {
    std::string name;
    geometry::Datum datum = geometry::Datum::cgcs2000;
    std::uint64_t rows = 0, stride = 1;
    std::vector<geometry::Position> sample;  ///< EPSG:4490, as published
  };
  struct Edition;  ///< what `finish` works on

  void tell(QualityFinding finding, std::uint32_t file, std::int64_t claim);
  void tell_of_claim(const Edition& edition, QualityFinding finding, std::int64_t claim);
  std::uint32_t place_of(const DeliveredFile& file);
  void sample(File& file, geometry::GeometryView geometry);
  void find_duplicates(const Edition& edition);
  void find_repeats(const Edition& edition, std::size_t unique);
  std::function<double(std::size_t)> least_area(const geodata::Snapshot& snapshot) const;
  void find_coverage(const Edition& edition, std::size_t threads, const base::Progress& progress);
  void find_neighbour_overlaps(const Edition& edition, const std::string& layer, std::size_t threads);
  void find_shifts(const Edition& edition);
  void add_evidence(const Edition& edition);
  void complete(const Edition& edition);
  QualityReport report();

  AuditContext context_;
  std::shared_ptr<const SurveyAudit> survey_;
  std::unique_ptr<RowAudit> rows_;
  std::vector<std::size_t> key_fields_;
  std::vector<File> files_;
  std::vector<Place> places_;  ///< of each claim
  std::vector<std::vector<std::uint64_t>>
      uniques_;  ///< of each unique field: a digest a claim, 0 when missing
  std::map<std::string, OfRule, std::less<>> found_;
  std::map<Severity, std::uint64_t> by_severity_;
};

}  // namespace caitu::catalog
