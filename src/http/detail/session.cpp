#include "http/detail/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/log.hpp"

namespace caitu::http::detail {
namespace {

/// How long what a client still sends is read and dropped after a last answer, so that a reset does not
/// overtake it.
constexpr std::chrono::seconds kLinger{2};
/// Between two tries to get a place in a full queue for the rest of an answer that has begun.
constexpr std::chrono::milliseconds kRetry{10};

std::string peer_address(const Socket& socket) {
  ErrorCode error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

std::string allow_list(const std::vector<Method>& methods) {
  std::string list;
  for (const Method method : methods) {
    list.append(name(method)).append(method == Method::get ? ", HEAD, " : ", ");
  }
  return list + "OPTIONS";
}

}  // namespace

Session::Session(Shared& shared, std::shared_ptr<Loop> loop, Socket socket, Place place, bool admitted)
    : shared_(shared),
      loop_(std::move(loop)),
      socket_(std::move(socket)),
      place_(std::move(place)),
      admitted_(admitted),
      resume_(loop_->context()),
      reader_(shared.options.limits) {
  peer_ = peer_address(socket_);
  if (shared.options.tls) tls_ = std::make_unique<TlsStream>(*shared.options.tls->context(), socket_);
  loop_->add(*this);
}

Session::~Session() {
  if (tls_ && !over() && socket_.is_open()) tls_->finish();
  unlink();
  loop_->left();
}

void Session::start(Shared& shared, std::shared_ptr<Loop> loop, Socket socket, Place place, bool admitted) {
  if (loop->stopping()) return;
  Loop& here = *loop;
  auto session =
      std::make_shared<Session>(shared, std::move(loop), std::move(socket), std::move(place), admitted);
  net::co_spawn(here.context(), session->run(), [session](const std::exception_ptr& failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      spdlog::error("a connection from {} ended by: {}", session->peer_, error.what());
    }
  });
}

void Session::expire() {
  expired_ = true;
  deadline_ = Clock::time_point::max();
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void Session::cut() {
  cut_ = true;
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void Session::allow(std::chrono::seconds time) {
  expired_ = false;
  deadline_ = Clock::now() + time;
}

Task<> Session::run() {
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  const Limits& limits = shared_.options.limits;
  if (tls_ && !co_await handshake()) co_return;
  std::chrono::seconds patience = limits.header_time;
  for (bool alive = true; alive; patience = limits.idle_time) {
    if (!co_await read(patience)) co_return;
    started_ = Clock::now();
    deadline_ = Clock::time_point::max();
    const bool client_stays = reader_.refusal() || reader_.keep_alive();
    keep_alive_ = reader_.keep_alive() && !early_;
    const bool sent = co_await answer();
    response_ = {};
    body_file_.reset();
    chunk_ = {};
    alive = sent && keep_alive_ && !loop_->stopping();
    if (sent && !alive && client_stays) co_await linger();
  }
}

Task<bool> Session::read(std::chrono::seconds patience) {
  const Limits& limits = shared_.options.limits;
  match_ = {};
  early_.reset();
  reader_.begin(request_, [this] { return locate(); });
  if (!admitted_) {
    reader_.refuse({503, "The server has as many connections as it takes."});
    co_return true;
  }
  if (plain_on_tls_) {
    reader_.refuse({400, "This port speaks TLS: the address begins with https."});
    co_return true;
  }
  idle_ = true;
  allow(patience);
  for (auto before = RequestReader::State::empty;;) {
    const auto state = reader_.advance();
    if (state != RequestReader::State::empty) idle_ = false;
    if (body_to_file() && !co_await keep_body(state == RequestReader::State::whole)) co_return false;
    if (early_ || state == RequestReader::State::whole || state == RequestReader::State::refused)
      co_return true;
    if (state != before) {
      const bool in_body = state == RequestReader::State::body;
      if (in_body && reader_.expects_continue() && !co_await send_continue()) co_return false;
      allow(in_body ? limits.body_time : limits.header_time);
      before = state;
    }
    const auto room = reader_.room();
    ErrorCode error;
    std::size_t bytes = 0;
    if (tls_) {
      bytes = co_await read_tls(room, error);
    } else {
      bytes = co_await socket_.async_read_some(net::mutable_buffer(room.data(), room.size()),
                                               net::redirect_error(kAwait, error));
    }
    if (expired_ && !idle_ && !cut_) {
      reader_.refuse({408, "The request did not come in time."});
      co_return true;
    }
    if (error || over()) co_return false;
    reader_.received(bytes);
  }
}

Task<bool> Session::send_continue() {
  const Outgoing line("HTTP/1.1 100 Continue\r\n\r\n");
  co_return co_await write(line);
}

Task<bool> Session::answer() {
  const bool ready = respond();
  if (ready) representation_ = choose(request_, response_);
  if (!ready || representation_.work != Representation::Work::none || streams()) {
    const std::function<void()> work = [this, ready] { finish(ready); };
    if (!co_await on_worker(work)) busy(ready);
    if (cut_) co_return false;
  }
  co_return co_await send();
}

/// Answers on the I/O thread what needs no worker; false when the route's handler is to run on one.
bool Session::respond() {
  response_ = {};
  if (const auto& refusal = reader_.refusal()) {
    response_ = shared_.page(refusal->status, refusal->detail);
    return true;
  }
  if (early_) {
    response_ = std::move(*early_);
    return true;
  }
  try {
    if (request_.path == "*" && request_.method == Method::options) {
      response_.status = 204;
      response_.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      return true;
    }
    if (!well_addressed_ || request_.path == "*") {
      response_ = shared_.page(400, "The request's target is malformed.");
      return true;
    }
    if (match_.route == nullptr) {
      response_ = no_route();
      return true;
    }
    if (match_.route->fast && match_.route->fast(request_, match_.values, response_)) return true;
    response_ = {};
    return false;
  } catch (...) {
    response_ = shared_.thrown(request_, std::current_exception());
    return true;
  }
}

Response Session::no_route() const {
  if (match_.allowed.empty()) {
    if (request_.method == Method::other) return shared_.page(501, "The server knows no such method.");
    return shared_.page(404, "There is nothing at this address.");
  }
  const bool asks = request_.method == Method::options;
  Response response = asks ? Response() : shared_.page(405, "This address does not take that method.");
  if (asks) response.status = 204;
  response.set("Allow", allow_list(match_.allowed));
  return response;
}

bool Session::streams() const {
  return response_.chunks && !representation_.not_modified && request_.method != Method::head;
}

/// On a worker: runs the handler unless the response is `ready`, and makes the bytes that a first write
/// needs.
void Session::finish(bool ready) {
  try {
    if (!ready) {
      response_ = match_.route->handle(request_, match_.values);
      representation_ = choose(request_, response_);
    }
    make_bytes(response_, representation_);
    if (!streams()) return;
    pull_now();
    if (chunk_failure_) std::rethrow_exception(chunk_failure_);
  } catch (...) {
    response_ = shared_.thrown(request_, std::current_exception());
    representation_ = {};
  }
}

/// The queue is full: what has its bytes already goes out uncompressed, all else is put off.
void Session::busy(bool ready) {
  if (ready && representation_.work == Representation::Work::compress) {
    representation_.gzip = false;
    return;
  }
  shared_.counters.refused_busy.fetch_add(1, std::memory_order_relaxed);
  response_ = shared_.page(503, "The server has as much work as it takes.");
  representation_ = {};
}

Task<bool> Session::send() {
  if (loop_->stopping() || (response_.chunks && !reader_.http11())) keep_alive_ = false;
  head_.clear();
  append_head(head_, response_, representation_, shared_.options.default_headers,
              {.keep_alive = keep_alive_,
               .http11 = reader_.http11(),
               .date_line = loop_->date_line(),
               .retry_after = shared_.options.limits.retry_after});
  count_answer(shared_.counters, representation_.not_modified ? 304 : response_.status);
  bool sent = false;
  if (streams()) {
    sent = co_await send_stream();
  } else {
    const bool head_only = request_.method == Method::head;
    const Outgoing whole(head_, head_only ? std::string_view() : body_bytes(response_, representation_));
    sent = co_await write(whole);
  }
  count_latency(shared_.counters, std::chrono::duration<double>(Clock::now() - started_).count());
  co_return sent;
}

Task<bool> Session::send_stream() {
  const bool framed = reader_.http11();
  for (;;) {
    std::string_view tail;
    if (framed) {
      if (!chunk_.empty()) fmt::format_to(std::back_inserter(head_), "{:x}\r\n", chunk_.size());
      tail = more_chunks_ ? "\r\n" : chunk_.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
    }
    const Outgoing piece(head_, chunk_, tail);
    if (!co_await write(piece)) co_return false;
    if (!more_chunks_) co_return true;
    head_.clear();
    if (!co_await pull()) {
      reset_connection();
      co_return false;
    }
  }
}

/// Has a worker make the next chunk; false when there is none and the answer stays half.
Task<bool> Session::pull() {
  const std::function<void()> work = [this] { pull_now(); };
  if (!co_await surely_on_worker(work)) co_return false;
  if (!chunk_failure_) co_return true;
  try {
    std::rethrow_exception(chunk_failure_);
  } catch (const std::exception& error) {
    spdlog::error("the answer to {} was cut off by: {}", request_.path, error.what());
  } catch (...) {
    spdlog::error("the answer to {} was cut off", request_.path);
  }
  co_return false;
}

/// On a worker: the next chunk that is not empty, or the end.
void Session::pull_now() {
  chunk_failure_ = nullptr;
  chunk_.clear();
  try {
    do {
      more_chunks_ = response_.chunks(chunk_);
    } while (more_chunks_ && chunk_.empty() && !cut_);
  } catch (...) {
    chunk_failure_ = std::current_exception();
  }
}

/// Runs `work`, which does not throw, on a worker; false when the queue is full. Skipped when the connection
/// has been cut.
Task<bool> Session::on_worker(const std::function<void()>& work) {
  // The timer never fires by itself: the worker ends the wait through the loop. As a pending operation it
  // also keeps the loop running until then.
  resume_.expires_at(Clock::time_point::max());
  deadline_ = Clock::time_point::max();
  const bool taken = shared_.workers.try_submit([this, &work, loop = loop_] {
    if (!cut_) work();
    net::post(loop->context(), [this] { resume_.cancel(); });
  });
  if (!taken) co_return false;
  ErrorCode ignored;
  co_await resume_.async_wait(net::redirect_error(kAwait, ignored));
  co_return true;
}

/// The same, waiting for a place in the queue; false when the connection has been cut.
Task<bool> Session::surely_on_worker(const std::function<void()>& work) {
  while (!co_await on_worker(work)) {
    if (cut_) co_return false;
    resume_.expires_after(kRetry);
    ErrorCode ignored;
    co_await resume_.async_wait(net::redirect_error(kAwait, ignored));
  }
  co_return !cut_;
}

Task<bool> Session::write(Outgoing outgoing) {
  for (;;) {
    ErrorCode error;
    const std::size_t bytes =
        tls_ ? tls_->write_some(outgoing.pieces(), error) : socket_.write_some(outgoing.pieces(), error);
    outgoing.consume(bytes);
    shared_.counters.bytes_sent.fetch_add(bytes, std::memory_order_relaxed);
    if (outgoing.empty()) co_return true;
    if (error && error != net::error::would_block) co_return false;
    if (!error) continue;
    allow(shared_.options.limits.write_time);
    co_await socket_.async_wait(tls_ ? tls_->waits_for() : Socket::wait_write, net::redirect_error(kAwait, error));
    if (error || over()) co_return false;
  }
}

Task<> Session::linger() {
  ErrorCode error;
  if (tls_) tls_->finish();
  socket_.shutdown(Socket::shutdown_send, error);
  idle_ = true;
  allow(kLinger);
  std::array<char, 4096> dropped;
  while (!error && !over()) {
    co_await socket_.async_read_some(net::buffer(dropped), net::redirect_error(kAwait, error));
  }
}

/// Ends a half answer so that no client takes it for a whole one, even where only the end of the connection
/// would tell.
void Session::reset_connection() {
  ErrorCode ignored;
  socket_.set_option(net::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace caitu::http::detail
