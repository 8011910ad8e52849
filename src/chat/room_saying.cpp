// What we write in rooms: chained at once, signed and recorded when the turn ends.
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
using wire::EntryKind;

constexpr std::size_t max_sealed_text = 63 * 1024;  // sealed it must still fit into a body
constexpr std::size_t remembered_own_lines = 2'000; // whose tally is told when it changes

} // namespace

// --- changes

wire::EntryRef RoomTalk::write_change(Room& room, const wire::RoomChange& change, base::Now now) {
  auto& log = room.logs.log(RoomPart::changes, ground_.keys.own());
  const auto prev = log.state().last_hash;
  const auto body = wire::encode(change);
  auto entry = log.write(
      {EntryKind::change, std::nullopt, room.logs.newest_order_us(), std::nullopt},
      [&](std::uint64_t) { return base::PeerText(body); }, ground_.entropy, now.wall);
  log.sign(entry);
  room.logs.seen(entry.order_us);
  const wire::EntryRef at{ground_.keys.own(), entry.seq, entry.hash};
  auto message = draft(room, MessageKind::change, body, now);
  message.order_us = entry.order_us;
  room.state.add({at, entry.order_us, change}, body);
  ground_.store.append_logged(std::move(message), room.record.room, ground_.keys.own(), entry);
  room.touched.insert({RoomPart::changes, ground_.keys.own()});
  room.untold.insert({RoomPart::changes, ground_.keys.own()});
  room.pushes.push_back({RoomPart::changes, ground_.keys.own(), prev, {std::move(entry)}, ground_.keys.own()});
  return at;
}

// Whether the rules allow it, and then it is written and what follows from it is done.
base::Result<void> RoomTalk::change(Room& room, const wire::RoomChange& change, base::Now now) {
  if (room.record.phase != RoomPhase::joined) return fail(ErrorCode::refused, "you are not in that room");
  if (auto allowed = room.state.check(ground_.keys.own(), change); !allowed) return allowed;
  write_change(room, change, now);
  settle(room, now);
  return {};
}

// --- lines

base::Result<void> RoomTalk::may_speak(const Room& room) const {
  const auto* own = room.logs.find(RoomPart::lines, ground_.keys.own());
  if (room.record.phase == RoomPhase::joining)
    return fail(ErrorCode::refused, "nobody of that room was met yet: what you write there would be lost");
  if (room.record.phase != RoomPhase::joined)
    return fail(ErrorCode::refused, "you are not in that room (join it first)");
  if (own && own->state().is_frozen)
    return fail(ErrorCode::refused, "this profile was restored from a backup: nothing can be written to that room any "
                                    "more (tincan id --renew makes a new key)");
  if (!room.state.may_write(ground_.keys.own())) return fail(ErrorCode::refused, "you are muted in that room");
  return {};
}

// And, in a private room, there is a key to write with.
base::Result<void> RoomTalk::prepare(Room& room, base::Now now) {
  if (auto allowed = may_speak(room); !allowed) return allowed;
  ensure_key(room, now);
  if (room.record.is_private && !room.keys.choose(room.state))
    return fail(ErrorCode::limit, "that room has seen too many changes for a new key: make a new room");
  return {};
}

Message RoomTalk::draft(const Room& room, MessageKind kind, std::string_view text, base::Now now) {
  auto message = native_draft(ground_.new_entry(), kind, ground_.settings.self.team, std::string(text), now);
  message.room = room.record.id;
  message.author = ground_.keys.own();
  return message;
}

// In a private room: a key that nobody has who was removed, as far as we know. Made when there is none.
void RoomTalk::ensure_key(Room& room, base::Now now) {
  if (!room.record.is_private || room.keys.choose(room.state)) return;
  const auto key = random_bytes<base::Secret>(ground_.keys);
  const auto id = epoch_id(ground_.keys, key);
  room.keys.add(key);
  ground_.store.put_room_key({room.record.id, id, key});
  room.new_keys.push_back(key);
  write_change(room, wire::Epoch{id, room.state.to_cover()}, now);
}

wire::LogEntry& RoomTalk::write_line(Room& room, Message message, EntryKind kind, std::string_view plain,
                                     const std::optional<wire::EntryRef>& target, base::Now now) {
  auto& log = room.logs.log(RoomPart::lines, ground_.keys.own());
  const auto prev = log.state().last_hash;
  const auto body = [&](std::uint64_t seq) {
    if (!room.record.is_private || plain.empty()) return base::PeerText(std::string(plain));
    const EpochKeys::Place place{room.logs.id(RoomPart::lines), ground_.keys.own(), seq, kind};
    return base::PeerText(room.keys.seal_body(*room.keys.choose(room.state), place, plain));
  };
  auto entry = log.write({kind, target, room.logs.newest_order_us(), std::nullopt}, body, ground_.entropy, now.wall);
  room.logs.seen(entry.order_us);
  message.order_us = entry.order_us;
  room.burst.push_back({std::move(message), std::move(entry), prev});
  return room.burst.back().entry;
}

// The last is signed, and so many before it that a frame can always end with a signature.
void RoomTalk::close_burst(Room& room) {
  if (room.burst.empty()) return;
  const auto own = ground_.keys.own();
  auto& log = room.logs.log(RoomPart::lines, own);
  Push push{RoomPart::lines, own, room.burst.front().prev, {}, own};
  std::size_t bytes = 0;
  for (auto& [message, entry, prev] : room.burst) {
    bytes += wire::encoded_size(entry);
    const bool is_last = &entry == &room.burst.back().entry;
    const bool is_full = bytes >= room_frame_bytes || push.entries.size() + 1 >= wire::max_burst_entries;
    if (is_last || is_full) log.sign(entry);
    ground_.store.append_logged(std::move(message), room.logs.id(RoomPart::lines), own, entry);
    const auto hash = entry.hash;
    push.entries.push_back(std::move(entry));
    if (!is_last && !is_full) continue;
    room.pushes.push_back(std::exchange(push, {RoomPart::lines, own, hash, {}, own}));
    bytes = 0;
  }
  room.burst.clear();
  room.touched.insert({RoomPart::lines, own});
  room.untold.insert({RoomPart::lines, own});
}

base::Result<Message> RoomTalk::say(base::RoomId id, const std::string& text, base::EntryId reply_to,
                                    base::RequestId request, base::Now now) {
  auto* room = room_of(id);
  if (!room) return fail(ErrorCode::unknown_peer, "there is no such room");
  if (auto allowed = prepare(*room, now); !allowed) return tl::unexpected(allowed.error());
  if (room->record.is_private && text.size() > max_sealed_text)
    return fail(ErrorCode::limit, "the message is longer than 63 KiB: send it in parts");
  std::optional<wire::EntryRef> target;
  if (reply_to) {
    const auto place = target_of(*room, reply_to);
    if (!place) return tl::unexpected(place.error());
    target = *place;
  }
  auto message = draft(*room, MessageKind::text, base::to_valid_utf8(text), now);
  message.about = reply_to;
  const auto& entry = write_line(*room, message, EntryKind::text, message.text.untrusted_bytes(), target, now);
  message.order_us = entry.order_us;
  message.tally = tally(*room, entry.seq);
  room->own.push_back({entry.seq, message.id, request, message.tally, MessageState::queued});
  if (room->own.size() > remembered_own_lines) room->own.pop_front();
  ground_.turn.tell(MessageAdded{message, message.team, std::nullopt}, request);
  if (room->record.is_hosted && ground_.hosted_line) ground_.hosted_line(message);
  return message;
}

void RoomTalk::say_as_guest(base::RoomId id, const base::PeerText& name, const base::PeerText& text, base::Now now) {
  auto* room = room_of(id);
  if (!room || !prepare(*room, now)) return;
  auto message = draft(*room, MessageKind::text, text.untrusted_bytes(), now);
  message.direction = Direction::in;
  message.state = MessageState::received;
  message.team = name;
  message.is_guest = true;
  message.clear = true;
  const auto body = wire::encode(wire::GuestLine{name, text});
  const auto& entry = write_line(*room, message, EntryKind::guest, body, std::nullopt, now);
  message.order_us = entry.order_us;
  if (!ground_.foci.has(id)) {
    ++room->record.unread;
    room->is_record_changed = true;
  }
  ground_.turn.tell(MessageAdded{std::move(message), name, std::nullopt});
}

base::EntryId RoomTalk::last_uncommitted_line(base::RoomId id) const {
  const auto* room = room_of(id);
  if (!room) return {};
  for (auto one = room->burst.rbegin(); one != room->burst.rend(); ++one)
    if (one->message.kind == MessageKind::text && !one->message.is_guest) return one->message.id;
  return {};
}

// --- what becomes of lines

base::Result<wire::EntryRef> RoomTalk::target_of(const Room& room, base::EntryId entry) const {
  const auto message = ground_.store.find_message(entry);
  if (!message) return tl::unexpected(message.error());
  if (message->room != room.record.id)
    return fail(ErrorCode::bad_argument, "that message belongs to another conversation");
  if (message->is_deleted) return fail(ErrorCode::bad_argument, "that message was deleted");
  const auto place = ground_.store.place_of(entry);
  if (!place) return tl::unexpected(place.error());
  if (!*place || !is_line(message->kind)) return fail(ErrorCode::bad_argument, "that is no line of a room");
  return **place;
}

base::Result<void> RoomTalk::change_line(const Message& message, EntryKind kind, MessageKind message_kind,
                                         std::string_view text, MessageChanged::What what, base::RequestId request,
                                         base::Now now) {
  auto* room = room_of(message.room);
  if (!room) return fail(ErrorCode::unknown_peer, "there is no such room");
  if (auto allowed = prepare(*room, now); !allowed) return allowed;
  const auto target = target_of(*room, message.id);
  if (!target) return tl::unexpected(target.error());
  if (kind != EntryKind::reaction && (target->author != ground_.keys.own() || message.is_guest))
    return fail(ErrorCode::bad_argument, "only what you wrote yourself can be edited or deleted");
  auto said = draft(*room, message_kind, base::to_valid_utf8(text), now);
  const std::string plain = said.text.untrusted_bytes();
  const auto& entry = write_line(*room, std::move(said), kind, plain, *target, now);
  room->changes.push_back(
      {what, true, room->logs.id(RoomPart::lines), ground_.keys.own(), entry.seq, *target, request});
  return {};
}

base::Result<void> RoomTalk::edit(const Message& message, const std::string& text, base::RequestId request,
                                  base::Now now) {
  if (text.size() > max_sealed_text) return fail(ErrorCode::limit, "the message is longer than 63 KiB");
  return change_line(message, EntryKind::edit, MessageKind::edit, text, MessageChanged::What::edited, request, now);
}

base::Result<void> RoomTalk::erase(const Message& message, base::RequestId request, base::Now now) {
  // What waits to be pushed goes without its text.
  if (auto* room = room_of(message.room)) close_burst(*room);
  return change_line(message, EntryKind::deletion, MessageKind::deletion, {}, MessageChanged::What::deleted, request,
                     now);
}

base::Result<void> RoomTalk::react(const Message& message, const std::string& text, base::RequestId request,
                                   base::Now now) {
  if (text.size() > max_reaction_bytes) return fail(ErrorCode::bad_argument, "a reaction is an emoji or a short word");
  return change_line(message, EntryKind::reaction, MessageKind::reaction, text, MessageChanged::What::reacted, request,
                     now);
}

} // namespace tincan::chat
