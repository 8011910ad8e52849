// Who is in a room: what follows from changes, and how people come in and go.
#include "tincan/base/look_alike.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_parts.hpp"
#include "tincan/chat/room_talk.hpp"
#include "tincan/chat/settings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::chat {

namespace {

using base::ErrorCode;
using base::fail;
using What = RoomChanged::What;
using Phase = RoomMember::Phase;

constexpr std::size_t most_told_members = 8;   // in one turn; more are a history, not news
constexpr std::uint64_t most_told_lines = 200; // that begin or cease to count and may still be on a screen

MemberView::Phase shown(Phase phase) {
  switch (phase) {
  case Phase::invited: return MemberView::Phase::invited;
  case Phase::present: return MemberView::Phase::present;
  case Phase::left: return MemberView::Phase::left;
  case Phase::removed: return MemberView::Phase::removed;
  }
  return MemberView::Phase::left;
}

} // namespace

// --- what follows from changes

void RoomTalk::settle(Room& room, base::Now now) {
  while (room.state.version() != room.settled_version) {
    room.settled_version = room.state.version();
    if (!room.state.is_founded()) return;
    if (room.record.name != room.state.genesis().name || room.record.is_private != room.state.genesis().is_private) {
      room.record.name = room.state.genesis().name;
      room.record.is_private = room.state.genesis().is_private;
      room.folded_name = folded(room.record.name);
      room.is_record_changed = true;
    }
    take_sealed_keys(room);
    const auto before = std::exchange(room.settled, room.state.members());
    std::vector<std::pair<const RoomMember*, const RoomMember*>> changed;
    for (const auto& [key, member] : room.settled) {
      const auto old = before.find(key);
      if (old == before.end() || old->second != member)
        changed.emplace_back(old == before.end() ? nullptr : &old->second, &member);
    }
    const bool is_news =
        room.record.phase == RoomPhase::joined && !before.empty() && changed.size() <= most_told_members;
    std::vector<base::PublicKey> others;
    for (const auto& [key, member] : room.settled)
      if (member.phase == Phase::present && key != ground_.keys.own()) others.push_back(key);
    for (const auto& [old, member] : changed) {
      settle_spans(room, old, *member);
      if (is_news) settle_member(room, old, *member);
    }
    if (!changed.empty()) {
      room.overlay.set_members(others, now);
      for (const auto& [old, member] : changed) settle_link(room, *member, now);
      room.links_due = now.tick;
      room.is_tally_changed = true;
      room.sync.look_again();
    }
    room.key_due = now.tick;
    settle_topic(room, is_news);
    settle_phase(room, now);
  }
}

// In a private room the keys come sealed, with whoever let us in.
void RoomTalk::take_sealed_keys(Room& room) {
  for (const auto& key : room.offered) take_key(room, key);
}

void RoomTalk::settle_link(Room& room, const RoomMember& member, base::Now now) {
  if (!room.links.contains(member.key)) return;
  if (member.phase == Phase::present) {
    if (!room.overlay.is_linked(member.key)) room.overlay.linked(member.key, now);
    introduce(room, member.key);
  } else {
    room.overlay.unlinked(member.key, now);
  }
  if (!room.state.may_read(member.key)) room.links.at(member.key).was_told_all = false; // it may come back
  tell_all(room, member.key);
}

void RoomTalk::settle_spans(Room& room, const RoomMember* before, const RoomMember& after) {
  const std::vector<LineSpan> all{{1, UINT64_MAX}};
  const auto old = before ? before->lines : all;
  if (after.lines == old || (!before && after.lines.empty())) return;
  const auto& lines = room.logs.id(RoomPart::lines);
  ground_.store.put_spans(lines, after.key, after.lines);
  const auto* log = room.logs.find(RoomPart::lines, after.key);
  if (!log) return;
  const auto last = log->newest().seq;
  for (auto seq = last > most_told_lines ? last - most_told_lines + 1 : 1; seq <= last; ++seq) {
    const bool did = is_within(old, seq), does = is_within(after.lines, seq);
    if (did != does)
      room.changes.push_back({does ? MessageChanged::What::counted : MessageChanged::What::voided,
                              false,
                              lines,
                              after.key,
                              seq,
                              wire::EntryRef{after.key, seq, {}},
                              {}});
  }
}

void RoomTalk::settle_member(Room& room, const RoomMember* before, const RoomMember& after) {
  const bool is_new_self = after.key == ground_.keys.own() && (!before || before->phase != after.phase);
  if (is_new_self) return; // told in settle_phase
  const auto old = before ? before->phase : Phase::left;
  const auto by = after.changed_by;
  const bool is_new = !before || old != after.phase;
  if (is_new && after.phase == Phase::present) tell(room, What::member_joined, after.key);
  const bool has_our_word = room.ticket_guests.contains(after.key); // our program let it in, not our user
  if (is_new && after.phase == Phase::invited && !has_our_word) tell(room, What::member_invited, after.key, by);
  if (before && is_new && after.phase == Phase::left) tell(room, What::member_left, after.key);
  if (before && is_new && after.phase == Phase::removed) tell(room, What::member_removed, after.key, by);
  if (before && before->role != after.role) tell(room, What::role, after.key, by, {}, {}, after.role);
  if (before && before->is_muted != after.is_muted)
    tell(room, after.is_muted ? What::muted : What::unmuted, after.key, by);
}

base::PeerText RoomTalk::topic_of(const Room& room) const {
  if (!room.state.is_founded()) return {};
  const auto written = room.state.topic_change();
  if (!written) return {};
  const auto* topic = std::get_if<wire::Topic>(&written->change);
  if (!topic || !room.record.is_private || topic->text.empty()) return topic ? topic->text : base::PeerText{};
  const EpochKeys::Place place{room.record.room, written->at.author, written->at.seq, wire::EntryKind::change};
  auto opened = room.keys.open_body(place, topic->text.untrusted_bytes());
  return opened ? base::PeerText(std::move(*opened)) : base::PeerText{};
}

void RoomTalk::settle_topic(Room& room, bool is_news) {
  auto topic = topic_of(room);
  if (topic.untrusted_bytes() == room.settled_topic) return;
  room.settled_topic = topic.untrusted_bytes();
  const auto written = room.state.topic_change();
  if (is_news) tell(room, What::topic, {}, written ? written->at.author : base::PublicKey{}, {}, std::move(topic));
  if (!room.record.is_private) names_changed_ = true;
}

// What became of ourselves.
void RoomTalk::settle_phase(Room& room, base::Now now) {
  const auto own = ground_.keys.own();
  const auto* member = room.state.member(own);
  if (room.record.phase == RoomPhase::joining && room.state.may_join(own)) {
    const auto* lines = room.logs.find(RoomPart::lines, own);
    room.record.phase = RoomPhase::joined;
    room.record.ticket.reset();
    room.is_record_changed = true;
    names_changed_ = true;
    write_change(room, wire::Join{base::PeerText(ground_.settings.self.team), (lines ? lines->state().last : 0) + 1},
                 now);
    tell(room, What::joined, own, {}, std::exchange(room.join_request, {}));
  } else if (room.record.phase == RoomPhase::joined && member && member->phase == Phase::removed) {
    room.record.phase = RoomPhase::removed;
    room.is_record_changed = true;
    names_changed_ = true;
    room.wanted.clear();
    tell(room, What::removed, own, member->changed_by);
  } else if (room.record.phase == RoomPhase::removed && member && member->phase == Phase::present) {
    room.record.phase = RoomPhase::joined; // another removal has undone that of ours
    room.is_record_changed = true;
    names_changed_ = true;
    tell(room, What::joined, own);
  }
}

// --- telling

void RoomTalk::tell(const Room& room, What what, const base::PublicKey& who, const base::PublicKey& by,
                    base::RequestId request, base::PeerText text, Role role) {
  RoomChanged event;
  event.what = what;
  event.room = view_of(room);
  if (!who.is_zero()) event.who = member_view(room, who);
  if (!by.is_zero()) event.by = member_view(room, by);
  event.role = role;
  event.text = std::move(text);
  ground_.turn.tell(std::move(event), request);
}

// "#name", with some of the id where two have the same name. Rooms that we are only invited to, or have left, do not
// take the name from one that we are in.
std::string RoomTalk::alias_of(const RoomRecord& record) const {
  const auto name = folded(record.name);
  const bool is_shared = std::any_of(rooms_.begin(), rooms_.end(), [&](const auto& entry) {
    const auto& other = entry.second->record;
    if (record.id && is_alive(record.phase) && !is_alive(other.phase)) return false;
    return other.id != record.id && entry.second->folded_name == name;
  });
  return is_shared ? long_alias(record) : "#" + base::safe_name(record.name).str();
}

std::string RoomTalk::folded(const base::PeerText& name) { return base::fold_case("#" + base::safe_name(name).str()); }

std::string RoomTalk::long_alias(const RoomRecord& record) {
  return "#" + base::safe_name(record.name).str() + "~" + base::z_base_32(record.room.view()).substr(0, 4);
}

RoomView RoomTalk::view_of(const Room& room) const {
  RoomView view;
  view.room = room.record;
  view.alias = alias_of(room.record);
  view.topic = topic_of(room);
  view.members = static_cast<std::uint32_t>(room.state.is_founded() ? room.state.present_count() : 0);
  for (const auto& link : room.links)
    if (room.state.is_founded() && room.state.is_present(link.first)) ++view.linked;
  if (const auto* own = room.state.is_founded() ? room.state.member(ground_.keys.own()) : nullptr) {
    view.own_role = own->role;
    view.is_muted = own->is_muted;
  }
  if (room.record.phase == RoomPhase::joining)
    view.trouble = !room.denied.empty() ? "not let in: " + room.denied
                   : room.links.empty() ? "no member was reached yet"
                                        : "waiting to be let in";
  else if (auto allowed = may_speak(room); !allowed && room.record.phase == RoomPhase::joined)
    view.trouble = allowed.error().text;
  return view;
}

RoomView RoomTalk::view(base::RoomId id) const {
  const auto* room = room_of(id);
  return room ? view_of(*room) : RoomView{};
}

RoomsListed RoomTalk::list(base::Now) const {
  RoomsListed list;
  for (const auto& entry : rooms_) list.rooms.push_back(view_of(*entry.second));
  std::map<std::string, std::size_t> names;
  for (const auto& [digest, found] : found_) ++names[folded(found.name)];
  for (const auto& [digest, found] : found_) {
    list.found.push_back(found);
    RoomRecord record;
    record.room = digest;
    record.name = found.name;
    list.found.back().alias = names[folded(found.name)] > 1 ? long_alias(record) : alias_of(record);
  }
  return list;
}

MemberView RoomTalk::member_view(const Room& room, const base::PublicKey& key) const {
  MemberView view;
  view.key = key;
  view.is_self = key == ground_.keys.own();
  view.peer = peer_of(key);
  if (view.peer) view.petname = ground_.peers.view(view.peer).peer.petname;
  view.is_linked = room.links.contains(key);
  view.is_blocked = ground_.blocks.is_blocked(key);
  const auto* member = room.state.is_founded() ? room.state.member(key) : nullptr;
  if (member) {
    view.name = member->name;
    view.phase = shown(member->phase);
    view.role = member->role;
    view.is_muted = member->is_muted;
  }
  if (view.is_self) view.name = base::PeerText(ground_.settings.self.team);
  if (view.name.empty() && view.peer) view.name = ground_.peers.view(view.peer).peer.team;
  return view;
}

std::string RoomTalk::member_name(base::RoomId id, const base::PublicKey& key) const {
  const auto* room = room_of(id);
  if (!room) return key.short_text();
  const auto view = member_view(*room, key);
  if (!view.petname.empty()) return base::SafeText::own(view.petname).str();
  return view.name.empty() ? key.short_text() : base::safe_name(view.name).str();
}

// Names that look alike are marked, where two present members have them.
MembersListed RoomTalk::members(base::RoomId id) const {
  MembersListed list;
  const auto* room = room_of(id);
  if (!room) return list;
  list.room = view_of(*room);
  std::map<std::string, std::size_t> shapes;
  if (room->state.is_founded())
    for (const auto& [key, member] : room->state.members()) {
      list.members.push_back(member_view(*room, key));
      if (member.phase == Phase::present) ++shapes[base::skeleton(list.members.back().name.untrusted_bytes())];
    }
  for (auto& member : list.members) {
    const auto shape = base::skeleton(member.name.untrusted_bytes());
    member.is_look_alike = !shape.empty() && shapes[shape] > 1;
  }
  std::stable_sort(list.members.begin(), list.members.end(), [](const MemberView& a, const MemberView& b) {
    const auto rank = [](const MemberView& view) {
      return std::tuple(view.phase != MemberView::Phase::present, view.phase, -static_cast<int>(view.role),
                        base::fold_case(view.name.untrusted_bytes()));
    };
    return rank(a) < rank(b);
  });
  return list;
}

TicketsListed RoomTalk::tickets(base::RoomId id) const {
  TicketsListed list;
  const auto* room = room_of(id);
  if (!room) return list;
  list.room = view_of(*room);
  if (!room->state.is_founded()) return list;
  for (const auto& [key, ticket] : room->state.tickets())
    list.tickets.push_back({key, member_view(*room, ticket.author), ticket.ticket.uses, ticket.used,
                            base::WallTime{ticket.ticket.expires_ms}, ticket.is_revoked});
  std::stable_sort(list.tickets.begin(), list.tickets.end(),
                   [](const auto& a, const auto& b) { return a.expires.ms < b.expires.ms; });
  return list;
}

base::Result<WhoHasListed> RoomTalk::who_has(const Message& message) const {
  const auto* room = room_of(message.room);
  if (!room || message.author != ground_.keys.own())
    return fail(ErrorCode::bad_argument, "only of your own lines in a room it is known who has them");
  const auto place = ground_.store.place_of(message.id);
  if (!place) return tl::unexpected(place.error());
  if (!*place) return fail(ErrorCode::bad_argument, "that is no line of a room");
  WhoHasListed list{view_of(*room), message, {}, {}};
  complete(list.message);
  for (const auto& [key, member] : room->state.members()) {
    if (member.phase != Phase::present || key == ground_.keys.own()) continue;
    const auto seen = room->seen.find(key);
    const bool has_it = seen != room->seen.end() && seen->second >= (*place)->seq;
    (has_it ? list.have : list.lack).push_back(member_view(*room, key));
  }
  return list;
}

void RoomTalk::complete(Message& message) const {
  std::erase_if(message.reactions, [this](const auto& one) { return ground_.blocks.is_blocked(one.author); });
  const auto* room = room_of(message.room);
  if (!room || message.author != ground_.keys.own() || message.is_guest || !is_line(message.kind)) return;
  const auto place = ground_.store.place_of(message.id);
  if (!place || !*place) return;
  message.tally = tally(*room, (*place)->seq);
  message.state = message.tally.have > 0              ? MessageState::delivered
                  : (*place)->seq <= room->sent_up_to ? MessageState::sent
                                                      : MessageState::queued;
}

void RoomTalk::complete(HistoryPage& page) const {
  std::erase_if(page.messages, [this](const Message& message) {
    return message.room && message.author != ground_.keys.own() && ground_.blocks.is_blocked(message.author);
  });
  for (auto& message : page.messages)
    if (message.room) complete(message);
}

void RoomTalk::mark_read(base::RoomId id) {
  auto* room = room_of(id);
  if (!room || (room->record.unread == 0 && room->record.mentions == 0)) return;
  room->record.unread = room->record.mentions = 0;
  room->is_record_changed = true;
  tell(*room, RoomChanged::What::read);
}

// --- who is meant

base::Result<base::RoomId> RoomTalk::resolve(std::string_view typed) const {
  typed = base::trim(typed);
  const auto wanted = base::fold_case(typed.starts_with('#') ? typed : "#" + std::string(typed));
  std::vector<base::RoomId> fits;
  for (const auto& [id, room] : rooms_) {
    if (wanted.starts_with(room->folded_name) && base::fold_case(alias_of(room->record)) == wanted) return id;
    if (room->folded_name == wanted) fits.push_back(id);
    if (wanted.size() <= 8) continue;
    const auto bytes = room->record.room.view();
    if (("#" + base::z_base_32(bytes)).starts_with(wanted) || "#" + base::hex(bytes) == wanted) return id;
  }
  if (fits.size() == 1) return fits.front();
  const auto shown = base::as_typed(typed);
  if (fits.empty())
    return fail(ErrorCode::unknown_peer, fmt::format("there is no room {} here (see the list of rooms)", shown));
  std::string list;
  for (const auto id : fits) list += (list.empty() ? "" : ", ") + alias_of(room_of(id)->record);
  return fail(ErrorCode::bad_argument, fmt::format("several rooms are called {}: {}", shown, list));
}

// By name, petname, number or key; what looks the same is not guessed at.
base::Result<base::PublicKey> RoomTalk::resolve_member(const Room& room, std::string_view typed) const {
  typed = base::trim(typed);
  if (typed.starts_with('@')) typed.remove_prefix(1);
  const auto folded = base::fold_case(typed);
  std::vector<base::PublicKey> fits;
  for (const auto& [key, member] : room.state.members()) {
    const auto view = member_view(room, key);
    const bool is_key = folded.size() >= base::PublicKey::short_characters && key.text().starts_with(folded);
    const bool is_named = base::fold_case(view.name.untrusted_bytes()) == folded ||
                          (!view.petname.empty() && base::fold_case(view.petname) == folded) ||
                          (view.peer && std::to_string(view.peer.value) == folded);
    if (is_key) return key;
    if (is_named) fits.push_back(key);
  }
  if (fits.size() > 1) // whoever is there is meant before whoever was
    std::erase_if(fits, [&](const auto& key) { return room.state.member(key)->phase != Phase::present; });
  if (fits.size() == 1) return fits.front();
  const auto shown = base::as_typed(typed);
  if (fits.empty()) return fail(ErrorCode::unknown_peer, fmt::format("nobody in that room is called “{}”", shown));
  std::string list;
  for (const auto& key : fits) list += (list.empty() ? "" : ", ") + key.short_text();
  return fail(ErrorCode::unknown_peer, fmt::format("several are called “{}”: give the key ({})", shown, list));
}

} // namespace tincan::chat
