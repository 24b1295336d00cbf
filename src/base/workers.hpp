#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace caitu::base {

/// A fixed set of threads over one bounded queue. Thread-safe. The destructor finishes what is queued.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t queue_limit);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False when the queue is full: the caller answers "busy". A task must not throw.
  bool try_submit(std::function<void()> task);
  /// Waits for room.
  void submit(std::function<void()> task);
  std::size_t queued() const;
  std::size_t threads() const { return threads_.size(); }

 private:
  void loop();

  mutable std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::deque<std::function<void()>> queue_;
  std::size_t limit_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// How many threads to use when nobody says: the machine's, at least one.
std::size_t default_threads();

/// Runs `body(i)` for i in [0, count) on up to `threads` threads; the first exception is rethrown after all
/// have ended.
void parallel_for(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& body);

/// produce (one thread of its own) → work (any thread) → consume (the calling thread, in the order produced).
/// At most `depth` items (at least one) are between produce and consume. `produce` returns nullopt at the
/// end. An exception of any stage stops the others and is rethrown here.
template <typename In, typename Out>
void ordered_pipeline(const std::function<std::optional<In>()>& produce, const std::function<Out(In)>& work,
                      const std::function<void(Out)>& consume, std::size_t threads, std::size_t depth) {
  threads = std::max<std::size_t>(1, threads);
  depth = std::max<std::size_t>(1, depth);
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::pair<std::size_t, In>> inbox;
  std::map<std::size_t, Out> outbox;
  std::size_t next = 0, produced = 0;
  bool ended = false;
  std::exception_ptr failure;

  const auto fail = [&] {
    std::lock_guard lock(mutex);
    if (!failure) failure = std::current_exception();
    changed.notify_all();
  };
  const auto producer = [&] {
    try {
      for (;;) {
        {
          std::unique_lock lock(mutex);
          changed.wait(lock, [&] { return failure || produced - next < depth; });
          if (failure) return;
        }
        std::optional<In> item = produce();
        std::lock_guard lock(mutex);
        if (!item) {
          ended = true;
          changed.notify_all();
          return;
        }
        inbox.emplace_back(produced++, std::move(*item));
        changed.notify_all();
      }
    } catch (...) {
      fail();
    }
  };
  const auto worker = [&] {
    try {
      for (;;) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return failure || ended || !inbox.empty(); });
        if (failure || (inbox.empty() && ended)) return;
        if (inbox.empty()) continue;
        auto [index, item] = std::move(inbox.front());
        inbox.pop_front();
        lock.unlock();
        Out result = work(std::move(item));
        lock.lock();
        outbox.emplace(index, std::move(result));
        changed.notify_all();
      }
    } catch (...) {
      fail();
    }
  };

  std::vector<std::thread> pool;
  pool.emplace_back(producer);
  for (std::size_t i = 0; i < threads; ++i) pool.emplace_back(worker);
  try {
    for (;;) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return failure || outbox.contains(next) || (ended && next == produced); });
      if (failure || !outbox.contains(next)) break;
      auto node = outbox.extract(next++);
      changed.notify_all();
      lock.unlock();
      consume(std::move(node.mapped()));
    }
  } catch (...) {
    fail();
  }
  for (auto& thread : pool) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace caitu::base
