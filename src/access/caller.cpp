#include "access/caller.hpp"

#include <algorithm>
#include <array>

namespace caitu::access {
namespace {

/// In the order of Role.
constexpr std::array<std::string_view, 4> kRoles = {"viewer", "analyst", "inspector", "admin"};

}  // namespace

std::string_view name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> role_named(std::string_view text) {
  const auto at = std::find(kRoles.begin(), kRoles.end(), text);
  if (at == kRoles.end()) return std::nullopt;
  return static_cast<Role>(at - kRoles.begin());
}

bool Caller::covers(std::string_view code) const {
  return districts.empty() || std::any_of(districts.begin(), districts.end(),
                                          [code](const std::string& own) { return code.starts_with(own); });
}

}  // namespace caitu::access
