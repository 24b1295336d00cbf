#include "tiles/mvt.hpp"

#include <bit>
#include <cmath>
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

/// Writes varints of 32 bits into space made for them beforehand.
class VarintCursor {
 public:
  VarintCursor(std::string& buffer, std::size_t values) : buffer_(buffer), begin_(buffer.size()) {
    buffer_.resize(begin_ + 5 * values);
    at_ = buffer_.data() + begin_;
  }
  void put(std::uint32_t value) {
    while (value >= 0x80) {
      *at_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at_++ = static_cast<char>(value);
  }
  void put_signed(std::int32_t value) { put(protozero::encode_zigzag32(value)); }
  ~VarintCursor() { buffer_.resize(static_cast<std::size_t>(at_ - buffer_.data())); }
  VarintCursor(const VarintCursor&) = delete;
  VarintCursor& operator=(const VarintCursor&) = delete;

 private:
  std::string& buffer_;
  std::size_t begin_;
  char* at_;
};

template <typename Add>
void append_value(std::string& values, const Add& add) {
  protozero::pbf_builder<LayerPart> layer(values);
  protozero::pbf_builder<ValuePart> value(layer, LayerPart::value);
  add(value);
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

LayerEncoder::LayerEncoder(std::string name, std::uint32_t extent)
    : name_(std::move(name)), extent_(extent) {}

std::uint32_t LayerEncoder::add_field(std::string name) {
  fields_.push_back({std::move(name), kUnused});
  return static_cast<std::uint32_t>(fields_.size() - 1);
}

void LayerEncoder::begin(std::uint64_t id) {
  id_ = id;
  tags_.clear();
}

void LayerEncoder::tag(std::uint32_t field, std::uint32_t value) {
  Field& used = fields_[field];
  if (used.key == kUnused) {
    used.key = keys_used_++;
    protozero::pbf_builder<LayerPart>(key_bytes_).add_string(LayerPart::key, used.name);
  }
  VarintCursor cursor(tags_, 2);
  cursor.put(used.key);
  cursor.put(value);
}

void LayerEncoder::append_text_value(std::string_view text) {
  append_value(value_bytes_,
               [&](auto& value) { value.add_string(ValuePart::text, text.data(), text.size()); });
}

void LayerEncoder::integer(std::uint32_t field, std::int64_t number) {
  bool added = false;
  const std::uint32_t place = values_.place(kInteger, std::bit_cast<std::uint64_t>(number), added);
  if (added)
    append_value(value_bytes_, [&](auto& value) {
      if (number < 0)
        value.add_sint64(ValuePart::signed_whole, number);
      else
        value.add_uint64(ValuePart::whole, static_cast<std::uint64_t>(number));
    });
  tag(field, place);
}

void LayerEncoder::boolean(std::uint32_t field, bool truth) {
  bool added = false;
  const std::uint32_t place = values_.place(kBoolean, truth ? 1 : 0, added);
  if (added) append_value(value_bytes_, [&](auto& value) { value.add_bool(ValuePart::boolean, truth); });
  tag(field, place);
}

void LayerEncoder::real(std::uint32_t field, double number) {
  if (!std::isfinite(number)) return;
  bool added = false;
  const std::uint32_t place = values_.place(kReal, std::bit_cast<std::uint64_t>(number), added);
  if (added) append_value(value_bytes_, [&](auto& value) { value.add_double(ValuePart::real, number); });
  tag(field, place);
}

void LayerEncoder::append_geometry(const TileGeometry& geometry) {
  // Each point takes two numbers, each path at most three commands (move, line, close).
  VarintCursor cursor(commands_, 2 * geometry.points.size() + 3 * geometry.path_ends.size() + 1);
  TilePoint at;
  const auto move = [&](TilePoint to) {
    cursor.put_signed(to.x - at.x);
    cursor.put_signed(to.y - at.y);
    at = to;
  };
  if (geometry.kind == geometry::Kind::point) {
    cursor.put(command(move_to, geometry.points.size()));
    for (const TilePoint p : geometry.points) move(p);
    return;
  }
  std::size_t i = 0;
  for (const std::uint32_t end : geometry.path_ends) {
    cursor.put(command(move_to, 1));
    move(geometry.points[i++]);
    cursor.put(command(line_to, end - i));
    while (i < end) move(geometry.points[i++]);
    if (geometry.kind == geometry::Kind::polygon) cursor.put(command(close_path, 1));
  }
}

void LayerEncoder::end(const TileGeometry& geometry) {
  commands_.clear();
  append_geometry(geometry);
  feature_.clear();
  protozero::pbf_builder<FeaturePart> feature(feature_);
  feature.add_uint64(FeaturePart::id, id_);
  // A packed field is on the wire what a bytes field is.
  if (!tags_.empty()) feature.add_bytes(FeaturePart::tags, tags_);
  feature.add_enum(FeaturePart::type, geometry_type(geometry.kind));
  feature.add_bytes(FeaturePart::geometry, commands_);
  protozero::pbf_builder<LayerPart>(feature_bytes_).add_message(LayerPart::feature, feature_);
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
                                                 feature_bytes_, key_bytes_, value_bytes_, foot);
}

}  // namespace caitu::tiles
