#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/living.hpp"

namespace caitu::checks {

/// A step that a flag may take from a status: suspected → assigned → confirmed or dismissed → rectified →
/// closed, and the ways back that an office needs.
struct PossibleStep {
  std::string_view from, to;
  bool needs_reason = false;
  bool needs_assignee = false;
  std::string_view means, means_zh;
};

/// From a status, the usual step first. None from `closed`: only a run that finds the case again opens it.
/// An empty status is that of a flag nobody has touched, `suspected`; one that somebody made up has none.
std::vector<PossibleStep> possible_steps(std::string_view status);
/// "suspected" in Chinese: 疑似. Empty when there is no such status.
std::string_view status_zh(std::string_view status);

struct Step {
  std::string status;    ///< the new one
  std::string reason;    ///< why; some steps need one
  std::string assignee;  ///< who is to look; only of a step to `assigned`
};

/// Takes a step of a flag's workflow: sets `status`, `reason`, `status_by` and `status_at`, and of a step to
/// `assigned` the `assignee`, whom a step back to `suspected` takes away. One edit of the layer `flags`, told
/// from what the flag is inside the edit's own transaction; its history is the change log and the audit
/// trail. `at` is when, UTC, ISO.
///
/// Error(conflict) when the flag's status has no such step, naming it and the steps that there are;
/// Error(invalid) on an unknown status, a missing reason or assignee, an assignee that the step has no use
/// for, and the assignee that it has already; ChangedMeanwhile and the rest as catalog::Living.
catalog::Edited take_step(catalog::Living& living, const catalog::Catalog& catalog, std::uint64_t flag,
                          const Step& step, const catalog::Expected& expected, const catalog::Editor& editor,
                          const std::string& at);

}  // namespace caitu::checks
