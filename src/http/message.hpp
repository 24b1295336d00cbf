#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caitu::http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };
std::string_view name(Method method);        ///< "GET"; empty for `other`
Method method_named(std::string_view text);  ///< names are case-sensitive (RFC 9110 §9.1)

/// Names with values, in the order sent; a repeated name stays repeated.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// A body that went to a file (Route::body_to_file). The file goes with the request; a handler that keeps it
/// moves it.
struct ReceivedFile {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< hexadecimal
};

/// A request as handlers see it: transport is over, nothing is interpreted. A value.
struct Request {
  Method method = Method::get;
  std::string target;                ///< as sent
  std::string path;                  ///< percent-decoded, without query; begins with '/'
  Fields query;                      ///< decoded
  Fields headers;                    ///< names in lower case; lines of one name are joined by ", "
  std::string body;                  ///< empty when it went to `file`
  std::optional<ReceivedFile> file;  ///< of a route with body_to_file
  std::string remote;                ///< address of the client: the peer, or whom a trusted proxy names
  bool secure = false;               ///< the client came by https

  std::string_view header(std::string_view lower_case_name) const;         ///< empty when absent
  std::optional<std::string_view> parameter(std::string_view name) const;  ///< the first of that name
};

/// Bytes that many answers may share (a cached tile).
using SharedBytes = std::shared_ptr<const std::string>;
/// Appends the next piece to `chunk`, which comes empty; false when there is no further one. Called on a
/// worker, never twice at once; dropped when the client goes away. What it throws before the first piece
/// becomes an error answer; later it cuts the connection, so that half an answer never looks whole.
using ChunkSource = std::function<bool(std::string& chunk)>;

/// An answer: either `body` and `gzip_body`, one or both, or `chunks`.
struct Response {
  int status = 200;
  Fields headers;
  SharedBytes body;
  /// The same bytes gzipped, when the maker has them; else the transport compresses a body worth it on a
  /// worker. Without `body` they are unpacked on a worker for the rare client that takes no gzip.
  SharedBytes gzip_body;
  ChunkSource chunks;
  /// Without quotes. The transport adds quotes and an encoding suffix, and answers 304 to a matching
  /// If-None-Match.
  std::string etag;

  void set(std::string name, std::string value);
};

Response text_response(int status, std::string content_type, std::string body);
std::string_view reason_phrase(int status);
/// Decodes %XX (and '+' as space in queries); nullopt when malformed or when it holds a NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
std::string percent_encode(std::string_view text);
/// Splits a request target in origin or absolute form into target, path and query; an authority in it
/// replaces the Host header. False when malformed: bad percent-encoding, NUL, text that is not UTF-8, a
/// fragment, a ".." segment.
bool parse_target(std::string_view target, Request& request);

}  // namespace caitu::http
