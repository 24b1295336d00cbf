#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "catalog/catalog.hpp"

namespace caitu::app {

void add_init(CLI::App& program) {
  auto* command = program.add_subcommand("init", "Make an empty workspace");
  const auto folder = std::make_shared<std::string>();
  command->add_option("WS", *folder, "folder of the workspace")->required();
  command->callback([folder] {
    catalog::create_workspace({*folder});
    fmt::print("{}: an empty workspace; next: caitu import {} LAYER FILE\n", *folder, *folder);
  });
}

}  // namespace caitu::app
