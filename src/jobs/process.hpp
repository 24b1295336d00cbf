#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/progress.hpp"

namespace caitu::jobs {

struct Text {
  std::string zh, en;
};

struct Input {
  std::string name;
  Text title;
  base::Json schema;  ///< JSON Schema; check_inputs says which words of it are read
  bool required = false;
};

/// A stage of the work as Progress names it, and its share of the whole in per cent.
struct Stage {
  std::string name;
  int percent;
};

/// One run of a process.
struct Call {
  const base::Json& inputs;
  const std::string& job;  ///< its id; the same one when it is resumed after a crash
  const base::Progress& progress;
};

/// Work that may take long: what it is called, what it takes and gives, how it is run. `app` composes the
/// list of all of them. Functions are called on any thread, `run` in a process of its own when the server
/// runs it.
struct Process {
  std::string id;
  Text title, description;
  std::vector<Input> inputs;
  std::vector<Stage> stages;
  /// Of a result; its member "file": {"name": …}, or "files" with several, names what the run has left in the
  /// folder of the job's results.
  base::Json result_schema;
  bool changes_record = false;  ///< it publishes: an administrator's
  /// Whether it publishes with these inputs, which fit their schemas, where it does not always. May be empty.
  std::function<bool(const base::Json& inputs)> publishes;
  /// What a schema cannot say of inputs that `who` sends from outside; throws Error with Where::field = the
  /// input. Fills in what must stay the same when the job is taken up again another day. May be empty.
  std::function<void(base::Json& inputs, const std::string& who)> check;
  /// Jobs of one lane never run at once.
  std::function<std::string(const base::Json& inputs)> lane;
  /// Must do its work once however often it is called for one job: a crash may come right before its end is
  /// noted.
  std::function<base::Json(const Call&)> run;
  /// After a success that has been noted: what the job alone needed may go. May be empty.
  std::function<void(const base::Json& inputs)> after;
};
using Processes = std::vector<Process>;

/// Error(not_found) names the nearest.
const Process& find_process(const Processes& processes, std::string_view id);

/// Holds posted inputs against the process' schemas; throws Error(invalid) with Where::field =
/// "inputs.<name>". Of JSON Schema these words are read: type (string, boolean, integer, number, array,
/// object), enum, minLength, maxLength, pattern, minItems, maxItems, items, additionalProperties (as a
/// schema), format date; others describe only.
void check_inputs(const Process& process, const base::Json& inputs);

/// An error as a job keeps it, and back.
base::Json to_json(const base::Error& error);
base::Error error_of(const base::Json& problem);

}  // namespace caitu::jobs
