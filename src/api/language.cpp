#include "api/language.hpp"

#include "http/negotiate.hpp"

namespace caitu::api {

Language asked_language(const http::Request& request) {
  const auto preferred = http::preferred_language(request.header("accept-language"), {"zh", "en"});
  return preferred == "en" ? Language::english : Language::chinese;
}

http::Response in_language(http::Response response, Language language) {
  response.set("Content-Language", language == Language::english ? "en" : "zh-CN");
  response.set("Vary", "Accept-Language");
  return response;
}

std::string title_of(const catalog::State& state, const std::string& layer, Language language) {
  const auto declared = state.declarations.find(layer);
  const auto current = state.current.find(layer);
  const geodata::Schema* schema = declared != state.declarations.end() ? &declared->second.schema
                                  : current != state.current.end()     ? &current->second->snapshot->schema()
                                                                       : nullptr;
  if (schema == nullptr) return layer;
  const bool english = language == Language::english && !schema->title_en.empty();
  const std::string& title = english ? schema->title_en : schema->title;
  return title.empty() ? layer : title;
}

std::string title_of(const geodata::Declaration& declaration, const geodata::Field& field,
                     Language language) {
  if (language == Language::english) {
    const auto english = declaration.field_titles_en.find(field.name);
    if (english != declaration.field_titles_en.end()) return english->second;
  }
  return field.title.empty() ? field.name : field.title;
}

}  // namespace caitu::api
