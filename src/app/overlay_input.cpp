#include "app/overlay_input.hpp"

#include "app/config.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"

namespace caitu::app {
namespace {

using base::Code;
using base::Error;
using base::Where;

/// The workspace and what is named in it, when that is what was given: the longest folder before a colon that
/// holds a workspace.
std::optional<std::pair<std::string, std::string>> of_workspace(const std::string& given) {
  for (std::size_t colon = given.rfind(':'); colon != std::string::npos && colon > 0;
       colon = given.rfind(':', colon - 1)) {
    const std::string folder = given.substr(0, colon);
    if (std::filesystem::exists(catalog::Workspace{folder}.database()))
      return std::pair(folder, given.substr(colon + 1));
  }
  return std::nullopt;
}

}  // namespace

analysis::InputLayer open_edition(const std::string& workspace, const std::string& named,
                                  const std::string& title) {
  const catalog::Catalog catalog({workspace}, {find_installation().layers()});
  const auto [layer, which] = split_edition(named);
  const auto edition = which.empty() ? catalog.edition(layer) : catalog.edition_named(layer, which);
  return {edition->snapshot, title + layer + "@" + std::to_string(edition->record.edition)};
}

analysis::InputLayer open_input(const OverlayInput& input, const std::string& command,
                                const std::filesystem::path& scratch, std::size_t threads,
                                const base::Progress& progress) {
  if (!std::filesystem::exists(input.given)) {
    if (const auto stored = of_workspace(input.given)) {
      if (!input.crs.empty() || !input.datum.empty() || !input.encoding.empty())
        throw Error(Code::usage, "\"" + input.given + "\" is a stored layer, whose coordinates are known",
                    Where{.field = input.prefix + "crs"}, "leave the options of that input out");
      return open_edition(stored->first, stored->second, stored->first + ":");
    }
  }
  analysis::InputFile file{.file = input.given, .title = input.title, .encoding = input.encoding, .said = {}};
  file.said.command = command;
  file.said.crs_option = input.prefix + "crs";
  file.said.datum_option = input.prefix + "datum";
  if (!input.crs.empty()) file.said.crs = geometry::Crs::parse(input.crs);
  if (!input.datum.empty()) {
    file.said.datum = geometry::parse_datum(input.datum);
    if (!file.said.datum)
      throw Error(Code::usage, "\"" + input.datum + "\" is no datum that caitu knows",
                  Where{.field = input.prefix + "datum"}, "gcj02, bd09 or cgcs2000");
  }
  std::filesystem::create_directories(scratch);
  return analysis::InputLayer::read(file, scratch, threads, progress);
}

}  // namespace caitu::app
