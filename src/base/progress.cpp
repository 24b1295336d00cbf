#include "base/progress.hpp"

#include "base/error.hpp"

namespace caitu::base {

void Progress::check() const {
  if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) {
    throw Error(Code::cancelled, "stopped on request");
  }
}

}  // namespace caitu::base
