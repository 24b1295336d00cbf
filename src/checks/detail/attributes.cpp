#include "checks/detail/attributes.hpp"

namespace caitu::checks::detail {

using geodata::FieldType;

FieldOf::FieldOf(const geodata::Snapshot& snapshot, std::string_view field) {
  const auto place = snapshot.schema().index_of(field);
  if (!place) return;
  column_ = &snapshot.column(*place);
  type_ = column_->type();
}

std::string_view FieldOf::text(std::size_t item) const {
  if (column_ == nullptr || !geodata::textual(type_) || column_->null(item)) return {};
  return column_->text(column_->code(item));
}

std::optional<double> FieldOf::number(std::size_t item) const {
  if (column_ == nullptr || geodata::textual(type_) || column_->null(item)) return {};
  return type_ == FieldType::real ? column_->real(item) : static_cast<double>(column_->integer(item));
}

std::optional<bool> FieldOf::boolean(std::size_t item) const {
  const auto value = number(item);
  if (!value) return {};
  return *value != 0;
}

std::string key_of(const geodata::Snapshot& snapshot, std::size_t item) {
  std::string key;
  for (const std::string& field : snapshot.schema().key) {
    const std::string_view value = FieldOf(snapshot, field).text(item);
    if (value.empty()) continue;
    if (!key.empty()) key += '/';
    key += value;
  }
  return key.empty() ? "#" + std::to_string(snapshot.id(item)) : key;
}

Subject subject_of(const geodata::Snapshot& snapshot, std::size_t item) {
  return {snapshot.schema().layer, snapshot.id(item), key_of(snapshot, item)};
}

}  // namespace caitu::checks::detail
