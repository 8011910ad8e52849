// The rooms' part of the JSON vocabulary, in both directions.
#include "tincan/chat/json.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;

namespace {

constexpr base::WallTime noon{1'795'176'000'123}; // 2026-11-20T12:00:00.123Z

template<class Bytes> Bytes bytes_of(std::uint8_t value) {
  Bytes bytes;
  bytes.bytes.fill(value);
  return bytes;
}

base::PublicKey key(std::uint8_t value) { return bytes_of<base::PublicKey>(value); }

RoomView plans() {
  RoomView view;
  view.room.id = {7};
  view.room.room = bytes_of<base::Digest>(0xAB);
  view.room.creator = key(1);
  view.room.name = base::PeerText("plans");
  view.room.is_private = true;
  view.room.phase = RoomPhase::joined;
  view.room.unread = 3;
  view.room.mentions = 1;
  view.room.since = noon;
  view.alias = "#plans";
  view.topic = base::PeerText("the trip");
  view.members = 5;
  view.linked = 2;
  view.own_role = wire::Role::moderator;
  view.is_muted = true;
  view.trouble = "nobody of it is here";
  return view;
}

MemberView bob() {
  MemberView member;
  member.key = key(2);
  member.peer = {4};
  member.name = base::PeerText("bob");
  member.petname = "Bobby";
  member.phase = MemberView::Phase::left;
  member.role = wire::Role::moderator;
  member.is_muted = member.is_linked = member.is_blocked = member.is_look_alike = true;
  return member;
}

std::string line(const Event& event) {
  const auto lines = to_json_lines(event);
  REQUIRE(lines.size() == 1);
  return lines[0];
}

// What a reader makes of it says the same when it is written again.
template<class Kind> Kind read_back(const Kind& event) {
  const auto written = line(event);
  INFO(written);
  const auto read = event_from_json(written);
  REQUIRE(read);
  REQUIRE(std::holds_alternative<Kind>(*read));
  CHECK(line(*read) == written);
  return std::get<Kind>(*read);
}

template<class Kind> Kind given_back(const Kind& command) {
  const auto written = to_json(command);
  INFO(written);
  const auto read = command_from_json(written);
  REQUIRE(read);
  REQUIRE(std::holds_alternative<Kind>(*read));
  CHECK(to_json(*read) == written);
  return std::get<Kind>(*read);
}

std::string why_not(std::string_view json) {
  const auto command = command_from_json(json);
  return command ? "" : command.error().text;
}

} // namespace

TEST_CASE("commands about rooms are read back as they were written", "[chat][json][rooms]") {
  const auto created = given_back(CreateRoom{"plans", true, true});
  CHECK((created.name == "plans" && created.is_private && created.is_hosted));
  given_back(ListRooms{});
  CHECK(given_back(JoinRoom{"tincan:abc", false}).what == "tincan:abc");
  CHECK_FALSE(given_back(JoinRoom{"#plans", false}).is_plain);
  CHECK(given_back(JoinRoom{"10.0.0.7:5000", true}).is_plain);
  CHECK(given_back(LeaveRoom{"#plans"}).room == "#plans");
  const auto invite = given_back(Invite{"#plans", "Bob"});
  CHECK((invite.room == "#plans" && invite.peer == "Bob"));
  const auto ticket = given_back(MakeTicket{"#plans", 3, std::chrono::hours(2)});
  CHECK((ticket.uses == 3 && ticket.lifetime == std::chrono::hours(2)));
  CHECK(given_back(RevokeTicket{"#plans", "ybnd"}).ticket == "ybnd");
  given_back(ListTickets{"#plans"});
  CHECK(given_back(SetTopic{"#plans", "the trip"}).topic == "the trip");
  given_back(ListMembers{"#plans"});
  CHECK(given_back(SetRole{"#plans", "Bob", wire::Role::moderator}).role == wire::Role::moderator);
  CHECK_FALSE(given_back(MuteMember{"#plans", "Bob", false}).is_muted);
  CHECK(given_back(RemoveMember{"#plans", "Bob"}).member == "Bob");
  CHECK(given_back(WhoHas{{12}}).entry.value == 12);
}

TEST_CASE("what is left out of a room's command has its usual value", "[chat][json][rooms]") {
  const auto made = command_from_json(R"({"command":"create_room","name":"x"})");
  REQUIRE(made);
  CHECK_FALSE(std::get<CreateRoom>(*made).is_private);
  const auto ticket = command_from_json(R"({"command":"ticket","room":"#x"})");
  REQUIRE(ticket);
  CHECK(std::get<MakeTicket>(*ticket).uses == 1);
  CHECK(std::get<MakeTicket>(*ticket).lifetime == std::chrono::hours(24));
  const auto mute = command_from_json(R"({"command":"mute","room":"#x","member":"Bob"})");
  REQUIRE(mute);
  CHECK(std::get<MuteMember>(*mute).is_muted);
}

TEST_CASE("a room's command that cannot be meant is refused with what is wrong", "[chat][json][rooms]") {
  CHECK(why_not(R"({"command":"create_room"})") == "“name” is missing");
  CHECK(why_not(R"({"command":"create_room","name":"x","private":"yes"})") == "“private” is neither true nor false");
  CHECK(why_not(R"({"command":"invite","room":"#x"})") == "“peer” is missing");
  CHECK(why_not(R"({"command":"who_has"})") == "“id” is missing");
  CHECK(why_not(R"({"command":"ticket","room":"#x","uses":-1})") == "“uses” is not a number");
  CHECK(why_not(R"({"command":"role","room":"#x","member":"Bob","role":"creator"})") ==
        "“role” is neither member nor moderator");
}

TEST_CASE("numbers beyond every limit stay beyond it", "[chat][json][rooms]") {
  const auto ticket = command_from_json(
      R"({"command":"ticket","room":"#x","uses":18446744073709551615,"lifetime_s":18446744073709551615})");
  REQUIRE(ticket);
  CHECK(std::get<MakeTicket>(*ticket).uses > wire::max_ticket_uses);
  CHECK(std::get<MakeTicket>(*ticket).lifetime > std::chrono::hours(24 * 365));
}

TEST_CASE("a change in a room tells the room, who it is about, and who did it", "[chat][json][rooms]") {
  RoomChanged event{RoomChanged::What::role, plans(), bob(), {}, wire::Role::moderator, {}};
  event.by.key = key(3);
  event.by.name = base::PeerText("ann");
  const auto read = read_back(event);
  CHECK(read.what == RoomChanged::What::role);
  CHECK(read.room.room.room == plans().room.room);
  CHECK(read.room.alias == "#plans");
  CHECK(read.room.trouble == plans().trouble);
  CHECK(read.who.petname == "Bobby");
  CHECK(read.who.phase == MemberView::Phase::left);
  CHECK(read.by.key == key(3));
  CHECK(read.role == wire::Role::moderator);
}

TEST_CASE("every kind of change of a room is read back", "[chat][json][rooms]") {
  for (auto what = 0; what <= static_cast<int>(RoomChanged::What::caught_up); ++what) {
    const auto wanted = static_cast<RoomChanged::What>(what);
    CHECK(read_back(RoomChanged{wanted, plans(), {}, {}, wire::Role::member, base::PeerText("x")}).what == wanted);
    CHECK(name(wanted) != "unknown");
  }
}

TEST_CASE("a list of rooms tells own and found ones", "[chat][json][rooms]") {
  RoomsListed event{{plans()}, {}};
  event.found.push_back(
      {bytes_of<base::Digest>(0x12), "#club", base::PeerText("club"), base::PeerText("all welcome"), 12, {{4}, {9}}});
  const auto read = read_back(event);
  REQUIRE(read.rooms.size() == 1);
  CHECK(read.rooms[0].room.phase == RoomPhase::joined);
  CHECK(read.rooms[0].room.mentions == 1);
  REQUIRE(read.found.size() == 1);
  CHECK(read.found[0].room == bytes_of<base::Digest>(0x12));
  CHECK(read.found[0].known_by == std::vector<base::PeerId>{{4}, {9}});
  CHECK(line(RoomsListed{}) == R"({"event":"rooms","rooms":[],"found":[]})");
}

TEST_CASE("a room that is joined by a ticket never tells the ticket's secret", "[chat][json][rooms]") {
  auto view = plans();
  view.room.phase = RoomPhase::joining;
  view.room.ticket = bytes_of<base::Seed>(0x5E);
  view.room.acquaintances = {key(9)};
  const auto written = line(RoomsListed{{view}, {}});
  CHECK(written.find(base::hex(view.room.ticket->view())) == std::string::npos);
  CHECK(written.find(key(9).text()) == std::string::npos);
  CHECK(read_back(RoomsListed{{view}, {}}).rooms[0].room.ticket == std::nullopt);
}

TEST_CASE("members, tickets and who has a line are read back", "[chat][json][rooms]") {
  CHECK(read_back(MembersListed{plans(), {bob(), bob()}}).members.size() == 2);
  const auto made = read_back(TicketMade{plans(), key(5), "tincan:abc", 2, noon});
  CHECK((made.text == "tincan:abc" && made.uses == 2 && made.expires == noon && made.ticket == key(5)));
  const auto listed = read_back(TicketsListed{plans(), {{key(5), bob(), 3, 1, noon, true}}});
  REQUIRE(listed.tickets.size() == 1);
  CHECK((listed.tickets[0].used == 1 && listed.tickets[0].is_revoked));
  WhoHasListed who{plans(), {}, {bob()}, {bob(), bob()}};
  who.message.id = {12};
  who.message.text = base::PeerText("hi");
  const auto read = read_back(who);
  CHECK((read.message.id.value == 12 && read.have.size() == 1 && read.lack.size() == 2));
}

TEST_CASE("a line of a room names the room and its author instead of an address", "[chat][json][rooms]") {
  Message message;
  message.id = {12};
  message.room = {7};
  message.author = key(2);
  message.team = base::PeerText("bob");
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.time = noon;
  message.is_guest = true;
  message.is_readable = false;
  message.reactions = {{false, base::PeerText("+1"), key(3)}};
  const auto written = line(MessageAdded{message, {}});
  CHECK(written.find(R"("peer")") == std::string::npos);
  CHECK(written.find(R"("room":7)") != std::string::npos);
  CHECK(written.find(R"("guest":true)") != std::string::npos);
  CHECK(written.find(R"("readable":false)") != std::string::npos);
  CHECK(written.find(R"("tally")") == std::string::npos);
  const auto read = read_back(MessageAdded{message, {}}).message;
  CHECK(read.author == key(2));
  CHECK(read.reactions == message.reactions);
  CHECK_FALSE(read.is_readable);
}

TEST_CASE("how many members have a line is told with its state", "[chat][json][rooms]") {
  Message message;
  message.id = {12};
  message.room = {7};
  message.direction = Direction::out;
  message.state = MessageState::sent;
  message.dialect = wire::Dialect::native;
  message.tally = {3, 5};
  const auto written = line(StateChanged{message, {}, {}});
  CHECK(written.find(R"("tally":{"have":3,"of":5})") != std::string::npos);
  CHECK(read_back(StateChanged{message, {}, {}}).message.tally == message.tally);
  CHECK(read_back(MessageAdded{message, {}}).message.tally == message.tally);
}

TEST_CASE("an invitation is told by its room, not by its bytes", "[chat][json][rooms]") {
  Message message;
  message.id = {12};
  message.peer = {4};
  message.endpoint = *base::Endpoint::parse("127.0.0.1:7001");
  message.kind = MessageKind::invitation;
  message.dialect = wire::Dialect::native;
  const wire::Invitation invitation{bytes_of<base::Digest>(0xAB), key(1), base::PeerText("plans"), true, {}};
  message.text = base::PeerText(wire::encode(invitation));
  const auto written = line(MessageAdded{message, {}});
  CHECK(written.find(R"("text":"")") != std::string::npos);
  CHECK(written.find(R"("bytes")") == std::string::npos);
  CHECK(written.find(R"("name":"plans")") != std::string::npos);
  const auto read = read_back(MessageAdded{message, {}}).message;
  CHECK(read.kind == MessageKind::invitation);
  CHECK(wire::decode_invitation(read.text.untrusted_bytes()) == invitation);
}

TEST_CASE("what members call themselves cannot harm a terminal that shows the JSON", "[chat][json][rooms]") {
  auto member = bob();
  member.name = base::PeerText("\x1b[2J\xE2\x80\xAE"
                               "bob\xff");
  auto room = plans();
  room.topic = base::PeerText("\x9b"
                              "31m");
  room.alias = "#\x1b]0;x\x07";
  for (const auto& written : {line(MembersListed{room, {member}}), line(RoomsListed{{room}, {}}),
                              line(RoomChanged{RoomChanged::What::topic, room, member, member, {}, room.topic})}) {
    CHECK(written.find('\x1b') == std::string::npos);
    CHECK(written.find('\x9b') == std::string::npos);
    CHECK(written.find("\xE2\x80\xAE") == std::string::npos);
  }
}
