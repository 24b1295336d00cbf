#pragma once

#include <memory>

#include "api/context.hpp"
#include "app/config.hpp"

namespace caitu::app {

/// One workspace opened for reading, with all that its addresses need. Outlives the server that uses it.
class Reading {
 public:
  Reading(const std::string& workspace, const Config& config);

  catalog::Catalog& catalog() { return catalog_; }
  api::Context& context() { return context_; }

 private:
  Installation installation_;
  catalog::Catalog catalog_;
  tiles::Service tiles_;
  catalog::UnitTotals totals_;
  styles::Styles styles_;
  api::Context context_;
};

}  // namespace caitu::app
