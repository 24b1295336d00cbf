#pragma once

#include "http/detail/request_parser.hpp"

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "http/listener.hpp"

namespace caitu::http::detail {

/// Turns the bytes of a connection into requests, one after another. Does no I/O; holds no more than Limits
/// allow. One thread.
class RequestReader {
 public:
  enum class State : std::uint8_t { empty, head, body, whole, refused };

  explicit RequestReader(const Limits& limits);

  /// Starts the next request, into `request`, which it empties but for `remote` and `secure`; bytes that came early are kept
  /// for it.
  /// `body_limit`, when there is one, is asked once the head has come; else Limits say it.
  void begin(Request& request, std::function<std::uint64_t()> body_limit = {});
  /// Parses what has come. `empty`: nothing of the request yet; `head`, `body`: more bytes of that are
  /// needed.
  State advance();
  /// Where the next bytes go; never empty while advance() asks for more.
  std::span<char> room();
  void received(std::size_t bytes) { end_ += bytes; }
  /// Gives up on this request.
  void refuse(Refusal refusal);

  const std::optional<Refusal>& refusal() const { return refusal_; }
  /// Whether the client wants to go on after the answer. False for a refused request.
  bool keep_alive() const { return !refusal_ && parser_->keep_alive(); }
  bool http11() const { return parser_->http11(); }
  /// The client waits for "100 Continue": it asked for it and has sent nothing of the body.
  bool expects_continue() const { return begin_ == end_ && parser_->expects_continue(); }

 private:
  void skip_empty_lines();
  State pause();

  Limits limits_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< of what has come and is not parsed yet
  std::size_t head_bytes_ = 0;
  std::function<std::uint64_t()> body_limit_;
  std::optional<RequestParser> parser_;
  std::optional<Refusal> refusal_;
};

}  // namespace caitu::http::detail
