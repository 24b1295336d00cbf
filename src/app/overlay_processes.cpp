#include "app/overlay_processes.hpp"

#include <algorithm>
#include <memory>

#include "analysis/dissolve.hpp"
#include "analysis/overlay.hpp"
#include "analysis/tabulate.hpp"
#include "app/config.hpp"
#include "app/overlay_input.hpp"
#include "app/process_inputs.hpp"
#include "app/processes.hpp"
#include "app/run_folder.hpp"
#include "app/table_file.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "geodata/map_watch.hpp"
#include "geodata/sink.hpp"
#include "jobs/uploads.hpp"

namespace caitu::app {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;
using catalog::Workspace;
namespace fs = std::filesystem;

Json one_of(std::vector<std::string> values) { return {{"type", "string"}, {"enum", std::move(values)}}; }

Json source_schema() {
  return {{"type", "string"},
          {"minLength", 1},
          {"maxLength", 300},
          {"description",
           "a layer (parcels), an edition of it (parcels@3, parcels@2024-12-31), or an id of POST "
           "/uploads; ID:LAYER picks one of several layers"}};
}

/// How an uploaded file is to be read.
void append_reading(std::vector<jobs::Input>& inputs, const std::string& prefix, const std::string& zh,
                    const std::string& en) {
  inputs.push_back({prefix + "crs",
                    {zh + "的坐标系", "Coordinate system of " + en + ", when its file does not say it"},
                    text_schema(8000),
                    false});
  inputs.push_back({prefix + "datum",
                    {zh + "的坐标基准", "Degrees of a map service in " + en},
                    one_of({"cgcs2000", "gcj02", "bd09"}),
                    false});
  inputs.push_back(
      {prefix + "encoding", {zh + "的文字编码", "Encoding of the text of " + en}, text_schema(40), false});
}

Json fields_schema() { return {{"type", "array"}, {"maxItems", 1000}, {"items", text_schema(200)}}; }

/// What an uploaded file is read with.
void check_reading(const Json& inputs, const std::string& prefix) {
  const std::string crs = prefix + "crs";
  if (inputs.contains(crs)) check_crs(crs, inputs[crs]);
}

/// A stored layer or an upload of whoever asks, and nothing else: no path is ever opened for somebody
/// outside. An edition that is not said is pinned, so that a job that is taken up again reads the same.
void check_source(const Workspace& workspace, Json& inputs, const std::string& input,
                  const std::string& who) {
  const std::string text = inputs.at(input);
  if (is_upload(text)) {
    check_upload(workspace, input, text, who);
    return;
  }
  try {
    const catalog::Catalog catalog(workspace, {find_installation().layers()});
    const auto [layer, which] = split_edition(text);
    const auto edition = which.empty() ? catalog.edition(layer) : catalog.edition_named(layer, which);
    inputs[input] = layer + "@" + std::to_string(edition->record.edition);
  } catch (const Error& error) {
    refuse_input(input, error.what(), error.hint());
  }
}

analysis::InputLayer open_source(const Workspace& workspace, const Json& inputs, const std::string& input,
                                 const std::string& prefix, const fs::path& scratch,
                                 const base::Progress& progress) {
  const std::string text = inputs.at(input);
  if (!is_upload(text)) return open_edition(workspace.folder.string(), text, "");
  const jobs::Uploads uploads(uploads_of(workspace));
  const auto [id, layer] = split_upload(text);
  const auto upload = uploads.find(id);
  if (!upload) throw Error(Code::not_found, "the upload " + id + " is gone", "send the file again");
  const OverlayInput source{.given = uploads.file(*upload).string() + layer,
                            .crs = inputs.value(prefix + "crs", ""),
                            .datum = inputs.value(prefix + "datum", ""),
                            .encoding = inputs.value(prefix + "encoding", ""),
                            .prefix = prefix,
                            .title = upload->name + layer};
  return open_input(source, "inputs:", scratch, base::default_threads(), progress);
}

std::string lane_of(const Json&) { return "overlay"; }

/// The folder of a job's results, and the file to make in it.
struct ResultFile {
  ResultFile(const Workspace& workspace, const jobs::Call& call, const std::string& stem,
             const std::string& format)
      : folder(results_of(workspace) / call.job), name(stem + "." + call.inputs.value("format", format)) {
    fs::create_directories(folder);
  }
  fs::path path() const { return folder / name; }
  /// What the result says of it.
  Json json() const { return {{"name", name}, {"bytes", fs::file_size(path())}}; }

  fs::path folder;
  std::string name;
};

/// Reads text and numbers off inputs that the schema has let through.
analysis::OverlayOptions overlay_options(const Json& inputs) {
  analysis::OverlayOptions options;
  options.operation = *analysis::parse_operation(inputs.at("operation").get<std::string>());
  for (const Json& field : inputs.value("fields", Json::array())) options.fields.push_back(field);
  const std::string fate = inputs.value("slivers", "keep");
  if (fate == "drop") options.slivers.fate = analysis::Slivers::Fate::drop;
  if (fate == "merge") options.slivers.fate = analysis::Slivers::Fate::merge;
  options.slivers.width_m = inputs.value("sliver_width_m", options.slivers.width_m);
  return options;
}

geodata::SinkOptions grows_in(const RunFolder& folder) {
  geodata::SinkOptions options;
  options.grows_in = folder.path();
  return options;
}

/// Gives a file whose account closes its name, and tells of both.
template <typename Account>
Json delivered(const Account& account, geodata::Sink& sink, RunFolder& folder, const ResultFile& result) {
  if (!account.closes())
    throw Error(Code::internal, "the account does not close: what came out is not what went in",
                to_json(account).dump());
  sink.finish();
  folder.done();
  Json json = to_json(account);
  json["file"] = result.json();
  return json;
}

Json run_overlay(const Workspace& workspace, const jobs::Call& call) {
  const ResultFile result(workspace, call, "overlay", "gpkg");
  const analysis::OverlayOptions options = overlay_options(call.inputs);
  RunFolder folder(result.path());
  const geodata::MapWatch watch;
  const auto a = open_source(workspace, call.inputs, "a", "a_", folder.path() / "a", call.progress);
  const auto b = open_source(workspace, call.inputs, "b", "b_", folder.path() / "b", call.progress);
  geodata::Sink sink(result.path(), overlay_schema(a, b, options), grows_in(folder));
  const analysis::Account account = overlay(a, b, options, folder.path(), &sink, call.progress);
  watch.check();
  return delivered(account, sink, folder, result);
}

Json run_dissolve(const Workspace& workspace, const jobs::Call& call) {
  const ResultFile result(workspace, call, "dissolve", "gpkg");
  analysis::DissolveOptions options;
  for (const Json& field : call.inputs.value("by", Json::array())) options.by.push_back(field);
  RunFolder folder(result.path());
  const geodata::MapWatch watch;
  const auto input = open_source(workspace, call.inputs, "in", "", folder.path() / "in", call.progress);
  geodata::Sink sink(result.path(), dissolve_schema(input, options), grows_in(folder));
  const analysis::DissolveAccount account = dissolve(input, options, &sink, call.progress);
  watch.check();
  return delivered(account, sink, folder, result);
}

Json run_tabulate(const Workspace& workspace, const jobs::Call& call) {
  const ResultFile result(workspace, call, "table", "xlsx");
  RunFolder folder(result.path());
  const geodata::MapWatch watch;
  const auto a = open_source(workspace, call.inputs, "a", "a_", folder.path() / "a", call.progress);
  const auto b = open_source(workspace, call.inputs, "b", "b_", folder.path() / "b", call.progress);
  const std::string rows = call.inputs.at("rows"), columns = call.inputs.at("cols");
  const analysis::Table table =
      tabulate(a, b, {.rows = find_field(a, b, rows, "rows"), .columns = find_field(a, b, columns, "cols")},
               call.progress);
  watch.check();
  write_table(result.path(), table, rows + " \\ " + columns);
  folder.done();
  Json json = to_json(table, rows, columns);
  json["file"] = result.json();
  return json;
}

jobs::Process process_of(const std::string& id, jobs::Text title, jobs::Text description) {
  jobs::Process process;
  process.id = id;
  process.title = std::move(title);
  process.description = std::move(description);
  process.result_schema = {
      {"type", "object"},
      {"description", "the account of `caitu " + id + " --json`, and the file's address"}};
  process.lane = lane_of;
  return process;
}

void append_both(jobs::Process& process) {
  process.inputs.push_back({"a", {"图层 A", "The layer that is cut"}, source_schema(), true});
  process.inputs.push_back({"b", {"图层 B", "What is laid over it: polygons"}, source_schema(), true});
}

}  // namespace

jobs::Process overlay_process(const Workspace& workspace) {
  jobs::Process process = process_of("overlay", {"图层叠加", "Overlay"},
                                     {"两个图层叠加：相交、相减、合并等，每一平方米都有着落",
                                      "Lays one layer over another; every square metre is accounted for"});
  process.inputs = {{"operation",
                     {"运算", "What is made of the two"},
                     one_of({"intersection", "difference", "union", "identity", "symdifference", "clip"}),
                     true}};
  append_both(process);
  process.inputs.push_back(
      {"fields", {"字段", "Fields of the result; all when absent"}, fields_schema(), false});
  process.inputs.push_back({"slivers",
                            {"碎片", "Parts of pieces too narrow to be meant"},
                            one_of({"keep", "drop", "merge"}),
                            false});
  process.inputs.push_back({"sliver_width_m",
                            {"碎片宽度（米）", "A part in which no such disc fits is a sliver"},
                            {{"type", "number"}},
                            false});
  process.inputs.push_back({"format", {"格式", "Of the result"}, one_of({"gpkg", "fgb", "geojson"}), false});
  append_reading(process.inputs, "a_", "A ", "a");
  append_reading(process.inputs, "b_", "B ", "b");
  process.stages = {{"reading", 30}, {"cutting", 40}, {"writing", 30}};
  process.check = [workspace](Json& inputs, const std::string& who) {
    for (const std::string input : {"a", "b"}) {
      check_source(workspace, inputs, input, who);
      check_reading(inputs, input + "_");
    }
    const double width = inputs.value("sliver_width_m", 0.1);
    if (!(width >= 1e-4 && width <= 100))
      refuse_input("sliver_width_m", "it is out of range", "0.0001 to 100 m");
  };
  process.run = [workspace](const jobs::Call& call) { return run_overlay(workspace, call); };
  process.after = [workspace](const Json& inputs) { drop_uploads(workspace, inputs); };
  return process;
}

jobs::Process dissolve_process(const Workspace& workspace) {
  jobs::Process process =
      process_of("dissolve", {"融合", "Dissolve"},
                 {"属性相同的要素合并为一", "Unites the features that have the same values"});
  process.inputs = {{"in", {"图层", "The layer"}, source_schema(), true},
                    {"by",
                     {"字段", "Fields whose values are the same; without any all becomes one"},
                     fields_schema(),
                     false},
                    {"format", {"格式", "Of the result"}, one_of({"gpkg", "fgb", "geojson"}), false}};
  append_reading(process.inputs, "", "图层", "the layer");
  process.stages = {{"reading", 40}, {"uniting", 60}};
  process.check = [workspace](Json& inputs, const std::string& who) {
    check_source(workspace, inputs, "in", who);
    check_reading(inputs, "");
  };
  process.run = [workspace](const jobs::Call& call) { return run_dissolve(workspace, call); };
  process.after = [workspace](const Json& inputs) { drop_uploads(workspace, inputs); };
  return process;
}

jobs::Process tabulate_process(const Workspace& workspace) {
  jobs::Process process = process_of("tabulate", {"交叉表", "Cross-table"},
                                     {"两个图层共有土地的交叉表，单位亩",
                                      "A cross-table of the land that two layers have in common, in 亩"});
  append_both(process);
  process.inputs.push_back(
      {"rows",
       {"行字段", "Field whose values are the rows; a_NAME or b_NAME says of which layer"},
       text_schema(200),
       true});
  process.inputs.push_back(
      {"cols", {"列字段", "Field whose values are the columns"}, text_schema(200), true});
  process.inputs.push_back({"format", {"格式", "Of the table"}, one_of({"xlsx", "csv"}), false});
  append_reading(process.inputs, "a_", "A ", "a");
  append_reading(process.inputs, "b_", "B ", "b");
  process.stages = {{"reading", 40}, {"measuring", 60}};
  process.check = [workspace](Json& inputs, const std::string& who) {
    for (const std::string input : {"a", "b"}) {
      check_source(workspace, inputs, input, who);
      check_reading(inputs, input + "_");
    }
  };
  process.run = [workspace](const jobs::Call& call) { return run_tabulate(workspace, call); };
  process.after = [workspace](const Json& inputs) { drop_uploads(workspace, inputs); };
  return process;
}

}  // namespace caitu::app
