#include "api/features.hpp"

#include <array>
#include <charconv>
#include <limits>

#include "api/feature_json.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "catalog/living_edition.hpp"
#include "geodata/query.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;

constexpr std::int64_t kDefaultLimit = 10, kMaxLimit = 10'000;
/// Pages up to this many features are built whole, so that they can be compressed; longer ones are streamed.
constexpr std::size_t kWholePage = 1'000;
constexpr std::size_t kChunkFeatures = 200;

/// Where a page begins: "EDITION.ITEM", or "EDITION.CHANGES.ITEM" where edits are laid over the edition.
struct Cursor {
  std::uint32_t edition = 0;
  std::uint64_t changes = 0;
  std::size_t item = 0;
};

Cursor parse_cursor(const std::string& text) {
  std::array<std::uint64_t, 3> numbers{};
  std::size_t count = 0;
  const char *at = text.data(), *end = text.data() + text.size();
  while (count < numbers.size()) {
    const auto [next, error] = std::from_chars(at, end, numbers[count]);
    if (error != std::errc{}) break;
    ++count;
    at = next;
    if (at == end || *at != '.') break;
    ++at;
  }
  const bool whole = count >= 2 && at == end && text.back() != '.';
  if (whole && numbers[0] <= std::numeric_limits<std::uint32_t>::max()) {
    return {.edition = static_cast<std::uint32_t>(numbers[0]),
            .changes = count == 3 ? numbers[1] : 0,
            .item = static_cast<std::size_t>(numbers[count - 1])};
  }
  throw Error(Code::invalid, "\"" + text + "\" is no cursor", Where{.field = "cursor", .position = 1},
              "take the next link of the page before");
}

/// "2024-06-30" or "2024-06-30T08:00:00Z": the land as of that day. Intervals end on their later day.
std::optional<std::string> parse_datetime(const Params& params) {
  const auto text = params.text("datetime");
  if (!text) return std::nullopt;
  std::string instant = *text;
  if (const std::size_t slash = instant.find('/'); slash != std::string::npos) {
    const std::string later = instant.substr(slash + 1);
    if (later == ".." || later.empty()) return std::nullopt;
    instant = later;
  }
  const std::string date = instant.substr(0, 10);
  if (!catalog::is_date(date) || (instant.size() > 10 && instant[10] != 'T')) {
    throw Error(Code::invalid, "\"" + *text + "\" is no RFC 3339 date or time",
                Where{.field = "datetime", .position = 1}, "write it as 2024-06-30 or 2024-06-30T00:00:00Z");
  }
  return date;
}

struct PageRequest {
  std::shared_ptr<const catalog::Edition> edition;
  geodata::Query query;
};

PageRequest parse_page(const Context& context, const http::Request& request, const std::string& layer) {
  const Params params(request, {"bbox", "limit", "cursor", "datetime", "edition", "f"});
  if (const auto format = params.text("f"); format && *format != "json" && *format != "geojson") {
    throw Error(Code::invalid, "\"" + *format + "\" is no format of this address", Where{.field = "f"},
                "json");
  }
  PageRequest page;
  page.query.box = params.bbox();
  page.query.limit = static_cast<std::size_t>(params.integer("limit", 1, kMaxLimit).value_or(kDefaultLimit));
  std::optional<std::uint32_t> number;
  if (const auto asked = params.integer("edition", 1, 4'000'000'000))
    number = static_cast<std::uint32_t>(*asked);
  const auto as_of = parse_datetime(params);
  if (const auto cursor = params.text("cursor")) {
    const Cursor at = parse_cursor(*cursor);
    number = at.edition;
    page.query.from = at.item;
    if (at.changes > 0) {
      page.edition = context.catalog.kept(layer, at.edition, at.changes);
      return page;
    }
  }
  page.edition = context.catalog.edition(layer, number, number ? std::nullopt : as_of);
  return page;
}

std::string next_target(const http::Request& request, const PageRequest& page, std::size_t next) {
  std::string query;
  for (const auto& [name, value] : request.query) {
    if (name == "cursor" || name == "edition" || name == "datetime") continue;
    query += "&" + http::percent_encode(name) + "=" + http::percent_encode(value);
  }
  const std::string changes = page.edition->changes == 0 ? "" : std::to_string(page.edition->changes) + ".";
  return request.path + "?cursor=" + std::to_string(page.edition->record.edition) + "." + changes +
         std::to_string(next) + query;
}

std::string page_tail(const http::Request& request, const PageRequest& page, const geodata::Page& found) {
  const std::string base = base_url(request);
  Json links = Json::array(
      {link(base + request.target, "self", std::string(kGeoJson)),
       link(base + "/ogc/collections/" + page.edition->record.layer, "collection", "application/json")});
  if (found.next)
    links.push_back(link(base + next_target(request, page, *found.next), "next", std::string(kGeoJson)));
  return "],\"numberMatched\":" + std::to_string(geodata::count(*page.edition->snapshot, page.query.box)) +
         ",\"numberReturned\":" + std::to_string(found.items.size()) +
         ",\"edition\":" + std::to_string(page.edition->record.edition) +
         (page.edition->changes == 0 ? "" : ",\"changes\":" + std::to_string(page.edition->changes)) +
         ",\"as_of\":\"" + page.edition->record.as_of + "\",\"links\":" + links.dump() + "}";
}

std::string page_etag(const http::Request& request, const catalog::Edition& edition) {
  const std::string of = edition.record.digest + "\n" + std::to_string(edition.record.edition) + "\n" +
                         edition.record.as_of + "\n" + base_url(request) + request.target +
                         "\n" CAITU_VERSION;
  return base::hex(base::digest128(of));
}

void append_run(std::string& out, const geodata::Snapshot& snapshot, const std::vector<std::size_t>& items,
                std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    if (i > 0) out += ',';
    append_feature(out, snapshot, items[i]);
  }
}

constexpr std::string_view kPageHead = R"({"type":"FeatureCollection","features":[)";

}  // namespace

std::string feature_etag(const geodata::Snapshot& snapshot, std::size_t item) {
  const geodata::Feature feature = snapshot.feature(item);
  return catalog::tag_of(snapshot.schema(), feature.geometry, feature.values);
}

std::uint64_t item_id(const http::PathValues& path) {
  const std::string& text = path.at("id");
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error == std::errc{} && end == text.data() + text.size()) return id;
  throw Error(Code::invalid, "\"" + text + "\" is no feature id", Where{.field = "id", .position = 1},
              "ids are whole numbers");
}

http::Response items(const Context& context, const http::Request& request, const http::PathValues& path) {
  const PageRequest page = parse_page(context, request, path.at("layer"));
  geodata::Page found = geodata::run(*page.edition->snapshot, page.query);
  if (found.next) context.catalog.keep(page.edition);
  std::string tail = page_tail(request, page, found);
  http::Response response;
  if (found.items.size() <= kWholePage) {
    std::string body(kPageHead);
    append_run(body, *page.edition->snapshot, found.items, 0, found.items.size());
    response = http::text_response(200, std::string(kGeoJson), body + tail);
  } else {
    response.set("Content-Type", std::string(kGeoJson));
    response.chunks = [edition = page.edition, items = std::move(found.items), tail = std::move(tail),
                       at = std::size_t{0}](std::string& chunk) mutable {
      if (at > items.size()) return false;
      if (at == 0) chunk += kPageHead;
      const std::size_t last = std::min(items.size(), at + kChunkFeatures);
      append_run(chunk, *edition->snapshot, items, at, last);
      at = last;
      if (at == items.size()) {
        chunk += tail;
        ++at;
      }
      return true;
    };
  }
  response.etag = page_etag(request, *page.edition);
  response.set("Cache-Control", "no-cache");
  response.set("Content-Crs", "<" + std::string(kCrs84) + ">");
  return response;
}

http::Response item(const Context& context, const http::Request& request, const http::PathValues& path) {
  const Params params(request, {"edition", "datetime", "f"});
  std::optional<std::uint32_t> number;
  if (const auto asked = params.integer("edition", 1, 4'000'000'000))
    number = static_cast<std::uint32_t>(*asked);
  const auto edition =
      context.catalog.edition(path.at("layer"), number, number ? std::nullopt : parse_datetime(params));
  const std::string& text = path.at("id");
  const auto found = edition->snapshot->find(item_id(path));
  if (!found)
    throw Error(Code::not_found, "layer " + path.at("layer") + " has no feature " + text + " in edition " +
                                     std::to_string(edition->record.edition));
  std::string body;
  append_feature(body, *edition->snapshot, *found);
  body.pop_back();
  const std::string base = base_url(request), collection = base + "/ogc/collections/" + path.at("layer");
  body += ",\"links\":" +
          Json::array({link(collection + "/items/" + text, "self", std::string(kGeoJson)),
                       link(collection, "collection", "application/json")})
              .dump() +
          "}";
  http::Response response = http::text_response(200, std::string(kGeoJson), std::move(body));
  response.etag = edition->snapshot->schema().living ? feature_etag(*edition->snapshot, *found)
                                                     : page_etag(request, *edition);
  response.set("Cache-Control", "no-cache");
  response.set("Content-Crs", "<" + std::string(kCrs84) + ">");
  return response;
}

}  // namespace caitu::api
