// A network on a virtual clock: TCP as programs see it (bytes split anywhere, taken when the other machine's stack has
// them, refused, cut, lost without a word, half-closed, dark or parted for a while), driven by one seed. Owned by the
// world; one thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/error.hpp"
#include "tincan/sim/agenda.hpp"
#include "tincan/sim/marks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tincan::sim {

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

  base::Endpoint endpoint; // changed by Network::move only
  bool is_up = true;
  bool is_reading = true;  // what comes meanwhile stays in the stack
  bool may_split = true;   // its reads see what the network makes of the segments
  Tick dark_until{};       // no packet comes in or goes out before
  int group = 0;           // see Network::part
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
  void resume(Host& host);                         // it reads and accepts again
  void crash(Host& host);                          // its process is gone: so are its sockets
  bool cut(std::size_t nth);                       // a reset at both ends; false: nothing was open
  bool lose(std::size_t nth);                      // no packet arrives any more; the ends learn of it much later
  void move(Host& host, const base::Endpoint& to); // all its connections are lost
  void part(Tick until) { parted_until_ = until; } // no packet passes between hosts of different groups before
  void wall_off(const Host& one, const Host& other) {
    walls_.insert(std::minmax(&one, &other));
  } // … between these, ever

  const base::Endpoint& far_endpoint(Socket dialled) const { return connections_[dialled.connection]->target; }
  const Host* far_host(Socket socket) const { return side(other(socket)).host; } // null: nobody was there
  std::size_t open_connections() const;
  std::size_t open_sockets(const Host& host) const;
  std::size_t open_between(const Host& one, const Host& other) const;
  std::size_t unread_by_far_end(Socket socket) const {
    return side(socket).on_its_way + side(other(socket)).unread.size();
  }
  bool is_open(Socket socket) const { return side(socket).is_open; }

private:
  struct Side {
    Host* host = nullptr;
    bool is_open = false;        // its program holds it
    bool is_established = false; // the dialler knows that it is
    bool is_accepted = true;
    bool has_finished = false;
    int untaken = 0;            // segments of ours that are on their way
    std::size_t on_its_way = 0; // bytes of them
    Tick last_arrival{};        // of ours at the other side
    std::string unread;         // taken by the stack, not yet read
    bool end_unread = false;
    bool end_seen = false;
    std::string unmarked; // bytes that the stack took, in which the end of a mark has not come yet
  };
  struct Connection {
    std::array<Side, 2> sides;
    base::Endpoint source, target;
    Millis delay{};
    bool is_broken = false;
    bool is_lost = false;
  };

  Side& side(Socket socket) { return connections_[socket.connection]->sides[static_cast<std::size_t>(socket.side)]; }
  const Side& side(Socket socket) const {
    return connections_[socket.connection]->sides[static_cast<std::size_t>(socket.side)];
  }
  static Socket other(Socket socket) { return {socket.connection, 1 - socket.side}; }
  bool is_dead(Socket socket) const;
  Tick reachable(const Host& from, const Host* to) const;
  Tick arrival(Socket from);
  std::vector<std::string> segments(Host& to, std::string_view bytes);
  void arrive_dial(Socket from, const base::Endpoint& to);
  void refuse(Socket from);
  void accept(Socket socket);
  void arrive(Socket at, const std::string& bytes);
  void arrive_end(Socket at);
  void arrive_taken(Socket at);
  void deliver(Socket at);
  void send_end(Socket from);
  void reset(Socket at);
  void break_side(Socket socket, const base::Error& error);
  void break_both(std::size_t connection);
  void lose_connection(std::size_t connection);
  std::vector<std::size_t> live_connections() const;
  void note_marks(Side& side, const std::string& bytes);

  Agenda& agenda_;
  Dice& dice_;
  std::map<base::Endpoint, Host*> hosts_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Tick parted_until_{};
  std::set<std::pair<const Host*, const Host*>> walls_;
  std::uint16_t last_port_ = 40'000;
};

} // namespace tincan::sim
