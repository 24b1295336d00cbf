#include "checks/detail/flag_evidence.hpp"

namespace caitu::checks::detail {
namespace {

using base::Json;

std::string text_of(const Json& json, const char* name) {
  if (!json.is_object()) return {};
  const auto at = json.find(name);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

/// The members of a list that has the name; none when there is no such list.
const Json& list_of(const Json& json, const char* name) {
  static const Json kNone = Json::array();
  const auto at = json.find(name);
  return at != json.end() && at->is_array() ? *at : kNone;
}

std::vector<Subject> subjects_of(const Json& json, const char* name) {
  std::vector<Subject> subjects;
  for (const Json& one : list_of(json, name)) {
    Subject subject{.layer = text_of(one, "layer"), .key = text_of(one, "key")};
    if (subject.layer.empty() || subject.key.empty()) continue;
    const auto id = one.find("id");
    if (id != one.end() && id->is_number_unsigned()) subject.id = id->get<std::uint64_t>();
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

std::vector<std::string> texts_of(const Json& json, const char* name) {
  std::vector<std::string> texts;
  for (const Json& one : list_of(json, name))
    if (one.is_string()) texts.push_back(one.get<std::string>());
  return texts;
}

}  // namespace

void read_evidence(std::string_view evidence, Finding& finding) {
  const Json json = Json::parse(evidence, nullptr, false);
  if (!json.is_object()) return;
  finding.title = text_of(json, "title");
  finding.title_zh = text_of(json, "title_zh");
  finding.subjects = subjects_of(json, "subjects");
  finding.parcels = subjects_of(json, "parcels");
  finding.owner_units = texts_of(json, "owner_units");
  finding.location_units = texts_of(json, "location_units");
  for (const Json& fact : list_of(json, "facts")) {
    if (fact.is_object())
      finding.facts.push_back(
          {text_of(fact, "name"), text_of(fact, "name_zh"), text_of(fact, "value"), text_of(fact, "source")});
  }
}

}  // namespace caitu::checks::detail
