#include "api/checks.hpp"

#include <algorithm>
#include <set>

#include "api/answer.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "api/posted_body.hpp"
#include "api/posted_land.hpp"
#include "base/error.hpp"
#include "checks/check_titles.hpp"
#include "geometry/codec.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;

/// "structures|spots": one of them is enough.
std::vector<std::string> alternatives(const std::string& need) {
  std::vector<std::string> layers;
  for (std::size_t begin = 0; begin <= need.size();) {
    const std::size_t bar = std::min(need.find('|', begin), need.size());
    layers.push_back(need.substr(begin, bar - begin));
    begin = bar + 1;
  }
  return layers;
}

bool is_met(const catalog::State& state, const std::string& need) {
  return std::ranges::any_of(alternatives(need),
                             [&](const std::string& layer) { return state.current.contains(layer); });
}

Json rule_json(const catalog::State& state, const checks::Rule& rule) {
  Json missing = Json::array();
  for (const std::string& need : rule.needs) {
    if (!is_met(state, need)) missing.push_back(need);
  }
  Json json{{"id", rule.id},
            {"version", rule.version},
            {"title", rule.title},
            {"title_en", rule.title_en},
            {"severity", checks::name(rule.severity)}};
  if (rule.category != 0) json["category"] = rule.category;
  json["needs"] = rule.needs;
  json["missing"] = std::move(missing);
  return json;
}

Json edition_json(const catalog::Edition& edition) {
  Json json{{"edition", edition.record.edition}, {"as_of", edition.record.as_of}};
  if (edition.changes > 0) json["changes"] = edition.changes;
  return json;
}

Json layer_json(const catalog::State& state, const std::string& layer, const std::string& base) {
  Json json{{"layer", layer}};
  if (const auto declared = state.declarations.find(layer); declared != state.declarations.end()) {
    json["title"] = declared->second.schema.title;
    json["title_en"] = declared->second.schema.title_en;
  }
  const auto current = state.current.find(layer);
  json["there"] = current != state.current.end();
  if (current != state.current.end()) {
    json.update(edition_json(*current->second));
    json["href"] = base + "/ogc/collections/" + layer;
  }
  return json;
}

Json check_json(const Context& context, const catalog::State& state, const checks::CheckTitle& title,
                const std::string& base) {
  const std::string place = base + "/checks/" + std::string(title.check);
  Json json{{"id", title.check},
            {"title", title.zh},
            {"title_en", title.en},
            {"description", title.about_zh},
            {"description_en", title.about_en}};
  std::set<std::string> layers;
  json["rules"] = Json::array();
  for (const checks::Rule* rule : context.checks->rules.of(title.check)) {
    json["rules"].push_back(rule_json(state, *rule));
    for (const std::string& need : rule->needs) {
      const auto named = alternatives(need);
      layers.insert(named.begin(), named.end());
    }
  }
  json["layers"] = Json::array();
  for (const std::string& layer : layers) json["layers"].push_back(layer_json(state, layer, base));
  json["links"] = Json::array({link(place + "/runs", "runs", "application/json", "POST runs it")});
  if (title.check == "retention")
    json["links"].push_back(link(place + "/what-if", "what-if", "application/json", "POST asks what if"));
  return json;
}

std::string member(const std::string& name, std::size_t at) { return name + "[" + std::to_string(at) + "]"; }

/// A geometry or a feature; `left` positions it may have, of which it takes its own.
geometry::Geometry posted_land(const Json& json, const std::string& name, std::size_t& left) {
  geometry::Geometry land;
  try {
    land = geometry::read_geojson(json, left);
  } catch (const Error& error) {
    if (error.code() == Code::too_large)
      throw Error(Code::too_large, "more than " + std::to_string(kMaxPostedPositions) + " positions in all",
                  Where{.field = name}, "ask about fewer or simpler polygons");
    throw Error(error.code(), error.what(), Where{.field = name}, error.hint());
  }
  check_posted_polygon(land, name);
  left -= land.positions.size();
  return land;
}

/// `add`: a list of geometries or features, a FeatureCollection, or one alone. They are kept apart, for land
/// that is drawn twice is no fault.
std::vector<geometry::Geometry> drawn(const Json& add) {
  std::size_t left = kMaxPostedPositions;
  const bool collection = add.is_object() && add.value("type", Json()) == "FeatureCollection";
  if (!add.is_array() && !collection) return {posted_land(add, "add", left)};
  if (collection && (!add.contains("features") || !add["features"].is_array()))
    throw Error(Code::invalid, "a FeatureCollection has a list of features", Where{.field = "add.features"});
  const Json& list = collection ? add["features"] : add;
  std::vector<geometry::Geometry> lands;
  for (std::size_t at = 0; at < list.size(); ++at)
    lands.push_back(posted_land(list[at], member(collection ? "add.features" : "add", at), left));
  return lands;
}

std::vector<std::uint64_t> removed(const Json& list) {
  if (!list.is_array())
    throw Error(Code::invalid, "remove is a list of ids of vegetable_land", Where{.field = "remove"},
                "[12, 34]");
  if (list.size() > kMaxPostedPositions)
    throw Error(Code::too_large, "more than " + std::to_string(kMaxPostedPositions) + " ids",
                Where{.field = "remove"});
  std::vector<std::uint64_t> ids;
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (!list[at].is_number_unsigned())
      throw Error(Code::invalid, list[at].dump() + " is no feature id", Where{.field = member("remove", at)},
                  "ids are whole numbers");
    ids.push_back(list[at]);
  }
  return ids;
}

checks::WhatIf parse_what_if(const PostedBody& body) {
  checks::WhatIf edit;
  if (const Json* add = body.find("add")) edit.drawn = drawn(*add);
  if (const Json* remove = body.find("remove")) edit.deleted = removed(*remove);
  edit.residents = body.integer("residents");
  if (const auto year = body.integer("population_year", 1900, 2200))
    edit.population_year = static_cast<int>(*year);
  edit.threshold_li = body.number("threshold_li");
  return edit;
}

/// The desk's words for an edit are not this address's; and an id that is not there is a fault of the body.
[[noreturn]] void rethrow_in_words_of_body(const Error& error) {
  const std::string& field = error.where().field;
  if (field == "deleted") throw Error(Code::invalid, error.what(), Where{.field = "remove"}, error.hint());
  if (field == "drawn") throw Error(error.code(), error.what(), Where{.field = "add"}, error.hint());
  throw;
}

Json read_json(const checks::Pinned& pinned) {
  Json editions = Json::object();
  for (const auto& [layer, edition] : pinned.layers) editions[layer] = edition_json(*edition);
  return editions;
}

http::Response answered(const Json& json) {
  http::Response response = json_answer(json);
  response.set("Cache-Control", "no-cache");
  return response;
}

}  // namespace

http::Response check_list(const Context& context, const http::Request& request) {
  const Params params(request, {"f"});
  const auto state = context.catalog.state();
  const std::string base = base_url(request);
  Json list = Json::array();
  for (const checks::CheckTitle& title : checks::kCheckTitles)
    list.push_back(check_json(context, *state, title, base));
  return answered({{"checks", std::move(list)},
                   {"rules", {{"digest", context.checks->rules.digest}}},
                   {"links",
                    {link(base + "/checks", "self", "application/json"),
                     link(base + "/checks/runs", "runs", "application/json"),
                     link(base + "/checks/all/runs", "runs", "application/json", "POST runs all of them")}}});
}

http::Response retention_now(const Context& context, const http::Request& request) {
  const Params params(request, {"as_of", "f"});
  const auto kept = context.checks->desks.as_of(params.date("as_of"));
  return answered({{"as_of", kept->pinned.as_of},
                   {"now", to_json(kept->desk.now())},
                   {"editions", read_json(kept->pinned)}});
}

http::Response retention_what_if(const Context& context, const http::Request& request) {
  const Params params(request, {"f"});
  const PostedBody body(request, {"add", "remove", "residents", "population_year", "threshold_li", "as_of"});
  const checks::WhatIf edit = parse_what_if(body);
  const auto kept = context.checks->desks.as_of(body.date("as_of"));
  try {
    const checks::RetentionDesk::Answer answer = kept->desk.ask(edit);
    return answered({{"as_of", kept->pinned.as_of},
                     {"after", to_json(answer.after)},
                     {"now", to_json(kept->desk.now())},
                     {"gained_mu", answer.gained_mu},
                     {"lost_mu", answer.lost_mu},
                     {"notes", answer.notes},
                     {"editions", read_json(kept->pinned)}});
  } catch (const Error& error) {
    rethrow_in_words_of_body(error);
  }
}

}  // namespace caitu::api
