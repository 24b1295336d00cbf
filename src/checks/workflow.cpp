#include "checks/workflow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/error.hpp"

namespace caitu::checks {
namespace {

using base::Code;
using base::Error;
using base::Where;

constexpr const char* kFlags = "flags";

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kStatuses = {{{"suspected", "疑似"},
                                                                                     {"assigned", "已派发"},
                                                                                     {"confirmed", "已认定"},
                                                                                     {"dismissed", "已排除"},
                                                                                     {"rectified", "已整改"},
                                                                                     {"closed", "已销号"}}};

/// All steps there are; of one status the usual one first.
constexpr std::array<PossibleStep, 11> kSteps = {{
    {"suspected", "assigned", false, true, "somebody is to look at it", "派发实地核查"},
    {"suspected", "dismissed", true, false, "ruled out from the papers", "内业审核排除"},
    {"assigned", "confirmed", false, false, "it is a case", "核查认定"},
    {"assigned", "dismissed", true, false, "it is none", "核查排除"},
    {"assigned", "assigned", false, true, "somebody else is to look at it", "改派"},
    {"assigned", "suspected", true, false, "given back", "退回"},
    {"confirmed", "rectified", false, false, "it has been put right", "整改完成"},
    {"confirmed", "dismissed", true, false, "an appeal was granted", "申诉成立，予以排除"},
    {"rectified", "closed", false, false, "inspected and closed", "验收销号"},
    {"rectified", "confirmed", true, false, "not put right after all", "验收不合格，退回整改"},
    {"dismissed", "suspected", true, false, "taken up again", "重新列入疑似"},
}};

/// Error(invalid) when there is no such status.
std::string_view known_status(std::string_view status) {
  std::vector<std::string> names;
  for (const auto& [name, zh] : kStatuses) {
    if (name == status) return name;
    names.emplace_back(name);
  }
  const std::string nearest = base::nearest_name(status, names);
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  throw Error(Code::invalid, fmt::format("\"{}\" is no status of a flag", status),
              Where{.layer = kFlags, .field = "status"},
              nearest.empty() ? "one of " + all : "did you mean \"" + nearest + "\"?");
}

std::string text_of(const geodata::Schema& schema, const geodata::Feature& flag, std::string_view field) {
  const auto* text = std::get_if<std::string>(&flag.values.at(schema.index_of(field).value()));
  return text == nullptr ? std::string() : *text;
}

const PossibleStep& allowed_step(std::string_view from, std::string_view to, std::uint64_t flag) {
  const auto at =
      std::ranges::find_if(kSteps, [&](const PossibleStep& one) { return one.from == from && one.to == to; });
  if (at != kSteps.end()) return *at;
  std::string possible;
  for (const PossibleStep& one : possible_steps(from))
    possible += fmt::format("{}{} ({})", possible.empty() ? "" : ", ", one.to, one.means);
  throw Error(Code::conflict,
              fmt::format("flag {} is {}, and no step leads from there to {}", flag, from, to),
              Where{.layer = kFlags, .field = "status"},
              from == "closed"   ? "only a run that finds it again opens a closed flag"
              : possible.empty() ? "set its status to suspected first"
                                 : "possible steps: " + possible);
}

[[noreturn]] void refuse(const std::string& field, const std::string& message, const std::string& hint = {}) {
  throw Error(Code::invalid, message, Where{.layer = kFlags, .field = field}, hint);
}

void check_words(const PossibleStep& allowed, const Step& step, const std::string& assigned_to) {
  if (allowed.needs_reason && step.reason.empty())
    refuse("reason", fmt::format("a step from {} to {} needs a reason", allowed.from, allowed.to),
           fmt::format("say why: {}", allowed.means));
  if (allowed.needs_assignee && step.assignee.empty())
    refuse("assignee", fmt::format("a step from {} to {} needs an assignee", allowed.from, allowed.to),
           "name who is to look at it");
  if (!allowed.needs_assignee && !step.assignee.empty())
    refuse("assignee", fmt::format("a step from {} to {} assigns nobody", allowed.from, allowed.to),
           "leave the assignee out");
  if (allowed.from == "assigned" && allowed.to == "assigned" && step.assignee == assigned_to)
    refuse("assignee", "the flag is assigned to " + assigned_to + " already");
}

}  // namespace

std::vector<PossibleStep> possible_steps(std::string_view status) {
  const std::string_view from = status.empty() ? kStatuses.front().first : status;
  std::vector<PossibleStep> steps;
  std::ranges::copy_if(kSteps, std::back_inserter(steps),
                       [&](const PossibleStep& one) { return one.from == from; });
  return steps;
}

std::string_view status_zh(std::string_view status) {
  for (const auto& [name, zh] : kStatuses)
    if (name == status) return zh;
  return {};
}

catalog::Edited take_step(catalog::Living& living, const catalog::Catalog& catalog, std::uint64_t flag,
                          const Step& step, const catalog::Expected& expected, const catalog::Editor& editor,
                          const std::string& at) {
  catalog::living_declaration(*catalog.state(), kFlags);
  if (step.status.empty()) refuse("status", "the step names no status", "name the new one: \"assigned\"");
  const std::string_view to = known_status(step.status);
  const auto merging = [&](const geodata::Schema& schema, const geodata::Feature& now) {
    const std::string status = text_of(schema, now, "status");
    const std::string_view from = status.empty() ? kStatuses.front().first : status;
    const PossibleStep& allowed = allowed_step(from, to, flag);
    check_words(allowed, step, text_of(schema, now, "assignee"));
    catalog::Draft draft;
    draft.properties = {{"status", to}, {"reason", nullptr}, {"status_by", editor.who}, {"status_at", at}};
    if (!step.reason.empty()) draft.properties["reason"] = step.reason;
    if (allowed.needs_assignee) draft.properties["assignee"] = step.assignee;
    if (to == "suspected") draft.properties["assignee"] = nullptr;
    return draft;
  };
  return living.merge(kFlags, flag, merging, expected, editor);
}

}  // namespace caitu::checks
