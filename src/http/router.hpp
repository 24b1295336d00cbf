#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace caitu::http {

/// What a pattern's {names} held.
using PathValues = std::map<std::string, std::string, std::less<>>;
using Handler = std::function<Response(const Request&, const PathValues&)>;
/// Answers at once from memory, or says nothing and the handler runs on a worker. Called on an I/O thread: no disk, no geometry.
using FastHandler = std::function<bool(const Request&, const PathValues&, Response&)>;

struct Route {
  Method method;
  std::string pattern;  ///< "/tiles/{tileset}/{z}/{x}/{y}": a {name} takes one segment; a last {name*} takes the rest
  std::string summary;  ///< one line, for the API's own description
  Handler handle;
  FastHandler fast = nullptr;
};

struct Match {
  const Route* route = nullptr;
  PathValues values;
  std::vector<Method> allowed;  ///< methods of the routes whose pattern fits, when none fits the method: 405 with Allow
};

/// Finds the route of a request; literal segments win over {names}. HEAD finds GET. Const-shared once built.
class Router {
 public:
  void add(Route route);
  Match find(Method method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace caitu::http
