#pragma once

#include <span>
#include <string>
#include <vector>

#include "store/detail/rtree_pack.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store::detail {

/// The R*Tree tables of layers: `idx_<table>_geometry`, columns as SpatiaLite names them. Each function runs
/// inside the caller's transaction.
void create_rtree(Connection& connection, const std::string& rtree);
/// Adds boxes: a few are inserted, many are packed together with what is there into a new tree.
void add_to_rtree(Connection& connection, const std::string& rtree, std::span<const RtreeEntry> entries);
/// Takes out every row from `first_row` on.
void cut_rtree(Connection& connection, const std::string& rtree, std::int64_t first_row);

}  // namespace caitu::store::detail
