#pragma once

#include <string>
#include <vector>

#include "analysis/account.hpp"

namespace caitu::app {

/// Each in the form of its ending: .html as a page, else JSON.
void write_accounts(const std::vector<std::string>& files, const analysis::Account& account);
/// Error(internal) when it does not close: nothing of such a run may be used.
void check_closes(const analysis::Account& account);
/// To stdout.
void print_account(const analysis::Account& account, bool json);

}  // namespace caitu::app
