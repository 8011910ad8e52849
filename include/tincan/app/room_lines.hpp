// How rooms look on a screen: lists of rooms, members and tickets, and what happens in them. Pure functions; any
// thread. Names, topics and whatever else a member chose are washed here.
#pragma once

#include "tincan/app/lines.hpp"
#include "tincan/chat/events.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace tincan::app {

using NameOfPeer = std::function<base::SafeText(base::PeerId)>;

// Own rooms with members and unread lines, then those of which peers told. One line that says so when there are none.
Lines room_list_lines(const chat::RoomsListed& event, const NameOfPeer& name_of);
// "12:01 · bob joined #plans". None for what is no news.
std::optional<term::Line> room_changed_line(const chat::RoomChanged& event, base::WallTime now);
// "12:01 · 396 earlier lines of #plans are here: /room #plans", when they came while we joined.
term::Line earlier_lines_line(const chat::RoomView& view, std::uint64_t count, bool is_in_front, base::WallTime now);
Lines member_list_lines(const chat::MembersListed& event);
Lines ticket_lines(const chat::TicketMade& event, base::WallTime now);
Lines ticket_list_lines(const chat::TicketsListed& event, base::WallTime now);
Lines who_has_lines(const chat::WhoHasListed& event);

// "you"; the petname; else the claimed name. One that looks like another member's is marked: "bob ≈ (ybndrfg8)".
base::SafeText member_name(const chat::MemberView& member);
// "#plans" made safe
base::SafeText room_name(const chat::RoomView& view);
// "private", "public", "hosted, clear text"
std::string_view kind_of(const chat::RoomView& view);
std::string counted(std::uint64_t count, std::string_view what); // "1 member", "3 members"

} // namespace tincan::app
