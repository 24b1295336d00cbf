#include "catalog/difference.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/workers.hpp"

namespace caitu::catalog {
namespace {

constexpr std::size_t kBatchItems = 1000;
constexpr std::size_t kBatchesInFlight = 8;

struct Row {
  geodata::Feature feature;
  base::Digest128 content;
};

/// The features among items [first, first + kBatchItems) that are to be written.
std::vector<Row> rows_of(const Difference& difference, const geodata::Snapshot& snapshot, std::size_t first) {
  const std::size_t last = std::min(first + kBatchItems, snapshot.size());
  const auto id_below = [](const auto& row, std::uint64_t wanted) { return row.first < wanted; };
  std::vector<Row> rows;
  for (std::size_t item = first; item < last; ++item) {
    const std::uint64_t id = snapshot.id(item);
    const auto at = std::lower_bound(difference.written.begin(), difference.written.end(), id, id_below);
    if (at == difference.written.end() || at->first != id) continue;
    rows.push_back({snapshot.feature(item), at->second});
  }
  return rows;
}

}  // namespace

Difference compare(const std::vector<store::RowState>& newest, const std::vector<std::uint64_t>& ids,
                   const std::vector<Claim>& claims) {
  std::vector<std::pair<std::uint64_t, base::Digest128>> rows(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) rows[i] = {ids[i], claims[i].content};
  std::sort(rows.begin(), rows.end());

  Difference difference;
  std::size_t old = 0;
  for (const auto& row : rows) {
    for (; old < newest.size() && newest[old].id < row.first; ++old)
      difference.ended_rows.push_back(newest[old].row_id);
    const bool known = old < newest.size() && newest[old].id == row.first;
    if (known && newest[old].content == row.second) {
      ++difference.unchanged;
    } else {
      difference.written.push_back(row);
      if (known) {
        difference.ended_rows.push_back(newest[old].row_id);
        ++difference.changed;
      }
    }
    if (known) ++old;
  }
  for (; old < newest.size(); ++old) difference.ended_rows.push_back(newest[old].row_id);
  return difference;
}

void write_difference(const Difference& difference, const geodata::Snapshot& snapshot, std::size_t threads,
                      store::StagedEdition& staged, const base::Progress& progress) {
  for (const std::int64_t row : difference.ended_rows) staged.end_row(row);
  std::size_t next = 0, done = 0;
  const auto produce = [&]() -> std::optional<std::size_t> {
    if (difference.written.empty() || next >= snapshot.size()) return std::nullopt;
    return std::exchange(next, next + kBatchItems);
  };
  const auto take = [&](std::size_t first) { return rows_of(difference, snapshot, first); };
  const auto write = [&](const std::vector<Row>& rows) {
    progress.check();
    for (const Row& row : rows) staged.add(row.feature, row.content);
    done += rows.size();
    progress.at("writing", done, difference.written.size());
  };
  base::ordered_pipeline<std::size_t, std::vector<Row>>(produce, take, write, threads, kBatchesInFlight);
  progress.at("indexing", 0, 0);
  staged.index(snapshot.extent());
}

}  // namespace caitu::catalog
