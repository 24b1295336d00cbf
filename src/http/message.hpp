#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// A request as handlers see it: transport is over, nothing is interpreted. A value.
struct Request {
  Method method = Method::get;
  std::string target;                                         ///< as sent
  std::string path;                                           ///< percent-decoded, without query; begins with '/'
  std::vector<std::pair<std::string, std::string>> query;     ///< decoded, in order; a repeated name stays repeated
  std::vector<std::pair<std::string, std::string>> headers;   ///< names in lower case
  std::string body;
  std::string remote;                                         ///< address of the peer

  std::string_view header(std::string_view lower_case_name) const;  ///< empty when absent
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Bytes that many answers may share (a cached tile).
using SharedBytes = std::shared_ptr<const std::string>;
/// Fills the next chunk; false at the end. Called on a worker, never twice at once.
using ChunkSource = std::function<bool(std::string& chunk)>;

/// An answer. Either `body` (with optional ready-made `gzip_body`) or `chunks`.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  SharedBytes body;
  /// The same bytes gzipped, when the maker has them; else the transport compresses a body worth it once on a worker.
  SharedBytes gzip_body;
  ChunkSource chunks;
  /// Without quotes. The transport adds quotes and an encoding suffix, and answers 304 to a matching If-None-Match.
  std::string etag;

  void set(std::string name, std::string value);
};

Response text_response(int status, std::string content_type, std::string body);
std::string_view reason_phrase(int status);
/// Decodes %XX (and '+' as space in queries); nullopt when malformed or when it holds a NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
std::string percent_encode(std::string_view text);
/// Splits a request target; false when malformed.
bool parse_target(std::string_view target, Request& request);

}  // namespace caitu::http
