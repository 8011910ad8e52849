// A network on a virtual clock: TCP as programs see it (bytes split anywhere, taken when the other machine's stack has
// them, refused, cut, half-closed, dark for a while), driven by one seed. Used by the simulation only.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/error.hpp"
#include "tincan/base/time.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat::sim {

using base::Millis;
using base::Tick;

class Dice {
public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t bits() { return engine_(); }
  // lowest..highest, both possible
  std::int64_t between(std::int64_t lowest, std::int64_t highest) {
    return lowest + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(highest - lowest + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  Millis millis(std::int64_t lowest, std::int64_t highest) { return Millis(between(lowest, highest)); }

private:
  std::mt19937_64 engine_;
};

// What happens when, in order; things of the same moment happen as they were put in.
class Agenda {
public:
  Tick now() const { return now_; }
  void after(Millis delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  void at(Tick when, std::function<void()> what) { items_.emplace(std::max(when, now_), std::move(what)); }
  void run_until(Tick end);

private:
  Tick now_{std::chrono::hours(1)};
  std::multimap<Tick, std::function<void()>> items_;
};

// Marks in texts, "t12;", by which the judge follows messages through bytes.
using Mark = std::uint64_t;
std::string written(Mark mark);
std::vector<Mark> marks_in(std::string_view text);

// One end of a connection, as its program holds it.
struct Socket {
  std::size_t connection = 0;
  int side = 0; // 0 dialled, 1 accepted
  auto operator<=>(const Socket&) const = default;
};

class Host {
public:
  explicit Host(base::Endpoint listens) : endpoint(listens) {}
  virtual ~Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  virtual void accepted(Socket socket, const base::Endpoint& remote) = 0;
  virtual void opened(Socket socket) = 0;
  virtual void dial_failed(Socket socket, const base::Error& error) = 0;
  virtual void received(Socket socket, const std::string& bytes) = 0;
  virtual void finished(Socket socket) = 0;
  virtual void broken(Socket socket) = 0;
  virtual void taken(Socket socket) = 0;

  const base::Endpoint endpoint;
  bool is_up = true;
  bool is_reading = true;  // what comes meanwhile stays in the stack
  bool may_split = true;   // its reads see what the network makes of the segments
  Tick dark_until{};       // no packet comes in or goes out before
  std::set<Mark> in_stack; // all marks whose bytes this machine's TCP stack took
};

class Network {
public:
  Network(Agenda& agenda, Dice& dice) : agenda_(agenda), dice_(dice) {}

  void add(Host& host) { hosts_[host.endpoint] = &host; }
  Host* host_at(const base::Endpoint& endpoint) const;

  Socket dial(Host& from, const base::Endpoint& to);
  void send(Socket socket, std::string bytes);
  void finish_sending(Socket socket);
  void close(Socket socket);
  void resume(Host& host); // it reads again
  void crash(Host& host);  // its process is gone: so are its sockets
  void cut(std::size_t nth);
  const base::Endpoint& far_endpoint(Socket dialled) const { return connections_[dialled.connection]->target; }
  std::size_t open_connections() const;
  std::size_t open_sockets(const Host& host) const;
  bool is_open(Socket socket) const { return side(socket).is_open; }

private:
  struct Side {
    Host* host = nullptr;
    bool is_open = false; // its program holds it
    bool has_finished = false;
    int untaken = 0;     // segments of ours that are on their way
    Tick last_arrival{}; // of ours at the other side
    std::string unread;  // taken by the stack, not yet read
    bool end_unread = false;
    bool end_seen = false;
    std::string stream;     // all bytes that the stack took
    std::size_t marked = 0; // bytes of it in which marks were looked for
  };
  struct Connection {
    std::array<Side, 2> sides;
    base::Endpoint target;
    Millis delay{};
    bool is_broken = false;
  };

  Side& side(Socket socket) { return connections_[socket.connection]->sides[static_cast<std::size_t>(socket.side)]; }
  const Side& side(Socket socket) const {
    return connections_[socket.connection]->sides[static_cast<std::size_t>(socket.side)];
  }
  static Socket other(Socket socket) { return {socket.connection, 1 - socket.side}; }
  Tick arrival(Socket from);
  std::vector<std::string> segments(Host& to, std::string_view bytes);
  void arrive_dial(Socket from, const base::Endpoint& to);
  void arrive(Socket at, const std::string& bytes);
  void arrive_end(Socket at);
  void arrive_taken(Socket at);
  void deliver(Socket at);
  void send_end(Socket from);
  void reset(Socket at);
  void break_both(std::size_t connection);
  void note_marks(Side& side);

  Agenda& agenda_;
  Dice& dice_;
  std::map<base::Endpoint, Host*> hosts_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::uint16_t last_port_ = 40'000;
};

} // namespace tincan::chat::sim
