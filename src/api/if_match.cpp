#include "api/if_match.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Where;

/// What the transport puts behind a tag when it compresses.
constexpr std::string_view kCompressedTag = "-gzip";

}  // namespace

catalog::Expected parse_if_match(std::string_view text) {
  if (text == "*") return {.any = true, .tags = {}};
  catalog::Expected expected;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == ',' || text[at] == '\t') {
      ++at;
      continue;
    }
    const bool weak = text.substr(at).starts_with("W/");
    const std::size_t open = at + (weak ? 2 : 0), close = text.find('"', open + 1);
    if (open >= text.size() || text[open] != '"' || close == std::string_view::npos) {
      throw Error(Code::invalid, "If-Match holds no entity tag", Where{.field = "If-Match"},
                  "send the ETag of the feature with its quotes");
    }
    std::string_view tag = text.substr(open + 1, close - open - 1);
    if (tag.ends_with(kCompressedTag)) tag.remove_suffix(kCompressedTag.size());
    if (!weak) expected.tags.emplace_back(tag);
    at = close + 1;
  }
  return expected;
}

http::Response precondition_wanted() {
  return problem(428, Error(Code::invalid, "a feature is changed only by who has seen it",
                            Where{.field = "If-Match"}, "GET the feature, and send its ETag as If-Match"));
}

http::Response changed_meanwhile(const catalog::ChangedMeanwhile& changed) {
  http::Response response = problem(412, changed);
  response.etag = changed.tag();
  return response;
}

http::Response edit_done(int status, const catalog::Edited& edited) {
  http::Response response;
  response.status = status;
  response.etag = edited.tag;
  response.set("Cache-Control", "no-store");
  return response;
}

}  // namespace caitu::api
