#include "checks/pinned.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "catalog/intake.hpp"

namespace caitu::checks {

using base::Code;
using base::Error;
using base::Where;

const catalog::Edition* Pinned::find(const std::string& layer) const {
  const auto at = layers.find(layer);
  return at == layers.end() ? nullptr : at->second.get();
}

Pinned pin(const catalog::Catalog& catalog, const std::optional<std::string>& as_of) {
  if (as_of && !catalog::is_date(*as_of))
    throw Error(Code::invalid, "\"" + *as_of + "\" is no date", Where{.field = "as_of"},
                "write it as 2024-12-31");
  Pinned pinned;
  const auto state = catalog.state();
  for (const auto& [layer, declaration] : state->declarations) {
    try {
      const auto edition = catalog.edition(layer, {}, as_of);
      pinned.as_of = std::max(pinned.as_of, edition->record.as_of);
      pinned.layers.emplace(layer, edition);
    } catch (const Error& error) {
      if (error.code() != Code::not_found) throw;
      pinned.missing.emplace(layer, error.what());
    }
  }
  if (as_of) pinned.as_of = *as_of;
  return pinned;
}

}  // namespace caitu::checks
