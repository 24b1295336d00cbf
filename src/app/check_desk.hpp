#pragma once

#include "api/checks.hpp"
#include "app/config.hpp"
#include "catalog/catalog.hpp"

namespace caitu::app {

/// What a server's addresses of checks need: the house's rules, and the desks that answer what-ifs. Outlives
/// the server that uses it.
class CheckDesk {
 public:
  CheckDesk(const catalog::Catalog& catalog, const Config& config);

  const api::CheckService& service() const { return service_; }
  /// Makes ready for questions, beside the serving. Once.
  void warm() { desks_.warm(); }

 private:
  checks::RuleSet rules_;
  geodata::LandClasses classes_;
  checks::RetentionDesks desks_;
  api::CheckService service_;
};

}  // namespace caitu::app
