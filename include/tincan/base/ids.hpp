// Numbers that name things across rooms, each with a type of its own. An id that has gone is ignored by whoever gets
// it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tincan::base {

template<class Tag> struct Id {
  std::uint64_t value = 0; // 0 means "none"

  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value != 0; }
};

using LinkId = Id<struct LinkTag>;       // one TCP connection, never reused within a run
using PeerId = Id<struct PeerTag>;       // one conversation partner; also the number people type
using RoomId = Id<struct RoomTag>;       // one room, by the same count as peers: a conversation is the one or the other
using EntryId = Id<struct EntryTag>;     // one stored message
using RequestId = Id<struct RequestTag>; // one command, so that its answers find back to who asked
using ClientId = Id<struct ClientTag>;   // a script or a page that gives commands

} // namespace tincan::base

template<class Tag> struct std::hash<tincan::base::Id<Tag>> {
  std::size_t operator()(const tincan::base::Id<Tag>& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
