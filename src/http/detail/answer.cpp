#include "http/detail/answer.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "base/bytes.hpp"
#include "http/detail/text.hpp"
#include "http/negotiate.hpp"

namespace caitu::http::detail {
namespace {

/// Below this gzip saves less than its headers cost.
constexpr std::size_t kWorthCompressing = 512;
/// Of a maker's own gzip: more would be no tile.
constexpr std::size_t kMaxUnpacked = std::size_t{256} << 20;

std::string_view find(const Fields& fields, std::string_view name) {
  for (const auto& [known, value] : fields) {
    if (same_text(known, name)) return value;
  }
  return {};
}

bool compressible(std::string_view type) {
  type = trim(type.substr(0, type.find(';')));
  static constexpr std::string_view kTypes[] = {"application/json",
                                                "application/javascript",
                                                "application/xml",
                                                "application/wasm",
                                                "application/vnd.mapbox-vector-tile",
                                                "application/x-protobuf"};
  const auto same = [&](std::string_view known) { return same_text(type, known); };
  return same_text(type.substr(0, 5), "text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         std::any_of(std::begin(kTypes), std::end(kTypes), same);
}

std::string quoted_tag(const Response& response, bool gzip) {
  std::string tag;
  tag.reserve(response.etag.size() + 8);
  return tag.append("\"").append(response.etag).append(gzip ? "-gzip\"" : "\"");
}

bool bodiless(int status) { return status < 200 || status == 204 || status == 304; }

/// What the transport writes itself, whatever a handler says.
bool own_header(std::string_view name) {
  return same_text(name, "content-length") || same_text(name, "transfer-encoding") ||
         same_text(name, "connection");
}

/// Of a 304, what describes a body is left out: the client has it (RFC 9110 §15.4.5).
bool describes_body(std::string_view name) {
  return name.size() > 8 && same_text(name.substr(0, 8), "content-") && !same_text(name, "content-location");
}

void append_number(std::string& out, std::uint64_t number) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof(text), number).ptr);
}

void append_value(std::string& out, std::string_view value) {
  const auto begin = static_cast<std::ptrdiff_t>(out.size());
  out.append(value);
  std::replace_if(
      out.begin() + begin, out.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  append_value(out, value);
  out.append("\r\n");
}

void append_length(std::string& out, const Response& response, const Representation& representation,
                   bool http11) {
  if (response.chunks) {
    if (http11) out.append("Transfer-Encoding: chunked\r\n");
    return;
  }
  out.append("Content-Length: ");
  append_number(out, body_bytes(response, representation).size());
  out.append("\r\n");
}

}  // namespace

Representation choose(const Request& request, const Response& response) {
  Representation chosen;
  if (bodiless(response.status)) return chosen;
  const bool packable = response.body != nullptr && response.body->size() >= kWorthCompressing &&
                        compressible(find(response.headers, "content-type"));
  chosen.varies = !response.chunks && (response.gzip_body != nullptr || packable) &&
                  find(response.headers, "content-encoding").empty();
  chosen.gzip = chosen.varies && accepts_gzip(request.header("accept-encoding"));
  const std::string_view known = request.header("if-none-match");
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (reads && response.status == 200 && !known.empty() && !response.etag.empty()) {
    // A client that takes gzip takes the plain bytes too, so a copy of either kind that it holds is as good.
    const bool as_chosen = etag_matches(known, quoted_tag(response, chosen.gzip));
    chosen.not_modified = as_chosen || (chosen.gzip && etag_matches(known, quoted_tag(response, false)));
    if (!as_chosen && chosen.not_modified) chosen.gzip = false;
  }
  if (chosen.not_modified) return chosen;
  if (chosen.gzip && !response.gzip_body) chosen.work = Representation::Work::compress;
  if (!chosen.gzip && !response.body && response.gzip_body) chosen.work = Representation::Work::decompress;
  return chosen;
}

void make_bytes(Response& response, Representation& representation) {
  const Representation::Work work = std::exchange(representation.work, Representation::Work::none);
  if (work == Representation::Work::decompress) {
    response.body = std::make_shared<const std::string>(base::gunzip(*response.gzip_body, kMaxUnpacked));
  } else if (work == Representation::Work::compress) {
    std::string packed = base::gzip(*response.body);
    representation.gzip = packed.size() < response.body->size();
    if (representation.gzip) response.gzip_body = std::make_shared<const std::string>(std::move(packed));
  }
}

std::string_view body_bytes(const Response& response, const Representation& representation) {
  if (representation.not_modified || bodiless(response.status)) return {};
  const SharedBytes& bytes = representation.gzip ? response.gzip_body : response.body;
  return bytes ? std::string_view(*bytes) : std::string_view();
}

void append_head(std::string& out, const Response& response, const Representation& representation,
                 const Fields& default_headers, const Framing& framing) {
  const int status = representation.not_modified ? 304 : response.status;
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\nServer: caitu\r\n").append(framing.date_line);
  std::string_view vary;
  for (const auto& [name, value] : response.headers) {
    if (own_header(name) || (status == 304 && describes_body(name))) continue;
    if (representation.varies && same_text(name, "vary")) {
      vary = value;
    } else {
      append_field(out, name, value);
    }
  }
  for (const auto& [name, value] : default_headers) {
    if (find(response.headers, name).empty()) append_field(out, name, value);
  }
  if (representation.varies) {
    out.append("Vary: ");
    if (!vary.empty()) append_value(out, vary);
    out.append(vary.empty() ? "Accept-Encoding\r\n" : ", Accept-Encoding\r\n");
  }
  if (!response.etag.empty()) append_field(out, "ETag", quoted_tag(response, representation.gzip));
  if (representation.gzip && status != 304) out.append("Content-Encoding: gzip\r\n");
  if (!bodiless(status)) append_length(out, response, representation, framing.http11);
  if (status == 503 && find(response.headers, "retry-after").empty()) {
    append_field(out, "Retry-After", std::to_string(framing.retry_after.count()));
  }
  if (!framing.keep_alive) out.append("Connection: close\r\n");
  if (framing.keep_alive && !framing.http11) out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
}

}  // namespace caitu::http::detail
