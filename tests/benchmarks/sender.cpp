#include "sender.hpp"

#include <arpa/inet.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tincan::bench {

namespace {

constexpr std::uint16_t announced_port = 7001;

sockaddr_in endpoint(std::uint32_t address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(address);
  result.sin_port = htons(port);
  return result;
}

std::uint32_t parse_address(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) throw std::invalid_argument("no IPv4 address: " + text);
  return ntohl(address.s_addr);
}

const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

} // namespace

double seconds(Clock::time_point time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

sockaddr_in parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) throw std::invalid_argument("no port: " + text);
  return endpoint(parse_address(text.substr(0, colon)), static_cast<std::uint16_t>(std::stoul(text.substr(colon + 1))));
}

Sources::Sources(const std::string& first, std::uint32_t count) : first_(parse_address(first)), count_(count) {
  if (count == 0) throw std::invalid_argument("no source address");
}

sockaddr_in Sources::address(std::uint64_t turn) const {
  return endpoint(first_ + static_cast<std::uint32_t>(turn % count_), 0);
}

std::string Sources::announced(std::uint64_t turn) const {
  const auto source = address(turn);
  char text[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &source.sin_addr, text, sizeof text);
  return std::string(text) + ":" + std::to_string(announced_port);
}

Connection::Connection(const sockaddr_in& source, std::chrono::microseconds patience)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) fail("socket");
  const int yes = 1; // the port is chosen at connect, so that it need be free towards this one peer only
  ::setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  const timeval time{patience.count() / 1'000'000, patience.count() % 1'000'000};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time); // socket(7): for connect as well
  if (::bind(descriptor_, generic(source), sizeof source) != 0) fail("bind");
}

Connection::~Connection() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Connection::Connection(Connection&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

bool Connection::open(const sockaddr_in& target) { return ::connect(descriptor_, generic(target), sizeof target) == 0; }

bool Connection::send(const std::string& bytes) {
  return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

std::string canonical(const Order& order, std::uint64_t number) {
  return order.sources.announced(number) + " Bench " + order.label + " " + std::to_string(number);
}

} // namespace tincan::bench
