#include "tincan/sim/network.hpp"

#include <algorithm>
#include <utility>

namespace tincan::sim {

namespace {

constexpr auto never = Tick::max() - std::chrono::hours(1); // of packets

} // namespace

Host* Network::host_at(const base::Endpoint& endpoint) const {
  const auto found = hosts_.find(endpoint);
  return found == hosts_.end() ? nullptr : found->second;
}

bool Network::is_dead(Socket socket) const {
  const auto& connection = *connections_[socket.connection];
  return connection.is_broken || connection.is_lost;
}

Tick Network::reachable(const Host& from, const Host* to) const {
  if (!to) return from.dark_until;
  if (walls_.contains(std::minmax(&from, to))) return never;
  const auto light = std::max(from.dark_until, to->dark_until);
  return from.group == to->group ? light : std::max(light, parted_until_);
}

Tick Network::arrival(Socket from) {
  auto& sender = side(from);
  const auto when = agenda_.now() + connections_[from.connection]->delay + dice_.millis(0, 15);
  return sender.last_arrival = std::max({when, sender.last_arrival, reachable(*sender.host, side(other(from)).host)});
}

Socket Network::dial(Host& from, const base::Endpoint& to) {
  auto connection = std::make_unique<Connection>();
  connection->delay = dice_.millis(1, 60);
  if (++last_port_ < 40'000) last_port_ = 40'000;
  connection->source = {from.endpoint.address, last_port_};
  connection->target = to;
  connection->sides[0].host = &from;
  connection->sides[0].is_open = true;
  connections_.push_back(std::move(connection));
  const Socket socket{connections_.size() - 1, 0};
  const auto when = std::max(arrival(socket), reachable(from, host_at(to)));
  agenda_.at(when, [this, socket, to] { arrive_dial(socket, to); });
  return socket;
}

void Network::arrive_dial(Socket from, const base::Endpoint& to) {
  auto* target = host_at(to);
  if (is_dead(from) || !side(from).is_open) return;
  if (!target || !target->is_up) return refuse(from);
  const auto accepted = other(from);
  side(accepted).host = target;
  side(accepted).is_open = true;
  side(accepted).is_accepted = false;
  agenda_.at(arrival(accepted), [this, from] {
    auto& us = side(from);
    if (is_dead(from) || !us.is_open) return;
    us.is_established = true;
    us.host->opened(from);
  });
  if (target->is_reading) accept(accepted);
}

void Network::refuse(Socket from) {
  agenda_.at(arrival(from), [this, from] {
    auto& us = side(from);
    if (is_dead(from) || !std::exchange(us.is_open, false)) return;
    us.host->dial_failed(from, {base::ErrorCode::refused, "connection refused"});
  });
}

void Network::accept(Socket socket) {
  auto& us = side(socket);
  if (!us.is_open || std::exchange(us.is_accepted, true)) return;
  us.host->accepted(socket, connections_[socket.connection]->source);
}

std::vector<std::string> Network::segments(Host& to, std::string_view bytes) {
  std::vector<std::string> result;
  for (int cuts = to.may_split ? static_cast<int>(dice_.between(0, 2)) : 0; cuts > 0 && bytes.size() > 1; --cuts) {
    auto at = static_cast<std::size_t>(dice_.between(1, static_cast<std::int64_t>(bytes.size()) - 1));
    while (at > 0 && (bytes[at] == ';' || (bytes[at] >= '0' && bytes[at] <= '9'))) --at; // never inside a mark
    if (at == 0) continue;
    result.emplace_back(bytes.substr(0, at));
    bytes.remove_prefix(at);
  }
  result.emplace_back(bytes);
  return result;
}

void Network::send(Socket socket, std::string bytes) {
  auto& us = side(socket);
  const auto to = other(socket);
  if (!us.is_open || us.has_finished || bytes.empty() || !side(to).host) return;
  us.on_its_way += bytes.size();
  for (auto& segment : segments(*side(to).host, bytes)) {
    ++us.untaken;
    agenda_.at(arrival(socket), [this, to, segment = std::move(segment)] { arrive(to, segment); });
  }
}

void Network::arrive(Socket at, const std::string& bytes) {
  if (is_dead(at)) return;
  auto& us = side(at);
  side(other(at)).on_its_way -= bytes.size();
  if (!us.is_open) return reset(other(at));
  us.unread += bytes;
  note_marks(us, bytes);
  agenda_.at(arrival(at), [this, at] { arrive_taken(other(at)); });
  deliver(at);
}

void Network::note_marks(Side& us, const std::string& bytes) {
  us.unmarked += bytes;
  const auto end = us.unmarked.rfind(';');
  if (end == std::string::npos) return;
  for (const auto mark : marks_in(std::string_view(us.unmarked).substr(0, end + 1))) us.host->in_stack.insert(mark);
  us.unmarked.erase(0, end + 1);
}

void Network::arrive_taken(Socket at) {
  auto& us = side(at);
  if (is_dead(at) || --us.untaken > 0 || !us.is_open) return;
  us.host->taken(at);
}

void Network::deliver(Socket at) {
  auto& us = side(at);
  if (!us.host->is_reading || !us.is_accepted) return;
  if (us.is_open && !us.unread.empty()) us.host->received(at, std::exchange(us.unread, {}));
  if (us.is_open && us.end_unread && !std::exchange(us.end_seen, true)) us.host->finished(at);
}

void Network::send_end(Socket from) {
  if (std::exchange(side(from).has_finished, true) || !side(other(from)).host) return;
  agenda_.at(arrival(from), [this, to = other(from)] { arrive_end(to); });
}

void Network::arrive_end(Socket at) {
  if (is_dead(at)) return;
  side(at).end_unread = true;
  deliver(at);
}

void Network::finish_sending(Socket socket) {
  if (side(socket).is_open) send_end(socket);
}

void Network::close(Socket socket) {
  auto& us = side(socket);
  if (!std::exchange(us.is_open, false)) return;
  if (!us.unread.empty()) return reset(other(socket)); // as Linux does when unread bytes are thrown away
  send_end(socket);
}

// The other machine says that nobody is there.
void Network::reset(Socket at) {
  if (!side(at).host) return;
  agenda_.at(arrival(other(at)), [this, at] {
    if (!is_dead(at)) break_both(at.connection);
  });
}

// A program that still dials learns that it cannot; one whose user has not accepted yet learns nothing.
void Network::break_side(Socket socket, const base::Error& error) {
  auto& us = side(socket);
  if (!std::exchange(us.is_open, false)) return;
  us.unread.clear();
  if (socket.side == 0 && !us.is_established) return us.host->dial_failed(socket, error);
  if (us.is_accepted) us.host->broken(socket);
}

void Network::break_both(std::size_t connection) {
  if (std::exchange(connections_[connection]->is_broken, true)) return;
  for (const int which : {1, 0}) break_side({connection, which}, {base::ErrorCode::reset, "connection reset"});
}

void Network::lose_connection(std::size_t connection) {
  if (std::exchange(connections_[connection]->is_lost, true)) return;
  for (const int which : {0, 1})
    agenda_.after(dice_.millis(1'000, 120'000), [this, connection, which] {
      break_side({connection, which}, {base::ErrorCode::timed_out, "timed out"});
    });
}

void Network::resume(Host& host) {
  host.is_reading = true;
  for (std::size_t i = 0; i < connections_.size(); ++i)
    for (const int which : {0, 1}) {
      if (side({i, which}).host != &host || is_dead({i, which})) continue;
      accept({i, which});
      deliver({i, which});
    }
}

void Network::crash(Host& host) {
  for (std::size_t i = 0; i < connections_.size(); ++i)
    for (const int which : {0, 1}) {
      auto& us = side({i, which});
      if (us.host != &host || !std::exchange(us.is_open, false)) continue;
      us.unread.clear();
      reset({i, 1 - which});
    }
}

std::vector<std::size_t> Network::live_connections() const {
  std::vector<std::size_t> live;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    const auto& sides = connections_[i]->sides;
    if (!is_dead({i, 0}) && sides[1].host && (sides[0].is_open || sides[1].is_open)) live.push_back(i);
  }
  return live;
}

bool Network::cut(std::size_t nth) {
  const auto live = live_connections();
  if (!live.empty()) break_both(live[nth % live.size()]);
  return !live.empty();
}

bool Network::lose(std::size_t nth) {
  const auto live = live_connections();
  if (!live.empty()) lose_connection(live[nth % live.size()]);
  return !live.empty();
}

void Network::move(Host& host, const base::Endpoint& to) {
  hosts_.erase(host.endpoint);
  host.endpoint = to;
  hosts_[to] = &host;
  for (std::size_t i = 0; i < connections_.size(); ++i)
    if (side({i, 0}).host == &host || side({i, 1}).host == &host) lose_connection(i);
}

std::size_t Network::open_connections() const {
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(), [](const auto& connection) {
    return connection->sides[0].is_open || connection->sides[1].is_open;
  }));
}

std::size_t Network::open_sockets(const Host& host) const {
  std::size_t count = 0;
  for (const auto& connection : connections_)
    for (const auto& us : connection->sides) count += us.host == &host && us.is_open ? 1 : 0;
  return count;
}

std::size_t Network::open_between(const Host& one, const Host& other) const {
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(), [&](const auto& connection) {
    const auto& [dialler, accepter] = connection->sides;
    const bool is_theirs =
        (dialler.host == &one && accepter.host == &other) || (dialler.host == &other && accepter.host == &one);
    return is_theirs && dialler.is_open && accepter.is_open;
  }));
}

} // namespace tincan::sim
