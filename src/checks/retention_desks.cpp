#include "checks/retention_desks.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::checks {
namespace {

bool read_by_desk(const std::string& layer) {
  return std::ranges::find(kDeskLayers, layer) != kDeskLayers.end();
}

std::string content_of(const Pinned& pinned, const std::string& rules) {
  std::string content = pinned.as_of + '|' + rules;
  for (const auto& [layer, edition] : pinned.layers)
    content += '|' + layer + '=' + edition->snapshot->digest();
  return content;
}

}  // namespace

RetentionDesks::~RetentionDesks() {
  stopping_ = true;
  if (warmer_.joinable()) warmer_.join();
}

RetentionDesks::Shared RetentionDesks::as_of(const std::optional<std::string>& date) {
  Pinned pinned = pin(sources_.catalog, date);
  std::erase_if(pinned.layers, [](const auto& entry) { return !read_by_desk(entry.first); });
  std::erase_if(pinned.missing, [](const auto& entry) { return !read_by_desk(entry.first); });
  const std::string wanted = content_of(pinned, sources_.rules.digest);
  std::promise<Shared> promise;
  {
    std::unique_lock lock(mutex_);
    const auto known = std::ranges::find(kept_, wanted, &Entry::of);
    if (known != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, known);
      const std::shared_future<Shared> desk = known->desk;
      lock.unlock();
      return desk.get();
    }
    kept_.push_front({wanted, promise.get_future().share()});
    if (kept_.size() > kKept) kept_.pop_back();
  }
  try {
    Shared desk = make(std::move(pinned));
    promise.set_value(desk);
    return desk;
  } catch (...) {
    promise.set_exception(std::current_exception());
    const std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&wanted](const Entry& entry) { return entry.of == wanted; });
    throw;
  }
}

RetentionDesks::Shared RetentionDesks::make(Pinned pinned) const {
  const geodata::MapWatch watch;
  const auto state = sources_.catalog.state();
  const auto declared = state->declarations.find("vegetable_land");
  const geometry::Box region =
      declared == state->declarations.end() ? geometry::Box{} : declared->second.region;
  const base::Progress progress{.report = nullptr, .cancelled = &stopping_};
  const Context context{.pinned = pinned,
                        .rules = sources_.rules,
                        .classes = sources_.classes,
                        .plan = sources_.plan,
                        .attachments = sources_.catalog.workspace().attachments(),
                        .scratch = {},
                        .threads = sources_.threads,
                        .progress = progress};
  RetentionDesk desk(context, region);
  watch.check();
  return std::make_shared<const Kept>(Kept{std::move(pinned), std::move(desk)});
}

void RetentionDesks::warm() {
  if (!sources_.catalog.state()->current.contains("vegetable_land")) return;
  warmer_ = std::thread([this] {
    try {
      as_of(std::nullopt);
    } catch (const base::Error& error) {
      // Whoever asks makes it, and is told.
      if (error.code() != base::Code::cancelled)
        spdlog::warn("retention cannot be made ready for questions: {}", error.full());
    }
  });
}

}  // namespace caitu::checks
