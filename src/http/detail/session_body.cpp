// Bodies that go to files: Route::body_to_file.
#include <system_error>

#include "base/log.hpp"
#include "http/detail/forwarded.hpp"
#include "http/detail/session.hpp"

namespace caitu::http::detail {
namespace {

/// What is gathered in memory before a worker writes it.
constexpr std::size_t kPieceBytes = 1 << 20;

}  // namespace

/// The head has come: whose request it is, and how large a body that takes.
std::uint64_t Session::locate() {
  request_.remote = peer_;
  request_.secure = tls_ != nullptr;
  if (shared_.options.behind_proxy) take_forwarded(request_);
  const std::string target = std::move(request_.target);
  well_addressed_ = target == "*" || parse_target(target, request_);
  if (target == "*") request_.path = target;
  if (well_addressed_) match_ = shared_.router.find(request_.method, request_.path);
  return body_to_file() ? match_.route->body_to_file->limit : shared_.options.limits.body_bytes;
}

bool Session::body_to_file() const { return match_.route != nullptr && match_.route->body_to_file; }

/// Has a worker write what has come of the body; false when the connection is cut. The time for a body is for
/// each piece of it, since nobody can say how long all of it takes.
Task<bool> Session::keep_body(bool whole) {
  if (reader_.refusal() || (body_file_ && !whole && request_.body.size() < kPieceBytes)) co_return true;
  const std::function<void()> work = [this, whole] { keep_now(whole); };
  if (body_file_) {
    if (!co_await surely_on_worker(work)) co_return false;
  } else if (!co_await on_worker(work)) {
    shared_.counters.refused_busy.fetch_add(1, std::memory_order_relaxed);
    early_ = shared_.page(503, "The server has as much work as it takes.");
  }
  allow(shared_.options.limits.body_time);
  co_return !cut_;
}

/// On a worker.
void Session::keep_now(bool whole) {
  const BodyToFile& wanted = *match_.route->body_to_file;
  try {
    if (!body_file_) {
      if (wanted.admit) early_ = wanted.admit(request_, match_.values);
      if (early_) return;
      body_file_.emplace(wanted.folder);
    }
    body_file_->write(request_.body);
    request_.body.clear();
    if (whole) request_.file = body_file_->finish();
  } catch (const std::system_error& error) {
    spdlog::error("the body of {} cannot be kept: {}", request_.path, error.what());
    const bool full =
        error.code() == std::errc::no_space_on_device || error.code() == std::errc::file_too_large;
    early_ = full ? shared_.page(507, "The server's disk has no room for this body.")
                  : shared_.page(500, "The server could not keep this body.");
  } catch (...) {
    early_ = shared_.thrown(request_, std::current_exception());
  }
}

}  // namespace caitu::http::detail
