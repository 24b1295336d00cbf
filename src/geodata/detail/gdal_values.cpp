#include "geodata/detail/gdal_values.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/bytes.hpp"
#include "base/json.hpp"

namespace caitu::geodata::detail {
namespace {

// OGR's time zone flag: 0 unknown, 1 local, 100 UTC, and a quarter of an hour each step from there.
constexpr int kZoneKnown = 2;
constexpr int kUtc = 100;

std::string date_text(const OGRField& raw) {
  return fmt::format("{:04}-{:02}-{:02}", raw.Date.Year, static_cast<int>(raw.Date.Month),
                     static_cast<int>(raw.Date.Day));
}

std::string time_text(const OGRField& raw) {
  const double seconds = static_cast<double>(raw.Date.Second);
  const auto hours = static_cast<int>(raw.Date.Hour), minutes = static_cast<int>(raw.Date.Minute);
  // Seconds are kept as a float: thousandths are what it can hold.
  const long long thousandths = std::llround(seconds * 1000);
  std::string text = fmt::format("{:02}:{:02}:{:02}", hours, minutes, thousandths / 1000);
  if (thousandths % 1000 != 0) text += fmt::format(".{:03}", thousandths % 1000);
  if (raw.Date.TZFlag < kZoneKnown) return text;
  const int offset = (static_cast<int>(raw.Date.TZFlag) - kUtc) * 15;
  if (offset == 0) return text + "Z";
  return text +
         fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
}

template <typename List>
std::string number_list(const List& list) {
  std::string text = "[";
  for (int i = 0; i < list.nCount; ++i) {
    if (i > 0) text += ',';
    if constexpr (std::is_floating_point_v<std::remove_pointer_t<decltype(list.paList)>>) {
      base::append_json_number(text, list.paList[i]);
    } else {
      base::append_json_number(text, static_cast<std::int64_t>(list.paList[i]));
    }
  }
  return text + ']';
}

bool read_text(const char* raw, const TextCodec* codec, std::string& out) {
  if (codec != nullptr) return codec->to_utf8(raw, out);
  out = raw;
  return is_utf8(out);
}

bool text_list(char** list, const TextCodec* codec, std::string& text) {
  std::string item;
  text = "[";
  for (; list != nullptr && *list != nullptr; ++list) {
    if (!read_text(*list, codec, item)) return false;
    if (text.size() > 1) text += ',';
    base::append_json_string(text, item);
  }
  text += ']';
  return true;
}

}  // namespace

FieldType field_type(const OGRFieldDefn& field) {
  switch (field.GetType()) {
    case OFTInteger:
      return field.GetSubType() == OFSTBoolean ? FieldType::boolean : FieldType::integer;
    case OFTInteger64:
      return FieldType::integer;
    case OFTReal:
      return FieldType::real;
    case OFTDate:
      return FieldType::date;
    case OFTDateTime:
      return FieldType::datetime;
    default:
      return FieldType::text;
  }
}

void set_type(OGRFieldDefn& field, FieldType type, int width) {
  switch (type) {
    case FieldType::integer:
      return field.SetType(OFTInteger64);
    case FieldType::real:
      return field.SetType(OFTReal);
    case FieldType::date:
      return field.SetType(OFTDate);
    case FieldType::datetime:
      return field.SetType(OFTDateTime);
    case FieldType::boolean:
      field.SetType(OFTInteger);
      return field.SetSubType(OFSTBoolean);
    case FieldType::text:
      field.SetType(OFTString);
      return field.SetWidth(width);
  }
}

bool read_value(const OGRFeature& feature, int index, const TextCodec* codec, Value& value) {
  value = std::monostate{};
  if (!feature.IsFieldSetAndNotNull(index)) return true;
  const OGRField& raw = *feature.GetRawFieldRef(index);
  const auto number = [&](double read) {
    if (std::isfinite(read)) value = read;
    return true;
  };
  switch (feature.GetFieldDefnRef(index)->GetType()) {
    case OFTInteger:
      value = std::int64_t{raw.Integer};
      return true;
    case OFTInteger64:
      value = std::int64_t{raw.Integer64};
      return true;
    case OFTReal:
      return number(raw.Real);
    case OFTString:
      return read_text(raw.String, codec, value.emplace<std::string>());
    case OFTDate:
      value = date_text(raw);
      return true;
    case OFTTime:
      value = time_text(raw);
      return true;
    case OFTDateTime:
      value = date_text(raw) + "T" + time_text(raw);
      return true;
    case OFTIntegerList:
      value = number_list(raw.IntegerList);
      return true;
    case OFTInteger64List:
      value = number_list(raw.Integer64List);
      return true;
    case OFTRealList:
      value = number_list(raw.RealList);
      return true;
    case OFTStringList:
      return text_list(raw.StringList.paList, codec, value.emplace<std::string>());
    case OFTBinary:
      value = base::hex({raw.Binary.paData, static_cast<std::size_t>(raw.Binary.nCount)});
      return true;
    default:
      return read_text(feature.GetFieldAsString(index), codec, value.emplace<std::string>());
  }
}

bool write_value(OGRFeature& feature, int index, const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    feature.SetField(index, static_cast<GIntBig>(*whole));
  } else if (const auto* real = std::get_if<double>(&value)) {
    feature.SetField(index, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    feature.SetField(index, text->c_str());
    return feature.IsFieldSetAndNotNull(index);
  } else {
    feature.SetFieldNull(index);
  }
  return true;
}

}  // namespace caitu::geodata::detail
