#include "catalog/kept_editions.hpp"

namespace caitu::catalog {

void KeptEditions::keep(const std::shared_ptr<const Edition>& edition) {
  const auto now = Clock::now();
  std::lock_guard lock(mutex_);
  std::erase_if(
      kept_, [&](const auto& one) { return one.first == edition || one.second < now - Catalog::kKeptFor; });
  kept_.emplace_back(edition, now);
  std::uint64_t bytes = 0;
  for (const auto& [one, used] : kept_) bytes += one->snapshot->bytes();
  while (kept_.size() > 1 && bytes > Catalog::kKeptBytes) {
    bytes -= kept_.front().first->snapshot->bytes();
    kept_.erase(kept_.begin());
  }
}

std::shared_ptr<const Edition> KeptEditions::find(const std::string& layer, std::uint32_t number,
                                                  std::uint64_t changes) const {
  std::lock_guard lock(mutex_);
  for (const auto& [edition, used] : kept_) {
    if (edition->record.layer == layer && edition->record.edition == number && edition->changes == changes)
      return edition;
  }
  return nullptr;
}

}  // namespace caitu::catalog
