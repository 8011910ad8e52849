// How people come into rooms and go: creating, tickets, joining, leaving, and what moderators do.
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

constexpr std::size_t most_ticket_members = 4; // one of them will do; each makes the text longer

base::Result<std::string> room_name(std::string_view typed) {
  auto name = base::trim(typed);
  if (name.starts_with('#')) name.remove_prefix(1);
  if (name.empty()) return fail(ErrorCode::bad_argument, "a room needs a name");
  if (name.size() > wire::max_room_name_bytes)
    return fail(ErrorCode::limit, fmt::format("a room's name has at most {} bytes", wire::max_room_name_bytes));
  const bool has_blank =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  if (has_blank || !base::is_valid_utf8(name) || name.find('~') != std::string_view::npos)
    return fail(ErrorCode::bad_argument, "a room's name is one word, without ~ (like #plans)");
  if (!base::is_all_visible(name))
    return fail(ErrorCode::bad_argument, "a room's name holds no invisible or control characters");
  if (base::display_width(name) > base::max_name_columns)
    return fail(ErrorCode::limit, fmt::format("a room's name is at most {} columns wide", base::max_name_columns));
  return std::string(name);
}

} // namespace

base::Result<RoomView> RoomTalk::create(const CreateRoom& command, base::RequestId request, base::Now now) {
  const auto name = room_name(command.name);
  if (!name) return tl::unexpected(name.error());
  if (auto place = has_place(true); !place) return tl::unexpected(place.error());
  if (ground_.settings.self.team.size() > wire::max_member_name_bytes)
    return fail(ErrorCode::limit, "your team name is too long for rooms");
  const wire::Genesis genesis{base::PeerText(*name), command.is_private, random_bytes<base::Salt>(ground_.keys)};
  RoomRecord record;
  record.id = base::RoomId{ground_.peers.new_number()};
  record.creator = ground_.keys.own();
  record.room = room_id(ground_.keys, record.creator, wire::encode(wire::RoomChange(genesis)));
  record.name = genesis.name;
  record.is_private = command.is_private;
  record.phase = RoomPhase::joined;
  record.since = now.wall;
  record.is_hosted = command.is_hosted;
  auto& room = add(std::move(record));
  room.is_record_changed = true;
  room.was_caught_up = true;
  ground_.store.put_room(room.record); // before its entries
  write_change(room, genesis, now);
  write_change(room, wire::Join{base::PeerText(ground_.settings.self.team), 1}, now);
  settle(room, now);
  names_changed_ = true;
  tell(room, What::created, ground_.keys.own(), {}, request);
  return view_of(room);
}

base::RoomId RoomTalk::hosted_room(const std::string& name, base::Now now) {
  for (const auto& [id, room] : rooms_)
    if (room->record.is_hosted && room->record.phase == RoomPhase::joined &&
        room->record.name.untrusted_bytes() == name)
      return id;
  const auto made = create({name, false, true}, {}, now);
  return made ? made->room.id : base::RoomId{};
}

// --- in

// Only rooms that we are in, or want to be in, are counted; all that are kept have a bound of their own.
base::Result<void> RoomTalk::has_place(bool is_new) const {
  const auto alive =
      std::count_if(rooms_.begin(), rooms_.end(), [](const auto& one) { return is_alive(one.second->record.phase); });
  if (static_cast<std::size_t>(alive) >= max_rooms)
    return fail(ErrorCode::limit, fmt::format("you are in {} rooms, which is the most: leave one first", max_rooms));
  if (is_new && rooms_.size() >= max_kept_rooms)
    return fail(ErrorCode::limit,
                fmt::format("{} rooms, with those that you left, are the most that one profile keeps", max_kept_rooms));
  return {};
}

base::Result<RoomView> RoomTalk::join(const std::string& what, base::RequestId request, base::Now now) {
  const auto typed = base::trim(what);
  if (base::fold_case(typed.substr(0, wire::ticket_prefix.size())) == wire::ticket_prefix)
    return join_by_ticket(typed, request, now);
  const auto id = resolve(typed);
  if (id) return join_again(*room_of(*id), request, now);
  if (id.error().code == ErrorCode::bad_argument) return tl::unexpected(id.error()); // several have that name
  const auto found = find_open(typed, now);
  if (!found) return tl::unexpected(found.error());
  if (auto place = has_place(true); !place) return tl::unexpected(place.error());
  RoomRecord record;
  record.room = found->room;
  record.creator = creators_.at(found->room);
  record.name = found->name;
  for (const auto peer : found->known_by)
    if (ground_.peers.has(peer) && ground_.peers.view(peer).peer.key && record.acquaintances.size() < max_acquaintances)
      record.acquaintances.push_back(*ground_.peers.view(peer).peer.key);
  return begin_joining(take_in(std::move(record), now), request, now);
}

base::Result<RoomView> RoomTalk::join_again(Room& room, base::RequestId request, base::Now now) {
  if (room.record.phase == RoomPhase::joined) return fail(ErrorCode::bad_argument, "you are in that room already");
  if (room.record.phase != RoomPhase::joining)
    if (auto place = has_place(false); !place) return tl::unexpected(place.error());
  room.record.phase = RoomPhase::joining;
  return begin_joining(room, request, now);
}

// A public room of which peers told; two of one name are not guessed at: whoever wants us elsewhere may have made one.
base::Result<FoundRoom> RoomTalk::find_open(std::string_view typed, base::Now now) const {
  const auto wanted = base::fold_case(typed.starts_with('#') ? typed : "#" + std::string(typed));
  const auto shown = base::as_typed(typed);
  std::vector<FoundRoom> meant, namesakes;
  for (auto& found : list(now).found) {
    const auto code = "#" + base::z_base_32(found.room.view());
    const bool is_code =
        wanted.size() > 8 && (code.starts_with(wanted) || "#" + base::hex(found.room.view()) == wanted);
    if (base::fold_case(found.alias) == wanted || is_code)
      meant.push_back(std::move(found));
    else if (folded(found.name) == wanted)
      namesakes.push_back(std::move(found));
  }
  if (meant.size() == 1) return std::move(meant.front());
  if (meant.empty() && namesakes.empty())
    return fail(
        ErrorCode::unknown_peer,
        fmt::format("no room {} is known: connect to somebody who is in it, or paste a ticket (tincan:…)", shown));
  std::string names;
  for (const auto& found : meant.empty() ? namesakes : meant)
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", found.alias, base::z_base_32(found.room.view()));
  return fail(ErrorCode::unknown_peer,
              fmt::format("several public rooms are called {}, take its longer name or its id: {}", shown, names));
}

base::Result<RoomView> RoomTalk::join_by_ticket(std::string_view text, base::RequestId request, base::Now now) {
  const auto ticket = wire::parse_ticket(text);
  if (!ticket) return tl::unexpected(ticket.error());
  Room* room = find(ticket->room).first;
  if (room && room->record.phase == RoomPhase::joined)
    return fail(ErrorCode::bad_argument, "you are in that room already");
  if (!room || room->record.phase != RoomPhase::joining)
    if (auto place = has_place(!room); !place) return tl::unexpected(place.error());
  if (!room) {
    RoomRecord record;
    record.room = ticket->room;
    record.creator = ticket->creator;
    record.name = ticket->name;
    record.is_private = true; // until its genesis says otherwise
    room = &take_in(std::move(record), now);
  }
  made_by(*room, ticket->creator);
  call(*room, ticket->name);
  room->record.phase = RoomPhase::joining;
  room->record.ticket = ticket->secret;
  for (const auto& member : ticket->members) {
    if (member.key == ground_.keys.own()) continue;
    auto& known = room->record.acquaintances;
    if (std::find(known.begin(), known.end(), member.key) == known.end()) known.insert(known.begin(), member.key);
    room->addresses[member.key] = member.endpoints;
  }
  if (room->record.acquaintances.size() > max_acquaintances) room->record.acquaintances.resize(max_acquaintances);
  return begin_joining(*room, request, now);
}

RoomTalk::Room& RoomTalk::take_in(RoomRecord record, base::Now now) {
  record.id = base::RoomId{ground_.peers.new_number()};
  record.since = now.wall;
  auto& room = add(std::move(record));
  ground_.store.put_room(room.record);
  return room;
}

base::Result<RoomView> RoomTalk::begin_joining(Room& room, base::RequestId request, base::Now now) {
  room.is_record_changed = true;
  room.was_caught_up = false;
  room.links_due = now.tick;
  room.join_request = request;
  room.denied.clear();
  has_refused_invitation_ = false;
  tell(room, What::joining, ground_.keys.own(), {}, request);
  want_links(room, now);
  settle_phase(room, now); // what is needed may be here already
  settle(room, now);
  for (const auto& visitor : visitors_) knock(room, visitor.first);
  names_changed_ = true;
  return view_of(room);
}

// Shows our ticket to a member that we reached.
void RoomTalk::knock(Room& room, base::PeerId peer) {
  const auto& key = ground_.peers.view(peer).peer.key;
  if (room.record.phase != RoomPhase::joining || !room.record.ticket || !key) return;
  const auto& known = room.record.acquaintances;
  if (std::find(known.begin(), known.end(), *key) == known.end()) return;
  const auto ticket = ground_.keys.public_of(*room.record.ticket);
  const auto bytes = wire::knock_bytes(room.record.room, ticket, ground_.keys.own());
  put(peer,
      wire::Knock{room.record.room, ticket, ground_.keys.sign_as(*room.record.ticket, ground_.keys.digest(bytes))});
}

void RoomTalk::hear_knock(const base::PublicKey& from, const wire::Knock& knock, base::Now now) {
  auto [room, part] = find(knock.room);
  const auto peer = peer_of(from);
  const auto deny = [&](std::string why) { put(peer, wire::Denied{knock.room, base::PeerText(std::move(why))}); };
  if (!room || part != RoomPart::changes || room->record.phase != RoomPhase::joined) return;
  if (room->state.may_join(from) || room->state.is_present(from)) return; // it is in already
  const auto bytes = wire::knock_bytes(knock.room, knock.ticket, from);
  if (!ground_.keys.verify(knock.ticket, ground_.keys.digest(bytes), knock.proof))
    return ground_.end_link(peer, wire::ByeCode::bad_entry, "a ticket without its secret", now);
  const auto found = room->state.tickets().find(knock.ticket);
  if (found == room->state.tickets().end())
    return deny("that ticket is not known here (its maker may have to be online)");
  const auto& ticket = found->second;
  if (ticket.is_revoked) return deny("that ticket was taken back");
  if (ticket.ticket.expires_ms <= now.wall.ms) return deny("that ticket has expired");
  if (ticket.used >= ticket.ticket.uses) return deny("that ticket was used already");
  const wire::Admit admit{from, knock.ticket, knock.proof, removals_of(*room, from), sealed_keys(*room, from)};
  if (auto allowed = room->state.check(ground_.keys.own(), admit); !allowed) return deny(allowed.error().text);
  room->ticket_guests.insert(from);
  write_change(*room, admit, now);
  settle(*room, now);
}

std::vector<wire::EntryRef> RoomTalk::removals_of(const Room& room, const base::PublicKey& key) const {
  const auto* member = room.state.member(key);
  if (!member) return {};
  auto removals = member->removals;
  if (removals.size() > wire::max_known_removals)
    removals.erase(removals.begin(), removals.end() - static_cast<std::ptrdiff_t>(wire::max_known_removals));
  return removals;
}

std::string RoomTalk::sealed_keys(const Room& room, const base::PublicKey& to) const {
  if (!room.record.is_private) return {};
  return ground_.keys.seal(to, wire::encode_keys(room.keys.for_newcomer(room.state)));
}

// --- what members do

base::Result<void> RoomTalk::invite(base::RoomId id, base::PeerId peer, base::RequestId, base::Now now) {
  auto* room = room_of(id);
  if (!room || room->record.phase != RoomPhase::joined) return fail(ErrorCode::refused, "you are not in that room");
  const auto& key = ground_.peers.view(peer).peer.key;
  if (!key) return fail(ErrorCode::bad_argument, "only tincans can be invited into a room: that peer has no key");
  if (room->state.is_present(*key)) return fail(ErrorCode::bad_argument, "it is in that room already");
  ensure_key(*room, now);
  if (room->record.is_private && sealed_keys(*room, *key).empty())
    return fail(ErrorCode::bad_argument, "nothing can be sealed for that key");
  const wire::Admit admit{*key, std::nullopt, {}, removals_of(*room, *key), sealed_keys(*room, *key)};
  if (!room->state.may_join(*key) || room->record.is_private)
    if (auto done = change(*room, admit, now); !done) return done;
  wire::Invitation invitation{room->record.room, room->record.creator, room->record.name, room->record.is_private, {}};
  for (const auto& link : room->links)
    if (room->state.is_present(link.first) && invitation.members.size() < max_acquaintances - 1)
      invitation.members.push_back(link.first);
  ground_.invite(peer, invitation, now);
  return {};
}

base::Result<TicketMade> RoomTalk::make_ticket(base::RoomId id, const MakeTicket& command, base::Now now) {
  auto* room = room_of(id);
  if (!room || room->record.phase != RoomPhase::joined) return fail(ErrorCode::refused, "you are not in that room");
  const bool is_sane = command.uses >= 1 && command.uses <= wire::max_ticket_uses &&
                       command.lifetime >= std::chrono::seconds(1) && command.lifetime <= std::chrono::hours(24 * 365);
  if (!is_sane)
    return fail(ErrorCode::bad_argument,
                fmt::format("a ticket lets in 1 to {} people, within a second to a year", wire::max_ticket_uses));
  const auto secret = random_bytes<base::Seed>(ground_.keys);
  const auto key = ground_.keys.public_of(secret);
  const wire::Ticket ticket{key, command.uses, now.wall.ms + command.lifetime.count()};
  if (auto done = change(*room, ticket, now); !done) return tl::unexpected(done.error());
  wire::TicketText text{room->record.room, secret, room->record.name, {}, room->record.creator};
  auto own = ground_.settings.own_endpoints;
  if (own.size() > 3) own.resize(3);
  text.members.push_back({ground_.keys.own(), std::move(own)});
  for (const auto& link : room->links) {
    if (!room->state.is_present(link.first) || text.members.size() >= most_ticket_members) continue;
    wire::TicketText::Member member{link.first, {}};
    for (const auto& known : ground_.endpoints(peer_of(link.first)))
      if (member.endpoints.size() < 2) member.endpoints.push_back(known.endpoint);
    text.members.push_back(std::move(member));
  }
  return TicketMade{view_of(*room), key, wire::ticket_text(text), command.uses, base::WallTime{ticket.expires_ms}};
}

base::Result<void> RoomTalk::revoke_ticket(base::RoomId id, const std::string& typed, base::Now now) {
  auto* room = room_of(id);
  if (!room) return fail(ErrorCode::unknown_peer, "there is no such room");
  const auto begin = base::fold_case(base::trim(typed));
  std::vector<base::PublicKey> meant;
  for (const auto& [key, ticket] : room->state.tickets()) {
    const bool is_open =
        !ticket.is_revoked && ticket.used < ticket.ticket.uses && ticket.ticket.expires_ms > now.wall.ms;
    const bool is_meant =
        begin.empty() ? ticket.author == ground_.keys.own() : begin.size() >= 4 && key.text().starts_with(begin);
    if (is_open && is_meant) meant.push_back(key);
  }
  if (meant.empty()) return fail(ErrorCode::bad_argument, "no such ticket is open (see the list of tickets)");
  for (const auto& key : meant)
    if (auto done = change(*room, wire::RevokeTicket{key}, now); !done) return done;
  return {};
}

base::Result<void> RoomTalk::set_topic(base::RoomId id, const std::string& topic, base::Now now) {
  auto* room = room_of(id);
  if (!room || room->record.phase != RoomPhase::joined) return fail(ErrorCode::refused, "you are not in that room");
  if (topic.size() > wire::max_topic_bytes - 64) return fail(ErrorCode::limit, "a topic has at most 448 bytes");
  const auto plain = base::to_valid_utf8(base::trim(topic));
  if (auto allowed = room->state.check(ground_.keys.own(), wire::Topic{}); !allowed) return allowed;
  auto text = plain;
  if (room->record.is_private && !plain.empty()) {
    if (auto allowed = prepare(*room, now); !allowed) return allowed;
    const auto* own = room->logs.find(RoomPart::changes, ground_.keys.own());
    const EpochKeys::Place place{room->record.room, ground_.keys.own(), (own ? own->state().last : 0) + 1,
                                 wire::EntryKind::change};
    text = room->keys.seal_body(*room->keys.choose(room->state), place, plain);
  }
  return change(*room, wire::Topic{base::PeerText(std::move(text))}, now);
}

base::Result<void> RoomTalk::set_role(base::RoomId id, const std::string& typed, Role role, base::Now now) {
  auto* room = room_of(id);
  if (!room) return fail(ErrorCode::unknown_peer, "there is no such room");
  const auto member = resolve_member(*room, typed);
  if (!member) return tl::unexpected(member.error());
  return change(*room, wire::SetRole{*member, role, removals_of(*room, *member)}, now);
}

base::Result<void> RoomTalk::mute(base::RoomId id, const std::string& typed, bool is_muted, base::Now now) {
  auto* room = room_of(id);
  if (!room) return fail(ErrorCode::unknown_peer, "there is no such room");
  const auto member = resolve_member(*room, typed);
  if (!member) return tl::unexpected(member.error());
  const auto* log = room->logs.find(RoomPart::lines, *member);
  const auto last = log ? log->newest().seq : 0;
  return change(*room, wire::Mute{*member, is_muted, is_muted ? last : last + 1}, now);
}

base::Result<void> RoomTalk::remove(base::RoomId id, const std::string& typed, base::Now now) {
  auto* room = room_of(id);
  if (!room) return fail(ErrorCode::unknown_peer, "there is no such room");
  const auto member = resolve_member(*room, typed);
  if (!member) return tl::unexpected(member.error());
  const auto* changes = room->logs.find(RoomPart::changes, *member);
  const auto* lines = room->logs.find(RoomPart::lines, *member);
  const wire::Remove removal{*member, changes ? changes->state().last : 0, lines ? lines->newest().seq : 0};
  if (auto done = change(*room, removal, now); !done) return done;
  ensure_key(*room, now); // what is written from now on is not for the removed
  settle(*room, now);
  return {};
}

base::Result<void> RoomTalk::leave(base::RoomId id, base::RequestId request, base::Now now) {
  auto* room = room_of(id);
  if (!room) return fail(ErrorCode::unknown_peer, "there is no such room");
  if (room->record.phase == RoomPhase::left || room->record.phase == RoomPhase::removed)
    return fail(ErrorCode::bad_argument, "you are not in that room");
  if (room->record.phase == RoomPhase::joined) {
    close_burst(*room);
    write_change(*room, wire::Leave{}, now);
  }
  room->record.phase = RoomPhase::left;
  has_refused_invitation_ = false;
  room->record.ticket.reset();
  room->record.unread = room->record.mentions = 0;
  room->is_record_changed = true;
  settle(*room, now);
  tell(*room, What::left, ground_.keys.own(), {}, request);
  return {};
}

} // namespace tincan::chat
