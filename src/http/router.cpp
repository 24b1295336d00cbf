#include "http/router.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace caitu::http {
namespace {

using base::Code;
using base::Error;

[[noreturn]] void fail(const std::string& pattern, const char* why) {
  throw Error(Code::internal, "The route pattern \"" + pattern + "\" " + why + ".");
}

bool names_rest(std::string_view segment) { return segment.starts_with('{') && segment.ends_with("*}"); }

bool well_formed(std::string_view segment) {
  const std::size_t open = segment.find('{');
  const std::size_t close = segment.find('}');
  if (open == std::string_view::npos && close == std::string_view::npos) return !segment.empty();
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) return false;
  return segment.find_first_of("{}", open + 1) == close &&
         segment.find_first_of("{}", close + 1) == std::string_view::npos;
}

}  // namespace

/// One search: what was asked, what the segments on the way held, and the first route that fits.
struct Router::Walk {
  Method method;
  std::vector<std::string_view> held;
  Match match;
};

std::size_t Router::child(std::size_t node, std::string_view segment, std::vector<std::string>& names) {
  const std::size_t open = segment.find('{');
  if (open == std::string_view::npos) {
    const auto found = nodes_[node].literals.find(segment);
    if (found != nodes_[node].literals.end()) return found->second;
    nodes_[node].literals.emplace(segment, nodes_.size());
  } else {
    const std::size_t close = segment.find('}');
    names.emplace_back(segment.substr(open + 1, close - open - 1));
    Affix affix{std::string(segment.substr(0, open)), std::string(segment.substr(close + 1)), nodes_.size()};
    auto& affixes = nodes_[node].affixes;
    for (const Affix& known : affixes) {
      if (known.before == affix.before && known.after == affix.after) return known.node;
    }
    const auto shorter = [&](const Affix& other) {
      return other.before.size() + other.after.size() < affix.before.size() + affix.after.size();
    };
    affixes.insert(std::find_if(affixes.begin(), affixes.end(), shorter), std::move(affix));
  }
  nodes_.emplace_back();
  return nodes_.size() - 1;
}

void Router::add(Route route) {
  const std::string& pattern = route.pattern;
  if (!pattern.starts_with('/')) fail(pattern, "does not begin with a slash");
  std::vector<std::string> names;
  std::size_t node = 0;
  bool takes_rest = false;
  std::string_view rest = std::string_view(pattern).substr(1);
  // A pattern's last segment may be empty ("/" and "/folder/"), none before it may.
  for (bool more = true; more;) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    more = slash != std::string_view::npos;
    rest.remove_prefix(more ? slash + 1 : rest.size());
    if (!well_formed(segment) && (more || !segment.empty())) fail(pattern, "has a malformed segment");
    takes_rest = names_rest(segment);
    if (takes_rest && more) fail(pattern, "goes on after a {name*}");
    if (takes_rest) {
      names.emplace_back(segment.substr(1, segment.size() - 3));
    } else {
      node = child(node, segment, names);
    }
  }
  auto& here = takes_rest ? nodes_[node].rest_routes : nodes_[node].routes;
  for (const std::size_t other : here) {
    if (routes_[other].method == route.method) fail(pattern, "is there twice for one method");
  }
  here.push_back(routes_.size());
  names_.push_back(std::move(names));
  routes_.push_back(std::move(route));
}

void Router::take(const std::vector<std::size_t>& routes, Walk& walk) const {
  const std::size_t none = routes_.size();
  std::size_t chosen = none;
  for (const std::size_t index : routes) {
    const Method method = routes_[index].method;
    if (method == walk.method) chosen = index;
    if (method == Method::get && walk.method == Method::head && chosen == none) chosen = index;
    auto& allowed = walk.match.allowed;
    if (std::find(allowed.begin(), allowed.end(), method) == allowed.end()) allowed.push_back(method);
  }
  if (chosen == none) return;
  walk.match.route = &routes_[chosen];
  for (std::size_t i = 0; i < walk.held.size(); ++i)
    walk.match.values.emplace(names_[chosen][i], walk.held[i]);
}

void Router::walk(std::size_t node, std::string_view rest, Walk& walk) const {
  const Node& here = nodes_[node];
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  const auto enter = [&](std::size_t next) {
    if (slash == std::string_view::npos) {
      take(nodes_[next].routes, walk);
    } else {
      this->walk(next, rest.substr(slash + 1), walk);
    }
    return walk.match.route != nullptr;
  };
  const auto literal = here.literals.find(segment);
  if (literal != here.literals.end() && enter(literal->second)) return;
  for (const Affix& affix : here.affixes) {
    const std::size_t ends = affix.before.size() + affix.after.size();
    if (segment.size() <= ends || !segment.starts_with(affix.before) || !segment.ends_with(affix.after))
      continue;
    walk.held.push_back(segment.substr(affix.before.size(), segment.size() - ends));
    if (enter(affix.node)) return;
    walk.held.pop_back();
  }
  // A path that a narrower pattern knows under another method is a 405, not a file of the catch-all.
  if (here.rest_routes.empty() || rest.empty() || !walk.match.allowed.empty()) return;
  walk.held.push_back(rest);
  take(here.rest_routes, walk);
  walk.held.pop_back();
}

Match Router::find(Method method, std::string_view path) const {
  Walk search{method, {}, {}};
  if (path.starts_with('/')) walk(0, path.substr(1), search);
  if (search.match.route != nullptr) search.match.allowed.clear();
  return std::move(search.match);
}

}  // namespace caitu::http
