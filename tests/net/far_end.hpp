// The other side of our connections, on plain sockets of loopback: it never waits, the test's loop asks it again and
// again.
#pragma once

#include "tincan/base/endpoint.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace tincan::net::test {

// Owns a descriptor.
class Descriptor {
public:
  explicit Descriptor(int value = -1) : value_(value) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    value_ = std::exchange(other.value_, -1);
    return *this;
  }
  int get() const { return value_; }
  void reset() {
    if (value_ >= 0) ::close(std::exchange(value_, -1));
  }

private:
  int value_;
};

inline Descriptor new_socket(int family) {
  return Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

inline sockaddr_in loopback4(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline sockaddr_in6 loopback6(std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  return address;
}

template<class Name> std::uint16_t port_by(int descriptor, Name name) {
  sockaddr_in6 address{}; // both families have the port at the same place
  socklen_t size = sizeof address;
  name(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin6_port);
}

class FarSocket {
public:
  FarSocket() = default;
  explicit FarSocket(Descriptor socket) : socket_(std::move(socket)) {}

  // A connect on loopback is answered by the kernel before it returns, or goes on in the background.
  static FarSocket dial(std::uint16_t port, int family = AF_INET) {
    FarSocket far(new_socket(family));
    const auto four = loopback4(port);
    const auto six = loopback6(port);
    if (family == AF_INET)
      ::connect(far.socket_.get(), reinterpret_cast<const sockaddr*>(&four), sizeof four);
    else
      ::connect(far.socket_.get(), reinterpret_cast<const sockaddr*>(&six), sizeof six);
    return far;
  }

  // Writes as much as goes now; gives how much that was.
  std::size_t push(std::string_view bytes) {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  // Reads what is there into `got`.
  void pull() {
    char chunk[65536];
    for (;;) {
      const auto count = ::recv(socket_.get(), chunk, sizeof chunk, 0);
      if (count > 0) got.append(chunk, static_cast<std::size_t>(count));
      if (count == 0) has_ended = true;
      if (count < 0 && errno == ECONNRESET) was_reset = true;
      if (count <= 0) return;
    }
  }
  bool pulled(std::string_view wanted) {
    pull();
    return got == wanted;
  }
  bool is_gone() {
    pull();
    return has_ended || was_reset;
  }
  void finish() { ::shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }
  void reset() {
    const linger at_once{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
  }
  bool is_open() const { return socket_.get() >= 0; }
  std::uint16_t local_port() const { return port_by(socket_.get(), ::getsockname); }
  std::uint16_t remote_port() const { return port_by(socket_.get(), ::getpeername); }

  std::string got;
  bool has_ended = false;
  bool was_reset = false;

private:
  Descriptor socket_;
};

class FarListener {
public:
  explicit FarListener(int backlog = 128, int receive_buffer = 0, int family = AF_INET) : socket_(new_socket(family)) {
    if (receive_buffer) setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int on = 1;
    if (family == AF_INET6) setsockopt(socket_.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    const auto four = loopback4(0);
    const auto six = loopback6(0);
    if (family == AF_INET)
      ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&four), sizeof four);
    else
      ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&six), sizeof six);
    REQUIRE(::listen(socket_.get(), backlog) == 0);
  }

  // Takes a connection when one is there.
  bool accept_into(FarSocket& far) {
    Descriptor taken(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (taken.get() < 0) return false;
    far = FarSocket(std::move(taken));
    return true;
  }
  std::uint16_t port() const { return port_by(socket_.get(), ::getsockname); }
  base::Endpoint endpoint() const { return {base::Address::v4({127, 0, 0, 1}), port()}; }
  void close() { socket_.reset(); }

private:
  Descriptor socket_;
};

} // namespace tincan::net::test
