#pragma once

#include <string_view>
#include <utility>

#include "access/caller.hpp"
#include "api/problem.hpp"
#include "base/error.hpp"
#include "catalog/living.hpp"
#include "http/message.hpp"

namespace caitu::api {

/// Edits of a feature that is there, as all addresses that make one hold to them: only under `If-Match` with
/// the ETag of the feature's GET or of the edit before.

/// RFC 9110 §13.1.1: "*", or strong tags in quotes; weak ones match nothing. Error(invalid) when it holds
/// none.
catalog::Expected parse_if_match(std::string_view text);
/// 428: there is no If-Match.
http::Response precondition_wanted();
/// 412, with the feature's tag of now.
http::Response changed_meanwhile(const catalog::ChangedMeanwhile& changed);
/// An edit that was made: no body, the new tag.
http::Response edit_done(int status, const catalog::Edited& edited);

inline catalog::Editor editor_of(const access::Caller& caller) { return {caller.account, caller.districts}; }

/// Calls `edit` with what If-Match expects.
template <typename Edit>
http::Response under_if_match(const http::Request& request, const Edit& edit) {
  const std::string_view header = request.header("if-match");
  if (header.empty()) return precondition_wanted();
  try {
    return edit(parse_if_match(header));
  } catch (const catalog::ChangedMeanwhile& changed) {
    return changed_meanwhile(changed);
  }
}

}  // namespace caitu::api
