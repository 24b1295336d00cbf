#include "geodata/detail/gdal_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <vector>

#include "geodata/detail/gdal_values.hpp"

namespace caitu::geodata::detail {
namespace {

struct Pair {
  const char* x;
  const char* y;
  bool degrees;
};
/// In the order in which they are looked for. A name that ends in * may have a tail.
constexpr std::array<Pair, 22> kPairs = {{
    {"lon", "lat", true},
    {"lng", "lat", true},
    {"long", "lat", true},
    {"longitude", "latitude", true},
    {"经度", "纬度", true},
    {"东经", "北纬", true},
    {"lon_*", "lat_*", true},
    {"lng_*", "lat_*", true},
    {"longitude_*", "latitude_*", true},
    {"经度*", "纬度*", true},
    {"中心经度", "中心纬度", true},
    {"x", "y", false},
    {"point_x", "point_y", false},
    {"x坐标", "y坐标", false},
    {"坐标x", "坐标y", false},
    {"x_coord", "y_coord", false},
    {"xcoord", "ycoord", false},
    {"easting", "northing", false},
    {"east", "north", false},
    {"东坐标", "北坐标", false},
    {"横坐标", "纵坐标", false},
    {"横坐标*", "纵坐标*", false},
}};
constexpr std::array<const char*, 8> kWkt = {"wkt",  "wkt_geom", "geom_wkt", "geometry",
                                             "geom", "the_geom", "wkb",      "几何"};

std::string column(OGRLayer& layer, int at) {
  static thread_local const TextCodec gbk = std::move(*TextCodec::make("GBK"));
  const std::string_view raw = layer.GetLayerDefn()->GetFieldDefn(at)->GetNameRef();
  std::string name(raw);
  if (!is_utf8(raw) && !gbk.to_utf8(raw, name)) return {};
  std::erase(name, ' ');
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

int find_column(const std::vector<std::string>& names, std::string_view wanted) {
  const bool tail = wanted.ends_with('*');
  if (tail) wanted.remove_suffix(1);
  const auto at = std::ranges::find_if(
      names, [&](const std::string& name) { return tail ? name.starts_with(wanted) : name == wanted; });
  return at == names.end() ? -1 : static_cast<int>(at - names.begin());
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes a sign or hemisphere off the ends of a text. False when there are two.
bool take_sign(std::string_view& text, bool& negative) {
  constexpr std::array<std::string_view, 7> east = {"E", "e", "N", "n", "东经", "北纬", "+"};
  constexpr std::array<std::string_view, 7> west = {"W", "w", "S", "s", "西经", "南纬", "-"};
  int found = 0;
  const auto take = [&](std::string_view mark, bool minus) {
    const bool sign = mark == "-" || mark == "+";
    if (text.starts_with(mark)) {
      text.remove_prefix(mark.size());
    } else if (!sign && text.ends_with(mark)) {
      text.remove_suffix(mark.size());
    } else {
      return;
    }
    ++found;
    negative = minus;
  };
  for (const auto mark : east) take(mark, false);
  for (const auto mark : west) take(mark, true);
  return found <= 1;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The marks between degrees, minutes and seconds; anything else between numbers is no coordinate.
bool take_mark(std::string_view& text) {
  constexpr std::array<std::string_view, 20> marks = {"°",  "º",  "˚",  "′",  "″", "’",  "”", "“", "‘", "'",
                                                      "\"", "度", "分", "秒", ":", "：", "-", " ", "d", "m"};
  bool any = false;
  for (bool more = true; more;) {
    more = false;
    for (const auto mark : marks) {
      if (!text.starts_with(mark)) continue;
      text.remove_prefix(mark.size());
      more = any = true;
    }
  }
  return any;
}

std::string text_of(const OGRFeature& feature, int field, const TextCodec* codec) {
  Value value;
  if (!read_value(feature, field, codec, value)) return "(not readable text)";
  if (const auto* text = std::get_if<std::string>(&value)) return std::string(trimmed(*text));
  return std::holds_alternative<std::monostate>(value) ? "" : feature.GetFieldAsString(field);
}

std::string cited(const std::string& text) {
  constexpr std::size_t kShown = 40;
  if (text.size() <= kShown) return "\"" + text + "\"";
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return "\"" + text.substr(0, end) + "…\"";
}

FromOgr flawed(const std::string& words) {
  FromOgr result;
  result.flaw = words;
  return result;
}

bool hex_wkb(const std::string& text, std::vector<GByte>& bytes) {
  if (text.size() < 18 || text.size() % 2 != 0 || (!text.starts_with("00") && !text.starts_with("01")))
    return false;
  bytes.resize(text.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char* const first = text.data() + 2 * i;
    if (std::from_chars(first, first + 2, bytes[i], 16).ptr != first + 2) return false;
  }
  return true;
}

/// Takes out the number of the CRS that PostGIS puts into its WKB; OGR reads it without.
void drop_srid(std::vector<GByte>& wkb) {
  constexpr GByte kSridFlag = 0x20;
  GByte& flags = wkb[wkb[0] == wkbNDR ? 4 : 1];
  if ((flags & kSridFlag) == 0) return;
  flags = static_cast<GByte>(flags & ~kSridFlag);
  wkb.erase(wkb.begin() + 5, wkb.begin() + 9);
}

FromOgr wkt_row(const std::string& text) {
  if (text.empty()) return from_ogr(nullptr, false);
  OGRGeometry* made = nullptr;
  OGRErr failed = OGRERR_NONE;
  if (std::vector<GByte> bytes; hex_wkb(text, bytes)) {
    drop_srid(bytes);
    failed = OGRGeometryFactory::createFromWkb(bytes.data(), nullptr, &made, bytes.size());
  } else {
    const char* at = text.c_str();
    if (text.starts_with("SRID=") && text.find(';') != std::string::npos) at += text.find(';') + 1;
    failed = OGRGeometryFactory::createFromWkt(&at, nullptr, &made);
    if (failed == OGRERR_NONE && !trimmed(at).empty()) failed = OGRERR_CORRUPT_DATA;
  }
  const std::unique_ptr<OGRGeometry> geometry(made);
  if (failed != OGRERR_NONE || !geometry)
    return flawed("the geometry is not WKT or hex WKB, near " + cited(text));
  return from_ogr(geometry.get(), false);
}

}  // namespace

bool is_table(const std::string& driver) {
  return driver == "CSV" || driver == "XLSX" || driver == "XLS" || driver == "ODS";
}

std::optional<double> parse_coordinate(std::string_view text, int& parts) {
  text = trimmed(text);
  bool negative = false;
  parts = 0;
  if (!take_sign(text, negative)) return std::nullopt;
  text = trimmed(text);
  double value = 0, unit = 1;
  bool fraction = false;
  while (!text.empty()) {
    if (!is_digit(text.front()) || parts == 3 || fraction) return std::nullopt;
    double number = 0;
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    const auto length = static_cast<std::size_t>(read.ptr - text.data());
    fraction = text.substr(0, length).find('.') != std::string_view::npos;
    text.remove_prefix(length);
    if (parts > 0 && number >= 60) return std::nullopt;
    value += number * unit;
    unit /= 60;
    ++parts;
    if (!text.empty() && !take_mark(text)) {
      if (text != "s") return std::nullopt;
      text = {};
    }
  }
  if (parts == 0) return std::nullopt;
  return negative ? -value : value;
}

std::optional<TableGeometry> table_geometry(OGRLayer& layer) {
  std::vector<std::string> names;
  for (int i = 0; i < layer.GetLayerDefn()->GetFieldCount(); ++i) names.push_back(column(layer, i));
  TableGeometry found;
  for (const char* name : kWkt) {
    if ((found.wkt = find_column(names, name)) >= 0) return found;
  }
  for (const Pair& pair : kPairs) {
    found = {
        .wkt = -1, .x = find_column(names, pair.x), .y = find_column(names, pair.y), .degrees = pair.degrees};
    if (found.x >= 0 && found.y >= 0) return found;
  }
  return std::nullopt;
}

FromOgr table_row(const OGRFeature& feature, const TableGeometry& columns, const TextCodec* codec) {
  if (columns.wkt >= 0) return wkt_row(text_of(feature, columns.wkt, codec));
  const std::string x_text = text_of(feature, columns.x, codec), y_text = text_of(feature, columns.y, codec);
  if (x_text.empty() && y_text.empty()) return flawed("no geometry");
  int x_parts = 0, y_parts = 0;
  const auto x = parse_coordinate(x_text, x_parts), y = parse_coordinate(y_text, y_parts);
  for (const auto& [value, parts, text] : {std::tuple(x, x_parts, x_text), std::tuple(y, y_parts, y_text)}) {
    if (!value || (parts > 1 && !columns.degrees))
      return flawed("a coordinate cannot be read, near " + cited(text));
  }
  FromOgr result;
  result.geometry = geometry::make_point({*x, *y});
  if (x_parts > 1 || y_parts > 1) result.note = "degrees, minutes and seconds read as degrees";
  return result;
}

}  // namespace caitu::geodata::detail
