#include "tincan/net/listener.hpp"

#include "tincan/net/errors.hpp"
#include "tincan/net/link.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/v6_only.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

namespace tincan::net {

namespace {

using tcp = asio::ip::tcp;
constexpr int backlog = 4096; // a whole course that sends at the same moment

base::Error cannot_listen(std::uint16_t port, const std::error_code& error) {
  using base::ErrorCode;
  if (error == asio::error::address_in_use) {
    const auto holder = port_holder(port);
    return {ErrorCode::in_use, fmt::format("cannot listen on port {}: {} (choose another with --port)", port,
                                           holder.empty() ? "another program holds it" : holder + " holds it")};
  }
  if (error == asio::error::access_denied)
    return {ErrorCode::bad_argument, fmt::format("cannot listen on port {}: ports below 1024 are for root", port)};
  return {ErrorCode::limit, fmt::format("cannot listen on port {}: {}", port, error.message())};
}

} // namespace

Listener::Listener(asio::io_context& context, Accepted accepted)
    : context_(context),
      accepted_(std::move(accepted)),
      v4_(context),
      v6_(context),
      v4_timer_(context),
      v6_timer_(context) {}

base::Result<std::uint16_t> Listener::open(std::uint16_t port) {
  const auto bound = open_one(v4_, tcp::v4(), port);
  if (!bound) return bound;
  const auto also = open_one(v6_, tcp::v6(), *bound);
  if (!also && also.error().code == base::ErrorCode::in_use) {
    close();
    return port == 0 ? open(0) : also; // a free port must be free on both
  }
  return bound;
}

base::Result<std::uint16_t> Listener::open_one(tcp::acceptor& acceptor, tcp protocol, std::uint16_t port) {
  std::error_code error;
  acceptor.open(protocol, error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && protocol == tcp::v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) keep_alive(acceptor.native_handle());
  if (!error) acceptor.bind({protocol, port}, error);
  if (!error) acceptor.listen(backlog, error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) {
    std::error_code ignored;
    acceptor.close(ignored);
    return tl::unexpected(cannot_listen(port, error));
  }
  wait(acceptor);
  return acceptor.local_endpoint().port();
}

void Listener::close() {
  std::error_code ignored;
  v4_timer_.cancel();
  v6_timer_.cancel();
  v4_.close(ignored);
  v6_.close(ignored);
}

void Listener::pause() { is_paused_ = true; }

void Listener::resume() {
  if (!is_paused_) return;
  is_paused_ = false;
  for (auto* acceptor : acceptors()) {
    std::error_code ignored;
    acceptor->cancel(ignored); // a wait that was under way when the pause began
    wait(*acceptor);
  }
}

std::vector<tcp::acceptor*> Listener::acceptors() {
  std::vector<tcp::acceptor*> result;
  if (v4_.is_open()) result.push_back(&v4_);
  if (v6_.is_open()) result.push_back(&v6_);
  return result;
}

void Listener::wait(tcp::acceptor& acceptor) {
  acceptor.async_wait(tcp::acceptor::wait_read, [this, &acceptor](const std::error_code& error) {
    if (!error && !is_paused_) accept_ready(acceptor);
  });
}

void Listener::accept_ready(tcp::acceptor& acceptor) {
  for (int count = 0; count < max_accepts_per_wake && !is_paused_; ++count) {
    std::error_code error;
    tcp::endpoint remote;
    tcp::socket socket(context_);
    acceptor.accept(socket, remote, error);
    if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
        error == asio::error::no_buffer_space || error == std::errc::too_many_files_open_in_system)
      return wait_for_descriptors(acceptor);
    if (error == asio::error::would_block || error == asio::error::try_again || !acceptor.is_open()) break;
    if (error) continue; // that one connection broke before it was taken
    accepted_(std::move(socket), from_asio(remote));
  }
  if (acceptor.is_open() && !is_paused_) wait(acceptor);
}

void Listener::wait_for_descriptors(tcp::acceptor& acceptor) {
  auto& timer = &acceptor == &v4_ ? v4_timer_ : v6_timer_;
  timer.expires_after(descriptor_pause);
  timer.async_wait([this, &acceptor](const std::error_code& error) {
    if (!error && acceptor.is_open()) accept_ready(acceptor);
  });
}

} // namespace tincan::net
