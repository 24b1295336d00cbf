#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/context.hpp"
#include "api/params.hpp"

namespace caitu::api {

/// What the questions of /query share: which editions they are put to, and how their answers are written.
using Editions = std::vector<std::pair<std::string, std::shared_ptr<const catalog::Edition>>>;

/// What was current on a date by the editions that no rollback has withdrawn: layers without one are absent.
std::shared_ptr<const catalog::State> state_as_of(const Context& context, const std::string& date);
/// The state that `as_of` asks for: of that date, or the current one.
std::shared_ptr<const catalog::State> asked_state(const Context& context, const Params& params);
/// The number that `edition` pins; Error(invalid) unless it comes with one layer.
std::optional<std::uint32_t> asked_edition_number(const Params& params,
                                                  const std::optional<std::string>& layer);
/// The layers that a question is put to: all, or the one of `layer`; as of a date when `as_of` is given, or
/// that layer's `edition`.
Editions asked_editions(const Context& context, const Params& params);
/// The label of the feature of that layer which holds the point; nothing when there is none.
std::optional<std::string_view> name_at(const Editions& editions, std::string_view layer,
                                        geometry::Position p);
std::optional<std::string_view> label_of(const geodata::Snapshot& snapshot, std::size_t item);

/// `"name":` with the comma that it needs, into an object.
void append_member(std::string& out, std::string_view name);
/// The member with its text, or null.
void append_text(std::string& out, std::string_view name, const std::optional<std::string_view>& text);
/// The member `editions`: which editions an answer has read.
void append_editions(std::string& out, const Editions& editions);
http::Response answer(std::string body);

}  // namespace caitu::api
