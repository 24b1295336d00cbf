#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace caitu::http::detail {

/// Which representation of a response a request gets, and what must be done before it can go out.
struct Representation {
  enum class Work : std::uint8_t { none, compress, decompress };
  bool gzip = false;          ///< the gzipped bytes are sent
  bool varies = false;        ///< another Accept-Encoding would have got other bytes
  bool not_modified = false;  ///< If-None-Match names what would be sent: 304
  Work work = Work::none;
};

/// By Accept-Encoding and If-None-Match. Cheap; any thread.
Representation choose(const Request& request, const Response& response);

/// Makes the bytes that are missing: gzips a body, or unpacks the only one there is. For a worker. A body
/// that gzip does not make smaller goes out as it is. Throws Error when the maker's gzip is damaged.
void make_bytes(Response& response, Representation& representation);

/// The bytes that go behind the head, but for HEAD.
std::string_view body_bytes(const Response& response, const Representation& representation);

/// How the head frames what follows.
struct Framing {
  bool keep_alive = true;
  bool http11 = true;  ///< what the client speaks
  std::string_view date_line;
  std::chrono::seconds retry_after{1};
};

/// Appends status line and headers, with the empty line. Control characters in values become spaces.
void append_head(std::string& out, const Response& response, const Representation& representation,
                 const Fields& default_headers, const Framing& framing);

}  // namespace caitu::http::detail
