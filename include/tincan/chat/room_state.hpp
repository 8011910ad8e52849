// Who is in a room and what each may do, as it follows from all changes that are known: the same at every member that
// knows the same ones, in whatever order they came. Pure; owned by a Room; I/O thread. Source:
// shared/design/protocol.md, "Rooms".
//
// The rules:
// * Changes are played in the order (order_us, hash); one whose author had no right to it at that place has no effect.
// * Everyone may join a public room; into a private one comes who was admitted, each time. A ticket admits as often as
//   it says, the first in that order; expiry and revocation are judged by the member that admits.
// * Members admit, make tickets and revoke their own; the creator and moderators revoke all, promote, mute and remove
//   members, let removed ones in again, and set the topic. Members may set the topic as long as there is none.
// * Moderators remove one another, but mute and demote none of their rank (themselves they may demote). Nobody has
//   power over the creator. Who leaves or is removed comes back as a member; only the creator stays what it is.
// * A muted member writes no lines and no topic, and lets nobody in.
// * A removal wins: over every Admit and SetRole of that member after it that does not name it in `knows`. What the
//   removed wrote after `changes_up_to` and `lines_up_to` has no effect. Removals that would undo each other: see
//   room_removals.hpp.
// * Two removals of one member, by two authors: the one that leaves more of it counts.
#pragma once

#include "tincan/chat/keys.hpp"
#include "tincan/chat/room_log.hpp"
#include "tincan/chat/room_replay.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace tincan::chat {

class RoomState {
public:
  // `creator` and the digest of the genesis change make the room's id; only that one is taken for it.
  RoomState(const Keys& keys, const base::Digest& room, const base::PublicKey& creator);

  // Changes in any order; one that is here already is ignored. `body` is the genesis change's own encoding (for the
  // room's id), else ignored. False: it is not kept, because there are too many.
  bool add(PlacedChange change, std::string_view body);
  // Somebody else is said to have made it. Call only when it is not founded.
  void made_by(const base::PublicKey& creator);
  // Everything below tells what follows from the changes so far: computed when it is asked for. References live until
  // the next change.

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
  bool may_join(const base::PublicKey& key) const;  // it is not present, and a Join of it would have effect
  bool may_write(const base::PublicKey& key) const; // present and not muted
  // Whether a change by `author` would have effect now, with its `knows` and its ticket's proof as they are. The error
  // is a sentence for its user (refused).
  base::Result<void> check(const base::PublicKey& author, const wire::RoomChange& change) const;

  struct EpochState {
    base::Digest id;
    wire::EntryRef at;
    std::int64_t order_us = 0;
    bool is_by_member = false;
    bool is_safe = false;         // it covers every removal and leave that counts, and its author was a member
    bool is_known_enough = false; // every change that it covers is here: its key may be handed to members
    bool operator==(const EpochState&) const = default;
  };
  const std::vector<EpochState>& epochs() const; // oldest first, in the order of changes; each id once
  // What an epoch made now must cover; at most wire::max_covered.
  const std::vector<wire::Epoch::Covered>& to_cover() const;

  using TicketState = RoomReplay::TicketState;
  const std::map<base::PublicKey, TicketState>& tickets() const;

  // Counts up whenever what follows from the changes may be another.
  std::uint64_t version() const { return version_; }

private:
  const RoomReplay& replay() const;
  void list_epochs() const;

  const Keys& keys_;
  base::Digest room_;
  base::PublicKey creator_;
  RoomLog log_;
  std::optional<wire::Genesis> genesis_;
  std::uint64_t version_ = 0;
  mutable std::optional<RoomReplay> replay_; // none: to be computed
  mutable std::vector<EpochState> epochs_;   // of version epochs_of_
  mutable std::vector<wire::Epoch::Covered> to_cover_;
  mutable std::optional<std::uint64_t> epochs_of_;
};

} // namespace tincan::chat
