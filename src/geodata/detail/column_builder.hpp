#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "geodata/block_file.hpp"
#include "geodata/detail/spill.hpp"
#include "geodata/detail/text_dictionary.hpp"
#include "geodata/schema.hpp"

namespace caitu::geodata {
class Column;
}

namespace caitu::geodata::detail {

/// Gathers the values of one field as they come, and writes them as the field's sections of a snapshot. One
/// thread.
class ColumnBuilder {
 public:
  /// `place` is the field's place in the schema.
  ColumnBuilder(const Field& field, std::size_t place);

  /// Called with each value before `add`: for all fields of a feature, and then `add` for all of them.
  void announce(const Value& value);
  /// Error(invalid) naming the field when the value does not suit it.
  void add(SpillFile& file, const Value& value);
  /// The value of an item of a column of the same type, without looking at it.
  void add_from(SpillFile& file, const Column& column, std::size_t item);
  /// `order[i]` is the arrival number of item i. `file` is mapped.
  void write(BlockFileWriter& writer, const SpillFile& file, std::span<const std::uint32_t> order);

 private:
  struct Texts {
    SpillArray<std::uint32_t> codes;
    TextDictionary dictionary;
  };
  using Integers = SpillArray<std::int64_t>;
  using Reals = SpillArray<double>;

  std::uint32_t code_from(const Column& column, std::uint32_t code, TextDictionary& dictionary);
  std::uint32_t code_of(const Value& value, TextDictionary& dictionary) const;
  std::int64_t integer_of(const Value& value) const;
  double real_of(const Value& value) const;
  void write_texts(BlockFileWriter& writer, const Texts& texts, std::span<const std::uint32_t> order) const;
  [[noreturn]] void fail(const Value& value) const;

  std::string name_;
  FieldType type_;
  std::size_t place_;
  std::uint32_t hash_ = 0;  ///< of the announced text
  const Column* copied_from_ = nullptr;
  std::vector<std::uint32_t> codes_there_;  ///< our code of each text of that column; kNoText: not yet met
  std::variant<Texts, Integers, Reals> values_;
};

/// Appends `value_of(i)` for i in [0, count) to a section, a buffer at a time.
template <typename T, typename ValueOf>
void append_each(BlockFileWriter& writer, std::size_t count, ValueOf&& value_of) {
  constexpr std::size_t kAtOnce = 1024;
  T buffer[kAtOnce];
  for (std::size_t first = 0; first < count; first += kAtOnce) {
    const std::size_t taken = std::min(kAtOnce, count - first);
    for (std::size_t i = 0; i < taken; ++i) buffer[i] = value_of(first + i);
    writer.append(std::span<const T>(buffer, taken));
  }
}

}  // namespace caitu::geodata::detail
