// Rooms in the menu and in slash commands.
#include "menu_script.hpp"
#include "room_views.hpp"

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

namespace {

// A menu that knows the rooms #plans (with Ann and Bob) and #club.
class RoomScript : public MenuScript {
public:
  RoomScript()
      : MenuScript({.peers = [this] { return peers; },
                    .now = [] { return noon; },
                    .oldest_shown = [] { return 0; },
                    .has_older = [] { return false; },
                    .line_of = [this](unsigned handle) { return handles.find(handle); },
                    .rooms = [this] { return rooms; },
                    .bring_to_front = [this](base::RoomId room) { front = room; },
                    .wants_qr = [this] { ++qr_wishes; }}) {}

  std::vector<chat::RoomView> rooms{room_view(7, "#plans"), room_view(8, "#club")};
  base::RoomId front{};
  int qr_wishes = 0;
};

} // namespace

TEST_CASE("Opening a room shows its newest lines, and plain lines go to it") {
  RoomScript script;
  script.rooms[0].topic = base::PeerText("the trip");
  script.type("/room #plans");
  CHECK(script.front == base::RoomId{7});
  CHECK(script.all_text().find("#plans, private, 5 members: the trip") != std::string::npos);
  const auto commands = script.take_commands();
  REQUIRE(commands.size() == 2);
  CHECK(std::get<chat::Focus>(commands[0]).peer == "#plans");
  CHECK(std::get<chat::ReadHistory>(commands[1]).peer == "#plans");
  CHECK(script.prompt() == "Us #plans> ");
  script.type("hello all");
  const auto sent = script.only<chat::Send>();
  REQUIRE(sent);
  CHECK((sent->peer == "#plans" && sent->text == "hello all"));
}

TEST_CASE("A room is found by its name, when we are in one of that name") {
  RoomScript script;
  script.rooms = {room_view(7, "#plans~n66n"), room_view(9, "#plans~4t3d")};
  script.type("/room #plans");
  CHECK(script.all_text().find("several rooms are called “#plans”: #plans~n66n, #plans~4t3d") != std::string::npos);
  script.rooms[1].room.phase = chat::RoomPhase::left;
  script.type("/room #plans");
  CHECK(script.front == base::RoomId{7});
  CHECK(script.prompt() == "Us #plans~n66n> ");
}

TEST_CASE("As many lines are shown as are unread, within bounds") {
  RoomScript script;
  const auto asked = [&script](std::uint32_t unread) {
    script.rooms[0].room.unread = unread;
    script.type("/room plans");
    return std::get<chat::ReadHistory>(script.take_commands().at(1)).query.limit;
  };
  CHECK(asked(0) == 20);
  CHECK(asked(50) == 50);
  CHECK(asked(5000) == 100);
}

TEST_CASE("A room that is not there is not opened") {
  RoomScript script;
  script.type("/room #nowhere");
  CHECK(script.complained());
  CHECK(script.take_commands().empty());
  CHECK(script.prompt() == "Us> ");
  script.type("/to #nowhere");
  CHECK(script.complained());
}

TEST_CASE("/room - goes back to the conversation before, whichever kind it was") {
  RoomScript script;
  script.type("/room -");
  CHECK(script.complained());
  script.type("/to Ann");
  script.type("/room #plans");
  script.type("/room -");
  CHECK(script.prompt() == "Us → Ann> ");
  CHECK(script.front == base::RoomId{});
  script.type("/room -");
  CHECK(script.prompt() == "Us #plans> ");
  script.type("/to #club");
  script.type("/room -");
  CHECK(script.prompt() == "Us #plans> ");
}

TEST_CASE("The menu is one step back from a room, and nothing is in front then") {
  RoomScript script;
  script.type("/room #plans");
  script.take_commands();
  script.interrupt();
  CHECK(script.front == base::RoomId{});
  const auto focus = script.only<chat::Focus>();
  REQUIRE(focus);
  CHECK(focus->peer.empty());
  CHECK(script.prompt() == "Us> ");
}

TEST_CASE("The prompt counts what is unread in other rooms, and what is for us") {
  RoomScript script;
  script.rooms[0].room.unread = 3;
  script.rooms[0].room.mentions = 1;
  CHECK(script.prompt() == "Us (3 unread) (1 for you)> ");
  script.type("/room #plans");
  CHECK(script.prompt() == "Us #plans> ");
}

TEST_CASE("A room keeps what is written for it when another one of its name turns up") {
  RoomScript script;
  script.type("/room #plans");
  script.take_commands();
  script.rooms[0].alias = "#plans~k3xq";
  script.rooms[1].alias = "#plans";
  script.type("only for us");
  const auto sent = script.only<chat::Send>();
  REQUIRE(sent);
  CHECK(sent->peer == "#plans~k3xq");
  CHECK(script.prompt() == "Us #plans~k3xq> ");
}

TEST_CASE("A room that is not named is the one in front") {
  RoomScript script;
  script.type("/members");
  CHECK(script.complained());
  script.type("/room #plans");
  script.take_commands();
  script.type("/members");
  CHECK(script.only<chat::ListMembers>()->room == "#plans");
  script.type("/members #club");
  CHECK(script.only<chat::ListMembers>()->room == "#club");
  script.type("/invite Ann");
  const auto invite = script.only<chat::Invite>();
  CHECK((invite->room == "#plans" && invite->peer == "Ann"));
  script.type("/invite #club \"Team Three\"");
  const auto other = script.only<chat::Invite>();
  CHECK((other->room == "#club" && other->peer == "Team Three"));
  script.type("/promote Bob");
  CHECK(script.only<chat::SetRole>()->role == wire::Role::moderator);
  script.type("/demote Bob");
  CHECK(script.only<chat::SetRole>()->role == wire::Role::member);
  script.type("/mute Bob");
  CHECK(script.only<chat::MuteMember>()->is_muted);
  script.type("/unmute Bob");
  CHECK_FALSE(script.only<chat::MuteMember>()->is_muted);
  script.type("/remove Bob");
  CHECK(script.only<chat::RemoveMember>()->member == "Bob");
  script.type("/tickets");
  CHECK(script.only<chat::ListTickets>()->room == "#plans");
  script.type("/revoke ybnd");
  CHECK(script.only<chat::RevokeTicket>()->ticket == "ybnd");
  script.take_lines();
  script.type("/invite #nowhere Ann");
  CHECK(script.complained());
}

TEST_CASE("A ticket is for one person and a day unless something else was asked for") {
  RoomScript script;
  script.type("/room #plans");
  script.take_commands();
  script.type("/ticket");
  const auto usual = script.only<chat::MakeTicket>();
  CHECK((usual->uses == 1 && usual->lifetime == std::chrono::hours(24) && script.qr_wishes == 0));
  script.type("/ticket for 2h uses 5 qr");
  const auto wished = script.only<chat::MakeTicket>();
  CHECK((wished->room == "#plans" && wished->uses == 5 && wished->lifetime == std::chrono::hours(2)));
  CHECK(script.qr_wishes == 1);
  for (const auto* wrong : {"/ticket uses", "/ticket uses x", "/ticket for 2", "/ticket for 400d", "/ticket 5"}) {
    script.take_lines();
    script.type(wrong);
    INFO(wrong);
    CHECK(script.complained());
    CHECK(script.take_commands().empty());
  }
}

TEST_CASE("A topic is shown, set and taken away") {
  RoomScript script;
  script.rooms[0].topic = base::PeerText("the trip");
  script.type("/topic");
  CHECK(script.complained());
  script.type("/topic #plans");
  CHECK(script.take_lines() == std::vector<std::string>{"Topic of #plans: the trip"});
  script.type("/room #plans");
  script.take_commands();
  script.type("/topic #plans #1 is the ferry");
  CHECK(script.only<chat::SetTopic>()->topic == "#1 is the ferry");
  script.type("/topic #club the ferry");
  const auto named = script.only<chat::SetTopic>();
  CHECK((named->room == "#club" && named->topic == "the ferry"));
  script.type("/topic -");
  CHECK(script.only<chat::SetTopic>()->topic.empty());
}

TEST_CASE("A mistyped room is not the beginning of a topic") {
  RoomScript script;
  script.type("/room #plans");
  script.take_commands();
  script.take_lines();
  script.type("/topic #plan the ferry");
  CHECK(script.all_text() ==
        "✗ you are in no room called “#plan” (a topic that begins with #: /topic #plans #plan …)\n");
  script.rooms = {room_view(7, "#plans"), room_view(8, "#club~n66n"), room_view(9, "#club~4t3d")};
  script.type("/topic #club the ferry");
  CHECK(script.all_text().find("several rooms are called “#club”") != std::string::npos);
  CHECK(script.take_commands().empty());
  CHECK(script.completions("/topic #pl") == std::vector<std::string>{"#plans"});
}

TEST_CASE("A room is made public unless it is made private") {
  RoomScript script;
  script.type("/create #trip");
  const auto open = script.only<chat::CreateRoom>();
  CHECK((open->name == "trip" && !open->is_private));
  script.type("/create summer trip Private");
  const auto closed = script.only<chat::CreateRoom>();
  CHECK((closed->name == "summer trip" && closed->is_private));
  script.type("/create winter --private");
  const auto dashed = script.only<chat::CreateRoom>();
  CHECK((dashed->name == "winter" && dashed->is_private));
  script.type("/create private");
  CHECK(script.only<chat::CreateRoom>()->name == "private");
  script.type("/create --private spring");
  const auto before = script.only<chat::CreateRoom>();
  REQUIRE(before);
  CHECK((before->name == "spring" && before->is_private));
  script.type("/create #--odd");
  CHECK(script.only<chat::CreateRoom>()->name == "--odd");
  script.take_lines();
  for (const auto* wrong : {"/create", "/create --private", "/create --pirvate spring", "/create spring --pirvate"}) {
    script.type(wrong);
    CHECK(script.all_text() == "✗ use: /create #NAME [private|public]\n");
  }
  CHECK(script.take_commands().empty());
}

TEST_CASE("One joins by a name, by an id or by a ticket") {
  RoomScript script;
  const std::string id(64, 'a');
  for (const auto& [typed, meant] : std::vector<std::pair<std::string, std::string>>{
           {"#trip", "#trip"}, {"trip", "#trip"}, {"tincan:ybndr", "tincan:ybndr"}, {id, id}}) {
    script.type("/join " + typed);
    const auto join = script.only<chat::JoinRoom>();
    REQUIRE(join);
    CHECK(join->what == meant);
  }
}

TEST_CASE("What looks like an address is no room unless it is marked as one") {
  RoomScript script;
  const auto hint = "re:2024 is an address: for the room of plain-text programs there, /join re:2024 --plain (tincan "
                    "join re:2024 --plain); for a room of that name, #re:2024\n";
  script.type("/join re:2024");
  CHECK(script.all_text() == std::string("✗ ") + hint);
  script.type("8");
  script.type("2");
  script.take_commands();
  script.take_lines();
  script.type("re:2024");
  CHECK(script.all_text() == std::string("✗ ") + hint);
  CHECK(script.take_commands().empty());
  script.type("#re:2024");
  CHECK(script.only<chat::JoinRoom>()->what == "#re:2024");
}

TEST_CASE("Leaving the room in front leads back to the menu") {
  RoomScript script;
  script.type("/room #plans");
  script.take_commands();
  script.type("/leave");
  const auto commands = script.take_commands();
  REQUIRE(commands.size() == 2);
  CHECK(std::get<chat::LeaveRoom>(commands[1]).room == "#plans");
  CHECK(script.prompt() == "Us> ");
  script.type("/leave #club");
  CHECK(script.only<chat::LeaveRoom>()->room == "#club");
}

TEST_CASE("Lines of a room are answered, changed and asked about in that room") {
  RoomScript script;
  REQUIRE(script.handles.give({{12}, {}, {7}}) == 1);
  script.type("/reply 1 yes");
  const auto reply = script.only<chat::Send>();
  REQUIRE(reply);
  CHECK((reply->peer == "#plans" && reply->reply_to == base::EntryId{12}));
  script.type("/who [1]");
  CHECK(script.only<chat::WhoHas>()->entry == base::EntryId{12});
  script.type("/+1 1");
  CHECK(script.only<chat::React>()->entry == base::EntryId{12});
  script.type("/room #plans");
  script.take_commands();
  script.type("/edit better");
  CHECK(script.only<chat::Edit>()->peer == "#plans");
  script.type("/delete");
  CHECK(script.only<chat::Delete>()->peer == "#plans");
}

TEST_CASE("8 leads through rooms by short questions") {
  RoomScript script;
  const auto answers = [&script](std::vector<std::string> lines) {
    script.type("8");
    script.take_commands();
    for (const auto& line : lines) script.type(line);
    CHECK(script.prompt() == "Us> ");
  };
  answers({"1", "#trip", "private"});
  const auto made = script.only<chat::CreateRoom>();
  CHECK((made->name == "trip" && made->is_private));
  answers({"2", "tincan:ybndr"});
  CHECK(script.only<chat::JoinRoom>()->what == "tincan:ybndr");
  answers({"4", "plans", "Ann"});
  CHECK(script.only<chat::Invite>()->room == "#plans");
  answers({"5", "#club", "3"});
  CHECK(script.only<chat::MakeTicket>()->uses == 3);
  answers({"6", "#club"});
  CHECK(script.only<chat::ListMembers>()->room == "#club");
  answers({"7", "#club", "-"});
  CHECK(script.only<chat::SetTopic>()->topic.empty());
  answers({"8", "#club", "mute", "Bob"});
  CHECK(script.only<chat::MuteMember>()->member == "Bob");
  answers({"9", "#club"});
  CHECK(script.only<chat::LeaveRoom>()->room == "#club");
  script.type("8");
  CHECK(script.prompt() == "Rooms (1 to 9): ");
  script.type("3");
  script.type("#club");
  CHECK(script.prompt() == "Us #club> ");
}

TEST_CASE("Of a single room it is not asked which, and without one only making and joining is left") {
  RoomScript script;
  script.rooms.pop_back();
  script.type("8");
  script.take_commands();
  script.type("6");
  CHECK(script.only<chat::ListMembers>()->room == "#plans");
  script.rooms.clear();
  script.type("8");
  script.take_lines();
  script.type("6");
  CHECK(script.complained());
  script.type("");
  CHECK(script.prompt() == "Us> ");
}

TEST_CASE("Wrong answers about rooms are asked for again") {
  RoomScript script;
  script.type("8");
  script.take_lines();
  script.type("77");
  CHECK(script.complained());
  script.type("5");
  script.type("#nowhere");
  CHECK(script.complained());
  script.type("#plans");
  for (const auto* wrong : {"0", "-1", "1001", "x", "3x"}) {
    script.type(wrong);
    CHECK(script.complained());
  }
  script.type("3");
  CHECK(script.prompt() == "Us> ");
}

TEST_CASE("Only rooms with plain names are completed, whatever others call theirs") {
  RoomScript script;
  script.rooms.push_back(room_view(9, "#$(id)"));
  script.rooms.push_back(room_view(10, "#a b"));
  script.rooms.push_back(room_view(11, "#\x1b[2J"));
  CHECK(script.completions("/room #") == std::vector<std::string>{"#club", "#plans"});
  CHECK(script.completions("/send #P") == std::vector<std::string>{"#plans"});
  CHECK(script.completions("/members #c") == std::vector<std::string>{"#club"});
  CHECK(script.completions("/room A").empty());
}

TEST_CASE("A message is sent to a room from the menu too") {
  RoomScript script;
  script.type("1");
  script.type("#plans");
  script.type("hello");
  CHECK(script.only<chat::Send>()->peer == "#plans");
  script.type("4");
  script.type("#plans");
  CHECK(script.only<chat::ReadHistory>()->peer == "#plans");
}

TEST_CASE("Rooms that share a name are completed too") {
  RoomScript script;
  script.rooms = {room_view(7, "#plans~n66n"), room_view(8, "#plans~4t3d"), room_view(9, "#two words")};
  CHECK(script.completions("/room #pl") == std::vector<std::string>{"#plans~4t3d", "#plans~n66n"});
  CHECK(script.completions("/room #tw").empty());
}

TEST_CASE("The questions find a room by its name too, and say which there are") {
  RoomScript script;
  script.rooms = {room_view(7, "#plans~n66n"), room_view(8, "#club"), room_view(9, "#Club~4t3d")};
  script.type("8");
  script.type("6");
  script.take_commands();
  script.type("nowhere");
  CHECK(script.all_text().find("yours are: #plans~n66n #club #Club~4t3d") != std::string::npos);
  script.type("plans");
  const auto members = script.only<chat::ListMembers>();
  REQUIRE(members);
  CHECK(members->room == "#plans~n66n");
}
