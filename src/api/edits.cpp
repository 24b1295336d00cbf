#include "api/edits.hpp"

#include <algorithm>
#include <array>

#include "api/features.hpp"
#include "api/if_match.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "api/problem.hpp"
#include "base/error.hpp"
#include "catalog/living.hpp"
#include "geometry/codec.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;

constexpr std::array kBodyTypes = {kGeoJson, std::string_view("application/json")};
constexpr std::string_view kMergePatch = "application/merge-patch+json";
/// Beside what is edited: what an answer of ours carries, so that it can be sent back as it came.
constexpr std::array<std::string_view, 6> kMembers = {"type",       "id",    "geometry",
                                                      "properties", "links", "bbox"};

std::string media_type(std::string_view header) {
  std::string type(header.substr(0, header.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type;
}

/// 415 when the body is of a type that is not taken.
std::optional<http::Response> other_type(const http::Request& request, bool merge) {
  const std::string type = media_type(request.header("content-type"));
  const bool taken =
      std::ranges::find(kBodyTypes, type) != kBodyTypes.end() || (merge && type == kMergePatch);
  if (taken) return std::nullopt;
  return problem(415, Error(Code::invalid,
                            type.empty() ? "the body does not say what it is"
                                         : "a body of " + type + " is not taken here",
                            Where{.field = "Content-Type"},
                            "send a GeoJSON Feature as application/geo+json" +
                                std::string(merge ? ", or as application/merge-patch+json" : "")));
}

void check_crs(const http::Request& request) {
  const std::string_view crs = request.header("content-crs");
  if (crs.empty() || crs == "<" + std::string(kCrs84) + ">") return;
  throw Error(Code::unsupported, "edits are taken in CRS84, not in " + std::string(crs),
              Where{.field = "Content-Crs"}, "send longitude and latitude, and no Content-Crs");
}

void check_members(const Json& feature) {
  for (const auto& [name, value] : feature.items()) {
    if (std::ranges::find(kMembers, name) != kMembers.end()) continue;
    throw Error(Code::invalid, "a GeoJSON Feature has no member \"" + name + "\"", Where{.field = name},
                "the layer's fields are members of \"properties\"");
  }
}

/// `merge`: the body may lack what stays.
catalog::Draft parse_draft(const http::Request& request, bool merge, const std::string& id) {
  check_crs(request);
  const Json feature = base::parse_json(request.body);
  if (!feature.is_object() || (!merge && feature.value("type", Json()) != "Feature") ||
      (feature.contains("type") && feature["type"] != "Feature")) {
    throw Error(Code::invalid, "the body is no GeoJSON Feature", Where{.field = "type"},
                R"(send {"type":"Feature","geometry":…,"properties":{…}}, one feature at a time)");
  }
  check_members(feature);
  if (!id.empty() && feature.contains("id") && feature["id"].dump() != id && feature["id"] != Json(id)) {
    throw Error(Code::invalid,
                "the body is of feature " + feature["id"].dump() + ", and the address of " + id,
                Where{.field = "id"}, "leave the id out, or send it to its own address");
  }
  catalog::Draft draft;
  if (feature.contains("geometry")) {
    const Json& geometry = feature["geometry"];
    draft.geometry = geometry.is_null() ? geometry::Geometry{} : geometry::read_geojson(geometry);
  }
  if (feature.contains("properties") && !feature["properties"].is_null()) {
    draft.properties = feature["properties"];
    if (!draft.properties.is_object())
      throw Error(Code::invalid, "properties is no JSON object", Where{.field = "properties"});
  }
  return draft;
}

/// What stands before every edit: a layer that is edited at all, no parameters.
std::optional<http::Response> not_living(const Context& context, const http::Request& request,
                                         const std::string& layer) {
  const Params params(request, {});
  try {
    catalog::living_declaration(*context.catalog.state(), layer);
  } catch (const Error& error) {
    if (error.code() != Code::unsupported) throw;
    http::Response response = problem(405, error);
    response.set("Allow", "GET, HEAD");
    return response;
  }
  return std::nullopt;
}

/// Calls `edit` with what If-Match expects.
template <typename Edit>
http::Response under_condition(const Context& context, const http::Request& request,
                               const http::PathValues& path, const Edit& edit) {
  if (auto refusal = not_living(context, request, path.at("layer"))) return std::move(*refusal);
  return under_if_match(request,
                        [&](const catalog::Expected& expected) { return edit(item_id(path), expected); });
}

}  // namespace

http::Response insert_item(const Context& context, const http::Request& request, const http::PathValues& path,
                           const access::Caller& caller) {
  const std::string& layer = path.at("layer");
  if (auto refusal = not_living(context, request, layer)) return std::move(*refusal);
  if (auto refusal = other_type(request, false)) return std::move(*refusal);
  const catalog::Edited edited =
      context.living.insert(layer, parse_draft(request, false, {}), editor_of(caller));
  http::Response response = edit_done(201, edited);
  response.set("Location",
               base_url(request) + "/ogc/collections/" + layer + "/items/" + std::to_string(edited.feature));
  return response;
}

http::Response replace_item(const Context& context, const http::Request& request,
                            const http::PathValues& path, const access::Caller& caller) {
  return under_condition(context, request, path, [&](std::uint64_t id, const catalog::Expected& expected) {
    if (auto refusal = other_type(request, false)) return std::move(*refusal);
    const catalog::Draft draft = parse_draft(request, false, path.at("id"));
    return edit_done(204, context.living.replace(path.at("layer"), id, draft, expected, editor_of(caller)));
  });
}

http::Response merge_item(const Context& context, const http::Request& request, const http::PathValues& path,
                          const access::Caller& caller) {
  return under_condition(context, request, path, [&](std::uint64_t id, const catalog::Expected& expected) {
    if (auto refusal = other_type(request, true)) return std::move(*refusal);
    const catalog::Draft draft = parse_draft(request, true, path.at("id"));
    return edit_done(204, context.living.merge(path.at("layer"), id, draft, expected, editor_of(caller)));
  });
}

http::Response remove_item(const Context& context, const http::Request& request, const http::PathValues& path,
                           const access::Caller& caller) {
  return under_condition(context, request, path, [&](std::uint64_t id, const catalog::Expected& expected) {
    return edit_done(204, context.living.remove(path.at("layer"), id, expected, editor_of(caller)));
  });
}

}  // namespace caitu::api
