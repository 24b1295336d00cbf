#pragma once

#include <exception>
#include <future>
#include <mutex>
#include <string>
#include <unordered_map>

namespace caitu::tiles {

/// Equal work asked for at the same time is done once, by whoever asks first; the others wait for it and get
/// the same value, or the same exception. Nothing is kept afterwards. Thread-safe; `work` must not call back
/// with its own key.
template <typename Value>
class SingleFlight {
 public:
  template <typename Work>
  Value run(const std::string& key, const Work& work, bool& joined) {
    std::promise<Value> promise;
    {
      std::unique_lock lock(mutex_);
      const auto [entry, first] = flights_.try_emplace(key);
      joined = !first;
      if (joined) {
        const std::shared_future<Value> other = entry->second;
        lock.unlock();
        return other.get();
      }
      entry->second = promise.get_future().share();
    }
    try {
      Value value = work();
      promise.set_value(value);
      land(key);
      return value;
    } catch (...) {
      promise.set_exception(std::current_exception());
      land(key);
      throw;
    }
  }

 private:
  void land(const std::string& key) {
    std::lock_guard lock(mutex_);
    flights_.erase(key);
  }

  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_future<Value>> flights_;
};

}  // namespace caitu::tiles
