#include "geodata/snapshot.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "geodata/detail/mapping.hpp"

namespace caitu::geodata {

using detail::Part;

std::string_view Column::text(std::uint32_t code) const {
  const std::uint64_t end = file_->at(text_ends_, code);
  const std::uint64_t begin = code == 0 ? 0 : file_->at(text_ends_, code - 1);
  const std::span<const char> bytes = file_->slice(texts_, begin, end);
  return {bytes.data(), bytes.size()};
}

Column::Dictionary Column::dictionary() const {
  const std::span<const char> bytes = file_->slice(texts_, 0, texts_.size());
  const std::span<const std::uint64_t> ends = file_->slice(text_ends_, 0, text_ends_.size());
  if (!std::ranges::is_sorted(ends) || (!ends.empty() && ends.back() > bytes.size()))
    file_->fail("a text ends out of its dictionary");
  return {{bytes.data(), ends.empty() ? 0 : ends.back()}, ends};
}

Value Column::value(std::size_t item) const {
  if (null(item)) return {};
  if (textual(type_)) {
    const std::uint32_t place = code(item);
    if (place >= dictionary_size()) file_->fail("a text is not in its dictionary");
    return std::string(text(place));
  }
  if (type_ == FieldType::real) return real(item);
  return integer(item);
}

std::shared_ptr<const Snapshot> Snapshot::open(const std::filesystem::path& file) {
  return std::shared_ptr<const Snapshot>(new Snapshot(file));
}

Snapshot::Snapshot(const std::filesystem::path& file)
    : file_(file, detail::kSnapshotKind, detail::kSnapshotVersion), digest_(base::hex(file_.digest())) {
  try {
    const base::Json info = base::parse_json(file_.metadata());
    info.at("layer").get_to(info_.layer);
    info.at("edition").get_to(info_.edition);
    info.at("as_of").get_to(info_.as_of);
    const auto text = file_.section<char>(detail::key(Part::schema));
    file_.touch(text.data(), text.size());
    schema_ = schema_from_json(base::parse_json({text.data(), text.size()}));
  } catch (const base::Json::exception&) {
    file_.fail("its metadata is not that of a snapshot");
  } catch (const base::Error& error) {
    if (error.code() != base::Code::invalid) throw;
    file_.fail("its metadata is no JSON");
  }
  open_items();
  open_columns();
}

void Snapshot::open_items() {
  summary_ = file_.slice(file_.section<detail::Summary>(detail::key(Part::summary)), 0, 1)[0];
  boxes_ = file_.section<geometry::Box>(detail::key(Part::boxes));
  nodes_ = file_.section<geometry::Box>(detail::key(Part::nodes));
  ids_ = file_.section<std::uint64_t>(detail::key(Part::ids));
  by_id_ = file_.section<std::uint32_t>(detail::key(Part::by_id));
  kinds_ = file_.section<std::uint8_t>(detail::key(Part::kinds));
  areas_ = file_.section<double>(detail::key(Part::areas));
  begins_ = file_.section<detail::Begins>(detail::key(Part::begins));
  positions_ = file_.section<geometry::Position>(detail::key(Part::positions));
  path_ends_ = file_.section<std::uint32_t>(detail::key(Part::path_ends));
  part_ends_ = file_.section<std::uint32_t>(detail::key(Part::part_ends));
  const std::size_t items = summary_.items;
  if (boxes_.size() != items || ids_.size() != items || by_id_.size() != items || kinds_.size() != items ||
      areas_.size() != items || begins_.size() != items + 1 || nodes_.size() != geometry::tree_size(items)) {
    file_.fail("its sections are not of one number of features");
  }
}

void Snapshot::open_columns() {
  for (std::size_t field = 0; field < schema_.fields.size(); ++field) {
    Column& column = columns_.emplace_back();
    column.file_ = &file_;
    column.type_ = schema_.fields[field].type;
    std::size_t items = 0;
    if (textual(column.type_)) {
      column.codes_ = file_.section<std::uint32_t>(detail::key(Part::codes, field));
      column.text_ends_ = file_.section<std::uint64_t>(detail::key(Part::text_ends, field));
      column.texts_ = file_.section<char>(detail::key(Part::texts, field));
      items = column.codes_.size();
    } else if (column.type_ == FieldType::real) {
      column.reals_ = file_.section<double>(detail::key(Part::reals, field));
      items = column.reals_.size();
    } else {
      column.integers_ = file_.section<std::int64_t>(detail::key(Part::integers, field));
      items = column.integers_.size();
    }
    if (items != size())
      file_.fail("field " + schema_.fields[field].name + " is not of the number of features");
  }
}

geometry::GeometryView Snapshot::geometry(std::size_t item) const {
  const detail::Begins& begin = file_.at(begins_, item);
  const detail::Begins& end = file_.at(begins_, item + 1);
  const geometry::GeometryView view{kind(item), file_.slice(positions_, begin.position, end.position),
                                    file_.slice(path_ends_, begin.path, end.path),
                                    file_.slice(part_ends_, begin.part, end.part)};
  if (!detail::well_formed(view))
    file_.fail("the geometry of item " + std::to_string(item) + " is malformed");
  return view;
}

Feature Snapshot::feature(std::size_t item) const {
  Feature feature{
      .id = id(item), .geometry = geometry::copy(geometry(item)), .values = {}, .area_m2 = area_m2(item)};
  feature.values.reserve(columns_.size());
  for (const Column& column : columns_) feature.values.push_back(column.value(item));
  return feature;
}

std::optional<std::size_t> Snapshot::find(std::uint64_t wanted) const {
  std::size_t first = 0, last = size();
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    const std::size_t item = file_.at(by_id_, middle);
    if (item >= size()) file_.fail("an item is not in the snapshot");
    const std::uint64_t found = id(item);
    if (found == wanted) return item;
    if (found < wanted) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return std::nullopt;
}

const geometry::TreeView& Snapshot::tree() const {
  if (!detail::intact(boxes_.data())) file_.fail("it was truncated after it was opened, or its disk failed");
  if (!tree_checked_.load(std::memory_order_acquire)) {
    const std::lock_guard lock(tree_mutex_);
    if (tree_checked_.load(std::memory_order_relaxed)) return tree_;
    file_.touch(boxes_.data(), boxes_.size_bytes());
    file_.touch(nodes_.data(), nodes_.size_bytes());
    tree_ = geometry::TreeView(boxes_, nodes_);
    tree_checked_.store(true, std::memory_order_release);
  }
  return tree_;
}

}  // namespace caitu::geodata
