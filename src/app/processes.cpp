#include "app/processes.hpp"

#include <algorithm>
#include <iterator>

#include "app/check_processes.hpp"
#include "app/overlay_processes.hpp"
#include "app/process_inputs.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "geometry/crs.hpp"
#include "jobs/uploads.hpp"

namespace caitu::app {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;
using catalog::ImportRequest;
using catalog::Workspace;
using Paths = std::vector<std::filesystem::path>;

constexpr std::size_t kMaxFiles = 100;
constexpr std::size_t kMaxCrsBytes = 8000;

std::vector<jobs::Input> import_fields() {
  Json files{{"type", "array"},
             {"minItems", 1},
             {"maxItems", kMaxFiles},
             {"items",
              {{"type", "string"},
               {"maxLength", 200},
               {"pattern", "[0-9a-f]{32}(:.+)?"},
               {"description", "an id of POST /uploads; ID:LAYER picks one of several layers"}}}};
  Json map{{"type", "object"}, {"additionalProperties", text_schema(200)}};
  Json datum{{"type", "string"}, {"enum", {"cgcs2000", "gcj02", "bd09"}}};
  Json date{{"type", "string"}, {"format", "date"}, {"maxLength", 10}};
  return {
      {"layer", {"图层", "The layer that it is a delivery of"}, text_schema(100), true},
      {"files",
       {"上传的文件", "Uploads that together make one edition; a Shapefile comes as one .zip"},
       files,
       true},
      {"as_of", {"现状日期", "The date of which the land is true; today when absent"}, date, false},
      {"crs",
       {"坐标系", "Overrides what the files say: EPSG:4527, WKT, or a PROJ text"},
       text_schema(kMaxCrsBytes),
       false},
      {"datum", {"坐标基准", "Degrees of a map service"}, datum, false},
      {"encoding", {"文字编码", "Encoding of the text: GBK, GB18030, UTF-8 …"}, text_schema(40), false},
      {"map", {"字段对应", "Field of the layer: field of the file"}, map, false},
      {"notice",
       {"说明", "What whoever looks at this edition has to know"},
       text_schema(catalog::kMaxNoticeBytes),
       false},
  };
}

void check_layer(const Workspace& workspace, Paths declared, const std::string& layer) {
  declared.push_back(workspace.own_layers());
  std::vector<std::string> names;
  for (const auto& [id, declaration] : geodata::load_declarations(declared)) names.push_back(id);
  if (std::find(names.begin(), names.end(), layer) != names.end()) return;
  const std::string nearest = base::nearest_name(layer, names);
  refuse_input("layer", "no layer \"" + layer + "\" is declared",
               nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
}

void take_inputs(const Json& inputs, ImportRequest& request) {
  request.layer = inputs.at("layer");
  request.as_of = inputs.value("as_of", "");
  request.crs = inputs.value("crs", "");
  request.encoding = inputs.value("encoding", "");
  request.notice = inputs.value("notice", "");
  request.threads = inputs.value("threads", std::size_t{0});
  if (inputs.contains("datum")) request.datum = geometry::parse_datum(inputs["datum"].get<std::string>());
  if (!inputs.contains("map")) return;
  for (const auto& [ours, theirs] : inputs["map"].items()) request.field_map[ours] = theirs;
}

/// Puts the process where the uploads lie, so that reports name files as they were sent and not where they
/// are kept.
void name_uploads(const jobs::Uploads& uploads, const Json& files, ImportRequest& request) {
  std::filesystem::current_path(files.size() == 1 ? uploads.folder() / split_upload(files[0]).first
                                                  : uploads.folder());
  for (const Json& file : files) {
    const auto [id, layer] = split_upload(file);
    const auto upload = uploads.find(id);
    if (!upload) throw Error(Code::not_found, "the upload " + id + " is gone", "send the file again");
    request.files.emplace_back((files.size() == 1 ? upload->name : id + "/" + upload->name) + layer);
  }
}

/// The text without the folder of the workspace, which is nobody's business outside.
std::string inside(std::string text, const std::string& folder) {
  for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
  return text;
}

Json import_uploads(const Workspace& given, const Paths& declared, const jobs::Call& call) {
  const Workspace workspace{std::filesystem::absolute(given.folder)};
  const std::string folder = workspace.folder.string() + "/";
  ImportRequest request{.job = call.job};
  take_inputs(call.inputs, request);
  name_uploads(jobs::Uploads(uploads_of(workspace)), call.inputs.at("files"), request);
  try {
    Json report = to_json(catalog::import_delivery(workspace, declared, request, call.progress));
    if (report.contains("rejects_file")) report["rejects_file"] = inside(report["rejects_file"], folder);
    return report;
  } catch (const Error& error) {
    Where where = error.where();
    where.file = inside(where.file, folder);
    throw Error(error.code(), inside(error.what(), folder), where, inside(error.hint(), folder));
  }
}

Json import_paths(const Workspace& workspace, const Paths& declared, const jobs::Call& call) {
  ImportRequest request{.job = call.job};
  take_inputs(call.inputs, request);
  for (const Json& path : call.inputs.at("paths")) request.files.emplace_back(path.get<std::string>());
  return to_json(catalog::import_delivery(workspace, declared, request, call.progress));
}

std::string absolute_path(const std::filesystem::path& file) {
  const std::string text = file.string();
  const std::size_t colon = text.rfind(':');
  const bool there = std::filesystem::exists(file) ||
                     (colon != std::string::npos && std::filesystem::exists(text.substr(0, colon)));
  return there ? std::filesystem::absolute(file).string() : text;
}

}  // namespace

jobs::Process import_process(const Workspace& workspace, const Paths& declared) {
  jobs::Process process;
  process.id = "import";
  process.title = {"导入图层", "Import a delivery"};
  process.description = {
      "把一次交付的文件导入为图层的一个新版本",
      "Takes the files of one delivery into a new edition of a layer; all of it or nothing"};
  process.inputs = import_fields();
  // Shares of the time of a delivery of 100,000 parcels.
  process.stages = {{"reading", 60}, {"building the snapshot", 10}, {"writing", 25}, {"indexing", 5}};
  process.result_schema = {{"type", "object"}, {"description", "the report of `caitu import --json`"}};
  process.changes_record = true;
  process.lane = [](const Json& inputs) { return "import/" + inputs.at("layer").get<std::string>(); };
  process.check = [workspace, declared](Json& inputs, const std::string& who) {
    check_layer(workspace, declared, inputs.at("layer"));
    if (!inputs.contains("as_of")) inputs["as_of"] = base::utc_today();
    if (!catalog::is_date(inputs["as_of"]))
      refuse_input("as_of", inputs["as_of"].dump() + " is no date", "2025-06-30");
    if (inputs.contains("crs")) check_crs("crs", inputs["crs"]);
    const Json& files = inputs.at("files");
    for (std::size_t i = 0; i < files.size(); ++i)
      check_upload(workspace, "files[" + std::to_string(i) + "]", files[i], who);
  };
  process.run = [workspace, declared](const jobs::Call& call) -> Json {
    if (auto report = catalog::published_by(workspace, call.inputs.at("layer"), call.job))
      return std::move(*report);
    return call.inputs.contains("files") ? import_uploads(workspace, declared, call)
                                         : import_paths(workspace, declared, call);
  };
  process.after = [workspace](const Json& inputs) { drop_uploads(workspace, inputs); };
  return process;
}

jobs::Processes make_processes(const Workspace& workspace, const Paths& declared) {
  jobs::Processes processes{import_process(workspace, declared), overlay_process(workspace),
                            dissolve_process(workspace), tabulate_process(workspace)};
  std::ranges::move(check_processes(workspace, declared), std::back_inserter(processes));
  return processes;
}

Json import_inputs(const ImportRequest& request) {
  Json inputs{{"layer", request.layer}, {"paths", Json::array()}};
  for (const auto& file : request.files) inputs["paths"].push_back(absolute_path(file));
  inputs["as_of"] = request.as_of.empty() ? base::utc_today() : request.as_of;
  const auto set = [&inputs](const char* name, const std::string& value) {
    if (!value.empty()) inputs[name] = value;
  };
  set("crs", absolute_path(request.crs));
  set("encoding", request.encoding);
  set("notice", request.notice);
  if (request.datum) inputs["datum"] = geometry::name(*request.datum);
  for (const auto& [ours, theirs] : request.field_map) inputs["map"][ours] = theirs;
  if (request.threads != 0) inputs["threads"] = request.threads;
  return inputs;
}

}  // namespace caitu::app
