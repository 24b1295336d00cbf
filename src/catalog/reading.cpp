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
  base::Digest128 manner;
  std::vector<geodata::SourceRow> rows;
};
/// A row taken anew, or one that is known; `row.row` says which row it is in either case.
struct Taken {
  base::Digest128 delivered;
  std::optional<KnownRow> known;
  TakenRow row;
};
struct TakenBatch {
  const DeliveredFile* file = nullptr;
  std::vector<Taken> rows;
};

/// All files one after the other, in batches; empty at the end. One thread.
class Reader {
 public:
  Reader(std::vector<DeliveredFile>& files, const KnownRows& known, const AuditContext& context,
         const base::Progress& progress)
      : files_(files), known_(known), context_(context), progress_(progress) {}

  std::optional<ReadBatch> next() {
    while (file_ < files_.size()) {
      progress_.check();
      DeliveredFile& file = files_[file_];
      // The first rows are read in any case: they tell whether the file's coordinates suit its CRS.
      if (first_of_file_) manner_ = manner_of(context_, file);
      ReadBatch batch{
          .file = &file,
          .manner = manner_,
          .rows = first_of_file_ ? file.source.read(kBatchRows) : file.source.read(kBatchRows, by_bytes_)};
      if (!batch.rows.empty()) {
        if (first_of_file_) geodata::check_placement(file.placement, file.name, batch.rows);
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
  const KnownRows& known_;
  const AuditContext& context_;
  const base::Progress& progress_;
  base::Digest128 manner_;
  geodata::KnownBytes by_bytes_ = [this](const base::Digest128& bytes) {
    return known_.find(delivered_digest(manner_, bytes)).has_value();
  };
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

void count_notes(const std::vector<std::string>& notes, ImportReport& report) {
  for (const std::string& note : notes) ++report.notes[note];
  if (!notes.empty()) ++report.rows_noted;
}

/// True when the next import may take the same row as it was taken now: nothing but notes was said.
bool is_plain(const TakenRow& row) {
  return row.feature && row.repair.empty() && row.findings.empty() && row.unread.empty() &&
         !row.outside_region;
}

void keep_known(const DeliveredFile& file, const Taken& taken, const KnownRows& known, const RowsTo& to,
                ReadRows& read) {
  const std::vector<std::string>& notes = known.notes(taken.known->notes);
  const geodata::Snapshot& snapshot = known.snapshot();
  const std::size_t item = taken.known->item;
  ++to.report.rows_in;
  ++to.report.rows_known;
  count_notes(notes, to.report);
  to.audit.take_known(file, taken.row.row, snapshot, item);
  to.report.area_m2 += snapshot.area_m2(item);
  read.claims.push_back(taken.known->claim);
  read.to_know.add(taken.delivered, notes);
  to.snapshot.add_from(snapshot, item);
}

void keep_row(const std::string& file, const base::Digest128& delivered, bool plain, TakenRow&& row,
              const RowsTo& to, ReadRows& read) {
  ++to.report.rows_in;
  count_notes(row.notes, to.report);
  if (!row.feature) return keep_refused(file, std::move(row), to);
  plain ? read.to_know.add(delivered, row.notes) : read.to_know.add_unknown();
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
                   const KnownRows& known, const RowsTo& to, std::size_t threads,
                   const base::Progress& progress) {
  ReadRows read;
  std::vector<std::size_t> key_fields;
  for (const std::string& key : declaration.schema.key)
    key_fields.push_back(*declaration.schema.index_of(key));
  const std::uint64_t promised = promised_rows(files);
  Reader reader(files, known, to.audit.context(), progress);
  const auto take = [&](ReadBatch batch) {
    TakenBatch all{.file = batch.file, .rows = {}};
    all.rows.reserve(batch.rows.size());
    for (auto& row : batch.rows) {
      Taken& taken = all.rows.emplace_back();
      taken.delivered = delivered_digest(batch.manner, row);
      taken.known = known.find(taken.delivered);
      taken.row.row = row.row;
      if (!taken.known)
        taken.row = take_row(declaration, key_fields, *batch.file, std::move(row), &to.audit.row_audit());
    }
    return all;
  };
  const auto keep = [&](TakenBatch batch) {
    for (Taken& taken : batch.rows) {
      if (taken.known) {
        keep_known(*batch.file, taken, known, to, read);
        continue;
      }
      const bool plain = is_plain(taken.row);
      to.audit.take(*batch.file, taken.row);
      keep_row(batch.file->name, taken.delivered, plain, std::move(taken.row), to, read);
    }
    progress.at("reading", to.report.rows_in, std::max(promised, to.report.rows_in));
  };
  base::ordered_pipeline<ReadBatch, TakenBatch>([&reader] { return reader.next(); }, take, keep, threads,
                                                kBatchesInFlight);
  return read;
}

}  // namespace caitu::catalog
