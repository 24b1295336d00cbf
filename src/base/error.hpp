#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace caitu::base {

/// What kind of thing went wrong. `api/problem.cpp` turns it into an HTTP status, `app` into an exit code.
enum class Code : std::uint8_t {
  usage,            ///< the command line or the configuration is wrong
  invalid,          ///< a parameter or a value is wrong
  refused,          ///< a delivery cannot be taken as it is
  not_found,        ///< no such layer, edition, feature, file
  conflict,         ///< somebody else changed it meanwhile
  unsupported,      ///< understood, but not offered
  unauthenticated,  ///< who are you?
  denied,           ///< you may not
  busy,             ///< a queue is full or a lock is held: try again
  cancelled,        ///< asked to stop
  too_large,        ///< past a documented limit
  io,               ///< the disk or the network failed
  corrupt,          ///< stored data does not match its checksum or its form
  internal,         ///< our own mistake
};

std::string_view name(Code code);

/// Where it went wrong, as far as that is known; empty or negative members are unknown.
struct Where {
  std::string file = {};
  std::string layer = {};
  std::int64_t row = -1;       ///< of the source, counted from 1
  std::string field = {};      ///< a field of the row, or a parameter of the request
  std::int64_t position = -1;  ///< character of the parameter or byte of the file, counted from 1
};

/// The one exception of the house. `what()` is a full sentence for a person; `hint()` is the way out, or
/// empty.
class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message, std::string hint = {});
  Error(Code code, const std::string& message, Where where, std::string hint = {});

  Code code() const { return code_; }
  const Where& where() const { return where_; }
  const std::string& hint() const { return hint_; }
  /// File, layer, row and field in front, hint behind: what a terminal prints.
  std::string full() const;

 private:
  Code code_;
  Where where_;
  std::string hint_;
};

/// The known name nearest to `unknown` by edit distance, or empty when none is near; for "did you mean".
template <typename Names>
std::string nearest_name(std::string_view unknown, const Names& known);
std::size_t edit_distance(std::string_view a, std::string_view b);

template <typename Names>
std::string nearest_name(std::string_view unknown, const Names& known) {
  std::string best;
  std::size_t best_distance = unknown.size() / 2 + 2;
  for (const auto& name : known) {
    const std::size_t distance = edit_distance(unknown, name);
    if (distance < best_distance) {
      best_distance = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace caitu::base
