#pragma once

#include "base/bytes.hpp"
#include "geodata/schema.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store::detail {

/// How a feature's values and digest stand in the columns of its row.
geodata::Value value_of(const Statement& row, int column, geodata::FieldType type);
std::string digest_blob(const base::Digest128& digest);
/// Error(corrupt) when it has another size.
base::Digest128 digest_of(std::string_view blob);

}  // namespace caitu::store::detail
