// The rooms' part of the JSON vocabulary (chat/json.hpp). Used by chat/json_*.cpp only; pure functions, any thread.
// "room" is a room's number everywhere, and "alias" ("#plans") what people call it.
#pragma once

#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"
#include "tincan/chat/json_fields.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace tincan::chat {

// Commands: null when the name is none of a room's.
std::optional<Command> room_command_from(const std::string& name, CommandFields& fields);
nlohmann::ordered_json json_of(const CreateRoom& command);
nlohmann::ordered_json json_of(const ListRooms& command);
nlohmann::ordered_json json_of(const JoinRoom& command);
nlohmann::ordered_json json_of(const LeaveRoom& command);
nlohmann::ordered_json json_of(const Invite& command);
nlohmann::ordered_json json_of(const MakeTicket& command);
nlohmann::ordered_json json_of(const RevokeTicket& command);
nlohmann::ordered_json json_of(const ListTickets& command);
nlohmann::ordered_json json_of(const SetTopic& command);
nlohmann::ordered_json json_of(const ListMembers& command);
nlohmann::ordered_json json_of(const SetRole& command);
nlohmann::ordered_json json_of(const MuteMember& command);
nlohmann::ordered_json json_of(const RemoveMember& command);
nlohmann::ordered_json json_of(const WhoHas& command);

// Events. Neither a ticket with which we join nor a key is told.
nlohmann::ordered_json json_of(const RoomsListed& event);
nlohmann::ordered_json json_of(const RoomChanged& event);
nlohmann::ordered_json json_of(const MembersListed& event);
nlohmann::ordered_json json_of(const TicketMade& event);
nlohmann::ordered_json json_of(const TicketsListed& event);
nlohmann::ordered_json json_of(const WhoHasListed& event);
std::optional<Event> room_event_from(const std::string& name, const EventFields& fields);

// What a message has in a room, and what an invitation invites to.
void add_room_fields(nlohmann::ordered_json& object, const Message& message);
void read_room_message(Message& message, const EventFields& fields);

} // namespace tincan::chat
