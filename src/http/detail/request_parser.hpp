#pragma once

// As for Asio (detail/net.hpp), which Beast includes.
#include <coroutine>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>

#include "http/listener.hpp"
#include "http/message.hpp"

namespace caitu::http::detail {

/// An answer that ends the connection: the request cannot be understood, or where it ends cannot be known.
struct Refusal {
  int status = 400;
  std::string detail;
};

/// Beast's parser writing straight into a Request, and stricter where two readers could disagree about where
/// a request ends: one Content-Length, one Transfer-Encoding that is "chunked", one Host. Trailers are read
/// and dropped.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(Request& request, const Limits& limits);

  /// Why the parser stopped with `error`, as an answer.
  Refusal refusal(const boost::system::error_code& error) const;
  /// Once the head is read and before any of the body is: how much of that is taken.
  void limit_body(std::uint64_t bytes, boost::system::error_code& error);
  /// The client waits for "100 Continue" before it sends the body. Once the head is read.
  bool expects_continue() const;
  bool http11() const { return version_ >= 11; }

 private:
  using ErrorCode = boost::system::error_code;
  using Text = boost::beast::string_view;

  void refuse(int status, std::string detail, ErrorCode& error);
  void check_framing(std::string_view name, std::string_view value, ErrorCode& error);

  void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, ErrorCode&) override;
  void on_response_impl(int, Text, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field, Text name, Text value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override;
  std::size_t on_body_impl(Text body, ErrorCode&) override;
  void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, ErrorCode&) override;
  void on_finish_impl(ErrorCode&) override {}

  Request& request_;
  std::optional<Refusal> refusal_;
  std::uint64_t body_limit_;
  int version_ = 11;
  bool in_head_ = true;
};

}  // namespace caitu::http::detail
