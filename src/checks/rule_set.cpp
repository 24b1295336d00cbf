#include "checks/rule_set.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/toml.hpp"
#include "checks/detail/rule_names.hpp"

namespace caitu::checks {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Where;
using detail::did_you_mean;

template <typename Value>
std::vector<std::string> ids_of(const std::map<std::string, Value, std::less<>>& rules) {
  std::vector<std::string> ids;
  for (const auto& [id, rule] : rules) ids.push_back(id);
  return ids;
}

std::vector<fs::path> files_of(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!fs::exists(path))
      throw Error(Code::usage, "there are no rules in " + path.string(), Where{.file = path.string()});
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    const auto first = static_cast<std::ptrdiff_t>(files.size());
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
    std::sort(files.begin() + first, files.end());
  }
  return files;
}

/// With the line of the key, for which the file is read once more.
[[noreturn]] void fail(const Rule& rule, std::string_view key, const std::string& message,
                       const std::string& hint) {
  base::TomlTable::load(rule.file).fail(key, message, hint);
}

using Rules = std::map<std::string, Rule, std::less<>>;

Rules read(const std::vector<fs::path>& paths) {
  Rules rules;
  for (const fs::path& file : files_of(paths)) {
    Rule rule = load_rule(file);
    const auto known = rules.find(rule.id);
    if (known != rules.end())
      fail(rule, "id", "the rule \"" + rule.id + "\" is there already, in " + known->second.file.string(),
           "give this rule an id of its own");
    rules.emplace(rule.id, std::move(rule));
  }
  return rules;
}

/// A check asks for the parameters of the house's rule, and for no others.
void check_replacement(const Rule& own, const Rule& house) {
  if (own.version <= house.version)
    fail(own, "version",
         "rule " + own.id + " has version " + std::to_string(own.version) +
             ", and the one that it replaces " + std::to_string(house.version),
         "raise the version");
  if (own.check != house.check)
    fail(own, "check", "rule " + own.id + " belongs to the check \"" + house.check + "\"", "leave it there");
  for (const Parameter& wanted : house.parameters) {
    const auto at = std::ranges::find(own.parameters, wanted.name, &Parameter::name);
    if (at == own.parameters.end())
      fail(own, "parameter", "rule " + own.id + " lacks the parameter \"" + wanted.name + "\"",
           "copy it from " + house.file.string());
    if (at->values.front().content.index() != wanted.values.front().content.index())
      fail(own, "parameter",
           "the parameter \"" + wanted.name + "\" of rule " + own.id + " is of another type",
           "write it as in " + house.file.string());
  }
}

std::string digest_of(const Rules& rules) {
  base::Sha256 digest;
  for (const auto& [id, rule] : rules) digest.add(to_json(rule).dump() + "\n");
  return base::hex(digest.finish());
}

}  // namespace

const Rule& RuleSet::rule(std::string_view id) const {
  const auto at = rules.find(id);
  if (at != rules.end()) return at->second;
  throw Error(Code::not_found, "there is no rule \"" + std::string(id) + "\"",
              did_you_mean(id, ids_of(rules)));
}

std::vector<const Rule*> RuleSet::of(std::string_view check) const {
  std::vector<const Rule*> found;
  for (const auto& [id, rule] : rules) {
    if (rule.check == check) found.push_back(&rule);
  }
  std::ranges::stable_sort(found, {}, [](const Rule* rule) { return rule->id.size(); });
  return found;
}

RuleSet load_rules(const std::vector<fs::path>& house, const std::vector<fs::path>& own) {
  RuleSet set;
  set.rules = read(house);
  if (set.rules.empty()) throw Error(Code::usage, "no rules were given");
  for (auto& [id, rule] : read(own)) {
    const auto at = set.rules.find(id);
    if (at == set.rules.end())
      fail(rule, "id", "there is no rule \"" + id + "\" to replace", did_you_mean(id, ids_of(set.rules)));
    check_replacement(rule, at->second);
    at->second = std::move(rule);
    at->second.own = true;
  }
  set.digest = digest_of(set.rules);
  return set;
}

}  // namespace caitu::checks
