#include "geodata/detail/mapping.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::geodata {
namespace {

/// One mapping. Slots are taken and given back under a mutex, and read by the handler without one: `begin` is
/// written last and cleared first, and who reads from a mapping keeps it alive.
struct Slot {
  std::atomic<std::uintptr_t> begin = 0, end = 0;
  std::atomic<bool> lost = false;
  std::atomic<std::atomic<bool>*> verified = nullptr;
  std::atomic<std::size_t> verified_count = 0;
};

/// Slots come in blocks that are never given back, so that the handler may walk them at any time.
struct Block {
  Slot slots[256];
  std::atomic<Block*> next = nullptr;
};

Block first_block;
std::mutex taking;
std::atomic<std::uint64_t> lost_count = 0;
struct sigaction before_us = {};
std::uintptr_t page_bytes = 4096;

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<Block*>::is_always_lock_free);

Slot* slot_of(std::uintptr_t address) {
  for (Block* block = &first_block; block != nullptr; block = block->next.load(std::memory_order_acquire)) {
    for (Slot& slot : block->slots) {
      const std::uintptr_t begin = slot.begin.load(std::memory_order_acquire);
      if (begin != 0 && address >= begin && address < slot.end.load(std::memory_order_relaxed)) return &slot;
    }
  }
  return nullptr;
}

/// Async-signal-safe: atomics that need no lock, and the system call itself, for what others put around mmap
/// (a sanitizer, an allocator) need not be.
bool replace_page(std::uintptr_t address) {
  Slot* const slot = slot_of(address);
  if (slot == nullptr) return false;
  if (!slot->lost.exchange(true)) lost_count.fetch_add(1);
  std::atomic<bool>* const verified = slot->verified.load();
  for (std::size_t i = 0; verified != nullptr && i < slot->verified_count.load(); ++i)
    verified[i].store(false);
  void* const page = reinterpret_cast<void*>(address & ~(page_bytes - 1));
  return ::syscall(SYS_mmap, page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
         -1;
}

void pass_on(int signal, siginfo_t* info, void* context) {
  if ((before_us.sa_flags & SA_SIGINFO) != 0 && before_us.sa_sigaction != nullptr)
    return before_us.sa_sigaction(signal, info, context);
  if (before_us.sa_handler != SIG_DFL && before_us.sa_handler != SIG_IGN) return before_us.sa_handler(signal);
  // As if we were not there: the instruction runs again, and now it ends the program.
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  ::sigaction(SIGBUS, &plain, nullptr);
  if (info->si_code <= 0) ::raise(signal);  // somebody sent it: no instruction will run into it again
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
  const int errno_before = errno;
  const bool fault = info->si_code > 0;
  if (!fault || !replace_page(reinterpret_cast<std::uintptr_t>(info->si_addr)))
    pass_on(signal, info, context);
  errno = errno_before;
}

void install_once() {
  static const bool installed = [] {
    page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction ours = {};
    ours.sa_sigaction = on_bus_error;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&ours.sa_mask);
    return ::sigaction(SIGBUS, &ours, &before_us) == 0;
  }();
  static_cast<void>(installed);
}

Slot& take_slot(std::uintptr_t begin, std::size_t bytes) {
  const std::lock_guard lock(taking);
  for (Block* block = &first_block;;) {
    for (Slot& slot : block->slots) {
      if (slot.begin.load() != 0) continue;
      slot.lost = false;
      slot.verified = nullptr;
      slot.verified_count = 0;
      slot.end = begin + bytes;
      slot.begin.store(begin, std::memory_order_release);
      return slot;
    }
    if (block->next.load() == nullptr) block->next.store(new Block, std::memory_order_release);
    block = block->next.load();
  }
}

}  // namespace

std::uint64_t lost_maps() { return lost_count.load(); }

void MapWatch::check() const {
  if (lost_maps() == before_) return;
  throw base::Error(base::Code::corrupt,
                    "A snapshot lost pages while it was read: it was truncated, or its disk failed.",
                    "Ask again: the server builds it anew from the record.");
}

namespace detail {

void forget_when_lost(const char* mapped, std::atomic<bool>* verified, std::size_t count) {
  Slot* const slot = slot_of(reinterpret_cast<std::uintptr_t>(mapped));
  if (slot == nullptr) return;
  slot->verified_count = count;
  slot->verified = verified;
}

bool intact(const void* in_mapping) {
  const Slot* const slot = slot_of(reinterpret_cast<std::uintptr_t>(in_mapping));
  return slot == nullptr || !slot->lost.load();
}

std::shared_ptr<const char> map_watched(int descriptor, std::size_t bytes,
                                        const std::filesystem::path& path) {
  install_once();
  void* const mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
  if (mapped == MAP_FAILED) {
    throw base::Error(base::Code::io, std::string("The file cannot be mapped: ") + std::strerror(errno) + ".",
                      base::Where{.file = path.string()});
  }
  const std::size_t whole_pages = (bytes + page_bytes - 1) / page_bytes * page_bytes;
  Slot& slot = take_slot(reinterpret_cast<std::uintptr_t>(mapped), whole_pages);
  return {static_cast<const char*>(mapped), [bytes, &slot](const char* at) {
            slot.begin = 0;
            ::munmap(const_cast<char*>(at), bytes);
          }};
}

}  // namespace detail
}  // namespace caitu::geodata
