// What is known of a room, for the store and for people. Values; any thread.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/time.hpp"
#include "tincan/wire/room.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat {

enum class RoomPhase : std::uint8_t {
  invited, // somebody invites us; nothing of it is kept but that
  joining, // we want in, and nobody of it was met yet
  joined,
  left,    // by ourselves; its lines stay here
  removed, // by somebody
};
std::string_view name(RoomPhase phase); // "invited", …
// Its members are asked for what we lack: also when we were removed, for that may be undone.
constexpr bool asks_members(RoomPhase phase) { return phase != RoomPhase::left && phase != RoomPhase::invited; }
// We take part in it, or want to.
constexpr bool is_alive(RoomPhase phase) { return phase == RoomPhase::joined || phase == RoomPhase::joining; }

// What the store keeps of one room beside its entries.
struct RoomRecord {
  base::RoomId id{};
  base::Digest room; // its id on the wire
  base::PublicKey creator;
  base::PeerText name;
  bool is_private = false;
  RoomPhase phase = RoomPhase::joining;
  std::uint32_t unread = 0;
  std::uint32_t mentions = 0;                   // unread lines that name us
  base::WallTime since{};                       // when it came to be here
  std::optional<base::Seed> ticket{};           // with which we are joining
  std::vector<base::PublicKey> acquaintances{}; // members to ask while joining; at most 16
  bool is_hosted = false;                       // it is the room of our broadcast host
  bool operator==(const RoomRecord&) const = default;
};

struct RoomView {
  RoomRecord room;
  std::string alias; // "#plans", or "#plans~k3xq" where two have the same name: made safe, unique here
  base::PeerText topic;
  std::uint32_t members = 0; // present ones, we too
  std::uint32_t linked = 0;  // of these, with an open link to us
  wire::Role own_role = wire::Role::member;
  bool is_muted = false; // we are
  std::string trouble{}; // why we cannot write now, or why joining takes so long; empty when nothing is wrong
};

// A public room that somebody told us of, and in which we are not.
struct FoundRoom {
  base::Digest room;
  std::string alias;
  base::PeerText name, topic;
  std::uint32_t members = 0;
  std::vector<base::PeerId> known_by; // linked peers that told us
};

struct MemberView {
  enum class Phase : std::uint8_t { invited, present, left, removed, guest };
  base::PublicKey key; // zero: a guest of the broadcast host
  base::PeerId peer{}; // none when it is not among our peers
  base::PeerText name; // as it calls itself here
  std::string petname; // as our user calls it
  Phase phase = Phase::present;
  wire::Role role = wire::Role::member;
  bool is_self = false, is_muted = false, is_linked = false, is_blocked = false, is_look_alike = false;
};
std::string_view name(MemberView::Phase phase); // "invited", …
std::string_view name(wire::Role role);         // "member", "moderator", "creator"

} // namespace tincan::chat
