// Speaks to a port as the old programs do: one canonical message is one connection, one write and a close (A1).
// Values and free functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <string>

namespace tincan::bench {

using Clock = std::chrono::steady_clock; // CLOCK_MONOTONIC, as Python's time.monotonic()

double seconds(Clock::time_point time);

// "127.0.0.1:7001". Throws std::invalid_argument.
sockaddr_in parse_endpoint(const std::string& text);

// Addresses in a row, beginning with "127.0.0.2", each announced with the listening port 7001. More than one, because a
// port towards one peer is used again only after a second.
class Sources {
public:
  Sources(const std::string& first, std::uint32_t count);
  sockaddr_in address(std::uint64_t turn) const;
  std::string announced(std::uint64_t turn) const;

private:
  std::uint32_t first_, count_;
};

// A descriptor that closes itself; connections are blocking, with `patience` for connecting and for sending.
class Connection {
public:
  Connection(const sockaddr_in& source, std::chrono::microseconds patience);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;

  bool open(const sockaddr_in& target); // false: refused, or not taken in time
  bool send(const std::string& bytes);
  int descriptor() const { return descriptor_; }

private:
  int descriptor_;
};

// What one of the modes is told to do. Texts are "LABEL 0", "LABEL 1" and so on.
struct Order {
  sockaddr_in target;
  std::string label;
  std::uint64_t count;
  Sources sources;
};

std::string canonical(const Order& order, std::uint64_t number);

// The modes. Each prints one JSON line and gives false when something was not sent.
bool send_at_once(const Order& order);   // `count` programs at the same moment
bool send_in_a_row(const Order& order);  // connect, send, close, next
bool send_at_a_pace(const Order& order); // `count` a second until stdin is closed
bool hold_idle(const Order& order);      // `count` connections that say nothing until stdin is closed

} // namespace tincan::bench
