#include "geometry/codec.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace caitu::geometry {
namespace {

using base::Code;
using base::Error;
using base::Where;

constexpr std::uint32_t kSrid = 4490;
constexpr int kMaxDepth = 32;

// Geometry classes as WKB and SpatiaLite number them; a Multi type is its single type + 3.
constexpr std::uint32_t kCollection = 7;
constexpr std::uint32_t kMultiStep = 3;

// SpatiaLite's marks.
constexpr std::uint8_t kBlobStart = 0x00, kBlobMbrEnd = 0x7C, kBlobEntity = 0x69, kBlobEnd = 0xFE;
constexpr std::uint8_t kTinyPointBit = 0x80;
constexpr std::uint32_t kCompressed = 1'000'000;

std::uint32_t single_type(Kind kind) {
  return kind == Kind::empty ? kCollection : static_cast<std::uint32_t>(kind);
}

void append_count(std::string& out, std::size_t count) {
  base::append_value(out, static_cast<std::uint32_t>(count));
}

void append_positions(std::string& out, std::span<const Position> positions) {
  out.append(reinterpret_cast<const char*>(positions.data()), positions.size_bytes());
}

/// The body of part `i`, which WKB and SpatiaLite share: what follows the class.
void append_part(std::string& out, GeometryView geometry, std::size_t i) {
  switch (geometry.kind) {
    case Kind::point:
      append_positions(out, geometry.positions.subspan(i, 1));
      break;
    case Kind::line: {
      const auto path = geometry.path(i);
      append_count(out, path.size());
      append_positions(out, path);
      break;
    }
    case Kind::polygon: {
      const std::size_t first = i == 0 ? 0 : geometry.part_ends[i - 1], end = geometry.part_ends[i];
      append_count(out, end - first);
      for (std::size_t ring = first; ring < end; ++ring) {
        append_count(out, geometry.path(ring).size());
        append_positions(out, geometry.path(ring));
      }
      break;
    }
    case Kind::empty:
      break;
  }
}

void append_wkb_header(std::string& out, std::uint32_t type) {
  out += '\x01';
  base::append_value(out, type);
}

enum class Dialect : std::uint8_t { wkb, spatialite };

/// Walks bytes that nobody has vouched for. Every count is held against what is left before anything is
/// allocated.
class BlobReader {
 public:
  BlobReader(std::string_view bytes, Dialect dialect, std::size_t max_positions)
      : bytes_(bytes), dialect_(dialect), max_positions_(std::min<std::size_t>(max_positions, UINT32_MAX)) {}

  Geometry wkb() {
    read_member(0);
    if (at_ != bytes_.size()) fail(at_, "there are bytes after its end");
    return finished();
  }

  Geometry spatialite() {
    constexpr std::size_t kSridAndBox = 4 + 4 * 8;
    if (u8() != kBlobStart) fail(at_ - 1, "the start mark is missing");
    const std::uint8_t order = u8();
    if ((order & ~kTinyPointBit) > 1) fail(at_ - 1, "the byte order is neither 0 nor 1");
    big_endian_ = (order & 1) == 0;
    if (bytes_.back() != static_cast<char>(kBlobEnd)) fail(bytes_.size() - 1, "the end mark is missing");
    bytes_.remove_suffix(1);
    if ((order & kTinyPointBit) != 0) return tiny_point();
    skip(kSridAndBox);
    if (u8() != kBlobMbrEnd) fail(at_ - 1, "the mark behind the box is missing");
    read_body(0);
    if (at_ != bytes_.size()) fail(at_, "there are bytes before the end mark");
    return finished();
  }

 private:
  struct Type {
    Kind kind = Kind::empty;
    bool multi = false;
    std::size_t width = 2;  ///< ordinates of a position
  };

  [[noreturn]] void fail(std::size_t at, const std::string& what) const {
    const std::string form = dialect_ == Dialect::wkb ? "WKB" : "SpatiaLite geometry";
    throw Error(Code::invalid,
                "this " + form + " cannot be read at byte " + std::to_string(at + 1) + ": " + what,
                Where{.position = static_cast<std::int64_t>(at) + 1});
  }

  std::size_t left() const { return bytes_.size() - at_; }
  void skip(std::size_t count) {
    if (count > left()) fail(bytes_.size(), "it ends too early");
    at_ += count;
  }
  template <typename T>
  T value() {
    skip(sizeof(T));
    return base::load_value<T>(bytes_.data() + at_ - sizeof(T));
  }
  std::uint8_t u8() { return value<std::uint8_t>(); }
  std::uint32_t u32() {
    const auto raw = value<std::uint32_t>();
    return big_endian_ ? __builtin_bswap32(raw) : raw;
  }
  double ordinate() {
    const auto raw = value<std::uint64_t>();
    return std::bit_cast<double>(big_endian_ ? __builtin_bswap64(raw) : raw);
  }
  /// A count of things of at least `size` bytes each.
  std::size_t count(std::size_t size) {
    const std::size_t number = u32();
    if (number > left() / size)
      fail(at_ - 4, "it counts " + std::to_string(number) + " where fewer can follow");
    return number;
  }

  Type type() {
    const std::size_t start = at_;
    std::uint32_t code = u32();
    bool z = false, m = false;
    if (dialect_ == Dialect::wkb) {
      constexpr std::uint32_t kZ = 0x80000000, kM = 0x40000000, kHasSrid = 0x20000000;
      z = (code & kZ) != 0;
      m = (code & kM) != 0;
      if ((code & kHasSrid) != 0) skip(4);
      code &= ~(kZ | kM | kHasSrid);
    }
    if (dialect_ == Dialect::spatialite && code >= kCompressed) {
      fail(start, "it is compressed, which SpatiaLite's UncompressGeometry() undoes");
    }
    const std::uint32_t thousands = code / 1000;
    z |= thousands == 1 || thousands == 3;
    m |= thousands == 2 || thousands == 3;
    code %= 1000;
    if (thousands > 3 || code == 0 || code > kCollection) {
      fail(start, "its type is no point, line, polygon or collection of them");
    }
    Type result;
    result.width = 2 + (z ? 1U : 0U) + (m ? 1U : 0U);
    result.multi = code > kMultiStep;
    if (code != kCollection) result.kind = static_cast<Kind>(code > kMultiStep ? code - kMultiStep : code);
    return result;
  }

  /// A geometry with the byte order (WKB) or the mark (SpatiaLite) that precedes it.
  void read_member(int depth) {
    const std::uint8_t mark = u8();
    if (dialect_ == Dialect::spatialite) {
      if (mark != kBlobEntity) fail(at_ - 1, "the mark before a member is missing");
    } else {
      if (mark > 1) fail(at_ - 1, "the byte order is neither 0 nor 1");
      big_endian_ = mark == 0;
    }
    read_body(depth);
  }

  void read_body(int depth) {
    constexpr std::size_t kLeastMember = 1 + 4 + 4;
    const std::size_t start = at_;
    const Type found = type();
    if (!found.multi) {
      read_single(found, start);
      return;
    }
    if (depth == kMaxDepth) fail(start, "collections are nested deeper than " + std::to_string(kMaxDepth));
    for (std::size_t members = count(kLeastMember); members > 0; --members) {
      const Kind before = geometry_.kind;
      const std::size_t member = at_;
      if (found.kind != Kind::empty && before == Kind::empty) geometry_.kind = found.kind;
      read_member(depth + 1);
      if (found.kind != Kind::empty && geometry_.kind != found.kind)
        fail(member, "a member is not of its Multi type");
    }
  }

  void read_single(const Type& found, std::size_t start) {
    if (geometry_.kind == Kind::empty) geometry_.kind = found.kind;
    if (geometry_.kind != found.kind) fail(start, "its members differ in kind");
    switch (found.kind) {
      case Kind::point:
        read_point(found.width);
        break;
      case Kind::line:
        if (read_path(found.width)) geometry_.end_path();
        break;
      default:
        read_rings(found.width);
    }
  }

  /// `POINT EMPTY` is written as a position of NaN, and is no part.
  void read_point(std::size_t width) {
    read_positions(1, width);
    const Position p = geometry_.positions.back();
    if (std::isnan(p.lon) && std::isnan(p.lat)) geometry_.positions.pop_back();
  }

  void read_rings(std::size_t width) {
    bool any = false, shell = true;
    for (std::size_t rings = count(4); rings > 0; --rings, shell = false) {
      const std::size_t start = at_;
      if (!read_path(width)) continue;
      if (!shell && !any) fail(start, "a polygon has a hole but no shell");
      geometry_.end_path();
      any = true;
    }
    if (any) geometry_.end_part();
  }

  bool read_path(std::size_t width) {
    const std::size_t number = count(width * 8);
    read_positions(number, width);
    return number > 0;
  }

  void read_positions(std::size_t number, std::size_t width) {
    auto& positions = geometry_.positions;
    if (number > max_positions_ - positions.size()) {
      fail(at_, "it has more than " + std::to_string(max_positions_) + " positions");
    }
    const std::size_t before = positions.size();
    if (width == 2 && !big_endian_) {
      skip(number * sizeof(Position));
      positions.resize(before + number);
      if (number > 0) {
        std::memcpy(positions.data() + before, bytes_.data() + at_ - number * sizeof(Position),
                    number * sizeof(Position));
      }
      return;
    }
    for (std::size_t i = 0; i < number; ++i) {
      const double lon = ordinate(), lat = ordinate();
      skip((width - 2) * 8);
      positions.push_back({lon, lat});
    }
  }

  Geometry tiny_point() {
    skip(4);
    const std::uint8_t form = u8();
    if (form < 1 || form > 4) fail(at_ - 1, "the form of its point is unknown");
    const std::size_t width = form == 1 ? 2 : form == 4 ? 4 : 3;
    geometry_.kind = Kind::point;
    read_point(width);
    if (at_ != bytes_.size()) fail(at_, "there are bytes before the end mark");
    return finished();
  }

  Geometry finished() {
    if (geometry_.empty()) geometry_.clear();
    return std::move(geometry_);
  }

  std::string_view bytes_;
  Dialect dialect_;
  std::size_t max_positions_;
  std::size_t at_ = 0;
  bool big_endian_ = false;
  Geometry geometry_;
};

}  // namespace

static_assert(sizeof(Position) == 16 && std::is_trivially_copyable_v<Position>,
              "positions are copied as bytes");

void append_wkb(std::string& out, GeometryView geometry) {
  const std::size_t parts = geometry.parts();
  const std::uint32_t type = single_type(geometry.kind);
  if (parts == 1) {
    append_wkb_header(out, type);
    append_part(out, geometry, 0);
    return;
  }
  append_wkb_header(out, geometry.kind == Kind::empty ? kCollection : type + kMultiStep);
  append_count(out, parts);
  for (std::size_t i = 0; i < parts; ++i) {
    append_wkb_header(out, type);
    append_part(out, geometry, i);
  }
}

Geometry read_wkb(std::string_view wkb, std::size_t max_positions) {
  return BlobReader(wkb, Dialect::wkb, max_positions).wkb();
}

void append_spatialite(std::string& out, GeometryView geometry) {
  if (geometry.empty()) return;
  const Box box = box_of(geometry);
  const std::uint32_t type = single_type(geometry.kind);
  out += static_cast<char>(kBlobStart);
  out += '\x01';
  base::append_value(out, kSrid);
  for (const double edge : {box.min_lon, box.min_lat, box.max_lon, box.max_lat})
    base::append_value(out, edge);
  out += static_cast<char>(kBlobMbrEnd);
  base::append_value(out, type + kMultiStep);
  append_count(out, geometry.parts());
  for (std::size_t i = 0; i < geometry.parts(); ++i) {
    out += static_cast<char>(kBlobEntity);
    base::append_value(out, type);
    append_part(out, geometry, i);
  }
  out += static_cast<char>(kBlobEnd);
}

Geometry read_spatialite(std::string_view blob) {
  if (blob.empty()) return {};
  return BlobReader(blob, Dialect::spatialite, UINT32_MAX).spatialite();
}

}  // namespace caitu::geometry
