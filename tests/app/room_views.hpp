// Rooms and members as the console sees them.
#pragma once

#include "app_support.hpp"
#include "tincan/chat/events.hpp"

namespace tincan::app::test {

inline base::PublicKey key_of(std::uint8_t value) {
  base::PublicKey key;
  key.bytes.fill(value);
  return key;
}

inline chat::RoomView room_view(std::uint64_t number, std::string alias, std::uint32_t members = 5) {
  chat::RoomView view;
  view.room.id = {number};
  view.room.is_private = true;
  view.room.phase = chat::RoomPhase::joined;
  view.alias = std::move(alias);
  view.members = members;
  return view;
}

inline chat::MemberView member_view(std::uint8_t value, std::string name) {
  chat::MemberView member;
  member.key = key_of(value);
  member.name = base::PeerText(std::move(name));
  return member;
}

} // namespace tincan::app::test
