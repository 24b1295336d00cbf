#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caitu::access {

/// What an account may do; each role may all that those before it may.
enum class Role : std::uint8_t { viewer, analyst, inspector, admin };

/// Who asks: an account behind a token or a session, or nobody in particular. A value.
struct Caller {
  std::string account;                 ///< empty: nobody has said who they are
  Role role = Role::viewer;
  std::vector<std::string> districts;  ///< codes that bound the account; empty: all of the city

  bool known() const { return !account.empty(); }
};

}  // namespace caitu::access
