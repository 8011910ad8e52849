#include "tincan/base/unicode.hpp"
#include "tincan/chat/json_rooms.hpp"
#include "tincan/chat/room.hpp"

namespace tincan::chat {

namespace {

using nlohmann::ordered_json;

ordered_json room_fields(const char* event, const RoomView& view) {
  const auto& room = view.room;
  ordered_json object{{"event", event},
                      {"room", room.id.value},
                      {"alias", view.alias},
                      {"name", readable(room.name)},
                      {"room_id", base::hex(room.room.view())},
                      {"creator", room.creator.text()},
                      {"private", room.is_private},
                      {"phase", name(room.phase)},
                      {"members", view.members},
                      {"linked", view.linked},
                      {"unread", room.unread},
                      {"mentions", room.mentions},
                      {"own_role", name(view.own_role)},
                      {"since", base::iso_time(room.since)}};
  if (!view.topic.empty()) object["topic"] = readable(view.topic);
  if (view.is_muted) object["muted"] = true;
  if (room.is_hosted) object["hosted"] = true;
  if (!view.trouble.empty()) object["why"] = view.trouble;
  return object;
}

ordered_json found_fields(const FoundRoom& found) {
  ordered_json object{{"room_id", base::hex(found.room.view())},
                      {"alias", found.alias},
                      {"name", readable(found.name)},
                      {"members", found.members},
                      {"known_by", ordered_json::array()}};
  if (!found.topic.empty()) object["topic"] = readable(found.topic);
  for (const auto peer : found.known_by) object["known_by"].push_back(peer.value);
  return object;
}

ordered_json member_fields(const MemberView& member) {
  ordered_json object{{"name", readable(member.name)}};
  if (!member.key.is_zero()) object["key"] = member.key.text();
  if (member.peer) object["number"] = member.peer.value;
  if (!member.petname.empty()) object["petname"] = member.petname;
  object["phase"] = name(member.phase);
  object["role"] = name(member.role);
  if (member.is_self) object["self"] = true;
  if (member.is_muted) object["muted"] = true;
  if (member.is_linked) object["linked"] = true;
  if (member.is_blocked) object["blocked"] = true;
  if (member.is_look_alike) object["look_alike"] = true;
  return object;
}

ordered_json member_list(const std::vector<MemberView>& members) {
  auto list = ordered_json::array();
  for (const auto& member : members) list.push_back(member_fields(member));
  return list;
}

bool is_somebody(const MemberView& member) { return !member.key.is_zero() || !member.name.empty(); }

void add_invitation(ordered_json& object, const Message& message) {
  const auto invitation = wire::decode_invitation(message.text.untrusted_bytes());
  if (!invitation) return;
  append(object, "invitation",
         ordered_json{{"room_id", base::hex(invitation->room.view())},
                      {"creator", invitation->creator.text()},
                      {"name", readable(invitation->name)},
                      {"private", invitation->is_private}});
}

} // namespace

void add_room_fields(ordered_json& object, const Message& message) {
  if (message.kind == MessageKind::invitation) add_invitation(object, message);
  if (!message.room) return;
  append(object, "room", message.room.value);
  if (!message.author.is_zero()) append(object, "author", message.author.text());
  if (message.is_guest) append(object, "guest", true);
  if (!message.is_readable) append(object, "readable", false);
  if (message.tally != Message::Tally{})
    append(object, "tally", ordered_json{{"have", message.tally.have}, {"of", message.tally.of}});
}

ordered_json json_of(const RoomsListed& event) {
  ordered_json object{{"event", "rooms"}, {"rooms", ordered_json::array()}, {"found", ordered_json::array()}};
  for (const auto& room : event.rooms) {
    auto fields = room_fields("room", room);
    fields.erase("event");
    object["rooms"].push_back(std::move(fields));
  }
  for (const auto& found : event.found) object["found"].push_back(found_fields(found));
  return object;
}

ordered_json json_of(const RoomChanged& event) {
  auto object = room_fields("room", event.room);
  object["change"] = name(event.what);
  if (is_somebody(event.who)) object["who"] = member_fields(event.who);
  if (is_somebody(event.by)) object["by"] = member_fields(event.by);
  if (event.what == RoomChanged::What::role) object["role"] = name(event.role);
  if (!event.text.empty()) object["text"] = readable(event.text);
  return object;
}

ordered_json json_of(const MembersListed& event) {
  auto object = room_fields("members", event.room);
  object["list"] = member_list(event.members);
  return object;
}

ordered_json json_of(const TicketMade& event) {
  auto object = room_fields("ticket", event.room);
  object.update({{"ticket", event.ticket.text()},
                 {"text", event.text},
                 {"uses", event.uses},
                 {"expires", base::iso_time(event.expires)}});
  return object;
}

ordered_json json_of(const TicketsListed& event) {
  auto object = room_fields("tickets", event.room);
  object["list"] = ordered_json::array();
  for (const auto& one : event.tickets)
    object["list"].push_back({{"ticket", one.ticket.text()},
                              {"author", member_fields(one.author)},
                              {"uses", one.uses},
                              {"used", one.used},
                              {"expires", base::iso_time(one.expires)},
                              {"revoked", one.is_revoked}});
  return object;
}

ordered_json json_of(const WhoHasListed& event) {
  auto object = room_fields("who_has", event.room);
  object["id"] = event.message.id.value;
  object["text"] = readable(event.message.text);
  object["have"] = member_list(event.have);
  object["lack"] = member_list(event.lack);
  return object;
}

} // namespace tincan::chat
