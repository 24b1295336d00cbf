#include "catalog/reading.hpp"

#include <algorithm>
#include <optional>

#include "base/workers.hpp"
#include "catalog/intake.hpp"

namespace caitu::catalog {
namespace {

constexpr std::size_t kBatchRows = 1000;
constexpr std::size_t kBatchesInFlight = 16;

struct ReadBatch {
  const DeliveredFile* file = nullptr;
  std::vector<geodata::SourceRow> rows;
};
struct TakenBatch {
  const DeliveredFile* file = nullptr;
  std::vector<TakenRow> rows;
};

/// All files one after the other, in batches; empty at the end. One thread.
class Reader {
 public:
  Reader(std::vector<DeliveredFile>& files, const base::Progress& progress)
      : files_(files), progress_(progress) {}

  std::optional<ReadBatch> next() {
    while (file_ < files_.size()) {
      progress_.check();
      ReadBatch batch{.file = &files_[file_], .rows = files_[file_].source.read(kBatchRows)};
      if (!batch.rows.empty()) {
        if (first_of_file_) check_coordinates(*batch.file, batch.rows);
        first_of_file_ = false;
        return batch;
      }
      ++file_;
      first_of_file_ = true;
    }
    return std::nullopt;
  }

 private:
  std::vector<DeliveredFile>& files_;
  const base::Progress& progress_;
  std::size_t file_ = 0;
  bool first_of_file_ = true;
};

std::string reason_kind(const std::string& reason) {
  // Positions and values differ from row to row; what stands before them is the reason.
  return reason.substr(0, reason.find(", near "));
}

void keep_refused(const std::string& file, TakenRow&& row, const RowsTo& to) {
  ++to.report.rows_refused;
  ++to.report.refused_by_reason[reason_kind(row.refusal)];
  if (to.report.refused.size() < kListedRows) to.report.refused.push_back({file, row.row, row.refusal});
  to.rejects.add({.row = row.row,
                  .file = file,
                  .reason = row.refusal,
                  .geometry = std::move(row.delivered),
                  .attributes = std::move(row.attributes)});
}

void keep_row(const std::string& file, TakenRow&& row, const RowsTo& to, ReadRows& read) {
  ++to.report.rows_in;
  for (const std::string& note : row.notes) ++to.report.notes[note];
  if (!row.notes.empty()) ++to.report.rows_noted;
  if (!row.feature) return keep_refused(file, std::move(row), to);
  if (!row.repair.empty()) {
    ++to.report.rows_repaired;
    ++to.report.repaired_by_reason[row.repair_kind];
    if (to.report.repaired.size() < kListedRows)
      to.report.repaired.push_back({file, row.row, row.repair, row.repair_at});
  }
  if (row.outside_region) ++read.outside_region;
  to.report.area_m2 += row.feature->area_m2;
  read.claims.push_back(row.claim);
  to.snapshot.add(row.claim.id, row.feature->geometry, row.feature->values, row.feature->area_m2);
}

/// Rows that the files promise; 0 when none does.
std::uint64_t promised_rows(const std::vector<DeliveredFile>& files) {
  std::uint64_t rows = 0;
  for (const DeliveredFile& file : files)
    rows += static_cast<std::uint64_t>(std::max<std::int64_t>(0, file.source.rows()));
  return rows;
}

}  // namespace

ReadRows read_rows(const geodata::Declaration& declaration, std::vector<DeliveredFile>& files,
                   const RowsTo& to, std::size_t threads, const base::Progress& progress) {
  ReadRows read;
  std::vector<std::size_t> key_fields;
  for (const std::string& key : declaration.schema.key)
    key_fields.push_back(*declaration.schema.index_of(key));
  const std::uint64_t promised = promised_rows(files);
  Reader reader(files, progress);
  const auto take = [&](ReadBatch batch) {
    TakenBatch taken{.file = batch.file, .rows = {}};
    taken.rows.reserve(batch.rows.size());
    for (auto& row : batch.rows)
      taken.rows.push_back(
          take_row(declaration, key_fields, *batch.file, std::move(row), &to.audit.row_audit()));
    return taken;
  };
  const auto keep = [&](TakenBatch batch) {
    for (auto& row : batch.rows) {
      to.audit.take(*batch.file, row);
      keep_row(batch.file->name, std::move(row), to, read);
    }
    progress.at("reading", to.report.rows_in, std::max(promised, to.report.rows_in));
  };
  base::ordered_pipeline<ReadBatch, TakenBatch>([&reader] { return reader.next(); }, take, keep, threads,
                                                kBatchesInFlight);
  return read;
}

}  // namespace caitu::catalog
