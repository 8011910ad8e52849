// Who is in a room and what each may do, as it follows from all changes that are known: the same at every member that
// knows the same ones, in whatever order they came. Pure; owned by a Room; I/O thread. Source:
// shared/design/protocol.md, "Rooms".
//
// The rules:
// * Changes are played in the order (order_us, hash); one whose author had no right to it at that place has no effect.
// * Everyone may join a public room; into a private one comes who was admitted. A ticket admits as often as it says,
//   the first in that order; expiry and revocation are judged by the member that admits.
// * Members admit, and make and revoke tickets; the creator and moderators set roles, mute, remove, and set the topic.
//   Moderators have no power over the creator. Members may set the topic as long as there is none.
// * A removal wins: over every Admit and SetRole of that member that does not name it in `knows`, whatever their order.
//   What the removed wrote after `changes_up_to` and `lines_up_to` has no effect. Of removals that would undo each
//   other the one by the higher role counts, then the one with the smaller hash.
// * Two removals of one member: the one that leaves more of it counts.
#pragma once

#include "tincan/chat/keys.hpp"
#include "tincan/chat/line_span.hpp"
#include "tincan/wire/room.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat {

using wire::Role;

// One entry of somebody's log of changes.
struct PlacedChange {
  wire::EntryRef at;
  std::int64_t order_us = 0;
  wire::RoomChange change;
};

struct RoomMember {
  enum class Phase : std::uint8_t { invited, present, left, removed };
  base::PublicKey key;
  Phase phase = Phase::invited;
  Role role = Role::member;
  bool is_muted = false;
  base::PeerText name;                  // as it wants to be known
  std::vector<LineSpan> lines;          // which of its lines count; ascending, apart
  std::vector<wire::EntryRef> removals; // that are known, for `knows`
  base::PublicKey changed_by;           // who admitted, removed or muted it last; zero: itself
  bool operator==(const RoomMember&) const = default;
};

class RoomState {
public:
  // `creator` and the digest of the genesis change make the room's id; only that one is taken for it.
  RoomState(const Keys& keys, const base::Digest& room, const base::PublicKey& creator);

  // Changes in any order, each once. `body` is the genesis change's own encoding (for the room's id), else ignored.
  void add(PlacedChange change, std::string_view body);
  // Everything below tells what follows from the changes so far: computed when it is asked for.

  bool is_founded() const;              // the genesis change is known
  const wire::Genesis& genesis() const; // call only when founded
  const base::PeerText& topic() const;  // as written: sealed in a private room
  std::optional<PlacedChange> topic_change() const;
  const std::map<base::PublicKey, RoomMember>& members() const; // all that ever were, or are invited
  const RoomMember* member(const base::PublicKey& key) const;   // none: never heard of
  bool is_present(const base::PublicKey& key) const;
  std::size_t present_count() const;

  // Whether the room serves it: present, or invited, or anybody where the room is public (unless removed).
  bool may_read(const base::PublicKey& key) const;
  bool may_join(const base::PublicKey& key) const;  // a Join of it would have effect
  bool may_write(const base::PublicKey& key) const; // present and not muted
  // Whether a change by `author` would have effect now. The error is a sentence for its user (refused).
  base::Result<void> check(const base::PublicKey& author, const wire::RoomChange& change) const;

  struct EpochState {
    base::Digest id;
    wire::EntryRef at;
    std::int64_t order_us = 0;
    bool is_safe = false;         // it covers every removal and leave that is known, and its author was a member
    bool is_known_enough = false; // every change that it covers is here: its key may be handed to members
  };
  const std::vector<EpochState>& epochs() const; // oldest first, in the order of changes
  // What an epoch made now must cover.
  std::vector<wire::Epoch::Covered> to_cover() const;

  struct TicketState {
    wire::Ticket ticket;
    base::PublicKey author;
    std::uint32_t used = 0; // by admitted newcomers
    bool is_revoked = false;
  };
  const std::map<base::PublicKey, TicketState>& tickets() const;

  // Counts up whenever what follows from the changes may be another.
  std::uint64_t version() const { return version_; }

private:
  struct Computed;
  const Computed& computed() const;

  const Keys& keys_;
  base::Digest room_;
  base::PublicKey creator_;
  std::vector<PlacedChange> changes_; // in their order
  std::uint64_t version_ = 0;
  // STUB: to be written (helper "state")
};

} // namespace tincan::chat
