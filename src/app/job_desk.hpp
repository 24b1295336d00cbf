#pragma once

#include <optional>

#include "api/jobs.hpp"
#include "app/config.hpp"
#include "catalog/catalog.hpp"
#include "jobs/runner.hpp"

namespace caitu::app {

/// The jobs of a server: its queue, what may be run, what was sent, and the runner once it has been started.
/// Outlives the server that uses it.
class JobDesk {
 public:
  JobDesk(const catalog::Workspace& workspace, const Config& config);

  const api::JobService& service() const { return service_; }
  /// Runs jobs until this ends. Once.
  void start();

 private:
  catalog::Workspace workspace_;
  Config::Jobs config_;
  jobs::Queue queue_;
  jobs::Processes processes_;
  jobs::Uploads uploads_;
  api::JobService service_;
  std::optional<jobs::Runner> runner_;
};

}  // namespace caitu::app
