#include "geodata/detail/column_builder.hpp"

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::geodata::detail {

ColumnBuilder::ColumnBuilder(const Field& field, std::size_t place)
    : name_(field.name), type_(field.type), place_(place) {
  if (type_ == FieldType::real) {
    values_.emplace<Reals>();
  } else if (!textual(type_)) {
    values_.emplace<Integers>();
  }
}

void ColumnBuilder::announce(const Value& value) {
  auto* texts = std::get_if<Texts>(&values_);
  const auto* text = std::get_if<std::string>(&value);
  if (texts != nullptr && text != nullptr) hash_ = texts->dictionary.announce(*text);
}

void ColumnBuilder::add(SpillFile& file, const Value& value) {
  if (auto* texts = std::get_if<Texts>(&values_)) {
    texts->codes.append(file, code_of(value, texts->dictionary));
  } else if (auto* integers = std::get_if<Integers>(&values_)) {
    integers->append(file, integer_of(value));
  } else {
    std::get<Reals>(values_).append(file, real_of(value));
  }
}

void ColumnBuilder::add_from(SpillFile& file, const Column& column, std::size_t item) {
  if (auto* texts = std::get_if<Texts>(&values_)) {
    texts->codes.append(file, code_from(column, column.code(item), texts->dictionary));
  } else if (auto* integers = std::get_if<Integers>(&values_)) {
    integers->append(file, column.integer(item));
  } else {
    std::get<Reals>(values_).append(file, column.real(item));
  }
}

std::uint32_t ColumnBuilder::code_from(const Column& column, std::uint32_t code, TextDictionary& dictionary) {
  if (code == Column::kNoText) return code;
  if (copied_from_ != &column) {
    copied_from_ = &column;
    codes_there_.assign(column.dictionary_size(), Column::kNoText);
  }
  std::uint32_t& ours = codes_there_.at(code);
  if (ours == Column::kNoText) {
    const std::string_view text = column.text(code);
    ours = dictionary.code(text, dictionary.announce(text));
  }
  return ours;
}

std::uint32_t ColumnBuilder::code_of(const Value& value, TextDictionary& dictionary) const {
  if (const auto* text = std::get_if<std::string>(&value)) return dictionary.code(*text, hash_);
  if (!std::holds_alternative<std::monostate>(value)) fail(value);
  return Column::kNoText;
}

std::int64_t ColumnBuilder::integer_of(const Value& value) const {
  constexpr double kPastLast = 9223372036854775808.0;  // 2^63
  std::int64_t integer = 0;
  if (std::holds_alternative<std::monostate>(value)) return kNullInteger;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    integer = *whole;
  } else if (const auto* real = std::get_if<double>(&value)) {
    if (std::isnan(*real)) return kNullInteger;
    if (*real != std::trunc(*real) || std::abs(*real) >= kPastLast) fail(value);
    integer = static_cast<std::int64_t>(*real);
  } else {
    fail(value);
  }
  if (integer == kNullInteger || (type_ == FieldType::boolean && integer != 0 && integer != 1)) fail(value);
  return integer;
}

double ColumnBuilder::real_of(const Value& value) const {
  if (std::holds_alternative<std::monostate>(value)) return kNullReal;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return std::isnan(*real) ? kNullReal : *real;
  fail(value);
}

void ColumnBuilder::fail(const Value& value) const {
  std::string text;
  append_json_value(text, value, FieldType::text);
  throw base::Error(base::Code::invalid,
                    "The value " + text + " does not suit the type " + std::string(name(type_)) + ".",
                    base::Where{.field = name_}, "Correct it in the source, or declare the field as text.");
}

void ColumnBuilder::write(BlockFileWriter& writer, const SpillFile& file,
                          std::span<const std::uint32_t> order) {
  if (auto* texts = std::get_if<Texts>(&values_)) {
    texts->codes.open(file);
    write_texts(writer, *texts, order);
  } else if (auto* integers = std::get_if<Integers>(&values_)) {
    integers->open(file);
    writer.begin(key(Part::integers, place_));
    append_each<std::int64_t>(writer, order.size(),
                              [&](std::size_t item) { return (*integers)[order[item]]; });
  } else {
    auto& reals = std::get<Reals>(values_);
    reals.open(file);
    writer.begin(key(Part::reals, place_));
    append_each<double>(writer, order.size(), [&](std::size_t item) { return reals[order[item]]; });
  }
}

/// Codes are given anew in the order of first use: neighbours share pages of the dictionary, and arrival
/// leaves no trace.
void ColumnBuilder::write_texts(BlockFileWriter& writer, const Texts& texts,
                                std::span<const std::uint32_t> order) const {
  const TextDictionary& dictionary = texts.dictionary;
  std::vector<std::uint32_t> renamed(dictionary.size(), Column::kNoText), used;
  used.reserve(dictionary.size());
  writer.begin(key(Part::codes, place_));
  append_each<std::uint32_t>(writer, order.size(), [&](std::size_t item) {
    const std::uint32_t arrived = texts.codes[order[item]];
    if (arrived == Column::kNoText) return arrived;
    std::uint32_t& code = renamed[arrived];
    if (code == Column::kNoText) {
      code = static_cast<std::uint32_t>(used.size());
      used.push_back(arrived);
    }
    return code;
  });
  writer.begin(key(Part::text_ends, place_));
  std::uint64_t end = 0;
  append_each<std::uint64_t>(writer, used.size(),
                             [&](std::size_t code) { return end += dictionary.text(used[code]).size(); });
  writer.begin(key(Part::texts, place_));
  for (const std::uint32_t arrived : used) writer.append(std::span<const char>(dictionary.text(arrived)));
}

}  // namespace caitu::geodata::detail
