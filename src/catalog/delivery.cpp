#include "catalog/delivery.hpp"

#include <algorithm>
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
    const auto [file, layer] = geodata::split_layer(path);
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

/// What whoever imports a raster may want to mend before somebody counts in it.
void warn_of(const std::string& name, const geodata::RasterInfo& raster, std::vector<std::string>& warnings) {
  if (raster.taken_on.empty())
    warnings.push_back(
        name + ": it does not say when it was taken (DATE, TIFFTAG_DATETIME); the edition's land date holds");
  const bool classes_without_names = raster.kind == geodata::RasterKind::classes && raster.classes.empty();
  const bool perhaps_classes =
      raster.kind == geodata::RasterKind::bands && raster.bands == 1 && raster.type == "Byte";
  if (classes_without_names || perhaps_classes) {
    warnings.push_back(
        name + ": its values have no names" +
        (perhaps_classes ? ", so that they were taken as measured ones and not as classes" : "") +
        "; gdal_translate -mo CLASS_4=硬化 FILE NEW.tif writes them into a copy");
  }
  for (const char* beside : {".aux.xml", ".vat.dbf"}) {
    if (std::filesystem::exists(raster.file.string() + beside))
      warnings.push_back(name + ": " + beside +
                         " beside it was not read; what a raster says must stand in its file");
  }
}

DeliveredFile open_one(const Given& one, const geodata::Declaration& declaration,
                       const ImportRequest& request, const geodata::SaidOfPlace& said,
                       std::vector<std::string>& warnings, const base::Progress& progress) {
  if (!declaration.rasters) {
    return {.name = one.name,
            .source = geodata::Source(one.file, {.layer = one.layer, .encoding = request.encoding}),
            .raster = {},
            .placement = {},
            .places = {},
            .codes = {}};
  }
  if (!one.layer.empty())
    throw Error(Code::refused, "a raster has no layers", Where{.file = one.name},
                "name the file alone: " + one.file.string());
  geodata::RasterInfo raster =
      geodata::describe_raster(one.file, {.crs = said.crs, .datum = said.datum}, progress);
  warn_of(one.name, raster, warnings);
  geodata::Source footprint(raster);
  return {.name = one.name,
          .source = std::move(footprint),
          .raster = std::move(raster),
          .placement = {},
          .places = {},
          .codes = {}};
}

}  // namespace

std::vector<DeliveredFile> open_delivery(const geodata::Declaration& declaration,
                                         const ImportRequest& request, std::vector<std::string>& warnings,
                                         const base::Progress& progress) {
  const geodata::Schema& schema = declaration.schema;
  for (const auto& [ours, theirs] : request.field_map) {
    if (schema.index_of(ours)) continue;
    std::vector<std::string> names;
    for (const auto& field : schema.fields) names.push_back(field.name);
    const std::string nearest = base::nearest_name(ours, names);
    throw Error(Code::usage, "layer " + schema.layer + " has no field \"" + ours + "\"",
                Where{.field = "--map"}, nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
  }
  geodata::SaidOfPlace said{.crs = {}, .datum = request.datum, .command = "caitu import WS " + request.layer};
  if (!request.crs.empty()) said.crs = geometry::Crs::parse(request.crs);

  std::vector<DeliveredFile> files;
  std::map<std::string, std::vector<std::string>>
      lacking;  // files of one delivery mostly lack the same fields
  for (const Given& one : layers_given(request.files)) {
    DeliveredFile file = open_one(one, declaration, request, said, warnings, progress);
    file.placement = geodata::placement_of(file.source, file.name, said, warnings);
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

}  // namespace caitu::catalog
