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

void add_output_options(CLI::App& command, std::string& crs, std::string& encoding) {
  command.add_option("--out-crs", crs, "coordinate system to write")->capture_default_str();
  command.add_option("--out-encoding", encoding, "text of a Shapefile: UTF-8 or GBK")->capture_default_str();
}

}  // namespace caitu::app
