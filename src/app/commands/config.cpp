#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "catalog/catalog.hpp"

namespace caitu::app {

void add_config(CLI::App& program) {
  auto* command = program.add_subcommand("config", "The effective configuration, as TOML");
  const auto folder = std::make_shared<std::string>();
  command->add_option("WS", *folder, "folder of the workspace (default: the defaults alone)");
  command->callback([folder] {
    const Config config =
        folder->empty() ? Config{} : load_config(catalog::Workspace{*folder}.configuration());
    fmt::print("{}", to_toml(config));
  });
}

}  // namespace caitu::app
