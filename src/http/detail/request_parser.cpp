#include "http/detail/request_parser.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <limits>

#include "http/detail/text.hpp"

namespace caitu::http::detail {
namespace {

namespace beast_http = boost::beast::http;

/// More lines than any client sends; joining equal names looks through those before.
constexpr std::size_t kMaxFields = 100;
/// Of a declared body: what is set aside before its bytes have come.
constexpr std::size_t kFirstReserve = 1 << 20;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool has_host(const Request& request) {
  const auto is_host = [](const auto& field) { return field.first == "host"; };
  return std::any_of(request.headers.begin(), request.headers.end(), is_host);
}

bool host_like(std::string_view host) {
  return host.find_first_of(" \t\"#,/<>?@\\^`{|}") == std::string_view::npos;
}

}  // namespace

RequestParser::RequestParser(Request& request, const Limits& limits)
    : request_(request), body_limit_(limits.body_bytes) {
  // limit_body() says it when the head has told whose body it is. Without a limit Beast 1.74 refuses every
  // Content-Length, for it compares the length with nothing.
  body_limit(std::numeric_limits<std::uint64_t>::max());
  header_limit(static_cast<std::uint32_t>(limits.header_bytes));
}

Refusal RequestParser::refusal(const ErrorCode& error) const {
  if (refusal_) return *refusal_;
  if (error == beast_http::error::body_limit) {
    return {413, "The body is larger than the limit of " + std::to_string(body_limit_) + " bytes."};
  }
  if (error == beast_http::error::header_limit) return {431, "The request's head is too large."};
  return {400, "The request is malformed: " + error.message() + "."};
}

bool RequestParser::expects_continue() const {
  return http11() && same_text(request_.header("expect"), "100-continue");
}

void RequestParser::limit_body(std::uint64_t bytes, ErrorCode& error) {
  body_limit_ = bytes;
  body_limit(bytes);
  if (content_length().value_or(0) > bytes) error = beast_http::error::body_limit;
}

void RequestParser::refuse(int status, std::string detail, ErrorCode& error) {
  refusal_ = Refusal{status, std::move(detail)};
  error = beast_http::error::bad_value;
}

void RequestParser::on_request_impl(beast_http::verb, Text method, Text target, int version, ErrorCode&) {
  request_.method = method_named(view(method));
  request_.target = view(target);
  version_ = version;
}

void RequestParser::check_framing(std::string_view name, std::string_view value, ErrorCode& error) {
  if (name == "content-length") {
    if (!request_.header(name).empty() || value.find(',') != std::string_view::npos)
      refuse(400, "There is more than one Content-Length.", error);
  } else if (name == "transfer-encoding") {
    if (!http11()) {
      refuse(400, "An HTTP/1.0 request has no Transfer-Encoding.", error);
    } else if (!request_.header(name).empty() || !same_text(value, "chunked")) {
      refuse(501, "The only Transfer-Encoding understood is \"chunked\".", error);
    }
  } else if (name == "host") {
    if (has_host(request_)) {
      refuse(400, "There is more than one Host header.", error);
    } else if (!host_like(value)) {
      refuse(400, "The Host header names no host.", error);
    }
  }
}

void RequestParser::on_field_impl(beast_http::field, Text name, Text value, ErrorCode& error) {
  if (!in_head_) return;
  if (request_.headers.size() >= kMaxFields)
    return refuse(431, "The request has too many header lines.", error);
  std::string small(view(name));
  std::transform(small.begin(), small.end(), small.begin(), lower);
  check_framing(small, view(value), error);
  if (error) return;
  for (auto& [known, joined] : request_.headers) {
    if (known != small) continue;
    joined.append(known == "cookie" ? "; " : ", ").append(view(value));
    return;
  }
  request_.headers.emplace_back(std::move(small), view(value));
}

void RequestParser::on_header_impl(ErrorCode& error) {
  in_head_ = false;
  if (http11() && !has_host(request_)) refuse(400, "An HTTP/1.1 request names its Host.", error);
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) {
  if (length) request_.body.reserve(std::min<std::uint64_t>(*length, kFirstReserve));
}

std::size_t RequestParser::on_body_impl(Text body, ErrorCode&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text body, ErrorCode& error) {
  return on_body_impl(body, error);
}

}  // namespace caitu::http::detail
