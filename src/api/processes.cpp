#include "api/processes.hpp"

#include <algorithm>
#include <cctype>

#include "api/answer.hpp"
#include "api/language.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "api/problem.hpp"

namespace caitu::api {
namespace {

using access::Caller;
using access::Role;
using base::Code;
using base::Error;
using base::Json;
using base::Where;
using jobs::Process;

const std::string& in(const jobs::Text& text, Language language) {
  return language == Language::english ? text.en : text.zh;
}

Json summary_of(const Process& process, const std::string& base, Language language) {
  const std::string self = base + "/ogc/processes/" + process.id;
  return {{"id", process.id},
          {"version", "1.0.0"},
          {"title", in(process.title, language)},
          {"description", in(process.description, language)},
          {"jobControlOptions", {"async-execute", "dismiss"}},
          {"outputTransmission", {"value"}},
          {"links", Json::array({link(self, "self", "application/json")})}};
}

/// The process, or nothing where there is none; `refusal` says so then.
const Process* wanted(const JobService& service, const http::PathValues& path, http::Response& refusal) {
  try {
    return &jobs::find_process(service.processes, path.at("process"));
  } catch (const Error& error) {
    refusal = process_problem(404, "no-such-process", error.what(), error.hint());
    return nullptr;
  }
}

/// "inputs" with each {"value": …} of OGC's qualified values taken out of its wrapping.
Json plain_inputs(const Process& process, Json inputs) {
  if (!inputs.is_object()) return inputs;
  for (auto& [name, value] : inputs.items()) {
    if (!value.is_object()) continue;
    const std::string& input = name;
    const auto declared = std::find_if(process.inputs.begin(), process.inputs.end(),
                                       [&input](const jobs::Input& each) { return each.name == input; });
    const bool object = declared != process.inputs.end() && declared->schema.value("type", "") == "object";
    if (object && !(value.size() == 1 && value.contains("value") && value["value"].is_object())) continue;
    if (value.contains("href")) {
      throw Error(Code::invalid, "an input is not fetched from elsewhere", Where{.field = "inputs." + name},
                  "send the file by POST /uploads");
    }
    if (value.contains("value")) value = Json(value["value"]);
  }
  return inputs;
}

/// execute.yaml: checked down to its names; a subscriber is not served and therefore refused.
void check_execute(const Json& body) {
  if (!body.is_object())
    throw Error(Code::invalid, "the body is a JSON object", Where{.field = "body"}, "{\"inputs\": {…}}");
  const std::vector<std::string> names{"inputs", "outputs", "response"};
  for (const auto& [name, value] : body.items()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string nearest = base::nearest_name(name, names);
    throw Error(Code::invalid, "the body has no member \"" + name + "\"", Where{.field = name},
                nearest.empty() ? "it has inputs, outputs, response" : "did you mean \"" + nearest + "\"?");
  }
  const Json response = body.value("response", Json("raw"));
  if (response != "raw" && response != "document")
    throw Error(Code::invalid, response.dump() + " is no form of results", Where{.field = "response"},
                "raw or document");
  if (!body.contains("outputs")) return;
  if (!body["outputs"].is_object())
    throw Error(Code::invalid, "outputs is an object", Where{.field = "outputs"});
  for (const auto& [name, value] : body["outputs"].items()) {
    if (name != "report")
      throw Error(Code::invalid, "there is no output \"" + name + "\"", Where{.field = "outputs." + name},
                  "report");
  }
}

void may_change_record(const Process& process, const Caller& caller) {
  const std::string what = "the process " + process.id +
                           " changes the record of the whole city, and the account \"" + caller.account +
                           "\" ";
  if (caller.role != Role::admin)
    throw Error(Code::denied, what + "is " + std::string(name(caller.role)), "ask an administrator");
  if (!caller.districts.empty())
    throw Error(Code::denied, what + "is bounded by districts", "ask an administrator");
}

std::string unquoted(std::string_view value) {
  if (value.empty() || value.front() != '"') return std::string(value.substr(0, value.find_first_of("; ")));
  std::string text;
  for (std::size_t i = 1; i < value.size() && value[i] != '"'; ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    text += value[i];
  }
  return text;
}

/// RFC 6266: filename* in UTF-8 before filename.
std::string disposition_name(std::string_view disposition) {
  std::string small(disposition);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kExtended = "filename*=utf-8''", kPlain = "filename=";
  if (const std::size_t at = small.find(kExtended); at != std::string::npos) {
    const std::string_view value = disposition.substr(at + kExtended.size());
    if (const auto text = http::percent_decode(value.substr(0, value.find_first_of("; ")), false))
      return *text;
  }
  const std::size_t at = small.find(kPlain);
  return at == std::string::npos ? std::string() : unquoted(disposition.substr(at + kPlain.size()));
}

}  // namespace

http::Response process_list(const JobService& service, const http::Request& request) {
  const Params params(request, {"limit", "f"});
  const auto limit = static_cast<std::size_t>(params.integer("limit", 1, 10'000).value_or(10'000));
  const Language language = asked_language(request);
  const std::string base = base_url(request);
  Json list = Json::array();
  for (const Process& process : service.processes) {
    if (list.size() < limit) list.push_back(summary_of(process, base, language));
  }
  return in_language(
      json_answer({{"processes", std::move(list)},
                   {"links", Json::array({link(base + "/ogc/processes", "self", "application/json")})}}),
      language);
}

http::Response process_description(const JobService& service, const http::Request& request,
                                   const http::PathValues& path) {
  const Params params(request, {"f"});
  const Language language = asked_language(request);
  http::Response refusal;
  const Process* process = wanted(service, path, refusal);
  if (process == nullptr) return refusal;
  const std::string base = base_url(request);
  Json json = summary_of(*process, base, language);
  Json inputs = Json::object();
  for (const jobs::Input& input : process->inputs) {
    inputs[input.name] = {{"title", in(input.title, language)},
                          {"description", input.title.en},
                          {"minOccurs", input.required ? 1 : 0},
                          {"maxOccurs", 1},
                          {"schema", input.schema}};
  }
  json["inputs"] = std::move(inputs);
  json["outputs"] = {
      {"report",
       {{"title", language == Language::english ? "Report" : "报告"}, {"schema", process->result_schema}}}};
  json["links"].push_back(link(base + "/ogc/processes/" + process->id + "/execution",
                               "http://www.opengis.net/def/rel/ogc/1.0/execute", "application/json"));
  return in_language(json_answer(json), language);
}

http::Response execution(const JobService& service, const http::Request& request,
                         const http::PathValues& path, const Caller& caller) {
  const Params params(request, {"f"});
  http::Response refusal;
  const Process* process = wanted(service, path, refusal);
  if (process == nullptr) return refusal;
  if (process->changes_record) may_change_record(*process, caller);
  const Json body = base::parse_json(request.body);
  check_execute(body);
  const jobs::JobRecord job =
      accept_job(service, *process, plain_inputs(*process, body.value("inputs", Json::object())), caller,
                 body.value("response", "raw") == "document");
  const std::string base = base_url(request);
  http::Response response = json_answer(status_info(job, base), 201);
  response.set("Location", base + "/ogc/jobs/" + job.id);
  response.set("Preference-Applied", "respond-async");
  return response;
}

jobs::JobRecord accept_job(const JobService& service, const Process& process, Json inputs,
                           const Caller& caller, bool document) {
  if (process.changes_record) may_change_record(process, caller);
  jobs::check_inputs(process, inputs);
  if (process.publishes && process.publishes(inputs)) may_change_record(process, caller);
  if (process.check) process.check(inputs, caller.account);
  jobs::JobRecord job = service.queue.add(process, inputs, caller.account, document);
  service.wake();
  return job;
}

std::string upload_name(const http::Request& request) {
  if (request.header("content-type").starts_with("multipart/")) {
    throw Error(Code::unsupported, "an upload is the file itself, not a form", Where{.field = "Content-Type"},
                "curl --data-binary @FILE or -T FILE, and the name by ?name=");
  }
  const auto given = request.parameter("name");
  const std::string name =
      jobs::safe_name(given ? std::string(*given) : disposition_name(request.header("content-disposition")));
  if (!name.empty()) return name;
  throw Error(Code::invalid, "the file has no name, and its ending says what it is", Where{.field = "name"},
              "?name=parcels.zip, or a Content-Disposition with a filename");
}

http::Response upload(const JobService& service, const http::Request& request, const Caller& caller) {
  const Params params(request, {"name"});
  if (!request.file) throw Error(Code::internal, "the upload came without its file");
  const jobs::Upload kept = service.uploads.keep(request.file->path, {.id = {},
                                                                      .name = upload_name(request),
                                                                      .bytes = request.file->bytes,
                                                                      .sha256 = request.file->sha256,
                                                                      .who = caller.account,
                                                                      .at = {}});
  return json_answer({{"id", kept.id},
                      {"name", kept.name},
                      {"bytes", kept.bytes},
                      {"sha256", kept.sha256},
                      {"created", kept.at}},
                     201);
}

}  // namespace caitu::api
