#pragma once

#include <cstdint>
#include <string>

#include "catalog/catalog.hpp"
#include "http/message.hpp"

namespace caitu::api {

/// The languages of titles. Attribute values and errors have one only.
enum class Language : std::uint8_t { chinese, english };

/// By Accept-Language; Chinese when it says nothing or neither.
Language asked_language(const http::Request& request);
/// Says so: Content-Language, and Vary for caches between.
http::Response in_language(http::Response response, Language language);

/// What a person calls a layer, or a field of it: as declared, in Chinese where it has no English title; its
/// name when nothing declares it.
std::string title_of(const catalog::State& state, const std::string& layer, Language language);
std::string title_of(const geodata::Declaration& declaration, const geodata::Field& field, Language language);

}  // namespace caitu::api
