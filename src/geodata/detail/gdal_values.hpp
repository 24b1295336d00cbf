#pragma once

#include <ogr_feature.h>

#include <optional>
#include <string>

#include "geodata/detail/text_encoding.hpp"
#include "geodata/schema.hpp"

namespace caitu::geodata::detail {

FieldType field_type(const OGRFieldDefn& field);
/// What a sink declares for a field.
void set_type(OGRFieldDefn& field, FieldType type, int width);

/// Field `index` as a value: dates as ISO text, with the zone when it is known; times, lists (JSON) and
/// binary (hex) as text; a number that is not finite is missing. False when its text is not in the codec's
/// encoding; without a codec text must be UTF-8.
bool read_value(const OGRFeature& feature, int index, const TextCodec* codec, Value& value);

/// Sets a field of OGR's. False: a date or time that is not ISO text.
bool write_value(OGRFeature& feature, int index, const Value& value);

}  // namespace caitu::geodata::detail
