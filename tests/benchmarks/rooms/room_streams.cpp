#include "room_streams.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tincan::bench {

namespace {

constexpr std::string_view heard = R"({"event":"message","direction":"in")"; // how such a line begins
constexpr std::size_t read_at_once = 64 * 1024;

void demand(bool done, const char* what) {
  if (done) return;
  std::perror(what);
  std::_Exit(2);
}

int connected(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  demand(path.size() < sizeof to.sun_path, "the path of the control socket is too long");
  path.copy(to.sun_path, path.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  demand(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "control socket");
  return socket;
}

// What is there now, in a buffer that the next call takes; empty: nothing.
std::string_view read_now(int descriptor, const char* whose) {
  static std::array<char, read_at_once> buffer;
  const auto got = ::read(descriptor, buffer.data(), buffer.size());
  if (got < 0 && errno == EAGAIN) return {};
  demand(got > 0, whose);
  return {buffer.data(), static_cast<std::size_t>(got)};
}

} // namespace

AuthorStream::AuthorStream(const std::string& control_socket, std::string room)
    : socket_(connected(control_socket)),
      command_(R"({"command":"send","peer":")" + std::move(room) + R"(","text":")" + std::string(line_bytes, 'x') +
               "\"}\n") {
  demand(::fcntl(socket_, F_SETFL, O_NONBLOCK) == 0, "fcntl");
}

AuthorStream::~AuthorStream() { ::close(socket_); }

void AuthorStream::publish(std::size_t lines) {
  std::string bytes;
  for (std::size_t line = 0; line < lines; ++line) bytes += command_;
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    demand(sent > 0 || errno == EAGAIN, "the author");
    if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    pollfd writable{socket_, POLLOUT, 0};
    if (!rest.empty()) ::poll(&writable, 1, -1);
  }
}

std::size_t AuthorStream::read_some() {
  read_now(socket_, "the author has ended");
  return 0;
}

MemberStream::MemberStream(int pipe) : pipe_(pipe) { demand(::fcntl(pipe_, F_SETFL, O_NONBLOCK) == 0, "pipe"); }

std::size_t MemberStream::read_some() {
  held_ += read_now(pipe_, "a member has ended");
  std::size_t lines = 0, begin = 0;
  for (std::size_t end = 0; (end = held_.find('\n', begin)) != std::string::npos; begin = end + 1)
    if (std::string_view(held_).substr(begin).starts_with(heard)) ++lines;
  held_.erase(0, begin);
  return lines;
}

} // namespace tincan::bench
