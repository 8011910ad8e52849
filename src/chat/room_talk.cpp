// The life of rooms: taken up at start, met on links, left again.
#include "tincan/chat/room_talk.hpp"

#include "tincan/chat/deadlines.hpp"
#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_parts.hpp"

#include <algorithm>
#include <utility>

namespace tincan::chat {

namespace {

// Of a room that we are out of the members may still lack what we wrote last: that we left, and lines before it.
bool is_named(RoomPhase phase) { return phase != RoomPhase::invited; }

// Some of the others' lines are here, and none lacks an older one that could still come: who joined and went at once
// has yet to hear them. Who made the room has heard all from the start.
bool has_its_past(const RoomLogs& logs, const base::PublicKey& creator, const base::PublicKey& own) {
  bool has_some = creator == own;
  for (const auto& [author, log] : logs.all(RoomPart::lines)) {
    if (author == own) continue;
    if (log.state().island && !log.state().is_frozen) return false;
    has_some = has_some || log.state().last > 0;
  }
  return has_some;
}

} // namespace

RoomTalk::RoomTalk(Ground ground) : ground_(std::move(ground)) {}
RoomTalk::~RoomTalk() = default;

RoomTalk::Room* RoomTalk::room_of(base::RoomId id) {
  const auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : found->second.get();
}

const RoomTalk::Room* RoomTalk::room_of(base::RoomId id) const {
  const auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : found->second.get();
}

std::pair<RoomTalk::Room*, RoomPart> RoomTalk::find(const base::Digest& conversation) {
  const auto found = by_conversation_.find(conversation);
  if (found == by_conversation_.end()) return {nullptr, RoomPart::changes};
  return {room_of(found->second.first), found->second.second};
}

RoomTalk::Room& RoomTalk::add(RoomRecord record) {
  const auto id = record.id;
  const auto lines = lines_id(ground_.keys, record.room);
  by_conversation_[record.room] = {id, RoomPart::changes};
  by_conversation_[lines] = {id, RoomPart::lines};
  found_.erase(record.room);
  auto made = std::make_unique<Room>(ground_.keys, ground_.keys.own(), ground_.entropy, std::move(record), lines);
  made->folded_name = folded(made->record.name);
  return *(rooms_[id] = std::move(made));
}

// --- at start

void RoomTalk::load(const Snapshot& snapshot, base::Now now) {
  now_ = now;
  for (const auto& record : snapshot.rooms) add(record);
  for (const auto& log : snapshot.logs)
    if (auto* room = room_of(log.room)) room->logs.load(log);
  for (const auto& key : snapshot.room_keys)
    if (auto* room = room_of(key.room)) room->keys.add(key.key);
  for (const auto& seen : snapshot.room_seen)
    if (auto* room = room_of(seen.room)) room->seen[seen.member] = seen.up_to;
  for (const auto& entry : rooms_) {
    auto& room = *entry.second;
    for (const auto& [author, log] : room.logs.all(RoomPart::changes)) {
      take_up_changes(room, log);
    }
    room.settled_version = room.state.version();
    if (room.state.is_founded()) {
      room.settled = room.state.members();
      room.settled_topic = topic_of(room).untrusted_bytes();
    }
    room.was_caught_up =
        room.record.phase == RoomPhase::joined && has_its_past(room.logs, room.record.creator, ground_.keys.own());
    room.reveals = room.record.is_private; // a key may have come just before the end
    if (is_alive(room.record.phase)) {
      std::vector<base::PublicKey> others;
      for (const auto& [key, member] : room.settled)
        if (member.phase == RoomMember::Phase::present && key != ground_.keys.own()) others.push_back(key);
      room.overlay.set_members(others, now);
      for (const auto& key : others) // in a large room they are tried before those of whom we know no address
        if (peer_of(key)) room.overlay.seen_by_others(key);
      room.links_due = now.tick;
    }
  }
}

void RoomTalk::take_up_changes(Room& room, const AuthorLog& log) {
  const auto& author = log.state().author;
  for (std::uint64_t next = 1; next <= log.state().last;) {
    const auto entries = ground_.store.read_log(room.record.room, author, next, log.state().last, room_frame_bytes);
    if (!entries || entries->empty()) return;
    for (const auto& one : *entries) take_change(room, author, one);
    next = entries->back().seq + 1;
  }
}

// --- links

void RoomTalk::put(base::PeerId peer, const wire::Frame& frame) {
  std::string bytes;
  wire::encode(frame, bytes);
  ground_.send(peer, bytes);
}

void RoomTalk::put(const base::PublicKey& key, const wire::Frame& frame) {
  if (const auto peer = peer_of(key)) put(peer, frame);
}

void RoomTalk::linked(base::PeerId peer, base::Now now) {
  visitors_[peer];
  name_rooms(peer);
  for (const auto& entry : rooms_)
    if (entry.second->record.phase == RoomPhase::joining) knock(*entry.second, peer);
  match(peer, now);
}

// Which rooms we are in, so that whoever is in one too knows it; and the public ones for everybody.
void RoomTalk::name_rooms(base::PeerId peer) {
  const auto exporter = ground_.exporter(peer);
  wire::Rooms named;
  wire::PublicRooms open;
  for (const bool alive : {true, false}) // of those that we are out of, what the frame still holds
    for (const auto& entry : rooms_) {
      const auto& record = entry.second->record;
      if (is_named(record.phase) && is_alive(record.phase) == alive && named.tokens.size() < wire::max_rooms_in_frame)
        named.tokens.push_back(room_token(ground_.keys, exporter, record.room));
    }
  for (const auto& entry : rooms_) {
    const auto& room = *entry.second;
    if (room.record.is_private || room.record.phase != RoomPhase::joined) continue;
    if (open.rooms.size() >= wire::max_rooms_in_frame) continue;
    open.rooms.push_back({room.record.room, room.record.name, topic_of(room),
                          static_cast<std::uint32_t>(room.state.present_count()), room.record.creator});
  }
  put(peer, named);
  put(peer, open);
}

void RoomTalk::name_rooms_to_all() {
  for (const auto& visitor : visitors_) name_rooms(visitor.first);
}

// The rooms that both ends named.
void RoomTalk::match(base::PeerId peer, base::Now now) {
  const auto& key = ground_.peers.view(peer).peer.key;
  const auto found = visitors_.find(peer);
  if (!key || found == visitors_.end()) return;
  const auto exporter = ground_.exporter(peer);
  const auto& tokens = found->second.tokens;
  for (const auto& entry : rooms_) {
    auto& room = *entry.second;
    const auto token = room_token(ground_.keys, exporter, room.record.room);
    const bool is_shared =
        is_named(room.record.phase) && std::find(tokens.begin(), tokens.end(), token) != tokens.end();
    if (is_shared && !room.links.contains(*key)) meet(room, *key, now);
    if (!is_shared && room.links.contains(*key)) part(room, *key, now);
  }
}

void RoomTalk::meet(Room& room, const base::PublicKey& key, base::Now now) {
  room.links[key].since = now.tick;
  room.sync.linked(key);
  if (room.state.is_present(key)) room.overlay.linked(key, now);
  tell_all(room, key);
  introduce(room, key);
  room.key_due = now.tick;
  room.links_due = now.tick;
  for (const auto& [author, log] : room.logs.all(RoomPart::lines))
    if (author != ground_.keys.own() && !room.links.contains(author)) room.unreceipted.insert(author);
  if (!room.receipt_due) room.receipt_due = now.tick;
}

void RoomTalk::part(Room& room, const base::PublicKey& key, base::Now now) {
  room.links.erase(key);
  room.served.erase(key);
  room.sync.unlinked(key);
  room.overlay.unlinked(key, now);
  room.passed_on.clear(); // on a way that is no more, perhaps
  room.links_due = now.tick;
}

void RoomTalk::unlinked(base::PeerId peer, base::Now now) {
  visitors_.erase(peer);
  for (auto& [digest, room] : found_) std::erase(room.known_by, peer);
  std::erase_if(found_, [](const auto& one) { return one.second.known_by.empty(); });
  if (!ground_.peers.has(peer)) {
    for (const auto& entry : rooms_) { // it was forgotten: whoever has no peer any more is gone
      std::vector<base::PublicKey> gone;
      for (const auto& link : entry.second->links)
        if (!peer_of(link.first)) gone.push_back(link.first);
      for (const auto& key : gone) part(*entry.second, key, now);
    }
    return;
  }
  if (const auto& key = ground_.peers.view(peer).peer.key)
    for (const auto& entry : rooms_)
      if (entry.second->links.contains(*key)) part(*entry.second, *key, now);
}

void RoomTalk::block_changed(base::PeerId, base::Now now) {
  for (const auto& entry : rooms_) entry.second->links_due = now.tick;
}

bool RoomTalk::knows(const base::PublicKey& key) const {
  return std::any_of(rooms_.begin(), rooms_.end(), [&](const auto& entry) {
    return entry.second->record.phase == RoomPhase::joined && entry.second->state.is_present(key);
  });
}

// Of who made a room a contact's word counts more than a stranger's: with a wrong one nobody gets in.
void RoomTalk::hear_public_rooms(base::PeerId peer, const wire::PublicRooms& rooms) {
  const bool is_contact = ground_.peers.is_contact(peer);
  for (auto& [digest, room] : found_) std::erase(room.known_by, peer);
  for (const auto& told : rooms.rooms) {
    const auto own = by_conversation_.find(told.room);
    if (own != by_conversation_.end()) {
      auto* const room = room_of(own->second.first);
      const bool is_sought = room && room->record.phase == RoomPhase::joining && !room->record.ticket;
      if (is_sought && is_contact && own->second.second == RoomPart::changes) made_by(*room, told.creator);
      continue;
    }
    if (!found_.contains(told.room) && found_.size() >= max_found_rooms) break;
    auto& found = found_[told.room];
    found.room = told.room;
    found.name = told.name;
    found.topic = told.topic;
    found.members = told.members;
    if (found.known_by.empty() || found.known_by.back() != peer) found.known_by.push_back(peer);
    if (const auto known = creators_.try_emplace(told.room, told.creator); is_contact)
      known.first->second = told.creator;
  }
  std::erase_if(found_, [](const auto& one) { return one.second.known_by.empty(); });
  std::erase_if(creators_, [this](const auto& one) { return !found_.contains(one.first); });
}

void RoomTalk::hear(base::PeerId peer, wire::Frame& frame, base::Now now) {
  now_ = now;
  const auto& key = ground_.peers.view(peer).peer.key;
  if (!key) return;
  const auto from = *key;
  if (auto* rooms = std::get_if<wire::Rooms>(&frame)) {
    visitors_[peer].tokens = std::move(rooms->tokens);
    return match(peer, now);
  }
  if (auto* entries = std::get_if<wire::Entries>(&frame)) return hear_entries(from, std::move(*entries), now);
  if (const auto* have = std::get_if<wire::Have>(&frame)) return hear_have(from, *have, now);
  if (const auto* want = std::get_if<wire::Want>(&frame)) return hear_want(from, *want, now);
  if (const auto* newest = std::get_if<wire::Newest>(&frame)) return hear_newest(from, *newest);
  if (const auto* receipts = std::get_if<wire::Receipts>(&frame)) return hear_receipts(from, *receipts);
  if (const auto* open = std::get_if<wire::PublicRooms>(&frame)) return hear_public_rooms(peer, *open);
  if (const auto* neighbours = std::get_if<wire::Neighbours>(&frame)) return hear_neighbours(from, *neighbours, now);
  if (const auto* ask = std::get_if<wire::AskKeys>(&frame)) return hear_ask_keys(from, *ask);
  if (const auto* keys = std::get_if<wire::GiveKeys>(&frame)) return hear_keys(from, *keys, now);
  if (const auto* knocking = std::get_if<wire::Knock>(&frame)) return hear_knock(from, *knocking, now);
  if (const auto* prune = std::get_if<wire::Prune>(&frame)) {
    if (auto [room, part] = find(prune->conversation); room && part == RoomPart::changes) room->overlay.pruned_by(from);
    return;
  }
  if (const auto* denied = std::get_if<wire::Denied>(&frame)) {
    auto [room, part] = find(denied->room);
    if (!room || part != RoomPart::changes || room->record.phase != RoomPhase::joining || !room->record.ticket) return;
    room->denied = base::safe_line(denied->why).str().substr(0, 200);
    tell(*room, RoomChanged::What::denied, {}, from, room->join_request, denied->why);
  }
}

void RoomTalk::taken(base::PeerId peer) {
  if (!ground_.peers.has(peer)) return;
  const auto& key = ground_.peers.view(peer).peer.key;
  if (!key) return;
  for (const auto& entry : rooms_) {
    auto& room = *entry.second;
    const auto link = room.links.find(*key);
    if (link == room.links.end() || link->second.handed <= room.sent_up_to) continue;
    room.sent_up_to = link->second.handed;
    room.is_tally_changed = true;
  }
}

// --- a turn

void RoomTalk::time_passed(base::Now now) {
  now_ = now;
  for (const auto& entry : rooms_) {
    auto& room = *entry.second;
    if (room.links_due && now.tick >= *room.links_due) want_links(room, now);
  }
}

void RoomTalk::finish_turn(base::Now now) {
  now_ = now;
  for (const auto& entry : rooms_) {
    auto& room = *entry.second;
    settle(room, now);
    close_burst(room);
    reveal(room);
    for (const auto& [part, author] : room.touched)
      if (const auto* log = room.logs.find(part, author)) ground_.store.put_log(log->state());
    room.touched.clear();
    if (std::exchange(room.is_record_changed, false)) ground_.store.put_room(room.record);
    relay(room);
    tell_tallies(room, now);
  }
  if (std::exchange(names_changed_, false)) {
    name_rooms_to_all();
    for (const auto& visitor : std::map(visitors_)) match(visitor.first, now);
  }
}

void RoomTalk::committed(base::Now now) {
  for (const auto& entry : rooms_) {
    auto& room = *entry.second;
    tell_outcasts(room);
    push(room);
    tell_authors(room, now);
    pass_on_receipts(room, now);
    if (room.have_due && now.tick >= *room.have_due) tell_lazily(room);
    ask(room, now);
    ask_keys(room, now);
    for (const auto& key : std::exchange(room.served, {}))
      if (const auto link = room.links.find(key); link != room.links.end()) serve(room, key, link->second);
    tell_changes(room);
  }
}

std::optional<base::Tick> RoomTalk::next_deadline() const {
  std::optional<base::Tick> next;
  for (const auto& entry : rooms_) {
    const auto& room = *entry.second;
    if (room.reveals) next = earlier(next, now_.tick);
    for (const auto& due : {room.have_due, room.receipt_due, room.onward_due, room.tally_due, room.key_due,
                            room.links_due, room.reveals_after})
      next = earlier(next, due);
    if (asks_members(room.record.phase)) next = earlier(next, room.sync.next_deadline());
  }
  return next;
}

} // namespace tincan::chat
