#include "api/flags.hpp"

#include <charconv>

#include "api/answer.hpp"
#include "api/feature_json.hpp"
#include "api/features.hpp"
#include "api/if_match.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "api/posted_body.hpp"
#include "base/clock.hpp"
#include "catalog/feature_history.hpp"
#include "checks/pinned.hpp"
#include "checks/why.hpp"
#include "checks/workflow.hpp"

namespace caitu::api {
namespace {

using access::Caller;
using access::Role;
using base::Code;
using base::Error;
using base::Json;
using base::Where;
using geodata::Snapshot;

const std::string kFlags = "flags";
constexpr std::size_t kLongestReason = 2'000, kLongestAssignee = 60;

std::string text_at(const Snapshot& snapshot, std::string_view field, std::size_t item) {
  const auto at = snapshot.schema().index_of(field);
  if (!at) return {};
  const geodata::Value value = snapshot.column(*at).value(item);
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

std::optional<std::uint64_t> as_number(const std::string& id) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  return error == std::errc{} && end == id.data() + id.size() ? std::optional(number) : std::nullopt;
}

/// Where it stands in the layer: by fingerprint, which may look like a number, before id.
std::optional<std::size_t> find_flag(const Snapshot& flags, const std::string& id) {
  if (const auto field = flags.schema().index_of("fingerprint")) {
    for (std::size_t item = 0; item < flags.size(); ++item) {
      const geodata::Value value = flags.column(*field).value(item);
      const auto* text = std::get_if<std::string>(&value);
      if (text != nullptr && *text == id) return item;
    }
  }
  const auto number = as_number(id);
  return number ? flags.find(*number) : std::nullopt;
}

[[noreturn]] void no_such_flag(const std::string& id) {
  throw Error(Code::not_found, "there is no flag \"" + id + "\"", Where{.layer = kFlags, .field = "id"},
              "the id of a feature of /ogc/collections/flags/items, or its fingerprint");
}

struct Flag {
  std::shared_ptr<const catalog::Edition> edition;
  std::size_t item = 0;

  const Snapshot& snapshot() const { return *edition->snapshot; }
  std::uint64_t id() const { return snapshot().id(item); }
};

std::optional<Flag> shown_flag(const Context& context, const std::string& id) {
  const auto state = context.catalog.state();
  const auto current = state->current.find(kFlags);
  if (current == state->current.end()) return std::nullopt;
  const auto item = find_flag(*current->second->snapshot, id);
  return item ? std::optional(Flag{current->second, *item}) : std::nullopt;
}

Json next_steps(const std::string& status) {
  Json steps = Json::array();
  for (const checks::PossibleStep& step : checks::possible_steps(status)) {
    steps.push_back({{"status", step.to},
                     {"means", step.means_zh},
                     {"means_en", step.means},
                     {"needs_reason", step.needs_reason},
                     {"needs_assignee", step.needs_assignee}});
  }
  return steps;
}

/// What a person or a run made of it, oldest first: the fields of the workflow, and who and when.
Json history_json(const Context& context, std::uint64_t id) {
  Json rows = Json::array();
  for (const catalog::PastEdit& edit : catalog::feature_history(context.catalog.workspace(), kFlags, id)) {
    Json row{{"version", edit.version}, {"operation", edit.operation}, {"at", edit.at}, {"who", edit.who}};
    for (const char* field : {"status", "reason", "assignee", "state", "verdict", "seen_on"}) {
      if (edit.properties.contains(field)) row[field] = edit.properties[field];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool may_see_history(const Caller& caller) { return !caller.known() || caller.role > Role::viewer; }

Json links_of(const std::string& base, std::uint64_t id) {
  const std::string number = std::to_string(id), self = base + "/flags/" + number;
  return Json::array({link(self, "self", std::string(kGeoJson)),
                      link(self + "/why", "why", "application/json"),
                      link(base + "/ogc/collections/flags/items/" + number, "item", std::string(kGeoJson)),
                      link(base + "/ogc/collections/flags", "collection", "application/json")});
}

}  // namespace

http::Response flag(const Context& context, const http::Request& request, const http::PathValues& path,
                    const Caller& caller) {
  const Params params(request, {"f"});
  const auto found = shown_flag(context, path.at("id"));
  if (!found) no_such_flag(path.at("id"));
  std::string body;
  append_feature(body, found->snapshot(), found->item);
  body.pop_back();
  const std::string status = text_at(found->snapshot(), "status", found->item);
  body += ",\"status_zh\":" + base::json_text(checks::status_zh(status)) +
          ",\"next\":" + base::json_text(next_steps(status));
  if (may_see_history(caller)) body += ",\"history\":" + base::json_text(history_json(context, found->id()));
  body += ",\"links\":" + base::json_text(links_of(base_url(request), found->id())) + "}";
  http::Response response = http::text_response(200, std::string(kGeoJson), std::move(body));
  response.etag = feature_etag(found->snapshot(), found->item);
  response.set("Cache-Control", "no-cache");
  return response;
}

http::Response flag_why(const Context& context, const http::Request& request, const http::PathValues& path) {
  const Params params(request, {"f"});
  const auto why = checks::why_json(checks::pin(context.catalog, std::nullopt), path.at("id"));
  if (!why) no_such_flag(path.at("id"));
  http::Response response = json_answer(*why);
  response.set("Cache-Control", "no-cache");
  return response;
}

http::Response flag_step(const Context& context, const http::Request& request, const http::PathValues& path,
                         const Caller& caller) {
  const Params params(request, {});
  return under_if_match(request, [&](const catalog::Expected& expected) {
    const PostedBody body(request, {"status", "reason", "assignee"});
    checks::Step step{.status = body.text("status", kLongestAssignee).value_or(""),
                      .reason = body.text("reason", kLongestReason).value_or(""),
                      .assignee = body.text("assignee", kLongestAssignee).value_or("")};
    // One that has just come may not be shown yet, and is known by its id.
    const auto found = shown_flag(context, path.at("id"));
    const auto id = found ? std::optional(found->id()) : as_number(path.at("id"));
    if (!id) no_such_flag(path.at("id"));
    return edit_done(204, checks::take_step(context.living, context.catalog, *id, step, expected,
                                            editor_of(caller), base::utc_now()));
  });
}

}  // namespace caitu::api
