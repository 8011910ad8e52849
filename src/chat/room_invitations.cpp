// Invitations of others into rooms: anybody can make them up, so few are kept, and fewer of strangers.
#include "tincan/chat/room_parts.hpp"
#include "tincan/chat/room_talk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace tincan::chat {

void RoomTalk::invited(base::PeerId by, const wire::Invitation& invitation, base::Now now) {
  const auto& key = ground_.peers.view(by).peer.key;
  if (!key) return;
  auto* room = find(invitation.room).first;
  const bool is_open = room && (is_alive(room->record.phase) || room->record.phase == RoomPhase::invited);
  if (!is_open && !has_place_for_invitation(by)) return refuse_invitation(by, invitation);
  if (!room) room = &take_in(record_of(invitation, *key), now);
  // Where an invitation is open a stranger does not displace who made it; and a ticket knows better.
  const bool is_trusted = !is_open || ground_.peers.is_contact(by);
  if (is_trusted && !room->record.ticket) {
    made_by(*room, invitation.creator);
    call(*room, invitation.name);
  }
  room->add_acquaintance(*key, is_trusted);
  if (!is_alive(room->record.phase)) room->record.phase = RoomPhase::invited;
  room->is_record_changed = true;
  if (room->record.phase == RoomPhase::invited) tell(*room, RoomChanged::What::invited, ground_.keys.own(), *key);
}

RoomRecord RoomTalk::record_of(const wire::Invitation& invitation, const base::PublicKey& by) const {
  RoomRecord record;
  record.room = invitation.room;
  record.creator = invitation.creator;
  record.name = invitation.name;
  record.is_private = invitation.is_private;
  record.phase = RoomPhase::invited;
  record.acquaintances = {by};
  for (const auto& member : invitation.members)
    if (member != by && member != ground_.keys.own() && record.acquaintances.size() < max_acquaintances)
      record.acquaintances.push_back(member);
  return record;
}

// Strangers, as many as they are, leave places to those whom our user knows.
bool RoomTalk::has_place_for_invitation(base::PeerId by) const {
  if (rooms_.size() >= max_kept_rooms) return false;
  std::size_t open = 0, of_strangers = 0, of_this_one = 0;
  for (const auto& entry : rooms_) {
    const auto& record = entry.second->record;
    if (record.phase != RoomPhase::invited) continue;
    const auto inviter = record.acquaintances.empty() ? base::PeerId{} : peer_of(record.acquaintances.front());
    ++open;
    if (inviter == by) ++of_this_one;
    if (!inviter || !ground_.peers.is_contact(inviter)) ++of_strangers;
  }
  const bool is_contact = ground_.peers.is_contact(by);
  return open < max_invitations && of_this_one < max_invitations_of_one &&
         (is_contact || of_strangers < max_invitations_of_strangers);
}

// Of strangers it is told once, until our user answers an invitation.
void RoomTalk::refuse_invitation(base::PeerId by, const wire::Invitation& invitation) {
  const bool was_told = std::exchange(has_refused_invitation_, true);
  if (was_told && !ground_.peers.is_contact(by)) return;
  ground_.turn.tell(Notice{Notice::What::too_much, by,
                           fmt::format("an invitation to #{} is not kept: too many wait for your answer (see the list "
                                       "of rooms; join or leave some, then it can be made again)",
                                       base::safe_name(invitation.name).str())});
}

// A room is known by its id; who made it is what somebody said, until its first change proves it. A lie would keep us
// out of it for ever.
void RoomTalk::made_by(Room& room, const base::PublicKey& creator) {
  if (room.state.is_founded() || room.record.creator == creator) return;
  room.record.creator = creator;
  room.is_record_changed = true;
  room.state.made_by(creator);
  room.sync.look_again();
}

// Likewise; its first change says how it is called.
void RoomTalk::call(Room& room, const base::PeerText& name) {
  if (room.state.is_founded()) return;
  room.record.name = name;
  room.folded_name = folded(name);
  room.is_record_changed = true;
}

void RoomTalk::Room::add_acquaintance(const base::PublicKey& key, bool goes_first) {
  auto& known = record.acquaintances;
  if (goes_first) {
    std::erase(known, key);
    known.insert(known.begin(), key);
  } else if (std::find(known.begin(), known.end(), key) == known.end()) {
    known.push_back(key);
  }
  if (known.size() > max_acquaintances) known.resize(max_acquaintances);
}

} // namespace tincan::chat
