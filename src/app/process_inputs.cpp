#include "app/process_inputs.hpp"

#include <algorithm>

#include "app/processes.hpp"
#include "base/error.hpp"
#include "geometry/crs.hpp"
#include "jobs/uploads.hpp"

namespace caitu::app {

using base::Code;
using base::Error;
using base::Json;
using base::Where;
using catalog::Workspace;

namespace {

constexpr std::size_t kIdDigits = 32;

}  // namespace

Json text_schema(std::size_t most) { return {{"type", "string"}, {"minLength", 1}, {"maxLength", most}}; }

void refuse_input(const std::string& input, const std::string& message, const std::string& hint) {
  throw Error(Code::invalid, message, Where{.field = "inputs." + input}, hint);
}

void check_crs(const std::string& input, const std::string& crs) {
  std::string small = crs;
  std::ranges::transform(small, small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  for (const char* named : {".wkt", ".prj", "+init", "@"}) {
    if (small.find(named) != std::string::npos)
      refuse_input(input, "a coordinate system is not read from a file of the server",
                   "send its EPSG code or its WKT");
  }
  try {
    geometry::Crs::parse(crs);
  } catch (const Error& error) {
    refuse_input(input, error.what(), error.hint());
  }
}

bool is_upload(const std::string& text) {
  const std::string id = split_upload(text).first;
  return id.size() == kIdDigits && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::pair<std::string, std::string> split_upload(const std::string& text) {
  const std::size_t colon = text.find(':');
  return {text.substr(0, colon), colon == std::string::npos ? std::string() : text.substr(colon)};
}

void check_upload(const Workspace& workspace, const std::string& input, const std::string& text,
                  const std::string& who) {
  const std::string id = split_upload(text).first;
  const auto upload = jobs::Uploads(uploads_of(workspace)).find(id);
  if (upload && upload->who == who) return;
  refuse_input(input, "there is no upload " + id + " of yours",
               "send the file by POST /uploads and name the id that answers");
}

std::vector<std::string> uploads_named(const Json& inputs) {
  std::vector<std::string> ids;
  if (inputs.is_string()) {
    const std::string text = inputs;
    if (is_upload(text)) ids.push_back(split_upload(text).first);
  } else if (inputs.is_structured()) {
    for (const Json& member : inputs) {
      const auto more = uploads_named(member);
      ids.insert(ids.end(), more.begin(), more.end());
    }
  }
  return ids;
}

void drop_uploads(const Workspace& workspace, const Json& inputs) {
  const auto waiting = jobs::Queue(workspace.work()).unfinished();
  for (const std::string& id : uploads_named(inputs)) {
    const bool wanted = std::ranges::any_of(waiting, [&id](const jobs::JobRecord& job) {
      return job.job.inputs.dump().find(id) != std::string::npos;
    });
    if (!wanted) jobs::Uploads(uploads_of(workspace)).remove(id);
  }
}

}  // namespace caitu::app
