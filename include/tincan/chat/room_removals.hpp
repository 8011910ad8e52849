// Which removals of a room count, when members with the right to remove act against one another without knowing.
// Pure; any thread. Source: shared/design/protocol.md, "Rooms" ("remove wins, then the higher role, then the smaller
// hash").
//
// One removal undoes another when that rests on something that the first takes away: a change which the removed wrote
// after `changes_up_to`, or later than the removal. A change rests on itself and on what let its author in and gave it
// its role. Then, as in Dung's grounded semantics of arguments (Artificial Intelligence 77, 1995):
//
// * a removal that none undoes counts, and what it undoes does not;
// * where only circles are left, the one by the higher role counts; of moderators the one nearer to the creator by
//   promotions, so that nobody is avenged by those it promoted; then the one with the smaller hash; and so on. In a
//   circle of three that one stays also when its author turns out to be removed: to remove wins.
//
// What counts changes who had which right, so the room is played again, until no removal is left that should count.
#pragma once

#include "tincan/chat/room_replay.hpp"

namespace tincan::chat {

// Places of those that count, ascending.
std::vector<RoomReplay::Place> settled_removals(const RoomLog& log, const base::PublicKey& creator, bool is_private);

} // namespace tincan::chat
