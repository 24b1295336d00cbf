#pragma once

#include <string>
#include <string_view>

namespace caitu::base {

/// The beginning of a report that stands alone in one file, down to <main>: the house's style (cards, tables,
/// tiles of figures, small maps, print), then the page's own rules. Nothing in it asks for another file. The
/// title is escaped here.
std::string begin_page(std::string_view title, std::string_view style);
/// What a page begun so ends with.
inline constexpr std::string_view kPageEnd = "</main></body></html>\n";

}  // namespace caitu::base
