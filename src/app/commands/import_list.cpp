#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "geodata/source.hpp"

namespace caitu::app {
namespace {

base::Json describe(const std::string& file, const std::string& layer, const std::string& encoding) {
  const geodata::Source source(file, {.layer = layer, .encoding = encoding});
  base::Json fields = base::Json::array();
  for (const auto& field : source.fields())
    fields.push_back({{"name", field.name}, {"type", geodata::name(field.type)}});
  base::Json found{{"file", file},
                   {"layer", layer},
                   {"driver", source.driver()},
                   {"rows", nullptr},
                   {"crs", nullptr},
                   {"datum", nullptr},
                   {"encoding", source.encoding_note()},
                   {"fields", std::move(fields)}};
  if (source.rows() >= 0) found["rows"] = source.rows();
  if (const auto crs = source.crs()) {
    found["crs"] = crs->authority().empty() ? crs->name() : crs->authority() + " " + crs->name();
  }
  if (const auto datum = source.datum()) found["datum"] = geometry::name(*datum);
  return found;
}

void print(const base::Json& layer) {
  fmt::print("{}:{}\n", layer["file"].get<std::string>(), layer["layer"].get<std::string>());
  const auto line = [](const char* title, const std::string& text) {
    fmt::print("  {:<9} {}\n", title, text);
  };
  const auto text = [&](const char* key, const char* none) {
    return layer[key].is_null() ? std::string(none) : layer[key].get<std::string>();
  };
  line("form", text("driver", ""));
  line("rows", layer["rows"].is_null() ? "not said" : grouped(layer["rows"].get<std::uint64_t>()));
  line("CRS", text("crs", "not said: import with --crs"));
  if (!layer["datum"].is_null()) line("datum", text("datum", ""));
  if (!text("encoding", "").empty()) line("encoding", text("encoding", ""));
  std::string fields;
  for (const auto& field : layer["fields"]) {
    fields += (fields.empty() ? "" : ", ") + field["name"].get<std::string>() + " " +
              field["type"].get<std::string>();
  }
  line("fields", fields.empty() ? "none" : fields);
}

}  // namespace

void list_deliveries(const std::vector<std::string>& files, const std::string& encoding, bool json) {
  base::Json all = base::Json::array();
  for (const std::string& file : files) {
    const std::vector<std::string> layers = geodata::source_layers(file);
    if (layers.empty()) geodata::Source(file, {});  // says why
    for (const std::string& layer : layers) all.push_back(describe(file, layer, encoding));
  }
  if (json) {
    fmt::print("{}\n", all.dump(2));
    return;
  }
  for (const auto& layer : all) print(layer);
}

}  // namespace caitu::app
