#include "tiles/mvt.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <protozero/pbf_builder.hpp>

namespace caitu::tiles {
namespace {

// Field numbers of the specification's vector_tile.proto.
enum class TilePart : protozero::pbf_tag_type { layer = 3 };
enum class LayerPart : protozero::pbf_tag_type {
  name = 1,
  feature = 2,
  key = 3,
  value = 4,
  extent = 5,
  version = 15
};
enum class FeaturePart : protozero::pbf_tag_type { id = 1, tags = 2, type = 3, geometry = 4 };
enum class ValuePart : protozero::pbf_tag_type {
  text = 1,
  real = 3,
  whole = 5,
  signed_whole = 6,
  boolean = 7
};

// Kinds of values beside those of text fields, whose kind is the field's number.
constexpr std::uint32_t kInteger = 0xfffffff0, kReal = 0xfffffff1, kBoolean = 0xfffffff2;

enum Command : std::uint32_t { move_to = 1, line_to = 2, close_path = 7 };
constexpr std::uint32_t command(Command id, std::size_t count) {
  return static_cast<std::uint32_t>(id) | static_cast<std::uint32_t>(count) << 3;
}

/// What announces a field on the wire.
template <typename Part>
constexpr char tag_byte(Part part, protozero::pbf_wire_type type) {
  return static_cast<char>(static_cast<std::uint32_t>(part) << 3 | static_cast<std::uint32_t>(type));
}

std::int32_t geometry_type(geometry::Kind kind) { return static_cast<std::int32_t>(kind); }
static_assert(static_cast<int>(geometry::Kind::point) == 1 && static_cast<int>(geometry::Kind::line) == 2 &&
                  static_cast<int>(geometry::Kind::polygon) == 3,
              "the house numbers kinds as the specification does");

}  // namespace

std::size_t ValueIndex::home(std::uint32_t kind, std::uint64_t bits) const {
  std::uint64_t mixed = (bits ^ (std::uint64_t{kind} << 40)) * 0x9e3779b97f4a7c15u;
  mixed ^= mixed >> 32;
  return static_cast<std::size_t>(mixed) & (slots_.size() - 1);
}

std::uint32_t ValueIndex::place(std::uint32_t kind, std::uint64_t bits, bool& added) {
  for (std::size_t i = home(kind, bits);; i = (i + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[i];
    if (slot.place == kFree) {
      added = true;
      const std::uint32_t place = size_++;
      slot = {bits, kind, place};
      if (size_ * 2 > slots_.size()) grow();
      return place;
    }
    if (slot.bits == bits && slot.kind == kind) {
      added = false;
      return slot.place;
    }
  }
}

void ValueIndex::clear() {
  // A table that was grown for one crowded tile would cost every small one after it.
  const bool roomy = size_ * 8 < slots_.size() && slots_.size() > kFewestSlots;
  slots_.assign(roomy ? slots_.size() / 2 : slots_.size(), Slot{});
  size_ = 0;
}

void ValueIndex::grow() {
  std::vector<Slot> old(slots_.size() * 4);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.place == kFree) continue;
    std::size_t i = home(slot.kind, slot.bits);
    while (slots_[i].place != kFree) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }
}

void LayerEncoder::Buffers::clear() {
  values.clear();
  tags.clear();
  commands.clear();
  feature_bytes.clear();
  key_bytes.clear();
  value_bytes.clear();
}

std::unique_ptr<LayerEncoder::Buffers>& LayerEncoder::spare() {
  thread_local std::unique_ptr<Buffers> kept;
  return kept;
}

LayerEncoder::LayerEncoder(std::string name, std::uint32_t extent)
    : name_(std::move(name)), extent_(extent), buffers_(std::move(spare())) {
  if (buffers_)
    buffers_->clear();
  else
    buffers_ = std::make_unique<Buffers>();
}

LayerEncoder::~LayerEncoder() { spare() = std::move(buffers_); }

std::uint32_t LayerEncoder::add_field(std::string name) {
  fields_.push_back({std::move(name), kUnused});
  return static_cast<std::uint32_t>(fields_.size() - 1);
}

void LayerEncoder::begin(std::uint64_t id) {
  id_ = id;
  buffers_->tags.clear();
}

void LayerEncoder::append_key(Field& field) {
  field.key = keys_used_++;
  protozero::pbf_builder<LayerPart>(buffers_->key_bytes).add_string(LayerPart::key, field.name);
}

/// Values, like features, are written by hand: protozero's messages within messages cost more than their
/// content. Returns where the `size` bytes of the value's message go.
char* LayerEncoder::begin_value(std::size_t size) {
  char* at = buffers_->value_bytes.room(1 + detail::kVarint64 + size);
  *at++ = tag_byte(LayerPart::value, protozero::pbf_wire_type::length_delimited);
  return detail::put_varint(at, size);
}

void LayerEncoder::append_text_value(std::string_view text) {
  char* at = begin_value(1 + protozero::length_of_varint(text.size()) + text.size());
  *at++ = tag_byte(ValuePart::text, protozero::pbf_wire_type::length_delimited);
  at = detail::put_varint(at, text.size());
  buffers_->value_bytes.end_at(std::copy(text.begin(), text.end(), at));
}

void LayerEncoder::integer(std::uint32_t field, std::int64_t number) {
  bool added = false;
  const std::uint32_t place = buffers_->values.place(kInteger, std::bit_cast<std::uint64_t>(number), added);
  if (added) {
    const bool negative = number < 0;
    const std::uint64_t coded =
        negative ? protozero::encode_zigzag64(number) : static_cast<std::uint64_t>(number);
    char* at = begin_value(1 + protozero::length_of_varint(coded));
    *at++ = tag_byte(negative ? ValuePart::signed_whole : ValuePart::whole, protozero::pbf_wire_type::varint);
    buffers_->value_bytes.end_at(detail::put_varint(at, coded));
  }
  tag(field, place);
}

void LayerEncoder::boolean(std::uint32_t field, bool truth) {
  bool added = false;
  const std::uint32_t place = buffers_->values.place(kBoolean, truth ? 1 : 0, added);
  if (added) {
    char* at = begin_value(2);
    *at++ = tag_byte(ValuePart::boolean, protozero::pbf_wire_type::varint);
    *at++ = truth ? 1 : 0;
    buffers_->value_bytes.end_at(at);
  }
  tag(field, place);
}

void LayerEncoder::real(std::uint32_t field, double number) {
  if (!std::isfinite(number)) return;
  bool added = false;
  const std::uint32_t place = buffers_->values.place(kReal, std::bit_cast<std::uint64_t>(number), added);
  if (added) {
    char* at = begin_value(1 + sizeof number);
    *at++ = tag_byte(ValuePart::real, protozero::pbf_wire_type::fixed64);
    std::memcpy(at, &number, sizeof number);
    buffers_->value_bytes.end_at(at + sizeof number);
  }
  tag(field, place);
}

void LayerEncoder::append_geometry(const TileGeometry& geometry) {
  // Each point takes two numbers, each path at most three commands (move, line, close).
  char* out = buffers_->commands.room(detail::kVarint32 *
                                      (2 * geometry.points.size() + 3 * geometry.path_ends.size() + 1));
  TilePoint at;
  const auto put = [&out](std::uint32_t value) { out = detail::put_varint(out, value); };
  const auto move = [&](TilePoint to) {
    put(protozero::encode_zigzag32(to.x - at.x));
    put(protozero::encode_zigzag32(to.y - at.y));
    at = to;
  };
  if (geometry.kind == geometry::Kind::point) {
    put(command(move_to, geometry.points.size()));
    for (const TilePoint p : geometry.points) move(p);
    buffers_->commands.end_at(out);
    return;
  }
  std::size_t i = 0;
  for (const std::uint32_t end : geometry.path_ends) {
    put(command(move_to, 1));
    move(geometry.points[i++]);
    put(command(line_to, end - i));
    while (i < end) move(geometry.points[i++]);
    if (geometry.kind == geometry::Kind::polygon) put(command(close_path, 1));
  }
  buffers_->commands.end_at(out);
}

/// Written by hand, for protozero would copy the feature twice: into its message and that into the layer's.
void LayerEncoder::end(const TileGeometry& geometry) {
  using protozero::length_of_varint;
  using protozero::pbf_wire_type;
  detail::ByteBuffer &tags = buffers_->tags, &commands = buffers_->commands;
  commands.clear();
  append_geometry(geometry);
  const auto kind = static_cast<std::uint32_t>(geometry_type(geometry.kind));
  const std::size_t tags_size = tags.empty() ? 0 : 1 + length_of_varint(tags.size()) + tags.size();
  const std::size_t size =
      1 + length_of_varint(id_) + tags_size + 2 + 1 + length_of_varint(commands.size()) + commands.size();
  char* at = buffers_->feature_bytes.room(1 + detail::kVarint64 + size);
  *at++ = tag_byte(LayerPart::feature, pbf_wire_type::length_delimited);
  at = detail::put_varint(at, size);
  *at++ = tag_byte(FeaturePart::id, pbf_wire_type::varint);
  at = detail::put_varint(at, id_);
  if (!tags.empty()) {
    *at++ = tag_byte(FeaturePart::tags, pbf_wire_type::length_delimited);
    at = detail::put_bytes(at, tags);
  }
  *at++ = tag_byte(FeaturePart::type, pbf_wire_type::varint);
  *at++ = static_cast<char>(kind);
  *at++ = tag_byte(FeaturePart::geometry, pbf_wire_type::length_delimited);
  buffers_->feature_bytes.end_at(detail::put_bytes(at, commands));
  ++features_;
}

void LayerEncoder::append_to(std::string& tile) const {
  if (features_ == 0) return;
  std::string head, foot;
  protozero::pbf_builder<LayerPart> first(head), last(foot);
  first.add_uint32(LayerPart::version, 2);
  first.add_string(LayerPart::name, name_);
  last.add_uint32(LayerPart::extent, extent_);
  protozero::pbf_writer(tile).add_bytes_vectored(static_cast<protozero::pbf_tag_type>(TilePart::layer), head,
                                                 buffers_->feature_bytes, buffers_->key_bytes,
                                                 buffers_->value_bytes, foot);
}

}  // namespace caitu::tiles
