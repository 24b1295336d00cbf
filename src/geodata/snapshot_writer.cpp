#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/mapped_array.hpp"
#include "geodata/detail/column_builder.hpp"
#include "geodata/detail/spill.hpp"
#include "geodata/map_watch.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::geodata {

using detail::append_each;
using detail::Begins;
using detail::Part;
using geometry::Box;

struct SnapshotWriter::Impl {
  Impl(std::filesystem::path target, Schema of, SnapshotInfo about)
      : file(std::move(target)), schema(std::move(of)), info(std::move(about)), spill(file) {}

  std::filesystem::path file;
  Schema schema;
  SnapshotInfo info;

  detail::SpillFile spill;
  detail::SpillArray<std::uint64_t> ids;
  detail::SpillArray<Box> boxes;
  detail::SpillArray<std::uint8_t> kinds;
  detail::SpillArray<double> areas;
  detail::SpillArray<std::uint64_t> position_begins, path_begins, part_begins;
  detail::SpillArray<geometry::Position> positions;
  detail::SpillArray<std::uint32_t> path_ends, part_ends;
  std::vector<detail::ColumnBuilder> columns;

  bool sealed = false;
  const Snapshot* copied_from = nullptr;  ///< whose fields were found to be these

  std::vector<std::uint64_t> assigned;  ///< ids by arrival that replace those added, or empty
  std::vector<std::uint32_t> order;     ///< arrival numbers in the order of items

  std::uint64_t id(std::uint32_t arrival) const {
    return assigned.empty() ? ids[arrival] : assigned[arrival];
  }
  void append_begins() {
    position_begins.append(spill, positions.size());
    path_begins.append(spill, path_ends.size());
    part_begins.append(spill, part_ends.size());
  }
  [[noreturn]] void fail(std::uint64_t id, const std::string& what) const;
  void check_room() const;
  void append_item(std::uint64_t id, geometry::GeometryView geometry, const Box& box, double area_m2);
  void open();
  void find_order();
  void write_items(BlockFileWriter& writer);
  void write_boxes(BlockFileWriter& writer);
  void write_ids(BlockFileWriter& writer) const;
  void write_geometry(BlockFileWriter& writer) const;
};

SnapshotWriter::SnapshotWriter(std::filesystem::path file, Schema schema, SnapshotInfo info)
    : impl_(std::make_unique<Impl>(std::move(file), std::move(schema), std::move(info))) {
  std::size_t place = 0;
  for (const Field& field : impl_->schema.fields) impl_->columns.emplace_back(field, place++);
}

SnapshotWriter::~SnapshotWriter() = default;

void SnapshotWriter::Impl::fail(std::uint64_t id, const std::string& what) const {
  throw base::Error(base::Code::internal, "Feature " + std::to_string(id) + " " + what + ".",
                    base::Where{.file = file.string(), .layer = info.layer});
}

void SnapshotWriter::add(std::uint64_t id, geometry::GeometryView geometry, const std::vector<Value>& values,
                         double area_m2) {
  Impl& impl = *impl_;
  if (id == 0 || id > base::kMaxFeatureId) impl.fail(id, "has no lasting id");
  if (values.size() != impl.columns.size()) {
    impl.fail(id, "has " + std::to_string(values.size()) + " values for " +
                      std::to_string(impl.columns.size()) + " fields");
  }
  if (!detail::well_formed(geometry) || !geometry::finite(geometry))
    impl.fail(id, "has a malformed geometry");
  impl.check_room();
  for (std::size_t field = 0; field < values.size(); ++field) impl.columns[field].announce(values[field]);
  for (std::size_t field = 0; field < values.size(); ++field) {
    impl.columns[field].add(impl.spill, values[field]);
  }
  impl.append_item(id, geometry, geometry::box_of(geometry), area_m2);
}

void SnapshotWriter::Impl::check_room() const {
  if (ids.size() < Column::kNoText) return;
  throw base::Error(base::Code::too_large,
                    "A snapshot holds at most " + std::to_string(Column::kNoText) + " features.",
                    base::Where{.layer = info.layer}, "Deliver the layer in parts.");
}

void SnapshotWriter::Impl::append_item(std::uint64_t id, geometry::GeometryView geometry, const Box& box,
                                       double area_m2) {
  append_begins();
  ids.append(spill, id);
  boxes.append(spill, box);
  kinds.append(spill, static_cast<std::uint8_t>(geometry.kind));
  areas.append(spill, area_m2);
  positions.append(spill, geometry.positions);
  path_ends.append(spill, geometry.path_ends);
  part_ends.append(spill, geometry.part_ends);
}

void SnapshotWriter::add_from(const Snapshot& snapshot, std::size_t item) {
  Impl& impl = *impl_;
  if (impl.copied_from != &snapshot) {
    if (snapshot.schema().fields != impl.schema.fields)
      impl.fail(snapshot.id(item), "is of a snapshot with other fields");
    impl.copied_from = &snapshot;
  }
  impl.check_room();
  for (std::size_t field = 0; field < impl.columns.size(); ++field)
    impl.columns[field].add_from(impl.spill, snapshot.column(field), item);
  impl.append_item(snapshot.id(item), snapshot.geometry(item), snapshot.box(item), snapshot.area_m2(item));
}

void SnapshotWriter::seal() {
  Impl& impl = *impl_;
  if (std::exchange(impl.sealed, true)) return;
  impl.append_begins();
  impl.open();
}

geometry::Geometry SnapshotWriter::geometry(std::size_t arrival) const {
  const Impl& impl = *impl_;
  geometry::Geometry geometry;
  geometry.kind = static_cast<geometry::Kind>(impl.kinds[arrival]);
  const auto gather = [arrival](const auto& begins, const auto& values, auto& into) {
    values.read(begins[arrival], begins[arrival + 1],
                [&into](auto piece) { into.insert(into.end(), piece.begin(), piece.end()); });
  };
  gather(impl.position_begins, impl.positions, geometry.positions);
  gather(impl.path_begins, impl.path_ends, geometry.path_ends);
  gather(impl.part_begins, impl.part_ends, geometry.part_ends);
  return geometry;
}

const std::vector<std::uint32_t>& SnapshotWriter::arrivals() const { return impl_->order; }

void SnapshotWriter::assign_ids(std::vector<std::uint64_t> ids) {
  if (ids.size() != impl_->ids.size())
    impl_->fail(0, "is missing: there are fewer or more ids than features");
  impl_->assigned = std::move(ids);
}

std::string SnapshotWriter::finish() {
  Impl& impl = *impl_;
  seal();
  // What is read back of the unnamed file may be lost to the disk like that of any other.
  const MapWatch unspilled;
  impl.find_order();
  BlockFileWriter writer(impl.file, detail::kSnapshotKind, detail::kSnapshotVersion);
  impl.write_items(writer);
  for (detail::ColumnBuilder& column : impl.columns) column.write(writer, impl.spill, impl.order);
  unspilled.check();
  impl.spill.close();
  const base::Json info{
      {"layer", impl.info.layer}, {"edition", impl.info.edition}, {"as_of", impl.info.as_of}};
  return base::hex(writer.finish(info.dump()));
}

void SnapshotWriter::Impl::open() {
  spill.map();
  for (auto* array : {&ids, &position_begins, &path_begins, &part_begins}) array->open(spill);
  boxes.open(spill);
  kinds.open(spill);
  areas.open(spill);
  positions.open(spill);
  path_ends.open(spill);
  part_ends.open(spill);
}

void SnapshotWriter::Impl::find_order() {
  base::MappedArray<Box> arrived_boxes(file.parent_path(), ids.size());
  base::MappedArray<std::uint64_t> arrived_ids(file.parent_path(), ids.size());
  for (std::size_t arrival = 0; arrival < ids.size(); ++arrival) {
    arrived_boxes[arrival] = boxes[arrival];
    arrived_ids[arrival] = id(static_cast<std::uint32_t>(arrival));
  }
  order = geometry::hilbert_order(arrived_boxes.values(), arrived_ids.values());
}

void SnapshotWriter::Impl::write_items(BlockFileWriter& writer) {
  const std::string text = to_json(schema).dump();
  writer.begin(key(Part::schema));
  writer.append(std::span<const char>(text));
  write_boxes(writer);
  write_ids(writer);
  writer.begin(key(Part::kinds));
  append_each<std::uint8_t>(writer, order.size(), [&](std::size_t item) { return kinds[order[item]]; });
  writer.begin(key(Part::areas));
  append_each<double>(writer, order.size(), [&](std::size_t item) { return areas[order[item]]; });
  write_geometry(writer);
}

void SnapshotWriter::Impl::write_boxes(BlockFileWriter& writer) {
  base::MappedArray<Box> stored(file.parent_path(), order.size());
  detail::Summary summary{.items = order.size()};
  for (std::size_t item = 0; item < order.size(); ++item) {
    stored[item] = boxes[order[item]];
    summary.extent.grow(stored[item]);
    summary.area_m2 += areas[order[item]];
  }
  writer.begin(key(Part::summary));
  writer.append(std::span<const detail::Summary>(&summary, 1));
  writer.begin(key(Part::boxes));
  writer.append(stored.values());
  writer.begin(key(Part::nodes));
  writer.append(std::span<const Box>(geometry::build_tree(stored.values())));
}

void SnapshotWriter::Impl::write_ids(BlockFileWriter& writer) const {
  struct Entry {
    std::uint64_t id;
    std::uint32_t item;
  };
  base::MappedArray<Entry> by_id(file.parent_path(), order.size());
  for (std::uint32_t item = 0; item < order.size(); ++item) by_id[item] = {id(order[item]), item};
  writer.begin(key(Part::ids));
  append_each<std::uint64_t>(writer, order.size(), [&](std::size_t item) { return by_id[item].id; });
  std::ranges::sort(by_id.begin(), by_id.end(), {}, &Entry::id);
  const auto* const twice = std::ranges::adjacent_find(by_id.begin(), by_id.end(), {}, &Entry::id);
  if (twice != by_id.end()) fail(twice->id, "came twice");
  writer.begin(key(Part::by_id));
  append_each<std::uint32_t>(writer, order.size(), [&](std::size_t i) { return by_id[i].item; });
}

void SnapshotWriter::Impl::write_geometry(BlockFileWriter& writer) const {
  writer.begin(key(Part::begins));
  Begins next;
  append_each<Begins>(writer, order.size() + 1, [&](std::size_t item) {
    const Begins begins = next;
    if (item < order.size()) {
      const std::uint64_t arrival = order[item];
      next.position += position_begins[arrival + 1] - position_begins[arrival];
      next.path += path_begins[arrival + 1] - path_begins[arrival];
      next.part += part_begins[arrival + 1] - part_begins[arrival];
    }
    return begins;
  });
  const auto gather = [&](Part part, const auto& begins, const auto& values) {
    writer.begin(detail::key(part));
    for (const std::uint64_t arrival : order) {
      values.read(begins[arrival], begins[arrival + 1], [&](auto piece) { writer.append(piece); });
    }
  };
  gather(Part::positions, position_begins, positions);
  gather(Part::path_ends, path_begins, path_ends);
  gather(Part::part_ends, part_begins, part_ends);
}

}  // namespace caitu::geodata
