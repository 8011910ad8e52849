#include "crowd.hpp"

#include "tincan/base/endpoint.hpp"
#include "tincan/net/tls.hpp"
#include "tincan/wire/frame.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tincan::bench {

namespace {

constexpr std::size_t at_once = 32; // handshakes under way
constexpr std::size_t per_address = 8;
constexpr std::uint32_t first_address = 0x7F010001; // 127.1.0.1

void demand(bool done, const char* what) {
  if (done) return;
  std::perror(what);
  std::_Exit(2);
}

base::Seed seed_of(std::size_t number) {
  base::Seed seed;
  for (std::size_t i = 0; i < sizeof number; ++i) seed.bytes.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
  seed.bytes.back() = 1;
  return seed;
}

sockaddr_in address_of(std::uint32_t address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(address);
  result.sin_port = htons(port);
  return result;
}

int called(std::size_t number, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto from = address_of(first_address + static_cast<std::uint32_t>(number / per_address), 0);
  const auto to = address_of(INADDR_LOOPBACK, port);
  demand(::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0, "bind");
  demand(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
  return socket;
}

} // namespace

class Crowd::Member {
public:
  Member(std::size_t number, std::uint16_t port)
      : socket_(called(number, port)),
        context_(seed_of(number)),
        session_(context_, net::TlsSession::Role::client) {
    session_.feed({});
    write();
  }
  ~Member() { ::close(socket_); }
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  int socket() const { return socket_; }
  bool is_up() const { return is_up_ && !has_ended_; }
  bool has_ended() const { return has_ended_; }

  void readable() {
    std::array<char, 16 * 1024> buffer;
    const auto count = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    const bool was_secured = session_.is_up();
    if (count <= 0 || !session_.feed({buffer.data(), static_cast<std::size_t>(count)})) return end();
    const std::string plain(session_.plain());
    write();
    if (!was_secured && session_.is_up()) say(wire::Hello{});
    reader_.bytes(plain);
    while (auto frame = reader_.next()) frame->has_value() ? hear(**frame) : end();
  }

private:
  void hear(const wire::Frame& frame) {
    if (std::holds_alternative<wire::Hello>(frame)) is_up_ = true;
    if (std::holds_alternative<wire::Bye>(frame)) end();
    if (const auto* ping = std::get_if<wire::Ping>(&frame)) say(wire::Pong{ping->token});
  }
  void say(const wire::Frame& frame) {
    std::string bytes;
    wire::encode(frame, bytes);
    if (session_.write(bytes)) write();
  }
  void write() {
    const auto bytes = session_.output();
    if (bytes.empty()) return;
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) end();
  }
  void end() {
    has_ended_ = true;
    ::shutdown(socket_, SHUT_RDWR);
  }

  int socket_;
  net::TlsContext context_;
  net::TlsSession session_;
  wire::FrameReader reader_;
  bool is_up_ = false;
  bool has_ended_ = false;
};

namespace {

std::uint16_t port_in(const std::string& address) { return base::Endpoint::parse(address).value().port; }

} // namespace

Crowd::Crowd(std::size_t count, const std::string& address)
    : members_(count),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      port_(port_in(address)) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.ptr = nullptr;
  demand(poll_ >= 0 && ::epoll_ctl(poll_, EPOLL_CTL_ADD, STDIN_FILENO, &event) == 0, "epoll");
}

Crowd::~Crowd() { ::close(poll_); }

std::size_t Crowd::up() const {
  return static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(), [](const auto& member) { return member && member->is_up(); }));
}

void Crowd::open_one() {
  auto& member = members_[opened_];
  member = std::make_unique<Member>(opened_++, port_);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = member.get();
  demand(::epoll_ctl(poll_, EPOLL_CTL_ADD, member->socket(), &event) == 0, "epoll");
}

void Crowd::serve() {
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
  for (int i = 0; i < count; ++i) {
    auto* member = static_cast<Member*>(events.at(static_cast<std::size_t>(i)).data.ptr);
    if (!member) {
      is_over_ = true;
      continue;
    }
    const bool was_done = member->is_up() || member->has_ended();
    member->readable();
    if (!was_done && (member->is_up() || member->has_ended())) ++done_;
    if (member->has_ended()) ::epoll_ctl(poll_, EPOLL_CTL_DEL, member->socket(), nullptr);
  }
}

void Crowd::hold(const std::function<void(std::size_t)>& tell) {
  while (!is_over_ && done_ < members_.size()) {
    while (opened_ < members_.size() && opened_ - done_ < at_once) open_one();
    serve();
  }
  tell(up());
  while (!is_over_) serve();
  tell(up());
}

} // namespace tincan::bench
