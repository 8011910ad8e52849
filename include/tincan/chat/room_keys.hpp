// The keys of a private room's epochs that we have, and what they seal and open. A key is known by its digest
// (epoch_id); which of them is good for what follows from the room's state. Pure; owned by a Room; I/O thread.
// Never shows, logs or sends a key.
#pragma once

#include "tincan/chat/keys.hpp"
#include "tincan/chat/room_state.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat {

class EpochKeys {
public:
  // Where a sealed body stands: it opens nowhere else.
  struct Place {
    base::Digest conversation;
    base::PublicKey author;
    std::uint64_t seq = 0;
    wire::EntryKind kind = wire::EntryKind::text;
  };

  explicit EpochKeys(const Keys& keys) : keys_(keys) {}

  base::Digest add(const base::Secret& key); // the epoch's id
  std::optional<base::Secret> find(const base::Digest& epoch) const;

  // The epoch to write in: the newest safe one whose key is here. None: make a new one.
  std::optional<base::Digest> choose(const RoomState& state) const;
  // Whether a member may be given the key: nobody who was removed is a member by mistake, as far as its author knew.
  bool may_hand(const RoomState& state, const base::Digest& epoch) const;
  // Of the room's epochs, the newest first; those by authors who turned out to be no members stand at the end.
  std::vector<base::Digest> missing(const RoomState& state) const;
  // What a newcomer is given: keys that may be handed, oldest first; of more than max_keys_in_frame the newest.
  std::vector<base::Secret> for_newcomer(const RoomState& state) const;

  // The epoch's key must be here. Adds seal_bytes.
  std::string seal_body(const base::Digest& epoch, const Place& place, std::string_view plain) const;
  // Errors: bad_bytes, whether the key is not here, or the body was made for another place, or is no sealed one.
  base::Result<std::string> open_body(const Place& place, std::string_view sealed) const;

  static constexpr std::size_t seal_bytes = wire::SealedBody::epoch_bytes + base::Nonce::size + 16;

private:
  const Keys& keys_;
  std::map<base::Digest, base::Secret> by_id_; // in the order of bytes, so those of one beginning stand together
};

} // namespace tincan::chat
