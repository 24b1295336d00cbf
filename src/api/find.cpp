#include "api/find.hpp"

#include <algorithm>
#include <tuple>

#include "api/asked.hpp"
#include "api/feature_json.hpp"
#include "api/language.hpp"
#include "base/error.hpp"
#include "geodata/find.hpp"
#include "geometry/geometry.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Where;

constexpr std::int64_t kDefaultResults = 10, kMaxResults = 100;
constexpr std::size_t kMaxCharacters = 100;

/// Without the blanks around it.
std::string asked_text(const Params& params) {
  std::string text = params.text("text").value_or("");
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  text.erase(std::find_if_not(text.rbegin(), text.rend(), blank).base(), text.end());
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), blank));
  const auto characters = static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
  if (text.empty())
    throw Error(Code::invalid, "there is no text to look for", Where{.field = "text"},
                "a name or a number, or a part of one: text=长子营");
  if (characters > kMaxCharacters)
    throw Error(Code::invalid,
                "a text to look for has at most " + std::to_string(kMaxCharacters) +
                    " characters, and this has " + std::to_string(characters),
                Where{.field = "text", .position = static_cast<std::int64_t>(kMaxCharacters) + 1});
  return text;
}

struct Searched {
  const std::string* layer;
  const geodata::Declaration* declaration;
  const geodata::Snapshot* snapshot;
};

struct Result {
  const Searched* in;
  geodata::Found found;
};

/// In the order of lists. A layer asked for by name that declares nothing to search is an error.
std::vector<Searched> searched_layers(const catalog::State& state, const Editions& editions, bool named) {
  std::vector<Searched> layers;
  for (const auto& [layer, edition] : editions) {
    const auto declared = state.declarations.find(layer);
    if (declared != state.declarations.end() && !declared->second.search.empty())
      layers.push_back({&layer, &declared->second, edition->snapshot.get()});
  }
  if (layers.empty() && named)
    throw Error(Code::invalid, "nothing in layer \"" + editions.front().first + "\" is searched by name",
                Where{.field = "layer"}, "its declaration may say search = [field, …]");
  std::stable_sort(layers.begin(), layers.end(), [](const Searched& a, const Searched& b) {
    return a.declaration->order < b.declaration->order;
  });
  return layers;
}

/// One thing of a layer without a key comes in many pieces.
bool in_pieces(const Searched& layer) { return layer.declaration->schema.key.empty(); }

std::vector<Result> find_in(const std::vector<Searched>& layers, const std::string& text, std::size_t limit) {
  std::vector<Result> results;
  for (const Searched& layer : layers) {
    std::vector<std::size_t> fields;
    // An older edition may lack the field, or hold it as another type.
    for (const std::string& name : layer.declaration->search)
      if (const auto field = layer.snapshot->schema().index_of(name);
          field && geodata::textual(layer.snapshot->column(*field).type()))
        fields.push_back(*field);
    const auto each = in_pieces(layer) ? geodata::Each::value : geodata::Each::feature;
    for (const geodata::Found& found : geodata::find(*layer.snapshot, fields, text, limit, each))
      results.push_back({&layer, found});
  }
  // Each layer's are in order already, and the layers in theirs.
  std::stable_sort(results.begin(), results.end(),
                   [](const Result& a, const Result& b) { return a.found.match < b.found.match; });
  return results;
}

/// Where a result is shown, and all that it covers.
struct Extent {
  std::size_t item;
  geometry::Box box;
  std::size_t pieces = 1;
};

Extent extent_of(const Result& result) {
  const geodata::Snapshot& snapshot = *result.in->snapshot;
  Extent extent{result.found.item, snapshot.box(result.found.item)};
  if (!in_pieces(*result.in)) return extent;
  const auto items = geodata::items_of_value(snapshot, result.found.field, result.found.value);
  const auto size = [&](std::size_t item) {
    const geometry::Box box = snapshot.box(item);
    return box.empty() ? -1.0 : (box.max_lon - box.min_lon) + (box.max_lat - box.min_lat);
  };
  for (const std::size_t item : items) {
    extent.box.grow(snapshot.box(item));
    if (size(item) > size(extent.item)) extent.item = item;
  }
  extent.pieces = items.size();
  return extent;
}

void append_degrees(std::string& out, std::string_view member, double degrees) {
  append_member(out, member);
  base::append_json_fixed(out, degrees, kDegreeDecimals);
}

void append_place(std::string& out, const Extent& extent, geometry::Position p) {
  if (extent.box.empty()) {
    out += R"(,"lon":null,"lat":null,"bbox":null)";
    return;
  }
  append_degrees(out, "lon", p.lon);
  append_degrees(out, "lat", p.lat);
  append_member(out, "bbox");
  out += '[';
  for (const double edge : {extent.box.min_lon, extent.box.min_lat, extent.box.max_lon, extent.box.max_lat}) {
    if (out.back() != '[') out += ',';
    base::append_json_fixed(out, edge, kDegreeDecimals);
  }
  out += ']';
}

void append_result(std::string& out, const Result& result, const Editions& units, const std::string& title) {
  const geodata::Snapshot& snapshot = *result.in->snapshot;
  const std::string& layer = *result.in->layer;
  const Extent extent = extent_of(result);
  const geometry::Position p = geometry::point_on(snapshot.geometry(extent.item));
  const bool is_district = layer == "districts", is_town = layer == "towns";
  if (out.back() != '[') out += ',';
  out += '{';
  append_text(out, "layer", layer);
  append_text(out, "title", title);
  append_member(out, "id");
  base::append_json_number(out, snapshot.id(extent.item));
  append_text(out, "label", label_of(snapshot, extent.item).value_or(result.found.value));
  append_text(out, "field", snapshot.schema().fields[result.found.field].name);
  append_text(out, "value", result.found.value);
  append_text(out, "district", is_district ? std::nullopt : name_at(units, "districts", p));
  append_text(out, "town", is_district || is_town ? std::nullopt : name_at(units, "towns", p));
  append_member(out, "pieces");
  base::append_json_number(out, static_cast<std::uint64_t>(extent.pieces));
  append_place(out, extent, p);
  out += '}';
}

/// The districts and towns of now, whatever layer was asked for.
Editions unit_editions(const catalog::State& state) {
  Editions units;
  for (const char* layer : {"districts", "towns"})
    if (const auto current = state.current.find(layer); current != state.current.end())
      units.emplace_back(layer, current->second);
  return units;
}

}  // namespace

http::Response query_find(const Context& context, const http::Request& request) {
  const Params params(request, {"text", "layer", "limit", "as_of", "edition"});
  const Language language = asked_language(request);
  const std::string text = asked_text(params);
  const auto limit =
      static_cast<std::size_t>(params.integer("limit", 1, kMaxResults).value_or(kDefaultResults));
  const auto state = asked_state(context, params);
  const Editions editions = asked_editions(context, params), units = unit_editions(*state);
  const auto layers = searched_layers(*state, editions, params.text("layer").has_value());
  std::vector<Result> results = find_in(layers, text, limit + 1);
  const bool more = results.size() > limit;
  if (more) results.resize(limit);
  std::string out = "{";
  append_text(out, "text", text);
  append_member(out, "results");
  out += '[';
  for (const Result& result : results)
    append_result(out, result, units, title_of(*state, *result.in->layer, language));
  out += ']';
  append_member(out, "more");
  out += more ? "true" : "false";
  append_editions(out, editions);
  return in_language(answer(out + "}"), language);
}

}  // namespace caitu::api
