#include "api/asked.hpp"

#include "base/json.hpp"
#include "geodata/query.hpp"

namespace caitu::api {

Editions asked_editions(const Context& context, const Params& params) {
  const auto state = context.catalog.state();
  const auto as_of = params.date("as_of");
  const auto only = params.text("layer");
  if (only) return {{*only, context.catalog.edition(*only, {}, as_of)}};
  Editions editions;
  for (const auto& [layer, current] : state->current) {
    if (!as_of) {
      editions.emplace_back(layer, current);
    } else if (state->editions.at(layer).front().as_of <= *as_of) {
      editions.emplace_back(layer, context.catalog.edition(layer, {}, as_of));
    }
  }
  return editions;
}

std::optional<std::string_view> label_of(const geodata::Snapshot& snapshot, std::size_t item) {
  const auto label = snapshot.schema().index_of(snapshot.schema().label_field);
  if (!label || !geodata::textual(snapshot.schema().fields[*label].type)) return std::nullopt;
  const geodata::Column& column = snapshot.column(*label);
  if (column.null(item)) return std::nullopt;
  return column.text(column.code(item));
}

std::optional<std::string_view> name_at(const Editions& editions, std::string_view layer,
                                        geometry::Position p) {
  for (const auto& [id, edition] : editions) {
    if (id != layer) continue;
    const auto items = geodata::at(*edition->snapshot, p, 0);
    return items.empty() ? std::nullopt : label_of(*edition->snapshot, items.front());
  }
  return std::nullopt;
}

void append_member(std::string& out, std::string_view name) {
  if (out.back() != '{' && out.back() != '[') out += ',';
  base::append_json_string(out, name);
  out += ':';
}

void append_text(std::string& out, std::string_view name, const std::optional<std::string_view>& text) {
  append_member(out, name);
  if (text) {
    base::append_json_string(out, *text);
  } else {
    out += "null";
  }
}

void append_editions(std::string& out, const Editions& editions) {
  append_member(out, "editions");
  out += '{';
  for (const auto& [layer, edition] : editions) {
    append_member(out, layer);
    out += "{\"edition\":" + std::to_string(edition->record.edition) + ",\"as_of\":\"" +
           edition->record.as_of + "\"}";
  }
  out += '}';
}

http::Response answer(std::string body) {
  http::Response response = http::text_response(200, "application/json", std::move(body));
  response.set("Cache-Control", "no-cache");
  return response;
}

}  // namespace caitu::api
