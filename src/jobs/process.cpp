#include "jobs/process.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace caitu::jobs {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;

[[noreturn]] void refuse(const std::string& field, const std::string& message, const std::string& hint = {}) {
  throw Error(Code::invalid, message, Where{.field = field}, hint);
}

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "array") return value.is_array();
  return value.is_object();
}

std::string listed(const Json& values) {
  std::string text;
  for (const Json& value : values)
    text += (text.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

void check_text(const std::string& field, const std::string& text, const Json& schema) {
  if (text.size() < schema.value("minLength", std::size_t{0})) refuse(field, "the text is too short");
  if (schema.contains("maxLength") && text.size() > schema["maxLength"].get<std::size_t>()) {
    refuse(field, "the text has " + std::to_string(text.size()) + " bytes",
           "at most " + schema["maxLength"].dump());
  }
  const std::string pattern =
      schema.value("format", "") == "date" ? R"(\d{4}-\d{2}-\d{2})" : schema.value("pattern", "");
  if (!pattern.empty() && !std::regex_match(text, std::regex(pattern))) {
    refuse(field, "\"" + text.substr(0, 80) + "\" is not of the form that is wanted",
           schema.value("format", "") == "date" ? "a date like 2025-06-30"
                                                : schema.value("description", pattern));
  }
}

void check_value(const std::string& field, const Json& value, const Json& schema) {
  const std::string type = schema.value("type", "");
  if (!type.empty() && !is_of_type(value, type)) {
    refuse(field, std::string("this is ") + value.type_name() + ", and " + type + " is wanted",
           schema.value("description", ""));
  }
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
    refuse(field, base::json_text(value) + " is not one of the values", listed(schema["enum"]));
  }
  if (value.is_string()) check_text(field, value.get<std::string>(), schema);
  if (value.is_array()) {
    if (value.size() < schema.value("minItems", std::size_t{0}))
      refuse(field, "there are " + std::to_string(value.size()) + " items",
             "at least " + schema["minItems"].dump());
    if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>())
      refuse(field, "there are " + std::to_string(value.size()) + " items",
             "at most " + schema["maxItems"].dump());
    if (schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i)
        check_value(field + "[" + std::to_string(i) + "]", value[i], schema["items"]);
    }
  }
  if (value.is_object() && schema.contains("additionalProperties")) {
    for (const auto& [name, member] : value.items())
      check_value(field + "." + name, member, schema["additionalProperties"]);
  }
}

}  // namespace

const Process& find_process(const Processes& processes, std::string_view id) {
  std::vector<std::string> names;
  for (const Process& process : processes) {
    if (process.id == id) return process;
    names.push_back(process.id);
  }
  const std::string nearest = base::nearest_name(id, names);
  throw Error(Code::not_found, "there is no process \"" + std::string(id) + "\"",
              nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
}

void check_inputs(const Process& process, const Json& inputs) {
  if (!inputs.is_object()) refuse("inputs", "the inputs are an object");
  std::vector<std::string> names;
  for (const Input& input : process.inputs) names.push_back(input.name);
  for (const auto& [name, value] : inputs.items()) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      const std::string nearest = base::nearest_name(name, names);
      refuse("inputs." + name, "the process " + process.id + " has no input \"" + name + "\"",
             nearest.empty() ? "it has " + listed(Json(names)) : "did you mean \"" + nearest + "\"?");
    }
    check_value("inputs." + name, value, process.inputs[static_cast<std::size_t>(at - names.begin())].schema);
  }
  for (const Input& input : process.inputs) {
    if (input.required && !inputs.contains(input.name))
      refuse("inputs." + input.name, "the input \"" + input.name + "\" is missing", input.title.en);
  }
}

Json to_json(const Error& error) {
  Json json{{"code", name(error.code())}, {"detail", error.what()}};
  if (!error.hint().empty()) json["hint"] = error.hint();
  const Where& where = error.where();
  if (!where.file.empty()) json["file"] = where.file;
  if (!where.layer.empty()) json["layer"] = where.layer;
  if (where.row >= 0) json["row"] = where.row;
  if (!where.field.empty()) json["parameter"] = where.field;
  if (where.position >= 0) json["position"] = where.position;
  return json;
}

Error error_of(const Json& problem) {
  const std::string code = problem.value("code", "internal");
  Code found = Code::internal;
  for (int i = 0; i <= static_cast<int>(Code::internal); ++i) {
    if (name(static_cast<Code>(i)) == code) found = static_cast<Code>(i);
  }
  return {found, problem.value("detail", ""),
          Where{.file = problem.value("file", ""),
                .layer = problem.value("layer", ""),
                .row = problem.value("row", std::int64_t{-1}),
                .field = problem.value("parameter", ""),
                .position = problem.value("position", std::int64_t{-1})},
          problem.value("hint", "")};
}

}  // namespace caitu::jobs
