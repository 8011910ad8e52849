#include "nats_client.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tincan::bench {

namespace {

constexpr std::string_view publishing = "PUB room 120\r\n";
constexpr std::string_view delivering = "MSG room 1 120\r\n";
constexpr std::string_view ping = "PING\r\n";
constexpr std::string_view pong = "PONG\r\n";
constexpr std::size_t delivery_bytes = delivering.size() + line_bytes + 2;
constexpr std::size_t read_at_once = 64 * 1024;
constexpr std::size_t lines_at_once = 100; // written together

void demand(bool done, const char* what) {
  if (done) return;
  std::perror(what);
  std::_Exit(2);
}

int connected(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(port);
  demand(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}

// The server introduces itself in clear before TLS begins, and not a byte more may be taken.
void skip_greeting(int socket) {
  for (char byte = 0; byte != '\n';) demand(::recv(socket, &byte, 1, 0) == 1, "greeting");
}

} // namespace

NatsTrust::NatsTrust(const std::string& certificate_file) : context_(SSL_CTX_new(TLS_client_method())) {
  demand(SSL_CTX_load_verify_file(context_, certificate_file.c_str()) == 1, "certificate");
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
}

NatsTrust::~NatsTrust() { SSL_CTX_free(context_); }

NatsClient::NatsClient(const NatsTrust& trust, std::uint16_t port)
    : socket_(connected(port)),
      ssl_(SSL_new(trust.context())) {
  skip_greeting(socket_);
  SSL_set_fd(ssl_, socket_);
  demand(SSL_connect(ssl_) == 1, "TLS");
  say("CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":true}\r\n");
  say(ping);
  demand(hear_line() == pong, "PONG");
}

NatsClient::~NatsClient() {
  SSL_free(ssl_);
  ::close(socket_);
}

void NatsClient::subscribe() {
  say("SUB room 1\r\n");
  say(ping);
  demand(hear_line() == pong, "PONG");
  demand(::fcntl(socket_, F_SETFL, O_NONBLOCK) == 0, "fcntl");
}

void NatsClient::publish(std::size_t lines) {
  std::string batch;
  for (std::size_t line = 1; line <= lines; ++line) {
    batch += publishing;
    batch.append(line_bytes, 'x');
    batch += "\r\n";
    if (line % lines_at_once != 0 && line != lines) continue;
    say(batch);
    batch.clear();
  }
}

std::size_t NatsClient::read_some() {
  static std::array<char, read_at_once> buffer;
  std::size_t lines = 0;
  for (int got = 0; (got = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()))) > 0;) {
    held_.append(buffer.data(), static_cast<std::size_t>(got));
    lines += count_lines();
  }
  demand(SSL_get_shutdown(ssl_) == 0, "the server has closed a connection");
  return lines;
}

std::size_t NatsClient::count_lines() {
  std::size_t lines = 0;
  std::string_view rest = held_;
  for (;;) {
    if (rest.starts_with(ping)) {
      say(pong);
      rest.remove_prefix(ping.size());
    } else if (rest.size() >= delivery_bytes) {
      demand(rest.starts_with(delivering), "MSG");
      rest.remove_prefix(delivery_bytes);
      ++lines;
    } else
      break;
  }
  held_.erase(0, held_.size() - rest.size());
  return lines;
}

void NatsClient::say(std::string_view bytes) {
  demand(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0, "write");
}

std::string NatsClient::hear_line() {
  std::string line;
  for (char byte = 0; byte != '\n'; line += byte) demand(SSL_read(ssl_, &byte, 1) == 1, "read");
  // It introduces itself once more now and then.
  return line.starts_with("INFO ") ? hear_line() : line;
}

} // namespace tincan::bench
