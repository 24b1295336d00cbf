#include "api/asked.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "geodata/query.hpp"

namespace caitu::api {
namespace {

constexpr std::int64_t kMaxEdition = 4'000'000'000;

}  // namespace

std::shared_ptr<const catalog::State> state_as_of(const Context& context, const std::string& date) {
  const auto state = context.catalog.state();
  auto then = std::make_shared<catalog::State>(*state);
  then->current.clear();
  for (const auto& [layer, editions] : state->editions)
    if (catalog::chosen_edition(editions, {}, date) != nullptr)
      then->current[layer] = context.catalog.edition(layer, {}, date);
  return then;
}

std::shared_ptr<const catalog::State> asked_state(const Context& context, const Params& params) {
  const auto as_of = params.date("as_of");
  return as_of ? state_as_of(context, *as_of) : context.catalog.state();
}

std::optional<std::uint32_t> asked_edition_number(const Params& params,
                                                  const std::optional<std::string>& layer) {
  const auto number = params.integer("edition", 1, kMaxEdition);
  if (!number) return std::nullopt;
  if (!layer || layer->find(',') != std::string::npos)
    throw base::Error(base::Code::invalid, "each layer counts its editions by itself",
                      base::Where{.field = "edition"},
                      "name one: layer=parcels; or ask for a date: as_of=2024-12-31");
  return static_cast<std::uint32_t>(*number);
}

Editions asked_editions(const Context& context, const Params& params) {
  const auto only = params.text("layer");
  const auto number = asked_edition_number(params, only);
  if (only) return {{*only, context.catalog.edition(*only, number, params.date("as_of"))}};
  Editions editions;
  const auto state = asked_state(context, params);
  for (const auto& [layer, edition] : state->current) editions.emplace_back(layer, edition);
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
    out += "{\"edition\":" + std::to_string(edition->record.edition) +
           (edition->changes == 0 ? "" : ",\"changes\":" + std::to_string(edition->changes)) +
           ",\"as_of\":\"" + edition->record.as_of + "\"}";
  }
  out += '}';
}

http::Response answer(std::string body) {
  http::Response response = http::text_response(200, "application/json", std::move(body));
  response.set("Cache-Control", "no-cache");
  return response;
}

}  // namespace caitu::api
