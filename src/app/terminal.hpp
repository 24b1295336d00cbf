#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/progress.hpp"
#include "base/text.hpp"

namespace caitu::app {

/// Progress on stderr: a bar that redraws itself when stderr is a terminal, else a line a stage. One at a
/// time.
class ProgressBar {
 public:
  explicit ProgressBar(std::string title);
  ~ProgressBar();
  base::Progress progress();  ///< valid while the bar lives; stops on Ctrl-C

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// "layer" or "layer@which": the layer, and which edition of it ("3", "2024-06-30"), or nothing. Error(usage)
/// when nothing stands behind the @.
std::pair<std::string, std::string> split_edition(const std::string& text);

/// Who works here, for the audit trail: "shell:<user>". Every command that writes says this.
std::string shell_user();

using base::grouped;
/// 亩 with two decimals and grouped thousands.
std::string mu_text(double area_m2);

}  // namespace caitu::app
