#include "checks/manifest.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <tuple>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/evidence.hpp"
#include "geodata/declared.hpp"
#include "geometry/codec.hpp"

namespace caitu::checks {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Json;
using base::Where;

std::string digest_of(std::string_view text) { return base::hex(base::sha256(text)); }

ReadText read_text(const fs::path& file, const std::string& folder) {
  std::ifstream in(file, std::ios::binary);
  ReadText read{.name = folder + file.filename().string(), .text = {std::istreambuf_iterator<char>(in), {}}};
  if (!in.is_open() || in.bad())
    throw Error(Code::io, "the table cannot be read", Where{.file = file.string()});
  return read;
}

std::string digest_of(const Finding& one) {
  std::string text = base::json_text(Json{{"fingerprint", one.fingerprint},
                                          {"state", name(one.state)},
                                          {"check", one.check},
                                          {"rule", one.rule},
                                          {"version", one.version},
                                          {"category", one.category},
                                          {"verdict", name(one.verdict)},
                                          {"severity", one.severity},
                                          {"compared", {one.measured, one.limit, one.tolerance}},
                                          {"unit", one.unit},
                                          {"what", {one.what, one.what_zh}},
                                          {"basis", one.basis},
                                          {"held_back_by", one.held_back_by},
                                          {"held_back_by_zh", one.held_back_by_zh},
                                          {"turns", {one.turns, one.turns_zh}},
                                          {"area_m2", one.area_m2},
                                          {"place", {one.district, one.town}},
                                          {"evidence", evidence_json(one)}});
  geometry::append_wkb(text, one.where);
  return digest_of(text);
}

std::string digest_of_rest(const CheckResult& result) {
  Json json = to_json(result);
  json.erase("measures");
  json.erase("findings");
  std::string text = base::json_text(json);
  for (const Drawn& one : result.drawn) {
    text += base::json_text(Json{one.layer, one.name, one.area_m2});
    geometry::append_wkb(text, one.where);
  }
  return digest_of(text);
}

Manifest::CheckOutcome outcome_of(const CheckResult& result) {
  Manifest::CheckOutcome outcome{.check = result.check,
                                 .measures = {},
                                 .findings = {},
                                 .not_run = result.not_run.size(),
                                 .rest = digest_of_rest(result)};
  for (const Measure& one : result.measures)
    outcome.measures.push_back(
        {one.id, one.value, one.unit, one.verdict, digest_of(base::json_text(to_json(one)))});
  for (const Finding& one : result.findings)
    outcome.findings.push_back({one.fingerprint, one.rule, std::string(name(one.verdict)),
                                std::string(name(one.state)), digest_of(one)});
  return outcome;
}

std::vector<Manifest::Raster> rasters_of(const Pinned& pinned) {
  std::vector<Manifest::Raster> rasters;
  const auto* edition = pinned.find("imagery");
  if (edition == nullptr) return rasters;
  const detail::FieldOf file(*edition->snapshot, "file");
  const detail::FieldOf digest(*edition->snapshot, geodata::Declaration::kDigestField);
  for (std::size_t item = 0; item < edition->snapshot->size(); ++item)
    rasters.push_back({std::string(file.text(item)), std::string(digest.text(item))});
  std::ranges::sort(rasters, {}, [](const auto& one) { return std::tie(one.sha256, one.file); });
  return rasters;
}

}  // namespace

std::vector<ReadText> read_tables(const fs::path& plan, const fs::path& land_classes) {
  std::vector<ReadText> texts{read_text(land_classes, "")};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(plan)) {
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) texts.push_back(read_text(file, "plan/"));
  return texts;
}

Manifest manifest_of(const Run& run, const Context& context, const Program& program,
                     std::vector<ReadText> tables) {
  Manifest manifest{.program = program,
                    .as_of = run.as_of,
                    .checks = {},
                    .population_year = context.population_year,
                    .layers = pins_of(context.pinned),
                    .missing = context.pinned.missing,
                    .rules = {},
                    .rules_digest = context.rules.digest,
                    .rasters = rasters_of(context.pinned),
                    .texts = {},
                    .results = {},
                    .cleared = run.cleared};
  for (const auto& [id, rule] : context.rules.rules) {
    manifest.rules.push_back({id, rule.version, rule.own});
    manifest.texts.push_back({"rules/" + id + ".toml", rule.source});
  }
  std::ranges::move(tables, std::back_inserter(manifest.texts));
  for (const CheckResult& result : run.results) {
    manifest.checks.push_back(result.check);
    manifest.results.push_back(outcome_of(result));
  }
  return manifest;
}

}  // namespace caitu::checks
