#pragma once

#include <ogr_feature.h>

#include <optional>
#include <string>

#include "geodata/detail/text_encoding.hpp"
#include "geodata/schema.hpp"

namespace caitu::geodata::detail {

FieldType field_type(const OGRFieldDefn& field);
/// What a sink declares for a field.
OGRFieldType ogr_field_type(FieldType type);

/// Field `index` as a value: dates as ISO text, with the zone when it is known; times, lists (JSON) and
/// binary (hex) as text; a number that is not finite is missing. False when its text is not in the codec's
/// encoding; without a codec text must be UTF-8.
bool read_value(const OGRFeature& feature, int index, const TextCodec* codec, Value& value);

/// Sets a field; text goes through the codec when there is one (`raw` is its buffer). False: the text has no
/// place in the encoding. Dates that are not ISO text are Error(invalid).
bool write_value(OGRFeature& feature, int index, const Value& value, FieldType type, const TextCodec* codec);

}  // namespace caitu::geodata::detail
