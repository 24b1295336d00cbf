#include "store/migrate.hpp"

#include <string>

#include "base/error.hpp"
#include "store/detail/seals.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store {

int check_form(const detail::Connection& connection, const Form& form) {
  const base::Where where{.file = connection.file().string()};
  const std::string name(form.name);
  if (connection.integer("PRAGMA application_id") != form.application_id) {
    throw base::Error(base::Code::corrupt, "this is an SQLite file, but no " + name + " of caitu", where,
                      "name a workspace that `caitu init` has made");
  }
  const auto version = static_cast<int>(connection.integer("PRAGMA user_version"));
  if (version > form.version()) {
    throw base::Error(base::Code::unsupported,
                      "the " + name + " has form " + std::to_string(version) +
                          ", this program knows forms up to " + std::to_string(form.version()),
                      where, "use the newer caitu that wrote it");
  }
  if (version < 1)
    throw base::Error(base::Code::corrupt, "the " + name + " was never finished", where, "make it anew");
  return version;
}

void migrate(detail::Connection& connection, const Form& form) {
  for (auto version = static_cast<std::size_t>(connection.integer("PRAGMA user_version"));
       version < form.steps.size(); ++version) {
    detail::Transaction step(connection);
    form.steps[version](connection);
    detail::make_seals(connection, form.sealed);
    connection.execute("PRAGMA application_id = " + std::to_string(form.application_id) +
                       "; PRAGMA user_version = " + std::to_string(version + 1));
    step.commit();
  }
}

}  // namespace caitu::store
