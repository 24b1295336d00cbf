#include "app/commands/input_options.hpp"

namespace caitu::app {

void add_input_options(CLI::App& command, OverlayInput& input, const std::string& which) {
  command.add_option(input.prefix + "crs", input.crs,
                     "coordinate system of " + which + ": EPSG:4527, a .wkt file or '+proj=pipeline …'");
  command.add_option(input.prefix + "datum", input.datum,
                     "degrees of a map service in " + which + ": gcj02 or bd09");
  command.add_option(input.prefix + "encoding", input.encoding,
                     "encoding of the text of " + which + ": GBK, GB18030, UTF-8 …");
}

}  // namespace caitu::app
