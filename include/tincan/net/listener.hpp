// Listens on one port, on IPv4 and IPv6, and hands over what it accepts. Owned by the driver; I/O thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/error.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <vector>

namespace tincan::net {

inline constexpr int max_accepts_per_wake = 64;                  // then the links that are open get their turn
inline constexpr std::chrono::milliseconds descriptor_pause{50}; // when a connection could not be taken for want of one

class Listener {
public:
  using Accepted = std::function<void(asio::ip::tcp::socket, const base::Endpoint& remote)>;

  Listener(asio::io_context& context, Accepted accepted);

  // Port 0: any free one. On all addresses of the machine; where there is no IPv6, on IPv4 only. Gives the port.
  // Error in_use: one sentence that names who may hold the port.
  base::Result<std::uint16_t> open(std::uint16_t port);
  void close();
  void pause();
  void resume();
  std::vector<asio::ip::tcp::acceptor*> acceptors();

private:
  base::Result<std::uint16_t> open_one(asio::ip::tcp::acceptor& acceptor, asio::ip::tcp protocol, std::uint16_t port);
  void wait(asio::ip::tcp::acceptor& acceptor);
  void accept_ready(asio::ip::tcp::acceptor& acceptor);
  void wait_for_descriptors(asio::ip::tcp::acceptor& acceptor);

  asio::io_context& context_;
  Accepted accepted_;
  asio::ip::tcp::acceptor v4_, v6_;
  asio::steady_timer v4_timer_, v6_timer_; // until there may be descriptors again
  bool is_paused_ = false;
};

// Who listens on `port` of this machine, as far as /proc tells: "process 1234 (python3)", or nothing.
std::string port_holder(std::uint16_t port);

} // namespace tincan::net
