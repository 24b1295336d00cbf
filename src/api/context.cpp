#include "api/context.hpp"

namespace caitu::api {

std::string base_url(const http::Request& request) {
  const std::string_view host = request.header("host");
  return host.empty() ? std::string() : (request.secure ? "https://" : "http://") + std::string(host);
}

}  // namespace caitu::api
