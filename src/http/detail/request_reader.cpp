#include "http/detail/request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <utility>

namespace caitu::http::detail {

RequestReader::RequestReader(const Limits& limits)
    : limits_(limits), buffer_(std::max<std::size_t>(limits.header_bytes, 1024)) {}

void RequestReader::begin(Request& request, std::function<std::uint64_t()> body_limit) {
  request.method = Method::get;
  request.target.clear();
  request.path.clear();
  request.headers.clear();
  request.query.clear();
  request.body = {};
  request.file.reset();
  body_limit_ = std::move(body_limit);
  parser_.emplace(request, limits_);
  refusal_.reset();
  head_bytes_ = 0;
}

void RequestReader::skip_empty_lines() {
  while (begin_ < end_ && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
}

RequestReader::State RequestReader::advance() {
  // Some old clients end a body with a line end too many (RFC 9112 §2.2).
  if (!parser_->got_some()) skip_empty_lines();
  while (begin_ < end_) {
    const bool in_head = !parser_->is_header_done();
    boost::system::error_code error;
    const std::size_t taken = parser_->put({buffer_.data() + begin_, end_ - begin_}, error);
    begin_ += taken;
    if (in_head) head_bytes_ += taken;
    if (error == boost::beast::http::error::need_more) break;
    if (!error && in_head && head_bytes_ > limits_.header_bytes)
      error = boost::beast::http::error::header_limit;
    if (!error && in_head && parser_->is_header_done())
      parser_->limit_body(body_limit_ ? body_limit_() : limits_.body_bytes, error);
    if (error) {
      refuse(parser_->refusal(error));
      return State::refused;
    }
    if (parser_->is_done()) return State::whole;
  }
  return pause();
}

RequestReader::State RequestReader::pause() {
  const std::size_t pending = end_ - begin_;
  if (!parser_->is_header_done() && head_bytes_ + pending >= limits_.header_bytes) {
    refuse(parser_->refusal(boost::beast::http::error::header_limit));
  } else if (pending == buffer_.size()) {
    refuse({400, "A line between the chunks of the body is too long."});
  }
  if (refusal_) return State::refused;
  std::memmove(buffer_.data(), buffer_.data() + begin_, pending);
  begin_ = 0;
  end_ = pending;
  if (!parser_->got_some()) return State::empty;
  return parser_->is_header_done() ? State::body : State::head;
}

std::span<char> RequestReader::room() { return std::span(buffer_).subspan(end_); }

void RequestReader::refuse(Refusal refusal) { refusal_ = std::move(refusal); }

}  // namespace caitu::http::detail
