#include "catalog/delivery.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// "file.gpkg:layer" names a layer of a file; a path that exists as it stands is never split.
std::pair<std::filesystem::path, std::string> split_layer(const std::filesystem::path& given) {
  if (std::filesystem::exists(given)) return {given, {}};
  const std::string text = given.string();
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || !std::filesystem::exists(text.substr(0, colon)))
    return {given, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// True when `name` fits a pattern in which * stands for any text.
bool fits(std::string_view name, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t from = star; from <= name.size(); ++from) {
    if (fits(name.substr(from), rest)) return true;
  }
  return false;
}

struct Given {
  std::filesystem::path file;
  std::string layer, name;  ///< `name`: for messages
};

/// The layers that the request names, "file:*" and "file:DLTB*" taken apart.
std::vector<Given> layers_given(const std::vector<std::filesystem::path>& files) {
  std::vector<Given> all;
  for (const auto& path : files) {
    const auto [file, layer] = split_layer(path);
    if (layer.find('*') == std::string::npos) {
      all.push_back({file, layer, path.string()});
      continue;
    }
    const std::vector<std::string> names = geodata::source_layers(file);
    const std::size_t before = all.size();
    for (const std::string& name : names) {
      if (fits(name, layer)) all.push_back({file, name, file.string() + ":" + name});
    }
    if (all.size() > before) continue;
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    throw Error(Code::refused, "no layer is called \"" + layer + "\"", Where{.file = file.string()},
                known.empty() ? "it holds no layer with geometry" : "there is " + known);
  }
  return all;
}

std::string list(const std::vector<geodata::SourceField>& fields) {
  std::string names;
  for (const auto& field : fields) names += (names.empty() ? "" : ", ") + field.name;
  return names.empty() ? "none" : names;
}

/// Shapefiles cut names to ten characters, so a name that was cut counts as the name.
bool same_name(const std::string& source, const std::string& wanted) {
  if (lower(source) == lower(wanted)) return true;
  return source.size() == 10 && wanted.size() > 10 && lower(source) == lower(wanted.substr(0, 10));
}

int find_source_field(const geodata::Field& field, const std::vector<geodata::SourceField>& fields) {
  const auto find = [&fields](const std::string& name) {
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [&name](const auto& candidate) { return same_name(candidate.name, name); });
    return at == fields.end() ? -1 : static_cast<int>(at - fields.begin());
  };
  int place = find(field.name);
  for (std::size_t i = 0; place < 0 && i < field.aliases.size(); ++i) place = find(field.aliases[i]);
  return place;
}

int find_mapped_field(const std::string& name, const geodata::Field& field, const DeliveredFile& file) {
  const auto& fields = file.source.fields();
  const auto at =
      std::find_if(fields.begin(), fields.end(), [&name](const auto& f) { return f.name == name; });
  if (at == fields.end()) {
    throw Error(Code::refused, "there is no field \"" + name + "\" to map to " + field.name,
                Where{.file = file.name, .field = name}, "its fields are: " + list(fields));
  }
  return static_cast<int>(at - fields.begin());
}

void weigh_codes(DeliveredFile& file, const geodata::Schema& schema,
                 const std::vector<std::string>& selected) {
  const auto system = schema.index_of(kCodeSystemField), code = schema.index_of(kCodeField);
  if (!system || !code || file.places[*system] >= 0 || file.places[*code] < 0) return;
  file.codes = code_evidence(file.source.fields(), selected[static_cast<std::size_t>(file.places[*code])]);
}

/// Returns the layer's fields that the file does not have, as a list for a person.
std::string map_fields(DeliveredFile& file, const geodata::Schema& schema, const ImportRequest& request) {
  std::vector<std::string> selected;
  std::string missing;
  std::vector<int> taken;
  for (const geodata::Field& field : schema.fields) {
    const auto mapped = request.field_map.find(field.name);
    const int place = mapped != request.field_map.end()    ? find_mapped_field(mapped->second, field, file)
                      : field.name == geodata::kExtraField ? -1
                                                           : find_source_field(field, file.source.fields());
    if (place < 0) {
      if (field.required) {
        throw Error(Code::refused,
                    "the layer needs a field " + field.name + " (" + field.title + "), and there is none",
                    Where{.file = file.name, .field = field.name},
                    "name it with --map " + field.name +
                        "=FIELD; the file's fields are: " + list(file.source.fields()));
      }
      if (field.name != geodata::kExtraField) missing += (missing.empty() ? "" : ", ") + field.name;
      file.places.push_back(-1);
      continue;
    }
    if (std::find(taken.begin(), taken.end(), place) != taken.end()) {
      throw Error(Code::refused,
                  "the field " + file.source.fields()[static_cast<std::size_t>(place)].name +
                      " would fill two fields of the layer",
                  Where{.file = file.name, .field = field.name},
                  "name another source field with --map " + field.name + "=FIELD");
    }
    taken.push_back(place);
    file.places.push_back(static_cast<int>(selected.size()));
    selected.push_back(file.source.fields()[static_cast<std::size_t>(place)].name);
  }
  weigh_codes(file, schema, selected);
  file.source.select(selected);
  return missing;
}

void resolve_crs(DeliveredFile& file, const ImportRequest& request, const std::optional<geometry::Crs>& given,
                 std::vector<std::string>& warnings) {
  const auto declared = file.source.crs();
  const auto declared_datum = file.source.datum();
  if (given) {
    file.crs = *given;
    file.crs_basis = "--crs";
    if (declared && !declared->same_plane_as(*given)) {
      warnings.push_back(file.name + ": the file says " + declared->name() + "; --crs " + given->name() +
                         " was used");
    }
  } else if (request.datum && (!declared || declared->geographic())) {
    file.crs = geometry::Crs::cgcs2000();
    file.crs_basis = "--datum";
  } else if (declared_datum) {
    file.crs = geometry::Crs::cgcs2000();
    file.crs_basis = "the file";
  } else if (declared) {
    file.crs = *declared;
    file.crs_basis = "the file";
  } else {
    throw Error(Code::refused,
                "the file does not say which coordinate system it is in, and caitu does not guess",
                Where{.file = file.name},
                "say it: caitu import WS " + request.layer + " " + file.name +
                    " --crs EPSG:4527 (or the code, .wkt file or PROJ pipeline that fits; --datum gcj02 or "
                    "bd09 for map-service degrees)");
  }
  // A map service's datum is one of degrees; a surveyor's projected file beside it stays what it says.
  const bool degrees = file.crs.geographic();
  if (request.datum && degrees) {
    file.datum = *request.datum;
  } else if (!given && declared_datum) {
    file.datum = *declared_datum;
  }
  if (request.datum && !degrees) {
    warnings.push_back(file.name + ": it is in " + file.crs.name() + ", so --datum does not concern it");
  }
}

[[noreturn]] void refuse_coordinates(const DeliveredFile& file, const geodata::SourceRow& row,
                                     const std::string& message, const std::string& hint) {
  throw Error(Code::refused, message, Where{.file = file.name, .row = row.row}, hint);
}

/// The CGCS2000 code of a Gauss-Kruger zone: 13 to 23 are of 6 degrees, 25 to 45 of 3; with the zone in the
/// easting or without.
std::string zone_code(int zone, bool carried = true) {
  const int first = zone < 25 ? (carried ? 4491 : 4502) - 13 : (carried ? 4513 : 4534) - 25;
  return "EPSG:" + std::to_string(first + zone);
}

/// The zone that an easting of eight digits carries, or 0.
int carried_zone(geometry::Position p) {
  const int zone = p.lon >= 1.3e7 && p.lon < 4.6e7 ? static_cast<int>(p.lon / 1e6) : 0;
  return zone == 24 ? 0 : zone;
}

/// What mends an easting of another zone. Only CGCS2000's codes are told: on another datum the zone is said,
/// for a code of CGCS2000 would move the land.
std::string fitting_zone(const DeliveredFile& file, int zone, bool carried) {
  const std::string code = "--crs " + zone_code(zone, carried);
  if (file.crs.name().find("CGCS2000") != std::string::npos) return "import with " + code;
  return "import with the --crs of zone " + std::to_string(zone) + (carried ? "" : " without its prefix") +
         " on the datum that the file is in (CGCS2000: " + code + ")";
}

/// The axes of these coordinates stand the wrong way round: x is a northing of China and y an easting of the
/// CRS, and not the reverse. In a survey's own notation X is the northing.
bool northing_first(const geometry::Crs& crs, geometry::Position p) {
  constexpr double kSouth = 1.8e6, kNorth = 6.0e6;  // 16 and 54 degrees of latitude
  const bool easting = crs.zone() ? carried_zone({p.lat, p.lon}) == *crs.zone() : p.lat > 0 && p.lat < 1e6;
  return !crs.geographic() && !crs.pipeline() && easting && p.lon > kSouth && p.lon < kNorth;
}

void turn_table_axes(DeliveredFile& file, std::vector<std::string>& warnings) {
  if (!file.source.is_table()) return;
  const auto first = file.source.first_position();
  if (!first || !northing_first(file.crs, *first)) return;
  file.source.swap_axes();
  warnings.push_back(file.name +
                     ": X holds northings and Y eastings, as surveyors write them; they were read so");
}

void check_projected(const DeliveredFile& file, const geodata::SourceRow& row, geometry::Position p) {
  const std::string says = file.crs.name() + " (" + file.crs_basis + ")";
  if (northing_first(file.crs, p)) {
    refuse_coordinates(
        file, row,
        "x holds the northing and y the easting, the reverse of what the CRS " + says + " has in a file",
        "export it again with the easting first");
  }
  if (std::abs(p.lon) <= 180 && std::abs(p.lat) <= 90) {
    refuse_coordinates(file, row,
                       "the coordinates are degrees, but the CRS is " + says + ", which is in metres",
                       "if they are longitude and latitude on CGCS2000, import with --crs EPSG:4490");
  }
  const auto zone = file.crs.zone();
  const int carried = carried_zone(p);
  if (zone && carried != 0 && carried != *zone) {
    refuse_coordinates(file, row,
                       "the eastings carry zone " + std::to_string(carried) + ", but the CRS is " + says,
                       fitting_zone(file, carried, true));
  }
  if (zone && carried == 0 && p.lon > 0 && p.lon < 1e6) {
    refuse_coordinates(file, row, "the eastings carry no zone, but the CRS is " + says,
                       fitting_zone(file, *zone, false) + " if they lie in that zone");
  }
  if (!zone && carried != 0 && file.crs.authority().starts_with("EPSG:45")) {
    refuse_coordinates(file, row,
                       "the eastings carry zone " + std::to_string(carried) + ", but the CRS is " + says,
                       fitting_zone(file, carried, true));
  }
}

}  // namespace

std::vector<DeliveredFile> open_delivery(const geodata::Declaration& declaration,
                                         const ImportRequest& request, std::vector<std::string>& warnings) {
  const geodata::Schema& schema = declaration.schema;
  for (const auto& [ours, theirs] : request.field_map) {
    if (schema.index_of(ours)) continue;
    std::vector<std::string> names;
    for (const auto& field : schema.fields) names.push_back(field.name);
    const std::string nearest = base::nearest_name(ours, names);
    throw Error(Code::usage, "layer " + schema.layer + " has no field \"" + ours + "\"",
                Where{.field = "--map"}, nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
  }
  std::optional<geometry::Crs> given;
  if (!request.crs.empty()) given = geometry::Crs::parse(request.crs);

  std::vector<DeliveredFile> files;
  std::map<std::string, std::vector<std::string>>
      lacking;  // files of one delivery mostly lack the same fields
  for (const Given& one : layers_given(request.files)) {
    geodata::Source source(one.file, {.layer = one.layer, .encoding = request.encoding});
    DeliveredFile file{.name = one.name,
                       .source = std::move(source),
                       .crs = geometry::Crs::cgcs2000(),
                       .datum = geometry::Datum::cgcs2000,
                       .crs_basis = {},
                       .places = {},
                       .codes = {}};
    resolve_crs(file, request, given, warnings);
    turn_table_axes(file, warnings);
    if (const std::string missing = map_fields(file, schema, request); !missing.empty()) {
      lacking[missing].push_back(file.name);
    }
    files.push_back(std::move(file));
  }
  for (const auto& [fields, names] : lacking) {
    warnings.push_back((names.size() == 1 ? names.front() : std::to_string(names.size()) + " files") +
                       ": no source field for " + fields);
  }
  return files;
}

void check_coordinates(const DeliveredFile& file, const std::vector<geodata::SourceRow>& rows) {
  const auto row = std::find_if(rows.begin(), rows.end(), [](const auto& r) {
    return !r.geometry.empty() && std::isfinite(r.geometry.positions[0].lon) &&
           std::isfinite(r.geometry.positions[0].lat);
  });
  if (row == rows.end() || file.crs.pipeline()) return;
  const geometry::Position p = row->geometry.positions[0];
  if (!file.crs.geographic()) {
    check_projected(file, *row, p);
    return;
  }
  if (std::abs(p.lon) > 360 || std::abs(p.lat) > 360) {
    const int carried = carried_zone(p);
    refuse_coordinates(
        file, *row, "the coordinates are metres, but the CRS is " + file.crs.name() + ", which is in degrees",
        carried == 0 ? "import with the --crs that they are in"
                     : "the eastings carry zone " + std::to_string(carried) + ": import with --crs " +
                           zone_code(carried) + " if they are on CGCS2000");
  }
}

}  // namespace caitu::catalog
