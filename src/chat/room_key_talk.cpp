// How the keys of a private room come to its members.
#include "tincan/chat/room_names.hpp"
#include "tincan/chat/room_parts.hpp"
#include "tincan/chat/room_talk.hpp"

#include <algorithm>

namespace tincan::chat {

// Between the change that begins an epoch and the first line in it, so that nobody has to ask.
void RoomTalk::give_new_keys(Room& room) {
  wire::GiveKeys give{room.record.room, {}};
  for (const auto& key : std::exchange(room.new_keys, {}))
    if (room.keys.may_hand(room.state, epoch_id(ground_.keys, key)) && give.keys.size() < wire::max_keys_in_frame)
      give.keys.push_back(key);
  if (give.keys.empty()) return;
  for (const auto& link : room.links)
    if (room.state.is_present(link.first)) put(link.first, give);
}

void RoomTalk::ask_keys(Room& room, base::Now now) {
  if (!room.record.is_private || room.links.empty() || room.record.phase != RoomPhase::joined) {
    room.key_due.reset();
    return;
  }
  if (room.key_due && now.tick < *room.key_due) return;
  auto missing = room.keys.missing(room.state);
  if (missing.empty()) {
    room.key_due.reset();
    return;
  }
  if (missing.size() > wire::max_keys_in_frame) missing.resize(wire::max_keys_in_frame);
  auto link = room.links.begin();
  std::advance(link, static_cast<std::ptrdiff_t>(room.key_turn++ % room.links.size()));
  put(link->first, wire::AskKeys{room.record.room, std::move(missing)});
  room.key_due = now.tick + key_patience;
}

void RoomTalk::hear_ask_keys(const base::PublicKey& from, const wire::AskKeys& ask) {
  auto [room, part] = find(ask.room);
  if (!room || part != RoomPart::changes || !room->links.contains(from) || !room->record.is_private) return;
  if (!room->state.is_present(from)) return;
  wire::GiveKeys give{room->record.room, {}};
  for (const auto& epoch : ask.epochs)
    if (const auto key = room->keys.find(epoch); key && room->keys.may_hand(room->state, epoch))
      give.keys.push_back(*key);
  if (!give.keys.empty()) put(from, give);
}

void RoomTalk::hear_keys(const base::PublicKey& from, const wire::GiveKeys& keys, base::Now now) {
  auto [room, part] = find(keys.room);
  if (!room || part != RoomPart::changes || !room->links.contains(from)) return;
  for (const auto& key : keys.keys) take_key(*room, key);
  room->key_due = now.tick;
}

// Only a key whose epoch was announced is a key of this room.
void RoomTalk::take_key(Room& room, const base::Secret& key) {
  const auto id = epoch_id(ground_.keys, key);
  const auto& epochs = room.state.epochs();
  const bool is_known = std::any_of(epochs.begin(), epochs.end(), [&](const auto& epoch) { return epoch.id == id; });
  if (!is_known || room.keys.find(id)) return;
  room.keys.add(key);
  ground_.store.put_room_key({room.record.id, id, key});
  room.new_keys.push_back(key);
  room.reveals = true;
}

} // namespace tincan::chat
