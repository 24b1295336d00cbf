#pragma once

#include <string>

#include "analysis/account.hpp"

namespace caitu::analysis {

/// The account of an overlay as one page that stands alone: what went in, what came out, what is missing and
/// why. Chinese with English beside it.
std::string account_page(const Account& account);

}  // namespace caitu::analysis
