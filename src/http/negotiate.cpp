#include "http/negotiate.hpp"

#include <algorithm>

#include "http/detail/text.hpp"

namespace caitu::http {
namespace {

using detail::same_text;
using detail::take_until;

/// RFC 9110 §12.4.2 in thousandths; -1 when it is no weight at all.
int parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  int weight = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return -1;
  int unit = 100;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return -1;
    weight += (text[i] - '0') * unit;
  }
  return weight <= 1000 ? weight : -1;
}

/// One element of an Accept-like list. A weight that cannot be read counts as a refusal.
struct Choice {
  std::string_view name;
  std::vector<std::string_view> parameters;  ///< but the weight
  int weight = 1000;
};

Choice parse_choice(std::string_view element) {
  Choice choice;
  choice.name = take_until(element, ';');
  while (!element.empty()) {
    const std::string_view parameter = take_until(element, ';');
    if (parameter.size() > 1 && detail::lower(parameter[0]) == 'q' && parameter[1] == '=') {
      choice.weight = std::max(0, parse_weight(parameter.substr(2)));
    } else if (!parameter.empty()) {
      choice.parameters.push_back(parameter);
    }
  }
  return choice;
}

bool has_all(const std::vector<std::string_view>& has, const std::vector<std::string_view>& wanted) {
  for (const auto& want : wanted) {
    bool found = false;
    for (const auto& have : has) found = found || same_text(have, want);
    if (!found) return false;
  }
  return true;
}

/// How closely a media range names a type: 0 not at all, 1 for */*, 2 for type/*, 3 for the type, more for
/// its parameters.
std::size_t closeness(const Choice& range, const Choice& type) {
  if (same_text(range.name, "*/*")) return 1;
  const std::size_t slash = range.name.find('/');
  if (slash != std::string_view::npos && range.name.substr(slash) == "/*") {
    return same_text(range.name.substr(0, slash + 1), type.name.substr(0, slash + 1)) ? 2 : 0;
  }
  if (!same_text(range.name, type.name) || !has_all(type.parameters, range.parameters)) return 0;
  return 3 + range.parameters.size();
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  int gzip = -1, identity = -1, any = -1;
  while (!accept_encoding.empty()) {
    const Choice choice = parse_choice(take_until(accept_encoding, ','));
    if (same_text(choice.name, "gzip") || same_text(choice.name, "x-gzip")) gzip = choice.weight;
    if (same_text(choice.name, "identity")) identity = choice.weight;
    if (choice.name == "*") any = choice.weight;
  }
  if (gzip < 0) gzip = any;
  return gzip > 0 && gzip >= identity;
}

std::string_view preferred_type(std::string_view accept, const std::vector<std::string_view>& offered) {
  if (offered.empty()) return {};
  std::vector<Choice> ranges;
  while (!accept.empty()) {
    const std::string_view element = take_until(accept, ',');
    if (!element.empty()) ranges.push_back(parse_choice(element));
  }
  if (ranges.empty()) return offered.front();
  std::string_view best;
  int best_weight = 0;
  for (const std::string_view type : offered) {
    const Choice parsed = parse_choice(type);
    std::size_t closest = 0;
    int weight = 0;
    for (const Choice& range : ranges) {
      const std::size_t close = closeness(range, parsed);
      if (close <= closest) continue;
      closest = close;
      weight = range.weight;
    }
    if (weight <= best_weight) continue;
    best_weight = weight;
    best = type;
  }
  return best;
}

std::string_view preferred_language(std::string_view accept_language,
                                    const std::vector<std::string_view>& offered) {
  if (offered.empty()) return {};
  std::string_view best;
  int best_weight = 0;
  while (!accept_language.empty()) {
    const Choice range = parse_choice(take_until(accept_language, ','));
    if (range.weight <= best_weight) continue;
    const std::string_view wanted = range.name.substr(0, range.name.find('-'));
    for (const std::string_view language : offered) {
      if (!same_text(wanted, language) && wanted != "*") continue;
      best = language;
      best_weight = range.weight;
      break;
    }
  }
  return best.empty() ? offered.front() : best;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    std::string_view tag = take_until(if_none_match, ',');
    if (tag == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (!tag.empty() && tag == etag) return true;
  }
  return false;
}

}  // namespace caitu::http
