#include "tincan/chat/json_rooms.hpp"

namespace tincan::chat {

namespace {

base::Digest digest_from(std::string_view hex) {
  const auto bytes = base::parse_hex(hex);
  return bytes ? base::Digest::from(*bytes).value_or(base::Digest{}) : base::Digest{};
}

wire::Role role_from(const EventFields& fields, const char* key) {
  using enum wire::Role;
  return value_named(fields.text(key), {member, moderator, creator});
}

RoomView room_from(const EventFields& fields) {
  using enum RoomPhase;
  RoomView view;
  auto& room = view.room;
  room.id = base::RoomId{fields.number("room")};
  room.room = digest_from(fields.text("room_id"));
  room.creator = fields.key("creator").value_or(base::PublicKey{});
  room.name = fields.peer_text("name");
  room.is_private = fields.flag("private");
  room.phase = value_named(fields.text("phase"), {joining, invited, joined, left, removed});
  room.unread = fields.count("unread");
  room.mentions = fields.count("mentions");
  room.since = fields.time("since").value_or(base::WallTime{});
  room.is_hosted = fields.flag("hosted");
  view.alias = fields.text("alias");
  view.topic = fields.peer_text("topic");
  view.members = fields.count("members");
  view.linked = fields.count("linked");
  view.own_role = role_from(fields, "own_role");
  view.is_muted = fields.flag("muted");
  view.trouble = fields.text("why");
  return view;
}

FoundRoom found_from(const EventFields& fields) {
  FoundRoom found{digest_from(fields.text("room_id")), fields.text("alias"),    fields.peer_text("name"),
                  fields.peer_text("topic"),           fields.count("members"), {}};
  for (const auto peer : fields.numbers("known_by")) found.known_by.push_back(base::PeerId{peer});
  return found;
}

MemberView member_from(const EventFields& fields) {
  using enum MemberView::Phase;
  MemberView member;
  member.key = fields.key("key").value_or(base::PublicKey{});
  member.peer = base::PeerId{fields.number("number")};
  member.name = fields.peer_text("name");
  member.petname = fields.text("petname");
  member.phase = value_named(fields.text("phase"), {present, invited, left, removed, guest});
  member.role = role_from(fields, "role");
  member.is_self = fields.flag("self");
  member.is_muted = fields.flag("muted");
  member.is_linked = fields.flag("linked");
  member.is_blocked = fields.flag("blocked");
  member.is_look_alike = fields.flag("look_alike");
  return member;
}

std::vector<MemberView> members_from(const EventFields& fields, const char* key) {
  std::vector<MemberView> members;
  for (const auto& member : fields.objects(key)) members.push_back(member_from(member));
  return members;
}

RoomsListed rooms_from(const EventFields& fields) {
  RoomsListed event;
  for (const auto& room : fields.objects("rooms")) event.rooms.push_back(room_from(room));
  for (const auto& found : fields.objects("found")) event.found.push_back(found_from(found));
  return event;
}

RoomChanged room_change_from(const EventFields& fields) {
  using enum RoomChanged::What;
  return {value_named(fields.text("change"),
                      {caught_up, created, invited, joining, joined, left, removed, denied, member_joined,
                       member_invited, member_left, member_removed, role, muted, unmuted, topic, read}),
          room_from(fields),
          member_from(fields.object("who")),
          member_from(fields.object("by")),
          role_from(fields, "role"),
          fields.peer_text("text")};
}

TicketsListed tickets_from(const EventFields& fields) {
  TicketsListed event{room_from(fields), {}};
  for (const auto& one : fields.objects("list"))
    event.tickets.push_back({one.key("ticket").value_or(base::PublicKey{}), member_from(one.object("author")),
                             one.count("uses"), one.count("used"), one.time("expires").value_or(base::WallTime{}),
                             one.flag("revoked")});
  return event;
}

WhoHasListed who_has_from(const EventFields& fields) {
  WhoHasListed event{room_from(fields), {}, members_from(fields, "have"), members_from(fields, "lack")};
  event.message.id = base::EntryId{fields.number("id")};
  event.message.room = event.room.room.id;
  event.message.direction = Direction::out;
  event.message.text = fields.peer_text("text");
  return event;
}

} // namespace

std::optional<Event> room_event_from(const std::string& event, const EventFields& fields) {
  if (event == "rooms") return rooms_from(fields);
  if (event == "room") return room_change_from(fields);
  if (event == "members") return MembersListed{room_from(fields), members_from(fields, "list")};
  if (event == "ticket")
    return TicketMade{room_from(fields), fields.key("ticket").value_or(base::PublicKey{}), fields.text("text"),
                      fields.count("uses"), fields.time("expires").value_or(base::WallTime{})};
  if (event == "tickets") return tickets_from(fields);
  if (event == "who_has") return who_has_from(fields);
  return std::nullopt;
}

void read_room_message(Message& message, const EventFields& fields) {
  message.room = base::RoomId{fields.number("room")};
  message.author = fields.key("author").value_or(base::PublicKey{});
  message.is_guest = fields.flag("guest");
  message.is_readable = !fields.has("readable") || fields.flag("readable");
  const auto tally = fields.object("tally");
  message.tally = {tally.count("have"), tally.count("of")};
  if (!fields.has("invitation")) return;
  const auto invitation = fields.object("invitation");
  message.kind = MessageKind::invitation;
  message.text = base::PeerText(wire::encode(wire::Invitation{digest_from(invitation.text("room_id")),
                                                              invitation.key("creator").value_or(base::PublicKey{}),
                                                              invitation.peer_text("name"),
                                                              invitation.flag("private"),
                                                              {}}));
}

} // namespace tincan::chat
