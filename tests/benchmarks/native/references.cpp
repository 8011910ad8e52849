#include "references.hpp"

#include "peer.hpp"
#include "tincan/net/tls.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tincan::bench {

namespace {

constexpr std::size_t rows_at_once = 1000;
constexpr std::size_t bulk_bytes = 1UL << 30;
constexpr std::size_t written_at_once = 256 * 1024; // as a link writes
constexpr std::size_t read_at_once = 64 * 1024;     // as a link reads

void demand(bool done, const char* what) {
  if (done) return;
  std::perror(what);
  std::_Exit(2);
}

// Two ends of a TCP connection over loopback.
struct Ends {
  int one = -1, other = -1;
};

Ends connected() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  demand(::bind(listener, generic, size) == 0 && ::listen(listener, 1) == 0, "listen");
  demand(::getsockname(listener, generic, &size) == 0, "getsockname");
  Ends ends;
  ends.one = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  demand(::connect(ends.one, generic, size) == 0, "connect");
  ends.other = ::accept(listener, nullptr, nullptr);
  ::close(listener);
  const int yes = 1;
  for (const int end : {ends.one, ends.other}) ::setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return ends;
}

bool read_exactly(int socket, char* to, std::size_t count) {
  while (count > 0) {
    const auto got = ::recv(socket, to, count, 0);
    if (got <= 0) return false;
    to += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

[[noreturn]] void echo(int socket) {
  std::array<char, text_bytes> bytes;
  while (read_exactly(socket, bytes.data(), bytes.size()) && write_all(socket, {bytes.data(), bytes.size()})) continue;
  std::_Exit(0);
}

// --- TLS

base::Seed seed_of(std::uint8_t number) {
  base::Seed seed;
  seed.bytes.fill(number);
  return seed;
}

class Secured {
public:
  Secured(int socket, net::TlsSession::Role role)
      : socket_(socket),
        context_(seed_of(role == net::TlsSession::Role::client ? 1 : 2)),
        session_(context_, role) {
    if (role == net::TlsSession::Role::client) {
      session_.feed({});
      write_all(socket_, session_.output());
    }
    while (!session_.is_up()) demand(read_some() > 0 || session_.is_up(), "handshake");
  }
  // How many plain bytes one read brought; negative at the end.
  long read_some() {
    static std::array<char, read_at_once> buffer;
    const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return -1;
    demand(session_.feed({buffer.data(), static_cast<std::size_t>(count)}), "TLS");
    write_all(socket_, session_.output());
    return session_.is_up() ? static_cast<long>(session_.plain().size()) : 1;
  }
  bool write(std::string_view plain) { return session_.write(plain) && write_all(socket_, session_.output()); }

private:
  int socket_;
  net::TlsContext context_;
  net::TlsSession session_;
};

[[noreturn]] void pour(int socket) {
  Secured secured(socket, net::TlsSession::Role::client);
  const std::string bytes(written_at_once, 'x');
  for (std::size_t done = 0; done < bulk_bytes; done += bytes.size()) demand(secured.write(bytes), "write");
  std::_Exit(0);
}

// --- SQLite

void execute(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
  std::fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(database));
  std::_Exit(2);
}

void insert_rows(sqlite3* database, std::size_t first, const std::string& text) {
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO row (id, body) VALUES (?1, ?2)", -1, &insert, nullptr);
  execute(database, "BEGIN");
  for (std::size_t i = first; i < first + rows_at_once; ++i) {
    sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(i));
    sqlite3_bind_blob(insert, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  execute(database, "COMMIT");
  sqlite3_finalize(insert);
}

} // namespace

PingPong::PingPong() {
  const auto ends = connected();
  child_ = ::fork();
  if (child_ == 0) {
    ::close(ends.one);
    echo(ends.other);
  }
  ::close(ends.other);
  socket_ = ends.one;
}

PingPong::~PingPong() {
  ::close(socket_);
  ::waitpid(child_, nullptr, 0);
}

double PingPong::once() {
  std::array<char, text_bytes> bytes{};
  const auto began = Clock::now();
  demand(write_all(socket_, {bytes.data(), bytes.size()}) && read_exactly(socket_, bytes.data(), bytes.size()), "ping");
  return seconds_between(began, Clock::now());
}

Appending::Appending(const std::string& folder)
    : file_(::open((folder + "/appended").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {
  demand(file_ >= 0, "open");
}

Appending::~Appending() { ::close(file_); }

double Appending::once() {
  static const std::string block(4096, 'x');
  demand(::write(file_, block.data(), block.size()) == static_cast<ssize_t>(block.size()), "write");
  const auto began = Clock::now();
  demand(::fdatasync(file_) == 0, "fdatasync");
  return seconds_between(began, Clock::now());
}

double bare_rows(const std::string& folder, std::size_t rows) {
  const auto file = folder + "/bare.db";
  for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
  sqlite3* database = nullptr;
  demand(sqlite3_open(file.c_str(), &database) == SQLITE_OK, "bare.db");
  execute(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
  execute(database, "CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
  const std::string text(text_bytes, 'x');
  const auto began = Clock::now();
  for (std::size_t first = 1; first <= rows; first += rows_at_once) insert_rows(database, first, text);
  const auto took = seconds_between(began, Clock::now());
  sqlite3_close(database);
  return static_cast<double>(rows) / took;
}

double tls_bytes() {
  const auto ends = connected();
  const auto child = ::fork();
  if (child == 0) {
    ::close(ends.other);
    pour(ends.one);
  }
  ::close(ends.one);
  Secured secured(ends.other, net::TlsSession::Role::server);
  const auto began = Clock::now();
  std::size_t received = 0;
  for (long count = 0; received < bulk_bytes && count >= 0; count = secured.read_some())
    received += static_cast<std::size_t>(count);
  const auto took = seconds_between(began, Clock::now());
  ::close(ends.other);
  ::waitpid(child, nullptr, 0);
  return static_cast<double>(received) / took;
}

} // namespace tincan::bench
