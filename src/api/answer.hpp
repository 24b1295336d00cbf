#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "http/message.hpp"

namespace caitu::api {

/// A document as an answer.
inline http::Response json_answer(const base::Json& json, int status = 200,
                                  std::string_view type = "application/json") {
  return http::text_response(status, std::string(type), base::json_text(json));
}

}  // namespace caitu::api
