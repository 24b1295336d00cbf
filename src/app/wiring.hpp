#pragma once

#include <memory>

#include "api/context.hpp"
#include "app/config.hpp"

namespace caitu::app {

/// One workspace opened for reading, with all that its addresses need. Outlives the server that uses it.
class Reading {
 public:
  /// `reads_open`: whether who has not said who they are may read.
  Reading(const std::string& workspace, const Config& config, bool reads_open = true);

  catalog::Catalog& catalog() { return catalog_; }
  api::Context& context() { return context_; }
  access::Gate& gate() { return gate_; }
  catalog::Living& living() { return living_; }

 private:
  Installation installation_;
  catalog::Catalog catalog_;
  catalog::Living living_;
  tiles::Service tiles_;
  catalog::UnitTotals totals_;
  styles::Styles styles_;
  access::Gate gate_;
  api::Context context_;
};

}  // namespace caitu::app
