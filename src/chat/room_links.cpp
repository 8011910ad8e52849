// With whom we want to be linked for a room, whom we let go, and how members hear where the others are.
#include "tincan/chat/room_talk.hpp"

#include "tincan/chat/room_parts.hpp"

#include <algorithm>
#include <utility>

namespace tincan::chat {

namespace {

constexpr std::size_t max_unknown_addresses = 256; // then only those of members are kept
constexpr base::Millis calm_pause{10'000};         // when nobody is missing
constexpr base::Millis links_pause{1'000};         // between two looks at whom we want to be linked with
constexpr base::Millis new_link{5'000};            // so long a link is kept in any case: it may bring what we lack
constexpr std::size_t let_go_at_once = 4;          // the other ends let go too: both look again before the next ones

} // namespace

// Whom of the room we want to be linked with, and where they are.
void RoomTalk::want_links(Room& room, base::Now now) {
  room.links_due.reset();
  room.wanted.clear();
  if (!is_alive(room.record.phase)) return;
  std::vector<base::PublicKey> keys;
  if (room.record.phase == RoomPhase::joining) keys = room.record.acquaintances;
  if (room.record.phase == RoomPhase::joined) keys = room.overlay.wanted(now);
  for (const auto& key : keys) {
    if (key == ground_.keys.own()) continue;
    if (room.links.contains(key)) {
      room.wanted.insert(key);
      continue;
    }
    auto peer = peer_of(key);
    if (const auto known = room.addresses.find(key); known != room.addresses.end()) {
      if (!peer && !known->second.empty()) peer = ground_.peers.know(key, known->second.front());
      if (peer)
        for (const auto& endpoint : known->second)
          ground_.learn_endpoint(peer, {endpoint, KnownEndpoint::Source::hinted, std::nullopt});
    }
    if (!peer || ground_.blocks.is_blocked(key)) { // nobody knows where it is, or we do not want to
      room.overlay.unreachable(key, now);
      continue;
    }
    room.wanted.insert(key);
    if (!ground_.is_linked(peer)) ground_.need_link(peer, now);
  }
  if (keys.empty()) return;
  const bool has_all = std::all_of(keys.begin(), keys.end(), [&](const auto& key) { return room.links.contains(key); });
  const bool has_surplus = let_go_of_some(room, now);
  room.links_due = now.tick + (has_all && !has_surplus ? calm_pause : links_pause);
}

// In a crowd each member keeps a few links only. True: there are more that should go, now or soon.
bool RoomTalk::let_go_of_some(Room& room, base::Now now) {
  if (room.overlay.is_full_mesh() || room.record.phase != RoomPhase::joined) return false;
  std::vector<base::PublicKey> idle;
  bool has_more = false;
  for (const auto& [key, link] : room.links) {
    if (room.wanted.contains(key) || !room.state.is_present(key)) continue;
    const bool is_busy = !link.wants.empty() || link.newest || now.tick - link.since < new_link;
    if (is_busy)
      has_more = true;
    else
      idle.push_back(key);
  }
  std::size_t gone = 0;
  for (const auto& key : idle) {
    if (gone >= let_go_at_once) return true;
    if (ground_.let_go(peer_of(key), now)) ++gone;
  }
  return has_more;
}

bool RoomTalk::needs_link(base::PeerId peer) const {
  if (!ground_.peers.has(peer)) return false;
  const auto& key = ground_.peers.view(peer).peer.key;
  return key && std::any_of(rooms_.begin(), rooms_.end(),
                            [&](const auto& entry) { return entry.second->wanted.contains(*key); });
}

void RoomTalk::unreachable(base::PeerId peer, base::Now now) {
  if (!ground_.peers.has(peer)) return;
  const auto& key = ground_.peers.view(peer).peer.key;
  if (!key) return;
  for (const auto& entry : rooms_)
    if (entry.second->wanted.contains(*key)) {
      entry.second->overlay.unreachable(*key, now);
      entry.second->links_due = now.tick;
    }
}

void RoomTalk::let_go_by(base::PeerId peer, base::Now now) {
  const auto& key = ground_.peers.view(peer).peer.key;
  if (!key) return;
  for (const auto& entry : rooms_) {
    entry.second->wanted.erase(*key);
    if (!entry.second->overlay.is_full_mesh()) entry.second->overlay.let_go_by(*key, now);
  }
}

// A linked member hears of the others, and they of it.
void RoomTalk::introduce(Room& room, const base::PublicKey& key) {
  tell_neighbours(room, key);
  if (!room.state.is_present(key)) return;
  wire::Neighbours newcomer{room.record.room, {{key, addresses_of(key)}}};
  if (newcomer.members.front().endpoints.empty()) return;
  for (const auto& link : room.links)
    if (link.first != key && room.state.may_read(link.first)) put(link.first, newcomer);
}

std::vector<base::Endpoint> RoomTalk::addresses_of(const base::PublicKey& key) const {
  std::vector<base::Endpoint> endpoints;
  if (const auto peer = peer_of(key))
    for (const auto& known : ground_.endpoints(peer))
      if (endpoints.size() < 3) endpoints.push_back(known.endpoint);
  return endpoints;
}

void RoomTalk::tell_neighbours(Room& room, const base::PublicKey& to) {
  if (!room.state.may_read(to)) return;
  wire::Neighbours neighbours{room.record.room, {}};
  const auto add = [&](const base::PublicKey& key) {
    if (key == to || neighbours.members.size() >= wire::max_neighbours_in_frame) return;
    if (auto endpoints = addresses_of(key); !endpoints.empty())
      neighbours.members.push_back({key, std::move(endpoints)});
  };
  for (const auto& link : room.links)
    if (room.state.is_present(link.first)) add(link.first);
  for (const auto& [key, member] : room.settled)
    if (member.phase == RoomMember::Phase::present && !room.links.contains(key)) add(key);
  if (!neighbours.members.empty()) put(to, neighbours);
}

void RoomTalk::hear_neighbours(const base::PublicKey& from, const wire::Neighbours& neighbours, base::Now now) {
  auto [room, part] = find(neighbours.room);
  if (!room || part != RoomPart::changes || !room->links.contains(from)) return;
  const auto& speaker = ground_.peers.view(peer_of(from)).peer;
  for (const auto& member : neighbours.members) {
    // Its Join may be on its way still.
    const auto most = room->state.member(member.key) ? max_room_logs : max_unknown_addresses;
    if (member.key == ground_.keys.own() || room->addresses.size() >= most) continue;
    auto& addresses = room->addresses[member.key];
    for (const auto& endpoint : member.endpoints) {
      // An address on this machine makes sense only to somebody who is on it too (R16).
      if (endpoint.address.is_loopback() && !speaker.endpoint.address.is_loopback()) continue;
      if (endpoint.address.is_multicast() || endpoint.address.is_unspecified()) continue;
      std::erase(addresses, endpoint);
      addresses.insert(addresses.begin(), endpoint);
    }
    if (addresses.size() > 3) addresses.resize(3);
    if (addresses.empty())
      room->addresses.erase(member.key);
    else
      room->overlay.seen_by_others(member.key);
    if (room->record.phase == RoomPhase::joining && room->record.acquaintances.size() < 16 &&
        std::find(room->record.acquaintances.begin(), room->record.acquaintances.end(), member.key) ==
            room->record.acquaintances.end()) {
      room->record.acquaintances.push_back(member.key);
      room->is_record_changed = true;
    }
  }
  room->links_due = now.tick;
}

} // namespace tincan::chat
