#include "http/detail/forwarded.hpp"

#include <boost/asio/ip/address.hpp>
#include <string>

#include "http/detail/text.hpp"

namespace caitu::http::detail {
namespace {

std::string_view last_entry(std::string_view list) {
  const std::size_t comma = list.rfind(',');
  return trim(comma == std::string_view::npos ? list : list.substr(comma + 1));
}

}  // namespace

void take_forwarded(Request& request) {
  boost::system::error_code error;
  const auto client =
      boost::asio::ip::make_address(std::string(last_entry(request.header("x-forwarded-for"))), error);
  if (!error) request.remote = client.to_string();
  const std::string_view scheme = last_entry(request.header("x-forwarded-proto"));
  if (!scheme.empty()) request.secure = same_text(scheme, "https");
}

}  // namespace caitu::http::detail
