#include "api/body_schemas.hpp"

#include <map>
#include <utility>

#include "api/links.hpp"
#include "api/posted_land.hpp"

namespace caitu::api {
namespace {

using base::Json;
using http::Method;

Json text() { return {{"type", "string"}}; }
Json texts() { return {{"type", "array"}, {"items", text()}}; }
Json number() { return {{"type", "number"}}; }
Json whole(std::int64_t least) { return {{"type", "integer"}, {"minimum", least}}; }
Json flag() { return {{"type", "boolean"}}; }
Json date() { return {{"type", "string"}, {"format", "date"}}; }
Json any() { return Json::object(); }
Json one_of(std::initializer_list<const char*> values) {
  return {{"type", "string"}, {"enum", Json(std::vector<std::string>(values.begin(), values.end()))}};
}
Json list(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Json object(Json properties, Json required = Json::array()) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}
Json or_null(Json schema) {
  schema["nullable"] = true;
  return schema;
}

Json links() {
  return list(object({{"href", text()}, {"rel", text()}, {"type", text()}, {"title", text()}}));
}

Json measure() {
  return object({{"id", text()},
                 {"title", text()},
                 {"title_en", text()},
                 {"value", or_null(number())},
                 {"unit", text()},
                 {"target", or_null(number())},
                 {"comparator", text()},
                 {"verdict", one_of({"", "met", "not_met", "about", "for_review", "not_run"})},
                 {"source", text()},
                 {"notes", texts()},
                 {"detail", any()}},
                {"id", "value", "unit", "verdict"});
}

Json check_result() {
  return object({{"check", text()},
                 {"as_of", date()},
                 {"findings", whole(0)},
                 {"measures", list(measure())},
                 {"not_run", list(object({{"what", text()}, {"layer", text()}, {"why", text()}}))},
                 {"looked_at", list(object({{"rule", text()}, {"features", whole(0)}, {"clear", whole(0)}}))},
                 {"notes", texts()}});
}

Json finding_counts() {
  return list(object({{"check", text()},
                      {"rule", text()},
                      {"verdict", one_of({"violation", "for_field_check"})},
                      {"new", whole(0)},
                      {"persisting", whole(0)},
                      {"reopened", whole(0)},
                      {"count", whole(0)}}));
}

/// `whole_run`: with what it came to.
Json run(bool whole_run) {
  Json properties{{"id", text()},
                  {"check", text()},
                  {"status", one_of({"accepted", "running", "successful", "failed", "dismissed"})},
                  {"message", text()},
                  {"stage", text()},
                  {"progress", {{"type", "integer"}, {"minimum", 0}, {"maximum", 100}}},
                  {"who", text()},
                  {"as_of", date()},
                  {"population_year", {{"type", "integer"}}},
                  {"publish", flag()},
                  {"created", text()},
                  {"started", text()},
                  {"finished", text()},
                  {"links", links()}};
  if (whole_run) {
    properties.update({{"checks", list(check_result())},
                       {"findings", finding_counts()},
                       {"cleared", whole(0)},
                       {"published", object({{"plan", list(any())},
                                             {"flags", object({{"added", whole(0)},
                                                               {"persisting", whole(0)},
                                                               {"reopened", whole(0)},
                                                               {"cleared", whole(0)}})}})},
                       {"problem", any()}});
  }
  return object(std::move(properties), {"id", "check", "status", "progress", "links"});
}

Json check_list() {
  const Json rule = object({{"id", text()},
                            {"version", whole(1)},
                            {"title", text()},
                            {"title_en", text()},
                            {"severity", one_of({"low", "medium", "high", "critical"})},
                            {"category", whole(1)},
                            {"needs", texts()},
                            {"missing", texts()}});
  const Json layer = object({{"layer", text()},
                             {"title", text()},
                             {"title_en", text()},
                             {"there", flag()},
                             {"edition", whole(0)},
                             {"as_of", date()},
                             {"changes", whole(1)},
                             {"href", text()}});
  return object({{"checks", list(object({{"id", text()},
                                         {"title", text()},
                                         {"title_en", text()},
                                         {"description", text()},
                                         {"description_en", text()},
                                         {"rules", list(rule)},
                                         {"layers", list(layer)},
                                         {"links", links()}}))},
                 {"rules", object({{"digest", text()}})},
                 {"links", links()}});
}

Json asked_run() {
  Json schema = object({{"as_of", date()}, {"population_year", {{"type", "integer"}}}, {"publish", flag()}});
  schema["additionalProperties"] = false;
  return schema;
}

Json asked_what_if() {
  Json land{{"type", "object"},
            {"description", "GeoJSON Polygon or MultiPolygon in CRS84, or a Feature of one"}};
  Json add{{"description", "land in use that is drawn; a list, a FeatureCollection, or one alone; at most " +
                               std::to_string(kMaxPostedPositions) + " positions in all"},
           {"oneOf", Json::array({list(land), land})}};
  Json remove = list(whole(0));
  remove["description"] = "ids of features of vegetable_land";
  Json schema = object({{"add", std::move(add)},
                        {"remove", std::move(remove)},
                        {"residents", whole(1)},
                        {"population_year", {{"type", "integer"}}},
                        {"threshold_li", {{"type", "number"}, {"minimum", 0}, {"exclusiveMinimum", true}}},
                        {"as_of", date()}});
  schema["additionalProperties"] = false;
  return schema;
}

Json answered_what_if() {
  return object({{"as_of", date()},
                 {"after", measure()},
                 {"now", measure()},
                 {"gained_mu", number()},
                 {"lost_mu", number()},
                 {"notes", texts()},
                 {"editions", any()}});
}

Json status() { return one_of({"suspected", "assigned", "confirmed", "dismissed", "rectified", "closed"}); }

Json asked_step() {
  Json schema =
      object({{"status", status()}, {"reason", text()}, {"assignee", text()}}, Json::array({"status"}));
  schema["additionalProperties"] = false;
  return schema;
}

Json flag_feature() {
  return object({{"type", one_of({"Feature"})},
                 {"id", whole(1)},
                 {"geometry", any()},
                 {"properties", any()},
                 {"status_zh", text()},
                 {"next", list(object({{"status", status()},
                                       {"means", text()},
                                       {"means_en", text()},
                                       {"needs_reason", flag()},
                                       {"needs_assignee", flag()}}))},
                 {"history", list(object({{"version", whole(1)},
                                          {"operation", one_of({"insert", "update", "delete"})},
                                          {"at", text()},
                                          {"who", text()},
                                          {"status", text()},
                                          {"reason", text()},
                                          {"assignee", text()},
                                          {"state", text()},
                                          {"verdict", text()},
                                          {"seen_on", date()}}))},
                 {"links", links()}});
}

DescribedBodies answers(Json response, std::string type = "application/json") {
  DescribedBodies bodies;
  bodies.response = std::move(response);
  bodies.type = std::move(type);
  return bodies;
}

DescribedBodies takes(Json request, bool wanted, int status, Json response) {
  DescribedBodies bodies = answers(std::move(response));
  bodies.request = std::move(request);
  bodies.request_wanted = wanted;
  bodies.status = status;
  return bodies;
}

using Table = std::map<std::pair<Method, std::string>, DescribedBodies>;

Table make_table() {
  Table table{
      {{Method::get, "/checks"}, answers(check_list())},
      {{Method::get, "/checks/retention/what-if"},
       answers(object({{"as_of", date()}, {"now", measure()}, {"editions", any()}}))},
      {{Method::post, "/checks/retention/what-if"}, takes(asked_what_if(), true, 200, answered_what_if())},
      {{Method::post, "/checks/{check}/runs"}, takes(asked_run(), false, 201, run(false))},
      {{Method::get, "/checks/runs"}, answers(object({{"runs", list(run(false))}, {"links", links()}}))},
      {{Method::get, "/checks/runs/{id}"}, answers(run(true))},
      {{Method::get, "/checks/runs/{id}/{file}"},
       answers({{"type", "string"}, {"format", "binary"}}, "application/octet-stream")},
      {{Method::get, "/flags/{id}"}, answers(flag_feature(), std::string(kGeoJson))},
      {{Method::get, "/flags/{id}/why"}, answers({{"type", "object"}})},
      {{Method::patch, "/flags/{id}"}, takes(asked_step(), true, 204, nullptr)}};
  table.at({Method::patch, "/flags/{id}"}).conditional = true;
  return table;
}

}  // namespace

const DescribedBodies* described_bodies(Method method, const std::string& pattern) {
  static const Table kTable = make_table();
  const auto at = kTable.find({method, pattern});
  return at == kTable.end() ? nullptr : &at->second;
}

}  // namespace caitu::api
