#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tiles/cutter.hpp"
#include "tiles/detail/byte_buffer.hpp"

namespace caitu::tiles {

/// Which values a layer holds already: from (kind, bits) to a place, by open addressing. One thread.
class ValueIndex {
 public:
  ValueIndex() : slots_(kFewestSlots) {}

  /// The place of the value; `added` when it is new, and then the next free place.
  std::uint32_t place(std::uint32_t kind, std::uint64_t bits, bool& added);
  std::uint32_t size() const { return size_; }
  /// Forgets all values; room for about as many stays.
  void clear();

 private:
  struct Slot {
    std::uint64_t bits = 0;
    std::uint32_t kind = 0;
    std::uint32_t place = kFree;
  };
  static constexpr std::uint32_t kFree = 0xffffffff;
  static constexpr std::size_t kFewestSlots = 1024;

  std::size_t home(std::uint32_t kind, std::uint64_t bits) const;
  void grow();

  std::vector<Slot> slots_;
  std::uint32_t size_ = 0;
};

/// One layer of a Mapbox Vector Tile 2.1, feature by feature.
///
/// Guarantees: each key, and each value of a field, is written once; keys and values stand in the order of
/// their first use; the same calls give the same bytes. A field that no feature has leaves no key. Threads:
/// one; each thread keeps the buffers of the layer that it encoded last for the next one.
class LayerEncoder {
 public:
  LayerEncoder(std::string name, std::uint32_t extent);
  ~LayerEncoder();
  LayerEncoder(const LayerEncoder&) = delete;
  LayerEncoder& operator=(const LayerEncoder&) = delete;

  /// Declares a field; the number is what the attribute functions take.
  std::uint32_t add_field(std::string name);

  /// A feature is begin(), its attributes in the order wished, end(). The id is the lasting one.
  void begin(std::uint64_t id);
  /// Text by its code in the field's dictionary; `text_of()` is asked only when the code is new to the layer.
  template <typename TextOf>
  void text(std::uint32_t field, std::uint32_t code, const TextOf& text_of) {
    bool added = false;
    const std::uint32_t place = buffers_->values.place(field, code, added);
    if (added) append_text_value(text_of());
    tag(field, place);
  }
  void integer(std::uint32_t field, std::int64_t value);
  void boolean(std::uint32_t field, bool value);
  /// Not finite: left out.
  void real(std::uint32_t field, double value);
  void end(const TileGeometry& geometry);

  std::uint64_t features() const { return features_; }
  /// Appends the layer to a tile; nothing when it has no feature.
  void append_to(std::string& tile) const;

 private:
  struct Field {
    std::string name;
    std::uint32_t key;
  };

  void append_text_value(std::string_view text);
  char* begin_value(std::size_t size);
  void tag(std::uint32_t field, std::uint32_t value) {
    Field& used = fields_[field];
    if (used.key == kUnused) append_key(used);
    char* at = detail::put_varint(buffers_->tags.room(2 * detail::kVarint32), used.key);
    buffers_->tags.end_at(detail::put_varint(at, value));
  }
  void append_key(Field& field);
  void append_geometry(const TileGeometry& geometry);

  static constexpr std::uint32_t kUnused = 0xffffffff;
  struct Buffers {
    ValueIndex values;
    detail::ByteBuffer tags, commands;  ///< of the feature at work
    std::string key_bytes;              ///< encoded fields of the layer message, as the next two
    detail::ByteBuffer value_bytes, feature_bytes;

    void clear();
  };
  static std::unique_ptr<Buffers>& spare();

  std::string name_;
  std::uint32_t extent_;
  std::vector<Field> fields_;
  std::uint32_t keys_used_ = 0;
  std::uint64_t features_ = 0, id_ = 0;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace caitu::tiles
