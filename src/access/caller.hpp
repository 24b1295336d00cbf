#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::access {

/// What an account may do; each role may all that those before it may.
enum class Role : std::uint8_t { viewer, analyst, inspector, admin };

std::string_view name(Role role);
std::optional<Role> role_named(std::string_view text);

/// Who asks: an account behind a token, or nobody in particular. A value.
struct Caller {
  std::string account;  ///< empty: nobody has said who they are
  Role role = Role::viewer;
  std::vector<std::string> districts;  ///< codes that bound the account; empty: all of the city

  bool known() const { return !account.empty(); }
  /// Whether the account's bounds hold what bears this code of a district, or of a place in one
  /// ("110115003").
  bool covers(std::string_view code) const;
};

}  // namespace caitu::access
