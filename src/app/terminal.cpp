#include "app/terminal.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <mutex>

#include "base/error.hpp"
#include "base/units.hpp"

namespace caitu::app {
namespace {

std::atomic<bool> stop_asked{false};
extern "C" void ask_stop(int) { stop_asked.store(true); }

using Clock = std::chrono::steady_clock;
constexpr int kBarWidth = 30;

}  // namespace

struct ProgressBar::Impl {
  std::string title;
  bool terminal = isatty(STDERR_FILENO) != 0;
  std::mutex mutex;
  std::string stage;
  Clock::time_point stage_began = Clock::now(), drawn{};

  void report(std::string_view now, std::uint64_t done, std::uint64_t total) {
    std::lock_guard lock(mutex);
    const auto time = Clock::now();
    const bool new_stage = stage != now;
    if (new_stage) {
      stage = now;
      stage_began = time;
      if (!terminal) fmt::print(stderr, "{}: {}\n", title, stage);
    }
    if (!terminal || (!new_stage && time - drawn < std::chrono::milliseconds(100))) return;
    drawn = time;
    draw(done, total, std::chrono::duration<double>(time - stage_began).count());
  }

  void draw(std::uint64_t done, std::uint64_t total, double seconds) const {
    std::string line = fmt::format("\r\x1b[K{}: {}", title, stage);
    if (total > 0) {
      const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
      const int filled = static_cast<int>(share * kBarWidth);
      std::string bar;
      for (int i = 0; i < kBarWidth; ++i) bar += i < filled ? "█" : "░";
      line += fmt::format(" {} {:3.0f} % of {}", bar, share * 100, grouped(total));
      if (share > 0.02 && seconds > 1)
        line += fmt::format(", {:.0f} s left", std::ceil(seconds / share - seconds));
    } else if (done > 0) {
      line += " " + grouped(done);
    }
    std::fputs(line.c_str(), stderr);
  }
};

ProgressBar::ProgressBar(std::string title) : impl_(std::make_shared<Impl>()) {
  impl_->title = std::move(title);
  stop_asked = false;
  std::signal(SIGINT, ask_stop);
}

ProgressBar::~ProgressBar() {
  if (impl_->terminal) std::fputs("\r\x1b[K", stderr);
  std::signal(SIGINT, SIG_DFL);
}

base::Progress ProgressBar::progress() {
  return {.report = [impl = impl_](std::string_view stage, std::uint64_t done,
                                   std::uint64_t total) { impl->report(stage, done, total); },
          .cancelled = &stop_asked};
}

std::pair<std::string, std::string> split_edition(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at == std::string::npos) return {text, {}};
  if (at + 1 == text.size())
    throw base::Error(base::Code::usage, "\"" + text + "\" names no edition", "write it as LAYER@3");
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string shell_user() {
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  const uid_t user = geteuid();
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return std::string("shell:") + found->pw_name;
  return "shell:" + std::to_string(user);
}

std::string mu_text(double area_m2) {
  return grouped(fmt::format("{:.2f}", base::mu_from_m2(area_m2))) + " 亩";
}

}  // namespace caitu::app
