#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace caitu::http {

/// What a pattern's {names} held.
using PathValues = std::map<std::string, std::string, std::less<>>;
using Handler = std::function<Response(const Request&, const PathValues&)>;
/// Answers at once from memory, or says nothing and the handler runs on a worker. Called on an I/O thread: no
/// disk, no geometry.
using FastHandler = std::function<bool(const Request&, const PathValues&, Response&)>;

/// A body too large for memory: it goes to a file of its own while it comes.
struct BodyToFile {
  std::filesystem::path folder;
  std::uint64_t limit;  ///< in bytes; 413, from Content-Length at once, else as it grows
  /// Asked on a worker when the head has come, before any of the body is taken: an answer refuses it. May be
  /// empty.
  std::function<std::optional<Response>(const Request&, const PathValues&)> admit;
};

struct Route {
  Method method;
  /// "/tiles/{tileset}/{z}/{x}/{y}": a {name} takes one segment, or what stands between the literal ends of
  /// one
  /// ("{tileset}.json"); a last {name*} takes the rest, slashes and all. Nothing takes an empty text.
  std::string pattern;
  std::string summary;  ///< one line, for the API's own description
  Handler handle;
  FastHandler fast = nullptr;
  std::shared_ptr<const BodyToFile> body_to_file = nullptr;
};

struct Match {
  const Route* route = nullptr;
  PathValues values;
  std::vector<Method>
      allowed;  ///< methods of the routes whose pattern fits, when none fits the method: 405 with Allow
};

/// Finds the route of a request. Segment by segment a literal wins over "{name}.ending", that over {name},
/// and that over {name*}; a closer pattern without the method leaves the request to a wider one with it. HEAD
/// finds GET. Const-shared once built: `Match::route` points into the router.
class Router {
 public:
  /// Throws Error(internal) when the pattern is malformed or the same method and shape are there already.
  void add(Route route);
  Match find(Method method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Affix {
    std::string before, after;  ///< the literal ends around a {name}
    std::size_t node;
  };
  /// Patterns as a tree of segments; children are indices, so that the tree is a plain value.
  struct Node {
    std::map<std::string, std::size_t, std::less<>> literals;
    std::vector<Affix> affixes;  ///< longest literal ends first; a bare {name} is the last
    std::vector<std::size_t> routes, rest_routes;
  };
  struct Walk;

  std::size_t child(std::size_t node, std::string_view segment, std::vector<std::string>& names);
  void walk(std::size_t node, std::string_view rest, Walk& walk) const;
  void take(const std::vector<std::size_t>& routes, Walk& walk) const;

  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> names_;  ///< of each route, in order
  std::vector<Node> nodes_{1};
};

}  // namespace caitu::http
