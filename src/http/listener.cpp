#include "http/listener.hpp"

#include <future>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "http/detail/session.hpp"

namespace caitu::http {

using namespace detail;

namespace {

/// Connections that are told of the cap at one time; further ones are closed without a word.
constexpr std::uint64_t kMaxRefusing = 64;
/// Before accepting again after the system had no file handle left.
constexpr std::chrono::milliseconds kAcceptPause{100};

tcp::endpoint resolve(net::io_context& context, const std::string& host, std::uint16_t port) {
  ErrorCode error;
  const auto address = net::ip::make_address(host, error);
  if (!error) return {address, port};
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    throw base::Error(base::Code::io, "The address " + host + " is not known on this machine.",
                      "listen on 127.0.0.1 or on an address of this machine");
  }
  return found.begin()->endpoint();
}

}  // namespace

/// One acceptor deals the connections out to the loops in turn. SO_REUSEPORT would spare that hop, but it
/// would also let a second server take the same port without anyone noticing.
struct Server::Impl {
  Impl(ListenOptions options, const Router& router, ErrorPages pages, base::Workers& workers)
      : shared{std::move(options), router, std::move(pages), workers, {}} {}

  Shared shared;
  std::atomic<std::uint64_t> refusing{0};
  std::vector<std::shared_ptr<Loop>> loops;
  std::vector<std::thread> threads;
  std::optional<Acceptor> acceptor;
  std::promise<void> accepting_ended;
  std::uint16_t port = 0;

  void open();
  Task<> accept();
  void admit(std::shared_ptr<Loop> loop, Socket socket);
};

void Server::Impl::open() {
  const ListenOptions& options = shared.options;
  const tcp::endpoint endpoint = resolve(loops.front()->context(), options.host, options.port);
  try {
    acceptor.emplace(loops.front()->context(), endpoint);
  } catch (const boost::system::system_error& error) {
    throw base::Error(base::Code::io,
                      "Cannot listen on " + options.host + ":" + std::to_string(options.port) + ": " +
                          error.code().message() + ".",
                      "stop what uses the port, or choose another");
  }
  port = acceptor->local_endpoint().port();
}

Task<> Server::Impl::accept() {
  for (std::size_t next = 0;; next = (next + 1) % loops.size()) {
    Socket socket(loops[next]->context());
    ErrorCode error;
    co_await acceptor->async_accept(socket, net::redirect_error(kAwait, error));
    if (!acceptor->is_open()) co_return;
    if (!error) {
      admit(loops[next], std::move(socket));
    } else if (error != net::error::connection_aborted) {
      spdlog::warn("cannot accept a connection: {}", error.message());
      Timer pause(loops.front()->context(), kAcceptPause);
      co_await pause.async_wait(net::redirect_error(kAwait, error));
    }
  }
}

void Server::Impl::admit(std::shared_ptr<Loop> loop, Socket socket) {
  Counters& counters = shared.counters;
  const bool admitted = counters.connections_open.load() < shared.options.limits.connections;
  ++(admitted ? counters.connections_total : counters.refused_connections);
  if (!admitted && refusing.load() >= kMaxRefusing) return;
  auto& count = admitted ? counters.connections_open : refusing;
  ++count;
  net::io_context& context = loop->context();
  net::post(context, [this, admitted, loop = std::move(loop), socket = std::move(socket),
                      place = Place(&count)]() mutable {
    Session::start(shared, std::move(loop), std::move(socket), std::move(place), admitted);
  });
}

Server::Server(ListenOptions options, const Router& router, ErrorPages pages, base::Workers& workers)
    : impl_(std::make_unique<Impl>(std::move(options), router, std::move(pages), workers)) {}

Server::~Server() { stop(std::chrono::seconds(0)); }

void Server::start() {
  Impl& impl = *impl_;
  if (!impl.loops.empty()) throw base::Error(base::Code::internal, "The server was started twice.");
  const std::size_t count = std::max<std::size_t>(1, impl.shared.options.io_threads);
  for (std::size_t i = 0; i < count; ++i) impl.loops.push_back(std::make_shared<Loop>());
  impl.open();
  net::co_spawn(impl.loops.front()->context(), impl.accept(),
                [&impl](const std::exception_ptr&) { impl.accepting_ended.set_value(); });
  for (const auto& loop : impl.loops) impl.threads.emplace_back([loop] { loop->run(); });
}

std::uint16_t Server::port() const { return impl_->port; }

void Server::stop(std::chrono::seconds grace) {
  Impl& impl = *impl_;
  if (impl.threads.empty()) return;
  net::post(impl.loops.front()->context(), [&impl] {
    ErrorCode ignored;
    impl.acceptor->close(ignored);
  });
  impl.accepting_ended.get_future().wait();
  const Clock::time_point deadline = Clock::now() + grace;
  for (const auto& loop : impl.loops) {
    net::post(loop->context(), [loop, deadline] { loop->stop(deadline); });
  }
  for (auto& thread : impl.threads) thread.join();
  impl.threads.clear();
}

const Counters& Server::counters() const { return impl_->shared.counters; }

}  // namespace caitu::http
