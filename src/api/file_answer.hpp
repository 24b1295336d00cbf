#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "http/message.hpp"

namespace caitu::api {

/// By the ending of its name; application/octet-stream when it is none that caitu writes.
std::string content_type_of(const std::string& file);

/// A file as an answer, streamed, for who asked alone: it is kept, but asked about again by its ETag, which
/// is of its length and of when it was written. `name` is what the client calls it; pages are shown, and run
/// nothing, all else is saved. Nothing when it is not there or cannot be read.
std::optional<http::Response> file_answer(const std::filesystem::path& file, const std::string& name);

}  // namespace caitu::api
