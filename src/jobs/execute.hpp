#pragma once

#include "jobs/queue.hpp"

namespace caitu::jobs {

/// Runs a job's work in this thread, until it ends or is called off, and notes its end.
///
/// While it runs, a thread of its own writes the progress, at most four times a second, and looks whether
/// somebody has called the job off. `outside` is heard too: what a person sees of the progress, and Ctrl-C or
/// SIGTERM. Ends: a result is `successful`; Error(cancelled) is `dismissed`, but a queued job that nobody
/// called off goes back into the queue, for its server only stops; so does a queued one whose work is
/// Error(busy). All else is `failed`. Returns the result, or throws what the work threw.
base::Json execute(Queue& queue, const Taken& taken, const Process& process,
                   const base::Progress& outside = {});

}  // namespace caitu::jobs
