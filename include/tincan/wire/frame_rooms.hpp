// The frames of rooms as parts of the protobuf message of a frame. Used by src/wire/frame*.cpp only. Any thread.
#pragma once

#include "tincan/wire/frame.hpp"
#include "tincan/wire/frame_rules.hpp"

namespace tincan::wire {

namespace pb {
class Frame;
}

void fill_room_frame(pb::Frame& to, const Rooms& rooms);
void fill_room_frame(pb::Frame& to, const PublicRooms& rooms);
void fill_room_frame(pb::Frame& to, const Newest& newest);
void fill_room_frame(pb::Frame& to, const Prune& prune);
void fill_room_frame(pb::Frame& to, const Receipts& receipts);
void fill_room_frame(pb::Frame& to, const Neighbours& neighbours);
void fill_room_frame(pb::Frame& to, const Knock& knock);
void fill_room_frame(pb::Frame& to, const Denied& denied);
void fill_room_frame(pb::Frame& to, const AskKeys& ask);
void fill_room_frame(pb::Frame& to, const GiveKeys& give);

// Nothing for any other kind.
std::optional<Frame> read_room_frame(const pb::Frame& from, Rules& rules);

} // namespace tincan::wire
