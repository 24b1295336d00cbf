#include "geodata/row_file.hpp"

#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "geodata/detail/spill.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::geodata {
namespace {

/// A value as its place in the variant, then its bytes; text after its length.
void append(std::string& out, const Value& value) {
  out.push_back(static_cast<char>(value.index()));
  if (const auto* whole = std::get_if<std::int64_t>(&value)) base::append_value(out, *whole);
  if (const auto* real = std::get_if<double>(&value)) base::append_value(out, *real);
  if (const auto* text = std::get_if<std::string>(&value)) {
    base::append_value(out, static_cast<std::uint32_t>(text->size()));
    out += *text;
  }
}

template <typename T>
T take(std::string_view& bytes) {
  const T value = base::load_value<T>(bytes.data());
  bytes.remove_prefix(sizeof(T));
  return value;
}

Value take_value(std::string_view& bytes) {
  switch (take<char>(bytes)) {
    case 1:
      return take<std::int64_t>(bytes);
    case 2:
      return take<double>(bytes);
    case 3: {
      const auto size = take<std::uint32_t>(bytes);
      std::string text(bytes.substr(0, size));
      bytes.remove_prefix(size);
      return text;
    }
    default:
      return {};
  }
}

}  // namespace

struct RowFile::Impl {
  explicit Impl(const std::filesystem::path& beside) : file(beside) {}

  detail::SpillFile file;
  detail::SpillArray<char> bytes;
  detail::SpillArray<std::uint64_t> begins;
  std::string row;
  bool sealed = false;
};

RowFile::RowFile(const std::filesystem::path& beside) : impl_(std::make_unique<Impl>(beside)) {}
RowFile::~RowFile() = default;
RowFile::RowFile(RowFile&&) noexcept = default;
RowFile& RowFile::operator=(RowFile&&) noexcept = default;

void RowFile::add(const std::vector<Value>& values) {
  Impl& impl = *impl_;
  impl.row.clear();
  for (const Value& value : values) append(impl.row, value);
  impl.begins.append(impl.file, impl.bytes.size());
  impl.bytes.append(impl.file, std::span<const char>(impl.row));
}

void RowFile::seal() {
  Impl& impl = *impl_;
  if (std::exchange(impl.sealed, true)) return;
  impl.begins.append(impl.file, impl.bytes.size());
  impl.file.map();
  impl.bytes.open(impl.file);
  impl.begins.open(impl.file);
}

std::uint64_t RowFile::size() const { return impl_->begins.size() - (impl_->sealed ? 1 : 0); }

std::size_t RowFile::bytes(std::uint64_t number) const {
  return impl_->begins[number + 1] - impl_->begins[number];
}

std::vector<Value> RowFile::row(std::uint64_t number) const {
  const Impl& impl = *impl_;
  if (!impl.sealed || number >= size())
    throw base::Error(base::Code::internal, "There is no such row to read.");
  const MapWatch unspilled;
  std::string bytes;
  impl.bytes.read(impl.begins[number], impl.begins[number + 1],
                  [&bytes](std::span<const char> piece) { bytes.append(piece.data(), piece.size()); });
  unspilled.check();
  std::vector<Value> values;
  for (std::string_view left = bytes; !left.empty();) values.push_back(take_value(left));
  return values;
}

}  // namespace caitu::geodata
