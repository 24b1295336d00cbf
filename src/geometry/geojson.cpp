#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "geometry/codec.hpp"

namespace caitu::geometry {
namespace {

using base::Code;
using base::Error;
using base::Json;

constexpr std::array<std::string_view, 4> kSingle{"", "Point", "LineString", "Polygon"};
constexpr std::array<std::string_view, 4> kMulti{"", "MultiPoint", "MultiLineString", "MultiPolygon"};

class Writer {
 public:
  Writer(std::string& out, GeometryView geometry, int decimals)
      : out_(out), geometry_(geometry), decimals_(decimals) {}

  void write() {
    const std::size_t parts = geometry_.parts();
    const auto& names = parts == 1 ? kSingle : kMulti;
    out_ += R"({"type":")";
    out_ += names[static_cast<std::size_t>(geometry_.kind)];
    out_ += R"(","coordinates":)";
    if (parts == 1) {
      part(0);
    } else {
      list(0, parts, [this](std::size_t i) { part(i); });
    }
    out_ += '}';
  }

 private:
  template <typename Item>
  void list(std::size_t first, std::size_t end, Item item) {
    out_ += '[';
    for (std::size_t i = first; i < end; ++i) {
      if (i != first) out_ += ',';
      item(i);
    }
    out_ += ']';
  }
  void position(Position p) {
    out_ += '[';
    base::append_json_fixed(out_, p.lon, decimals_);
    out_ += ',';
    base::append_json_fixed(out_, p.lat, decimals_);
    out_ += ']';
  }
  void path(std::size_t i) {
    const auto positions = geometry_.path(i);
    list(0, positions.size(), [&](std::size_t j) { position(positions[j]); });
  }
  void part(std::size_t i) {
    switch (geometry_.kind) {
      case Kind::point:
        position(geometry_.positions[i]);
        break;
      case Kind::line:
        path(i);
        break;
      default:
        list(i == 0 ? 0 : geometry_.part_ends[i - 1], geometry_.part_ends[i],
             [this](std::size_t ring) { path(ring); });
    }
  }

  std::string& out_;
  GeometryView geometry_;
  int decimals_;
};

/// Where the reader is in the document. Links live on the stack; text is made only for an error.
struct Path {
  const Path* parent = nullptr;
  std::string_view key = {};
  std::size_t index = 0;

  std::string text() const {
    if (parent == nullptr) return {};
    std::string before = parent->text();
    if (key.empty()) return before + "[" + std::to_string(index) + "]";
    return (before.empty() ? before : before + ".") + std::string(key);
  }
};

[[noreturn]] void fail(const Path& at, const std::string& what, Code code = Code::invalid) {
  const std::string place = at.text();
  throw Error(code, (place.empty() ? "" : place + ": ") + what);
}

class Reader {
 public:
  explicit Reader(std::size_t max_positions)
      : max_positions_(std::min<std::size_t>(max_positions, UINT32_MAX)) {}

  void object(const Json& json, const Path& at, int depth = 0) {
    constexpr int kMaxDepth = 32;
    if (depth > kMaxDepth) fail(at, "collections are nested deeper than " + std::to_string(kMaxDepth));
    if (!json.is_object()) fail(at, "a GeoJSON object is wanted here");
    const Json& type = member(json, "type", at);
    if (!type.is_string()) fail({&at, "type"}, "the name of a GeoJSON type is wanted here");
    const auto& name = type.get_ref<const std::string&>();
    if (name == "Feature") {
      const Json& geometry = member(json, "geometry", at);
      if (!geometry.is_null()) object(geometry, {&at, "geometry"}, depth + 1);
    } else if (name == "FeatureCollection") {
      members(json, "features", at, depth);
    } else if (name == "GeometryCollection") {
      members(json, "geometries", at, depth);
    } else {
      geometry(json, name, at);
    }
  }

  Geometry finished() {
    if (geometry_.empty()) geometry_.clear();
    return std::move(geometry_);
  }

 private:
  static const Json& member(const Json& json, const char* key, const Path& at) {
    const auto found = json.find(key);
    if (found == json.end()) fail(at, "the member \"" + std::string(key) + "\" is missing");
    return *found;
  }

  void members(const Json& json, const char* key, const Path& at, int depth) {
    const Path here{&at, key};
    each(member(json, key, at), here,
         [&](const Json& item, const Path& place) { object(item, place, depth + 1); });
  }

  template <typename Item>
  static void each(const Json& json, const Path& at, Item item) {
    if (!json.is_array()) fail(at, "a list is wanted here");
    for (std::size_t i = 0; i < json.size(); ++i) item(json[i], Path{&at, {}, i});
  }

  void geometry(const Json& json, const std::string& type, const Path& at) {
    const auto single = std::find(kSingle.begin() + 1, kSingle.end(), type);
    const auto multi = std::find(kMulti.begin() + 1, kMulti.end(), type);
    if (single == kSingle.end() && multi == kMulti.end())
      fail({&at, "type"}, "\"" + type + "\" is no GeoJSON type");
    const bool many = single == kSingle.end();
    const auto kind = static_cast<Kind>(many ? multi - kMulti.begin() : single - kSingle.begin());
    const Json& coordinates = member(json, "coordinates", at);
    const Path here{&at, "coordinates"};
    if (coordinates.is_array() && coordinates.empty()) return;
    if (geometry_.kind == Kind::empty) geometry_.kind = kind;
    if (geometry_.kind != kind) {
      fail(at,
           "a " + std::string(name(kind)) + " cannot be joined to a " + std::string(name(geometry_.kind)));
    }
    if (!many) {
      part(coordinates, here);
    } else {
      each(coordinates, here, [this](const Json& item, const Path& place) { part(item, place); });
    }
  }

  void part(const Json& json, const Path& at) {
    switch (geometry_.kind) {
      case Kind::point:
        position(json, at);
        break;
      case Kind::line:
        if (path(json, at) < 2) fail(at, "a line wants two positions or more");
        geometry_.end_path();
        break;
      default:
        each(json, at, [this](const Json& item, const Path& place) { ring(item, place); });
        if (json.empty()) fail(at, "a polygon wants a ring");
        geometry_.end_part();
    }
  }

  void ring(const Json& json, const Path& at) {
    const std::size_t begin = geometry_.positions.size();
    std::size_t count = path(json, at);
    const auto first = count > 0 ? geometry_.positions[begin] : Position{};
    if (count > 0 && geometry_.positions.back() != first) {
      add(first, at);
      ++count;
    }
    if (count < 4) fail(at, "a ring wants three different positions or more");
    geometry_.end_path();
  }

  std::size_t path(const Json& json, const Path& at) {
    each(json, at, [this](const Json& item, const Path& place) { position(item, place); });
    return json.size();
  }

  void position(const Json& json, const Path& at) {
    if (!json.is_array() || json.size() < 2) fail(at, "a position wants two numbers, longitude and latitude");
    add({ordinate(json, 0, at), ordinate(json, 1, at)}, at);
  }

  static double ordinate(const Json& json, std::size_t i, const Path& at) {
    if (!json[i].is_number()) fail({&at, {}, i}, "a number is wanted here");
    const double value = json[i].get<double>();
    if (!std::isfinite(value)) fail({&at, {}, i}, "a finite number is wanted here");
    return value;
  }

  void add(Position p, const Path& at) {
    if (geometry_.positions.size() >= max_positions_) {
      fail(at, "the geometry has more than " + std::to_string(max_positions_) + " positions",
           Code::too_large);
    }
    geometry_.positions.push_back(p);
  }

  std::size_t max_positions_;
  Geometry geometry_;
};

}  // namespace

void append_geojson(std::string& out, GeometryView geometry, int decimals) {
  if (geometry.empty()) {
    out += "null";
    return;
  }
  Writer(out, geometry, decimals).write();
}

Geometry read_geojson(const base::Json& json, std::size_t max_positions) {
  Reader reader(max_positions);
  reader.object(json, {});
  return reader.finished();
}

}  // namespace caitu::geometry
