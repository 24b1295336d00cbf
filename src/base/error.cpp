#include "base/error.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace caitu::base {

std::string_view name(Code code) {
  switch (code) {
    case Code::usage:
      return "usage";
    case Code::invalid:
      return "invalid";
    case Code::refused:
      return "refused";
    case Code::not_found:
      return "not_found";
    case Code::conflict:
      return "conflict";
    case Code::unsupported:
      return "unsupported";
    case Code::unauthenticated:
      return "unauthenticated";
    case Code::denied:
      return "denied";
    case Code::busy:
      return "busy";
    case Code::cancelled:
      return "cancelled";
    case Code::too_large:
      return "too_large";
    case Code::io:
      return "io";
    case Code::corrupt:
      return "corrupt";
    case Code::internal:
      break;
  }
  return "internal";
}

Error::Error(Code code, const std::string& message, std::string hint)
    : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

Error::Error(Code code, const std::string& message, Where where, std::string hint)
    : std::runtime_error(message), code_(code), where_(std::move(where)), hint_(std::move(hint)) {}

std::string Error::full() const {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (!text.empty()) text += ", ";
    text += part;
  };
  if (!where_.file.empty()) add(where_.file);
  if (!where_.layer.empty()) add("layer " + where_.layer);
  if (where_.row >= 0) add("row " + std::to_string(where_.row));
  if (!where_.field.empty()) add(where_.field);
  if (where_.position >= 0) add("position " + std::to_string(where_.position));
  if (!text.empty()) text += ": ";
  text += what();
  if (!hint_.empty()) text += "\n  " + hint_;
  return text;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row.back();
}

}  // namespace caitu::base
