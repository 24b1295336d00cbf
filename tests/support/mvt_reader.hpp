#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A reader of Mapbox Vector Tiles for tests, written from the specification with no library, so that it
/// shares no mistake with the encoder. Strict: unknown fields, dangling indices, bad commands and repeated
/// keys are errors.
namespace caitu::test {

struct MvtPoint {
  std::int64_t x = 0, y = 0;
  friend auto operator<=>(const MvtPoint&, const MvtPoint&) = default;
};
using MvtValue = std::variant<std::monostate, std::string, double, std::int64_t, std::uint64_t, bool>;
struct MvtFeature {
  std::uint64_t id = 0;
  int type = 0;
  std::map<std::string, MvtValue> tags;
  std::vector<std::vector<MvtPoint>> paths;  ///< rings without their closing point
};
struct MvtLayer {
  std::string name;
  std::uint64_t version = 0, extent = 4096;
  std::vector<std::string> keys;
  std::vector<MvtValue> values;
  std::vector<MvtFeature> features;
};

class PbfReader {
 public:
  explicit PbfReader(std::string_view data) : data_(data) {}
  bool done() const { return data_.empty(); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (data_.empty()) throw std::runtime_error("varint past the end");
      const auto byte = static_cast<unsigned char>(data_.front());
      data_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    throw std::runtime_error("varint too long");
  }
  std::pair<int, int> tag() {
    const std::uint64_t key = varint();
    return {static_cast<int>(key >> 3), static_cast<int>(key & 7)};
  }
  std::string_view take(std::uint64_t size) {
    if (size > data_.size()) throw std::runtime_error("length past the end");
    const std::string_view part = data_.substr(0, size);
    data_.remove_prefix(size);
    return part;
  }
  std::string_view bytes() { return take(varint()); }
  double real() {
    double value;
    std::memcpy(&value, take(8).data(), 8);
    return value;
  }

 private:
  std::string_view data_;
};

inline std::int64_t unzigzag(std::uint64_t v) {
  return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
}

inline MvtValue read_value(std::string_view data) {
  PbfReader in(data);
  MvtValue value;
  while (!in.done()) {
    const auto [field, wire] = in.tag();
    if (field == 1 && wire == 2)
      value = std::string(in.bytes());
    else if (field == 3 && wire == 1)
      value = in.real();
    else if (field == 5 && wire == 0)
      value = in.varint();
    else if (field == 6 && wire == 0)
      value = unzigzag(in.varint());
    else if (field == 7 && wire == 0)
      value = in.varint() != 0;
    else
      throw std::runtime_error("unknown kind of value");
  }
  return value;
}

inline void read_geometry(std::string_view data, MvtFeature& feature) {
  PbfReader in(data);
  MvtPoint at;
  const auto move = [&] {
    at.x += unzigzag(in.varint());
    at.y += unzigzag(in.varint());
    return at;
  };
  while (!in.done()) {
    const std::uint64_t command = in.varint(), count = command >> 3;
    if (count == 0) throw std::runtime_error("a command of no repetition");
    switch (command & 7) {
      case 1:
        if (feature.type != 1 && count != 1) throw std::runtime_error("several moves in a path");
        for (std::uint64_t i = 0; i < count; ++i) feature.paths.push_back({move()});
        break;
      case 2:
        for (std::uint64_t i = 0; i < count; ++i)
          feature.paths.at(feature.paths.size() - 1).push_back(move());
        break;
      case 7:
        if (feature.type != 3 || count != 1 || feature.paths.back().size() < 3)
          throw std::runtime_error("a path closed that is no ring");
        break;
      default:
        throw std::runtime_error("unknown command");
    }
  }
}

inline MvtFeature read_feature(std::string_view data, const std::vector<std::string>& keys,
                               const std::vector<MvtValue>& values) {
  PbfReader in(data);
  MvtFeature feature;
  std::string_view tags, geometry;
  while (!in.done()) {
    const auto [field, wire] = in.tag();
    if (field == 1 && wire == 0)
      feature.id = in.varint();
    else if (field == 2 && wire == 2)
      tags = in.bytes();
    else if (field == 3 && wire == 0)
      feature.type = static_cast<int>(in.varint());
    else if (field == 4 && wire == 2)
      geometry = in.bytes();
    else
      throw std::runtime_error("unknown part of a feature");
  }
  for (PbfReader pairs(tags); !pairs.done();) {
    const std::string& key = keys.at(pairs.varint());
    if (!feature.tags.emplace(key, values.at(pairs.varint())).second)
      throw std::runtime_error("a key used twice");
  }
  read_geometry(geometry, feature);
  return feature;
}

inline MvtLayer read_layer(std::string_view data) {
  MvtLayer layer;
  std::vector<std::string_view> features;
  PbfReader in(data);
  while (!in.done()) {
    const auto [field, wire] = in.tag();
    if (field == 1 && wire == 2)
      layer.name = in.bytes();
    else if (field == 2 && wire == 2)
      features.push_back(in.bytes());
    else if (field == 3 && wire == 2)
      layer.keys.emplace_back(in.bytes());
    else if (field == 4 && wire == 2)
      layer.values.push_back(read_value(in.bytes()));
    else if (field == 5 && wire == 0)
      layer.extent = in.varint();
    else if (field == 15 && wire == 0)
      layer.version = in.varint();
    else
      throw std::runtime_error("unknown part of a layer");
  }
  for (const auto feature : features)
    layer.features.push_back(read_feature(feature, layer.keys, layer.values));
  return layer;
}

inline std::map<std::string, MvtLayer> read_mvt(std::string_view tile) {
  std::map<std::string, MvtLayer> layers;
  for (PbfReader in(tile); !in.done();) {
    const auto [field, wire] = in.tag();
    if (field != 3 || wire != 2) throw std::runtime_error("a part of the tile that is no layer");
    MvtLayer layer = read_layer(in.bytes());
    const std::string name = layer.name;
    if (!layers.emplace(name, std::move(layer)).second) throw std::runtime_error("a layer twice");
  }
  return layers;
}

/// Twice the area by the surveyor's formula: positive for an exterior ring, in tile units (y down).
inline std::int64_t twice_area(const std::vector<MvtPoint>& ring) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const MvtPoint a = ring[i], b = ring[(i + 1) % ring.size()];
    sum += a.x * b.y - b.x * a.y;
  }
  return sum;
}

}  // namespace caitu::test
