#include "api/problem.hpp"

#include "base/json.hpp"
#include "base/log.hpp"

namespace caitu::api {
namespace {

constexpr std::string_view kProcessExceptions =
    "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/";

http::Response shape(int status, const std::string& detail, const base::Error* error,
                     const std::string& type = "about:blank") {
  base::Json body{
      {"type", type}, {"title", http::reason_phrase(status)}, {"status", status}, {"detail", detail}};
  if (error != nullptr) {
    if (!error->where().field.empty()) body["parameter"] = error->where().field;
    if (error->where().position >= 0) body["position"] = error->where().position;
    if (!error->where().layer.empty()) body["layer"] = error->where().layer;
    if (!error->hint().empty()) body["hint"] = error->hint();
  }
  http::Response response = http::text_response(status, "application/problem+json", base::json_text(body));
  response.set("Cache-Control", "no-store");
  if (status == 503) response.set("Retry-After", "1");
  return response;
}

}  // namespace

int status_of(base::Code code) {
  switch (code) {
    case base::Code::usage:
    case base::Code::invalid:
    case base::Code::refused:
    case base::Code::unsupported:
      return 400;
    case base::Code::unauthenticated:
      return 401;
    case base::Code::denied:
      return 403;
    case base::Code::not_found:
      return 404;
    case base::Code::conflict:
      return 409;
    case base::Code::too_large:
      return 413;
    case base::Code::busy:
    case base::Code::cancelled:
      return 503;
    case base::Code::io:
    case base::Code::corrupt:
    case base::Code::internal:
      break;
  }
  return 500;
}

http::Response problem(int status, const std::string& detail) { return shape(status, detail, nullptr); }

http::Response problem(int status, const base::Error& error) { return shape(status, error.what(), &error); }

http::Response problem(const base::Error& error) {
  const int status = status_of(error.code());
  if (status == 500) spdlog::error("{}", error.full());
  return shape(status, error.what(), &error);
}

http::Response process_problem(int status, const std::string& exception, const std::string& detail,
                               const std::string& hint) {
  const base::Error error(base::Code::not_found, detail, hint);
  return shape(status, detail, &error, std::string(kProcessExceptions) + exception);
}

http::ErrorPages error_pages() {
  http::ErrorPages pages;
  pages.thrown = [](const http::Request& request, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const base::Error& error) {
      return problem(error);
    } catch (const std::exception& error) {
      spdlog::error("{}: {}", request.path, error.what());
      return problem(500, "caitu failed at this request; its log says more");
    }
  };
  pages.transport = [](int status, std::string detail) { return problem(status, detail); };
  return pages;
}

}  // namespace caitu::api
