#include "api/openapi.hpp"

#include <map>
#include <vector>

#include "api/body_schemas.hpp"
#include "api/params.hpp"
#include "base/json.hpp"

namespace caitu::api {
namespace {

using base::Json;

Json number(double least, double most) { return {{"type", "number"}, {"minimum", least}, {"maximum", most}}; }
Json integer(std::int64_t least, std::int64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}
Json text() { return {{"type", "string"}}; }

Json edition_number() { return integer(1, 4'000'000'000); }
Json items_limit() {
  Json limit = integer(1, 10'000);
  limit["default"] = 10;
  return limit;
}

/// Query parameters by pattern; what the handlers' Params accept.
const std::map<std::string, std::vector<std::pair<std::string, Json>>>& query_parameters() {
  static const std::map<std::string, std::vector<std::pair<std::string, Json>>> kParameters{
      {"/ogc/collections/{layer}/items",
       {{"bbox", {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 4}, {"maxItems", 6}}},
        {"limit", items_limit()},
        {"cursor", text()},
        {"datetime", text()},
        {"edition", edition_number()},
        {"f", text()}}},
      {"/ogc/collections/{layer}/items/{id}",
       {{"datetime", text()}, {"edition", edition_number()}, {"f", text()}}},
      {"/ogc/collections/{layer}/difference", {{"from", text()}, {"to", text()}, {"f", text()}}},
      {"/tiles/{tileset}/{z}/{x}/{y}", {{"as_of", text()}, {"edition", edition_number()}, {"datum", text()}}},
      {"/ogc/jobs",
       {{"type", text()},
        {"processID", text()},
        {"status", text()},
        {"datetime", text()},
        {"minDuration", integer(0, 1'000'000'000)},
        {"maxDuration", integer(0, 1'000'000'000)},
        {"limit", integer(1, 10'000)},
        {"f", text()}}},
      {"/ogc/processes", {{"limit", integer(1, 10'000)}, {"f", text()}}},
      {"/uploads", {{"name", text()}}},
      {"/query/at",
       {{"lon", number(-180, 180)},
        {"lat", number(-90, 90)},
        {"datum", text()},
        {"reach_m", number(0, 1000)},
        {"layer", text()},
        {"as_of", text()},
        {"edition", edition_number()}}},
      {"/query/near",
       {{"lon", number(-180, 180)},
        {"lat", number(-90, 90)},
        {"datum", text()},
        {"radius_m", number(0, 100'000)},
        {"limit", integer(1, 1000)},
        {"layer", text()},
        {"as_of", text()},
        {"edition", edition_number()}}},
      {"/query/find",
       {{"text", text()},
        {"layer", text()},
        {"limit", integer(1, 100)},
        {"as_of", text()},
        {"edition", edition_number()}}},
      {"/query/totals",
       {{"by", {{"type", "string"}, {"enum", {"towns", "districts"}}}},
        {"layer", text()},
        {"as_of", text()},
        {"edition", edition_number()}}},
      {"/tiles/{tileset}.json", {{"as_of", text()}}},
      {"/checks/retention/what-if", {{"as_of", text()}}},
      {"/checks/runs", {{"check", text()}, {"limit", integer(1, 1000)}, {"f", text()}}},
      {"/query/summary",
       {{"layer", text()}, {"datum", text()}, {"as_of", text()}, {"edition", edition_number()}}}};
  return kParameters;
}

Json parameters_of(const std::string& pattern, bool with_query) {
  Json parameters = Json::array();
  for (std::size_t at = pattern.find('{'); at != std::string::npos; at = pattern.find('{', at + 1)) {
    const std::size_t end = pattern.find('}', at);
    parameters.push_back({{"name", pattern.substr(at + 1, end - at - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", text()}});
  }
  const auto query = query_parameters().find(pattern);
  if (!with_query || query == query_parameters().end()) return parameters;
  for (const auto& [name, schema] : query->second) {
    const bool required = name == "lon" || name == "lat" || name == "text" || name == "by";
    Json parameter{{"name", name}, {"in", "query"}, {"required", required}, {"schema", schema}};
    if (name == "bbox") parameter.update({{"style", "form"}, {"explode", false}});
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Json body_of(const http::Route& route) {
  const DescribedBodies* described = described_bodies(route.method, route.pattern);
  if (described != nullptr && !described->request.is_null()) {
    return {{"required", described->request_wanted},
            {"content", {{"application/json", {{"schema", described->request}}}}}};
  }
  const bool file = route.body_to_file != nullptr;
  const char* type = file                                    ? "application/octet-stream"
                     : route.pattern.ends_with("/execution") ? "application/json"
                                                             : "application/geo+json";
  Json schema{{"type", file ? "string" : "object"}};
  if (file) schema["format"] = "binary";
  return {{"required", true}, {"content", {{type, {{"schema", std::move(schema)}}}}}};
}

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

/// Features of a layer: GET reads them, the other methods edit them.
bool is_item(const std::string& pattern) { return pattern.starts_with("/ogc/collections/{layer}/items"); }

/// Addresses that also take edits, or questions in a body, have query parameters for GET alone.
bool has_query(http::Method method, const std::string& pattern) {
  return method == http::Method::get || (!is_item(pattern) && described_bodies(method, pattern) == nullptr);
}

/// The answer that goes well.
Json success_of(const http::Route& route, const DescribedBodies& described) {
  Json answer{{"description", route.summary}};
  if (!described.response.is_null()) answer["content"] = {{described.type, {{"schema", described.response}}}};
  return {{std::to_string(described.status), std::move(answer)},
          {"default", {{"description", "RFC 9457 problem"}}}};
}

Json operation_of(const http::Route& route) {
  const bool sends = route.method == http::Method::post || route.method == http::Method::put ||
                     route.method == http::Method::patch;
  const bool changes =
      is_item(route.pattern) && route.method != http::Method::get && route.method != http::Method::post;
  Json operation{{"summary", route.summary},
                 {"parameters", parameters_of(route.pattern, has_query(route.method, route.pattern))},
                 {"responses",
                  {{changes ? "204" : "200", {{"description", route.summary}}},
                   {"default", {{"description", "RFC 9457 problem"}}}}}};
  const DescribedBodies* described = described_bodies(route.method, route.pattern);
  if (described != nullptr) operation["responses"] = success_of(route, *described);
  if (changes || (described != nullptr && described->conditional))
    operation["parameters"].push_back(
        {{"name", "If-Match"}, {"in", "header"}, {"required", true}, {"schema", text()}});
  if (sends) operation["requestBody"] = body_of(route);
  return operation;
}

}  // namespace

std::string describe_api(const http::Router& router, const std::string& version) {
  Json paths = Json::object();
  for (const http::Route& route : router.routes()) {
    if (route.pattern.find('*') != std::string::npos) continue;
    paths[route.pattern][lower(http::name(route.method))] = operation_of(route);
  }
  return Json{{"openapi", "3.0.3"},
              {"info",
               {{"title", "caitu 菜图"},
                {"version", version},
                {"description", "Vegetable land of Beijing: layers, tiles and queries."}}},
              // Where an account is needed is the guard's to say: on loopback, reads need none.
              {"security", {Json::object(), {{"bearer", Json::array()}}}},
              {"components", {{"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}}},
              {"paths", std::move(paths)}}
      .dump();
}

http::Response openapi(const std::string& description, const http::Request& request) {
  Params params(request, {"f"});
  return http::text_response(200, "application/vnd.oai.openapi+json;version=3.0", description);
}

}  // namespace caitu::api
