#include "http/detail/loop.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace caitu::http::detail {
namespace {

/// How late a deadline may be noticed.
constexpr std::chrono::milliseconds kTick{100};

std::string format_date(std::time_t second) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&second, &utc);
  return fmt::format("Date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n", kDays[utc.tm_wday], utc.tm_mday,
                     kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace

Loop::Loop() : guard_(context_.get_executor()), timer_(context_) {}

void Loop::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& error) {
      spdlog::error("an I/O thread goes on after: {}", error.what());
    }
  }
}

void Loop::add(Watched& watched) {
  watched_.push_back(watched);
  arm();
}

void Loop::left() {
  if (stopping_ && watched_.empty()) timer_.cancel();
}

void Loop::stop(Clock::time_point deadline) {
  stopping_ = true;
  stop_deadline_ = deadline;
  guard_.reset();
  for (Watched& watched : watched_) {
    if (watched.idle()) watched.cut();
  }
  left();
}

void Loop::arm() {
  if (armed_ || watched_.empty()) return;
  armed_ = true;
  timer_.expires_after(kTick);
  timer_.async_wait([this](const ErrorCode&) {
    armed_ = false;
    tick();
    arm();
  });
}

void Loop::tick() {
  const Clock::time_point now = Clock::now();
  for (Watched& watched : watched_) {
    if (now >= stop_deadline_) {
      watched.cut();
    } else if (now >= watched.deadline()) {
      watched.expire();
    }
  }
}

std::string_view Loop::date_line() {
  const std::time_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_line_ = format_date(second);
  }
  return date_line_;
}

}  // namespace caitu::http::detail
