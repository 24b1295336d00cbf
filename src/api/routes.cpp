#include "api/routes.hpp"

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "api/check_runs.hpp"
#include "api/checks.hpp"
#include "api/collections.hpp"
#include "api/editions.hpp"
#include "api/edits.hpp"
#include "api/features.hpp"
#include "api/find.hpp"
#include "api/flags.hpp"
#include "api/jobs.hpp"
#include "api/openapi.hpp"
#include "api/operations.hpp"
#include "api/pages.hpp"
#include "api/processes.hpp"
#include "api/queries.hpp"
#include "api/tiles.hpp"
#include "api/totals.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::api {
namespace {

using access::Caller;
using access::Role;
using http::Method;
using http::PathValues;
using http::Request;
using http::Response;

RouteTable tile_routes(const Context& c) {
  return {
      {Method::get, "/tiles", "Tilesets", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return tilesets(c, r); }},
      {Method::get, "/tiles/{tileset}.json", "TileJSON 3.0 of a tileset", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return tileset(c, r, p); }},
      {Method::get, "/tiles/{tileset}/{z}/{x}/{y}", "A vector tile (MVT 2.1, XYZ)", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return tile(c, r, p); },
       [&c](const Request& r, const PathValues& p, const Caller&, Response& out) {
         return cached_tile(c, r, p, out);
       }},
      {Method::get, "/styles", "MapLibre styles", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return style_list(c, r); }},
      {Method::get, "/styles/{style}.json", "A MapLibre style with its addresses filled in", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return style(c, r, p); }},
  };
}

RouteTable ogc_routes(const Context& c, const std::shared_ptr<const std::string>& described) {
  return {
      {Method::get, "/ogc", "OGC API landing page", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return landing_page(c, r); }},
      {Method::get, "/ogc/conformance", "Conformance classes", Rule::read(),
       [](const Request& r, const PathValues&, const Caller&) { return conformance(r); }},
      {Method::get, "/ogc/api", "This interface as OpenAPI 3.0", Rule::read(),
       [described](const Request& r, const PathValues&, const Caller&) { return openapi(*described, r); }},
      {Method::get, "/ogc/collections", "Layers", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return collections(c, r); }},
      {Method::get, "/ogc/collections/{layer}", "A layer", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return collection(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/schema", "What a layer's features are made of (JSON Schema)",
       Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return collection_schema(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/editions", "Editions of a layer", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return editions(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/difference", "What changed between two editions of a layer",
       Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return edition_difference(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/items", "Features of a layer", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return items(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/items/{id}", "One feature", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return item(c, r, p); }},
  };
}

RouteTable edit_routes(const Context& c) {
  const Rule inspector = Rule::write(access::Role::inspector);
  return {
      {Method::post, "/ogc/collections/{layer}/items", "A new feature of a living layer", inspector,
       [&c](const Request& r, const PathValues& p, const Caller& who) { return insert_item(c, r, p, who); }},
      {Method::put, "/ogc/collections/{layer}/items/{id}", "Another state of a feature (If-Match)", inspector,
       [&c](const Request& r, const PathValues& p, const Caller& who) { return replace_item(c, r, p, who); }},
      {Method::patch, "/ogc/collections/{layer}/items/{id}", "Some of a feature (If-Match)", inspector,
       [&c](const Request& r, const PathValues& p, const Caller& who) { return merge_item(c, r, p, who); }},
      {Method::del, "/ogc/collections/{layer}/items/{id}", "A feature taken out (If-Match)", inspector,
       [&c](const Request& r, const PathValues& p, const Caller& who) { return remove_item(c, r, p, who); }},
  };
}

RouteTable query_routes(const Context& c) {
  return {
      {Method::get, "/query/at", "Everything at a point", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return query_at(c, r); }},
      {Method::get, "/query/near", "What is near, nearest first", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return query_near(c, r); }},
      {Method::get, "/query/find", "Features by name or number", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return query_find(c, r); }},
      {Method::get, "/query/totals", "Land by town or district", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return query_totals(c, r); }},
      {Method::post, "/query/summary", "Land by layer and class inside a polygon", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return query_summary(c, r); }},
  };
}

RouteTable job_routes(const JobService& s) {
  return {
      {Method::get, "/ogc/processes", "Processes", Rule::read(),
       [&s](const Request& r, const PathValues&, const Caller&) { return process_list(s, r); }},
      {Method::get, "/ogc/processes/{process}", "A process, its inputs and outputs", Rule::read(),
       [&s](const Request& r, const PathValues& p, const Caller&) { return process_description(s, r, p); }},
      {Method::post, "/ogc/processes/{process}/execution", "Start a process as a job",
       Rule::write(Role::analyst),
       [&s](const Request& r, const PathValues& p, const Caller& who) { return execution(s, r, p, who); }},
      {Method::get, "/ogc/jobs", "Jobs, newest first", Rule::read(),
       [&s](const Request& r, const PathValues&, const Caller& who) { return job_list(s, r, who); }},
      {Method::get, "/ogc/jobs/{id}", "Where a job stands", Rule::read(),
       [&s](const Request& r, const PathValues& p, const Caller& who) { return job_status(s, r, p, who); }},
      {Method::get, "/ogc/jobs/{id}/results", "What a job gave", Rule::read(),
       [&s](const Request& r, const PathValues& p, const Caller& who) { return job_results(s, r, p, who); }},
      {Method::get, "/ogc/jobs/{id}/results/{file}", "A file that a job has made", Rule::read(),
       [&s](const Request& r, const PathValues& p, const Caller& who) { return job_file(s, r, p, who); }},
      {Method::del, "/ogc/jobs/{id}", "Call a job off, or take an ended one off the list",
       Rule::write(Role::analyst),
       [&s](const Request& r, const PathValues& p, const Caller& who) { return job_dismiss(s, r, p, who); }},
      {.method = Method::post,
       .pattern = "/uploads",
       .summary = "A file for a job",
       .rule = Rule::write(Role::analyst),
       .handle = [&s](const Request& r, const PathValues&, const Caller& who) { return upload(s, r, who); },
       .body_to_file = std::make_shared<http::BodyToFile>(
           http::BodyToFile{.folder = s.uploads.folder(), .limit = s.upload_bytes, .admit = nullptr})},
  };
}

RouteTable flag_routes(const Context& c) {
  return {
      {Method::get, "/flags/{id}", "A case, what it may become, and its history", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller& who) { return flag(c, r, p, who); }},
      {Method::get, "/flags/{id}/why", "Why a case is one, and what would turn the verdict", Rule::read(),
       [&c](const Request& r, const PathValues& p, const Caller&) { return flag_why(c, r, p); }},
      {Method::patch, "/flags/{id}", "A step of a case's workflow (If-Match)", Rule::write(Role::inspector),
       [&c](const Request& r, const PathValues& p, const Caller& who) { return flag_step(c, r, p, who); }},
  };
}

RouteTable check_routes(const Context& c) {
  return {
      {Method::get, "/checks", "The checks, their rules and the layers that they need", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return check_list(c, r); }},
      {Method::get, "/checks/retention/what-if", "Vegetable land per resident as it is", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return retention_now(c, r); }},
      {Method::post, "/checks/retention/what-if", "The same after an edit that nobody has made", Rule::read(),
       [&c](const Request& r, const PathValues&, const Caller&) { return retention_what_if(c, r); }},
  };
}

RouteTable check_run_routes(const JobService& s) {
  return {
      {Method::post, "/checks/{check}/runs", "Run a check, or all, as a job", Rule::write(Role::analyst),
       [&s](const Request& r, const PathValues& p, const Caller& who) { return start_check(s, r, p, who); }},
      {Method::get, "/checks/runs", "Runs of checks, newest first", Rule::read(),
       [&s](const Request& r, const PathValues&, const Caller& who) { return check_runs(s, r, who); }},
      {Method::get, "/checks/runs/{id}", "Where a run stands, and what it came to", Rule::read(),
       [&s](const Request& r, const PathValues& p, const Caller& who) { return check_run(s, r, p, who); }},
      {Method::get, "/checks/runs/{id}/{file}", "The evidence of a run", Rule::read(),
       [&s](const Request& r, const PathValues& p, const Caller& who) {
         return check_evidence(s, r, p, who);
       }},
  };
}

/// A body that goes to a file is admitted by the row's rule before it comes, and by its name.
std::shared_ptr<const http::BodyToFile> guarded_body(const Context& context, const GuardedRoute& row) {
  if (!row.body_to_file) return nullptr;
  auto body = std::make_shared<http::BodyToFile>(*row.body_to_file);
  body->admit = [may = admission(context, row.rule)](const Request& request,
                                                     const PathValues& path) -> std::optional<Response> {
    if (auto refusal = may(request, path)) return refusal;
    upload_name(request);
    return std::nullopt;
  };
  return body;
}

RouteTable operation_routes(const Context& c) {
  return {
      {Method::get, "/healthz", "Alive", Rule::open(),
       [](const Request&, const PathValues&, const Caller&) { return healthz(); }},
      {Method::get, "/readyz", "Ready", Rule::open(),
       [&c](const Request&, const PathValues&, const Caller&) { return readyz(c); }},
      {Method::get, "/metrics", "Prometheus metrics", Rule::read(),
       [&c](const Request&, const PathValues&, const Caller&) { return metrics(c); }},
  };
}

RouteTable page_routes(const Context& c) {
  const auto pages = std::make_shared<const Pages>(c.web);
  const GuardedHandler page = [pages](const Request& r, const PathValues&, const Caller&) {
    return pages->page(r.path);
  };
  return {
      {Method::get, "/", "The map", Rule::open(), page},
      {Method::get, "/{file*}", "Files of the map", Rule::open(), page},
  };
}

/// No answer leaves that was made from a snapshot which lost pages meanwhile: an error goes out instead, and
/// of a stream that has begun, no further chunk.
http::Handler watched(http::Handler handle) {
  return [handle = std::move(handle)](const Request& request, const PathValues& path) {
    const geodata::MapWatch watch;
    Response response = handle(request, path);
    watch.check();
    if (response.chunks) {
      response.chunks = [chunks = std::move(response.chunks), watch](std::string& chunk) {
        const bool more = chunks(chunk);
        watch.check();
        return more;
      };
    }
    return response;
  };
}

}  // namespace

RouteTable route_table(const Context& context, const std::shared_ptr<const std::string>& described) {
  RouteTable table;
  for (RouteTable family :
       {tile_routes(context), ogc_routes(context, described), edit_routes(context), query_routes(context),
        flag_routes(context), context.checks != nullptr ? check_routes(context) : RouteTable(),
        context.jobs != nullptr ? job_routes(*context.jobs) : RouteTable(),
        context.jobs != nullptr ? check_run_routes(*context.jobs) : RouteTable(), operation_routes(context),
        page_routes(context)})
    std::move(family.begin(), family.end(), std::back_inserter(table));
  return table;
}

http::Router make_router(const Context& context) {
  // The description of the interface is of this same table, which is whole only at the end.
  const auto described = std::make_shared<std::string>();
  http::Router router;
  for (GuardedRoute& row : route_table(context, described)) {
    auto body_to_file = guarded_body(context, row);
    http::Handler handle = guarded(context, row.rule, std::move(row.handle));
    // What a write has done stands, whatever is read meanwhile.
    if (row.rule.kind != Rule::Kind::write) handle = watched(std::move(handle));
    router.add({.method = row.method,
                .pattern = std::move(row.pattern),
                .summary = std::move(row.summary),
                .handle = std::move(handle),
                .fast = row.fast ? guarded_fast(context, row.rule, std::move(row.fast)) : nullptr,
                .body_to_file = std::move(body_to_file)});
  }
  *described = describe_api(router, context.version);
  return router;
}

}  // namespace caitu::api
