#pragma once

#include <filesystem>

namespace caitu::demo {

/// tables/: the bureau's tables as CSV with CRLF, as a spreadsheet saves them.
///
/// table1_clusters.csv (UTF-8 with a byte-order mark) and table2_belts.csv (GBK): the plan's tables 1 and 2,
/// word for word, with the plan's lines. population.csv (UTF-8 with a mark): published numbers, each with its
/// source. ring_bases_ledger.csv (GBK) and points.csv (UTF-8 with a mark; lon, lat in EPSG:4490): made up,
/// the first column says so; the same bases and points as in the layers. Reads those back, so call it when
/// they are closed and before data faults are planted in them. Throws Error(io).
void write_tables(const std::filesystem::path& delivery);

}  // namespace caitu::demo
