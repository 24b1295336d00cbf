#pragma once

#include <string>

#include "checks/context.hpp"
#include "checks/run.hpp"

namespace caitu::checks::detail {

/// What a report rests on. `manifest`: what the run's manifest holds of layers and rules.
void append_not_run(std::string& page, const Run& run, const Context& context, const base::Json& manifest);
void append_editions(std::string& page, const Context& context, const base::Json& manifest);
/// Every rule of the checks that ran, quoted: version, what it measures, its documents by number, date,
/// clause and confidence, and each parameter with its values and what they hold back.
void append_rules(std::string& page, const Run& run, const Context& context, const base::Json& manifest);

/// A list of a manifest; empty when it has none of that name.
base::Json list_of(const base::Json& manifest, const char* name);

}  // namespace caitu::checks::detail
