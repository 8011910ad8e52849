// How a room, its lines and its keys are called on the wire: digests of what they are. Pure; any thread.
#pragma once

#include "tincan/base/keys.hpp"
#include "tincan/chat/keys.hpp"

#include <string_view>

namespace tincan::chat {

// A room's id: "tincan/1 room" NUL, creator, body of the genesis change.
base::Digest room_id(const Keys& keys, const base::PublicKey& creator, std::string_view genesis);
// The conversation of its lines: "tincan/1 lines" NUL, room.
base::Digest lines_id(const Keys& keys, const base::Digest& room);
// How the two ends of one link call a room that both may know: "tincan/1 token" NUL, exporter, room.
base::Digest room_token(const Keys& keys, const base::Digest& exporter, const base::Digest& room);
// The id of an epoch: "tincan/1 epoch" NUL, key.
base::Digest epoch_id(const Keys& keys, const base::Secret& key);

} // namespace tincan::chat
