#pragma once

#include <cstddef>
#include <string>

#include "base/json.hpp"
#include "checks/context.hpp"
#include "checks/run.hpp"

namespace caitu::checks {

/// So many findings have a map and a card of their own; the others stand in the tables, and the page says so.
inline constexpr std::size_t kMostMaps = 2000;

/// The page that a person signs: what was checked and for which day, the findings each with a map and all
/// that it rests on, the measures with charts, what was not run and why, the editions that were read, the
/// rules quoted with their documents, and lines for signatures, left empty.
///
/// `manifest`: what the run's manifest holds; what it lacks is left out. HTML in UTF-8, in one file without
/// scripts that asks for nothing else; Chinese first, English beside it. Everything that comes from data is
/// escaped. No clock: the same run, context and manifest give the same bytes on any number of threads. Error
/// as a snapshot gives it when a damaged block is met.
std::string report_page(const Run& run, const Context& context, const base::Json& manifest);

}  // namespace caitu::checks
