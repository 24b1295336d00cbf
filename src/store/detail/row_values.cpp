#include "store/detail/row_values.hpp"

#include "base/error.hpp"

namespace caitu::store::detail {

geodata::Value value_of(const Statement& row, int column, geodata::FieldType type) {
  if (row.null(column)) return {};
  if (type == geodata::FieldType::real) return row.real(column);
  if (geodata::textual(type)) return std::string(row.text(column));
  return row.integer(column);
}

std::string digest_blob(const base::Digest128& digest) {
  std::string bytes;
  base::append_value(bytes, digest.high);
  base::append_value(bytes, digest.low);
  return bytes;
}

base::Digest128 digest_of(std::string_view blob) {
  if (blob.size() != 16) throw base::Error(base::Code::corrupt, "a row's content digest has a wrong size");
  return {base::load_value<std::uint64_t>(blob.data()), base::load_value<std::uint64_t>(blob.data() + 8)};
}

}  // namespace caitu::store::detail
