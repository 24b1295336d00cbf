#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "catalog/catalog.hpp"

namespace caitu::app {

/// What the inputs of all processes have in common: schemas, uploads, coordinate systems.

/// Text of at most so many characters.
base::Json text_schema(std::size_t most);

/// Error(invalid) at inputs.`input`.
[[noreturn]] void refuse_input(const std::string& input, const std::string& message,
                               const std::string& hint = {});

/// Refuses one that cannot be read, or that names a file: none of this machine is read for somebody outside.
void check_crs(const std::string& input, const std::string& crs);

/// Whether a text is the id of an upload, alone or as ID:LAYER.
bool is_upload(const std::string& text);
/// "ID" or "ID:LAYER" into "ID" and ":LAYER".
std::pair<std::string, std::string> split_upload(const std::string& text);
/// Refuses an upload that is not there, or that another has sent.
void check_upload(const catalog::Workspace& workspace, const std::string& input, const std::string& text,
                  const std::string& who);
/// Ids of uploads that stand anywhere in inputs.
std::vector<std::string> uploads_named(const base::Json& inputs);
/// Removes those that no waiting job names.
void drop_uploads(const catalog::Workspace& workspace, const base::Json& inputs);

}  // namespace caitu::app
