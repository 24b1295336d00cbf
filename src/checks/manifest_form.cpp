// A manifest as a file: its form, and what is held against a file that came from outside.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "checks/manifest.hpp"

namespace caitu::checks {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Json;
using base::Where;

constexpr const char* kWayOut =
    "replay a manifest as `caitu check --report` wrote it, or run the checks again with --report";
constexpr std::string_view kClasses = "land_classes.csv";

std::string digest_of(std::string_view text) { return base::hex(base::sha256(text)); }

Json json_of(const Pin& pin) {
  Json json = {{"layer", pin.layer}, {"edition", pin.edition}, {"changes", pin.changes},
               {"as_of", pin.as_of}, {"digest", pin.digest},   {"rows", pin.rows}};
  if (pin.changes == 0) return json;
  json["settled"] = pin.settled;
  json["schema"] = geodata::to_json(pin.schema.value());
  return json;
}

Json json_of(const Manifest::CheckOutcome& outcome) {
  Json measures = Json::array(), findings = Json::array();
  for (const auto& one : outcome.measures) {
    measures.push_back({{"id", one.id}, {"value", nullptr}, {"unit", one.unit}, {"verdict", one.verdict}});
    if (one.value) measures.back()["value"] = *one.value;
    measures.back()["digest"] = one.digest;
  }
  for (const auto& one : outcome.findings)
    findings.push_back({{"fingerprint", one.fingerprint},
                        {"rule", one.rule},
                        {"verdict", one.verdict},
                        {"state", one.state},
                        {"digest", one.digest}});
  return {{"check", outcome.check},
          {"measures", std::move(measures)},
          {"findings", std::move(findings)},
          {"not_run", outcome.not_run},
          {"rest", outcome.rest}};
}

Json counts_of(const Manifest& manifest) {
  std::uint64_t measures = 0, findings = 0, violations = 0, not_run = 0;
  for (const auto& outcome : manifest.results) {
    measures += outcome.measures.size();
    findings += outcome.findings.size();
    violations += static_cast<std::uint64_t>(
        std::ranges::count(outcome.findings, "violation", &Manifest::FindingOutcome::verdict));
    not_run += outcome.not_run;
  }
  return {{"measures", measures},     {"findings", findings},
          {"violations", violations}, {"for_field_check", findings - violations},
          {"not_run", not_run},       {"cleared", manifest.cleared.size()}};
}

const ReadText* find(const std::vector<ReadText>& texts, std::string_view name) {
  const auto at = std::ranges::find(texts, name, &ReadText::name);
  return at == texts.end() ? nullptr : &*at;
}

/// A member of a manifest with its path, by which errors call it.
class Member {
 public:
  Member(const Json& json, std::string path, const std::string& file)
      : json_(json), path_(std::move(path)), file_(file) {}

  Member at(const std::string& key) const {
    if (!json_.is_object()) fail("is no object");
    const auto found = json_.find(key);
    if (found == json_.end()) Member(json_, below(key), file_).fail("is missing");
    return {*found, below(key), file_};
  }
  bool has(const std::string& key) const { return json_.is_object() && json_.contains(key); }
  std::vector<Member> items() const {
    if (!json_.is_array()) fail("is no list");
    std::vector<Member> all;
    for (std::size_t i = 0; i < json_.size(); ++i)
      all.emplace_back(json_[i], path_ + "[" + std::to_string(i) + "]", file_);
    return all;
  }
  std::map<std::string, std::string> named_texts() const {
    if (!json_.is_object()) fail("is no object");
    std::map<std::string, std::string> all;
    for (const auto& [key, value] : json_.items()) all.emplace(key, Member(value, below(key), file_).text());
    return all;
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const Member& one : items()) all.push_back(one.text());
    return all;
  }
  std::string text() const {
    if (!json_.is_string()) fail("is no text");
    return json_.get<std::string>();
  }
  bool flag() const {
    if (!json_.is_boolean()) fail("is neither true nor false");
    return json_.get<bool>();
  }
  template <typename T>
  T whole() const {
    const bool fits = json_.is_number_unsigned() &&
                      json_.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    if (!fits) fail("is no whole number from 0 on");
    return json_.get<T>();
  }
  bool null() const { return json_.is_null(); }
  double number() const {
    if (!json_.is_number()) fail("is no number");
    return json_.get<double>();
  }
  const Json& json() const { return json_; }
  [[noreturn]] void fail(const std::string& what, const std::string& way_out = kWayOut) const {
    throw Error(Code::refused, "the manifest's " + path_ + " " + what, Where{.file = file_, .field = path_},
                way_out);
  }

 private:
  std::string below(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

  const Json& json_;
  std::string path_;
  const std::string& file_;
};

Pin pin_of(const Member& member) {
  Pin pin{.layer = member.at("layer").text(),
          .edition = member.at("edition").whole<std::uint32_t>(),
          .changes = member.at("changes").whole<std::uint64_t>(),
          .settled = 0,
          .as_of = member.at("as_of").text(),
          .digest = member.at("digest").text(),
          .rows = member.at("rows").whole<std::uint64_t>(),
          .schema = {}};
  if (pin.changes == 0) return pin;
  pin.settled = member.at("settled").whole<std::uint64_t>();
  const Member schema = member.at("schema");
  try {
    pin.schema = geodata::schema_from_json(schema.json());
  } catch (const Error&) {
    schema.fail("is no schema of a layer");
  }
  if (pin.schema->layer != pin.layer) schema.fail("is of layer \"" + pin.schema->layer + "\"");
  return pin;
}

/// A name that stays inside of the folder into which a replay writes it.
bool proper(std::string_view name) {
  if (name == kClasses) return true;
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view folder = name.substr(0, slash), file = name.substr(slash + 1);
  const bool plain = !file.empty() && file.front() != '.' &&
                     file.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
  return plain &&
         ((folder == "plan" && file.ends_with(".csv")) || (folder == "rules" && file.ends_with(".toml")));
}

std::vector<ReadText> texts_of(const Member& list) {
  std::vector<ReadText> texts;
  for (const Member& member : list.items()) {
    ReadText read{.name = member.at("name").text(), .text = member.at("text").text()};
    if (!proper(read.name)) member.at("name").fail("\"" + read.name + "\" is no file that a run reads");
    if (find(texts, read.name) != nullptr) member.at("name").fail("\"" + read.name + "\" comes twice");
    if (digest_of(read.text) != member.at("sha256").text())
      member.at("text").fail("(" + read.name + ") was changed: it is not the text of its sha256");
    texts.push_back(std::move(read));
  }
  if (find(texts, kClasses) == nullptr) list.fail("lack " + std::string(kClasses));
  return texts;
}

std::vector<Manifest::RuleUsed> rules_of(const Member& list, const std::vector<ReadText>& texts) {
  std::vector<Manifest::RuleUsed> rules;
  for (const Member& member : list.items()) {
    Manifest::RuleUsed used{.id = member.at("id").text(),
                            .version = member.at("version").whole<std::int64_t>(),
                            .own = member.at("own").flag()};
    const ReadText* read = find(texts, "rules/" + used.id + ".toml");
    if (read == nullptr) member.at("id").fail("\"" + used.id + "\" has no text");
    if (digest_of(read->text) != member.at("digest").text())
      member.at("digest").fail("is not that of the text of rule " + used.id);
    rules.push_back(std::move(used));
  }
  return rules;
}

Manifest::CheckOutcome outcome_of(const Member& member) {
  Manifest::CheckOutcome outcome{.check = member.at("check").text(),
                                 .measures = {},
                                 .findings = {},
                                 .not_run = member.at("not_run").whole<std::uint64_t>(),
                                 .rest = member.at("rest").text()};
  for (const Member& one : member.at("measures").items()) {
    outcome.measures.push_back({.id = one.at("id").text(),
                                .value = {},
                                .unit = one.at("unit").text(),
                                .verdict = one.at("verdict").text(),
                                .digest = one.at("digest").text()});
    if (!one.at("value").null()) outcome.measures.back().value = one.at("value").number();
  }
  for (const Member& one : member.at("findings").items())
    outcome.findings.push_back({.fingerprint = one.at("fingerprint").text(),
                                .rule = one.at("rule").text(),
                                .verdict = one.at("verdict").text(),
                                .state = one.at("state").text(),
                                .digest = one.at("digest").text()});
  return outcome;
}

void check_form(const Member& root) {
  if (!root.has("format") || root.at("format").json() != kManifestFormat)
    root.at("format").fail("is another: this is no manifest of a check");
  const auto form = root.at("form").whole<std::uint32_t>();
  if (form > kManifestForm)
    root.at("form").fail(
        "is " + std::to_string(form) + ", and this caitu reads forms up to " + std::to_string(kManifestForm),
        "replay it with the caitu that made it, or a later one");
  if (form < 1) root.at("form").fail("is none");
}

/// What is held against it before anything runs.
void check_asked(const Member& root, const Manifest& manifest) {
  if (!manifest.as_of.empty() && !catalog::is_date(manifest.as_of)) root.at("as_of").fail("is no date");
  if (manifest.checks.empty()) root.at("checks").fail("name no check");
  std::set<std::string> seen;
  for (const Pin& pin : manifest.layers) {
    if (!seen.insert(pin.layer).second) root.at("layers").fail("name \"" + pin.layer + "\" twice");
  }
}

}  // namespace

Json to_json(const Manifest& manifest) {
  Json layers = Json::array(), rules = Json::array(), rasters = Json::array(), texts = Json::array(),
       results = Json::array();
  for (const Pin& pin : manifest.layers) layers.push_back(json_of(pin));
  for (const auto& used : manifest.rules)
    rules.push_back({{"id", used.id},
                     {"version", used.version},
                     {"digest", digest_of(find(manifest.texts, "rules/" + used.id + ".toml")->text)},
                     {"own", used.own}});
  for (const auto& raster : manifest.rasters)
    rasters.push_back({{"file", raster.file}, {"sha256", raster.sha256}});
  for (const ReadText& read : manifest.texts)
    texts.push_back({{"name", read.name}, {"sha256", digest_of(read.text)}, {"text", read.text}});
  for (const auto& outcome : manifest.results) results.push_back(json_of(outcome));
  Json json = {{"format", kManifestFormat},
               {"form", kManifestForm},
               {"program", manifest.program.version},
               {"program_sha256", manifest.program.sha256},
               {"as_of", manifest.as_of},
               {"checks", manifest.checks},
               {"population_year", nullptr},
               {"counts", counts_of(manifest)},
               {"layers", std::move(layers)},
               {"missing", manifest.missing},
               {"rules_digest", manifest.rules_digest},
               {"rules", std::move(rules)},
               {"rasters", std::move(rasters)},
               {"results", std::move(results)},
               {"cleared", manifest.cleared},
               {"texts", std::move(texts)}};
  if (manifest.population_year) json["population_year"] = *manifest.population_year;
  return json;
}

Manifest manifest_from_json(std::string_view text, const std::string& file) {
  Json json;
  try {
    json = base::parse_json(text);
  } catch (const Error& error) {
    throw Error(Code::refused, std::string("the manifest is no JSON, or was cut off: ") + error.what(),
                Where{.file = file, .position = error.where().position}, kWayOut);
  }
  const Member root(json, "", file);
  if (!json.is_object()) throw Error(Code::refused, "this is no manifest", Where{.file = file}, kWayOut);
  check_form(root);
  Manifest manifest{.program = {root.at("program").text(), root.at("program_sha256").text()},
                    .as_of = root.at("as_of").text(),
                    .checks = root.at("checks").texts(),
                    .population_year = {},
                    .layers = {},
                    .missing = root.at("missing").named_texts(),
                    .rules = {},
                    .rules_digest = root.at("rules_digest").text(),
                    .rasters = {},
                    .texts = texts_of(root.at("texts")),
                    .results = {},
                    .cleared = root.at("cleared").texts()};
  if (const Member year = root.at("population_year"); !year.null())
    manifest.population_year = year.whole<int>();
  for (const Member& member : root.at("layers").items()) manifest.layers.push_back(pin_of(member));
  manifest.rules = rules_of(root.at("rules"), manifest.texts);
  for (const Member& member : root.at("rasters").items())
    manifest.rasters.push_back({member.at("file").text(), member.at("sha256").text()});
  for (const Member& member : root.at("results").items()) manifest.results.push_back(outcome_of(member));
  check_asked(root, manifest);
  return manifest;
}

Manifest read_manifest(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw Error(Code::not_found, "there is no manifest", Where{.file = file.string()},
                "name the manifest.json of a folder that `caitu check --report` wrote");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return manifest_from_json(text, file.string());
}

}  // namespace caitu::checks
