#include "sim_net.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace tincan::chat::sim {

void Agenda::run_until(Tick end) {
  while (!items_.empty() && items_.begin()->first <= end) {
    const auto next = items_.extract(items_.begin());
    now_ = next.key();
    next.mapped()();
  }
  now_ = end;
}

std::string written(Mark mark) { return fmt::format("t{};", mark); }

std::vector<Mark> marks_in(std::string_view text) {
  std::vector<Mark> marks;
  for (auto at = text.find('t'); at != std::string_view::npos; at = text.find('t', at + 1)) {
    Mark mark = 0;
    auto end = at + 1;
    for (; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end)
      mark = mark * 10 + static_cast<Mark>(text[end] - '0');
    if (end > at + 1 && end < text.size() && text[end] == ';') marks.push_back(mark);
  }
  return marks;
}

Host* Network::host_at(const base::Endpoint& endpoint) const {
  const auto found = hosts_.find(endpoint);
  return found == hosts_.end() ? nullptr : found->second;
}

Tick Network::arrival(Socket from) {
  auto& sender = side(from);
  const auto& receiver = side(other(from));
  auto when = agenda_.now() + connections_[from.connection]->delay + dice_.millis(0, 15);
  when = std::max({when, sender.last_arrival, sender.host->dark_until});
  if (receiver.host) when = std::max(when, receiver.host->dark_until);
  return sender.last_arrival = when;
}

Socket Network::dial(Host& from, const base::Endpoint& to) {
  auto connection = std::make_unique<Connection>();
  connection->delay = dice_.millis(1, 60);
  connection->target = to;
  connection->sides[0].host = &from;
  connection->sides[0].is_open = true;
  connections_.push_back(std::move(connection));
  const Socket socket{connections_.size() - 1, 0};
  auto when = arrival(socket);
  if (const auto* target = host_at(to)) when = std::max(when, target->dark_until);
  agenda_.at(when, [this, socket, to] { arrive_dial(socket, to); });
  return socket;
}

void Network::arrive_dial(Socket from, const base::Endpoint& to) {
  auto* target = host_at(to);
  auto& dialler = side(from);
  if (!target || !target->is_up) {
    agenda_.at(arrival(from), [this, from] {
      auto& us = side(from);
      if (!std::exchange(us.is_open, false)) return;
      us.host->dial_failed(from, {base::ErrorCode::refused, "connection refused"});
    });
    return;
  }
  const auto accepted = other(from);
  side(accepted).host = target;
  side(accepted).is_open = true;
  agenda_.at(arrival(accepted), [this, from] {
    if (side(from).is_open) side(from).host->opened(from);
  });
  if (++last_port_ < 40'000) last_port_ = 40'000;
  target->accepted(accepted, {dialler.host->endpoint.address, last_port_});
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
  if (!us.is_open || us.has_finished || bytes.empty()) return;
  for (auto& segment : segments(*side(to).host, bytes)) {
    ++us.untaken;
    agenda_.at(arrival(socket), [this, to, segment = std::move(segment)] { arrive(to, segment); });
  }
}

void Network::arrive(Socket at, const std::string& bytes) {
  if (connections_[at.connection]->is_broken) return;
  auto& us = side(at);
  if (!us.is_open) return reset(other(at));
  us.stream += bytes;
  us.unread += bytes;
  note_marks(us);
  agenda_.at(arrival(at), [this, at] { arrive_taken(other(at)); });
  deliver(at);
}

void Network::note_marks(Side& us) {
  const auto end = us.stream.rfind(';');
  if (end == std::string::npos || end < us.marked) return;
  for (const auto mark : marks_in(std::string_view(us.stream).substr(us.marked, end + 1 - us.marked)))
    us.host->in_stack.insert(mark);
  us.marked = end + 1;
}

void Network::arrive_taken(Socket at) {
  auto& us = side(at);
  if (connections_[at.connection]->is_broken || --us.untaken > 0 || !us.is_open) return;
  us.host->taken(at);
}

void Network::deliver(Socket at) {
  auto& us = side(at);
  if (!us.host->is_reading) return;
  if (us.is_open && !us.unread.empty()) us.host->received(at, std::exchange(us.unread, {}));
  if (us.is_open && us.end_unread && !std::exchange(us.end_seen, true)) us.host->finished(at);
}

void Network::send_end(Socket from) {
  if (std::exchange(side(from).has_finished, true) || !side(other(from)).host) return;
  agenda_.at(arrival(from), [this, to = other(from)] { arrive_end(to); });
}

void Network::arrive_end(Socket at) {
  if (connections_[at.connection]->is_broken) return;
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
  agenda_.at(arrival(other(at)), [this, at] { break_both(at.connection); });
}

void Network::break_both(std::size_t connection) {
  if (std::exchange(connections_[connection]->is_broken, true)) return;
  for (const int which : {1, 0}) {
    const Socket socket{connection, which};
    auto& us = side(socket);
    if (!std::exchange(us.is_open, false)) continue;
    us.unread.clear();
    us.host->broken(socket);
  }
}

void Network::resume(Host& host) {
  host.is_reading = true;
  for (std::size_t i = 0; i < connections_.size(); ++i)
    for (const int which : {0, 1})
      if (side({i, which}).host == &host) deliver({i, which});
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

void Network::cut(std::size_t nth) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    const auto& sides = connections_[i]->sides;
    if (!connections_[i]->is_broken && sides[1].host && (sides[0].is_open || sides[1].is_open)) open.push_back(i);
  }
  if (!open.empty()) break_both(open[nth % open.size()]);
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

} // namespace tincan::chat::sim

using namespace tincan::chat::sim;

TEST_CASE("marks are found again in any text", "[chat][support]") {
  CHECK(marks_in("10.0.0.1:7000 Team t1; and t23;t4; but t5 and text;") == std::vector<Mark>{1, 23, 4});
  CHECK(marks_in(written(77)) == std::vector<Mark>{77});
}
