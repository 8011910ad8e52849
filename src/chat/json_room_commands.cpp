#include "tincan/chat/json_rooms.hpp"

#include <algorithm>
#include <limits>

namespace tincan::chat {

namespace {

using nlohmann::ordered_json;

// What is beyond every limit stays so.
std::uint32_t bounded(std::uint64_t number) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

std::optional<Command> role_command(CommandFields& fields) {
  SetRole command{fields.text("room"), fields.text("member"), wire::Role::member};
  const auto role = fields.text("role");
  if (role == "moderator")
    command.role = wire::Role::moderator;
  else if (role != "member" && fields.complaint().empty())
    fields.complain("role", "is neither member nor moderator");
  return command;
}

std::optional<Command> ticket_command(const std::string& name, CommandFields& fields) {
  const auto room = fields.text("room");
  if (name == "tickets") return ListTickets{room};
  if (name == "revoke_ticket") return RevokeTicket{room, fields.text("ticket", false)};
  const MakeTicket usual;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(usual.lifetime).count();
  return MakeTicket{room, bounded(fields.number("uses", usual.uses)),
                    std::chrono::seconds(bounded(fields.number("lifetime_s", static_cast<std::uint64_t>(seconds))))};
}

std::optional<Command> member_command(const std::string& name, CommandFields& fields) {
  if (name == "members") return ListMembers{fields.text("room")};
  if (name == "invite") return Invite{fields.text("room"), fields.text("peer")};
  if (name == "role") return role_command(fields);
  if (name == "mute")
    return MuteMember{fields.text("room"), fields.text("member"), fields.flag("muted", false).value_or(true)};
  if (name == "remove_member") return RemoveMember{fields.text("room"), fields.text("member")};
  return std::nullopt;
}

} // namespace

std::optional<Command> room_command_from(const std::string& name, CommandFields& fields) {
  if (name == "ticket" || name == "tickets" || name == "revoke_ticket") return ticket_command(name, fields);
  if (name == "create_room")
    return CreateRoom{fields.text("name"), fields.flag("private", false).value_or(false),
                      fields.flag("hosted", false).value_or(false)};
  if (name == "rooms") return ListRooms{};
  if (name == "join") return JoinRoom{fields.text("what"), fields.flag("plain", false).value_or(false)};
  if (name == "leave") return LeaveRoom{fields.text("room")};
  if (name == "topic") return SetTopic{fields.text("room"), fields.text("topic")};
  if (name == "who_has") return WhoHas{fields.entry("id")};
  return member_command(name, fields);
}

ordered_json json_of(const CreateRoom& c) {
  return {{"command", "create_room"}, {"name", c.name}, {"private", c.is_private}, {"hosted", c.is_hosted}};
}
ordered_json json_of(const ListRooms&) { return {{"command", "rooms"}}; }
ordered_json json_of(const JoinRoom& c) {
  ordered_json object{{"command", "join"}, {"what", c.what}};
  if (c.is_plain) object["plain"] = true;
  return object;
}
ordered_json json_of(const LeaveRoom& c) { return {{"command", "leave"}, {"room", c.room}}; }
ordered_json json_of(const Invite& c) { return {{"command", "invite"}, {"room", c.room}, {"peer", c.peer}}; }
ordered_json json_of(const MakeTicket& c) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(c.lifetime).count();
  return {{"command", "ticket"}, {"room", c.room}, {"uses", c.uses}, {"lifetime_s", seconds}};
}
ordered_json json_of(const RevokeTicket& c) {
  return {{"command", "revoke_ticket"}, {"room", c.room}, {"ticket", c.ticket}};
}
ordered_json json_of(const ListTickets& c) { return {{"command", "tickets"}, {"room", c.room}}; }
ordered_json json_of(const SetTopic& c) { return {{"command", "topic"}, {"room", c.room}, {"topic", c.topic}}; }
ordered_json json_of(const ListMembers& c) { return {{"command", "members"}, {"room", c.room}}; }
ordered_json json_of(const SetRole& c) {
  return {{"command", "role"}, {"room", c.room}, {"member", c.member}, {"role", name(c.role)}};
}
ordered_json json_of(const MuteMember& c) {
  return {{"command", "mute"}, {"room", c.room}, {"member", c.member}, {"muted", c.is_muted}};
}
ordered_json json_of(const RemoveMember& c) {
  return {{"command", "remove_member"}, {"room", c.room}, {"member", c.member}};
}
ordered_json json_of(const WhoHas& c) { return {{"command", "who_has"}, {"id", c.entry.value}}; }

} // namespace tincan::chat
