// Broadcast hosts of plain-text programs, in the menu.
#include "menu_script.hpp"

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

TEST_CASE("Joining a broadcast host opens the conversation with it, and leaving closes it") {
  MenuScript script;
  script.type("/join 10.0.0.9:5000 plain");
  const auto join = script.only<chat::JoinRoom>();
  REQUIRE(join);
  CHECK(join->what == "10.0.0.9:5000");
  CHECK(join->is_plain);
  script.type("hello all");
  const auto said = script.only<chat::Send>();
  REQUIRE(said);
  CHECK(said->peer == "10.0.0.9:5000");
  script.type("/leave");
  const auto commands = script.take_commands();
  REQUIRE(commands.size() == 2);
  CHECK(std::get<chat::LeaveRoom>(commands[0]).room == "10.0.0.9:5000");
  CHECK(std::holds_alternative<chat::Focus>(commands[1]));
  CHECK(script.prompt().find("10.0.0.9") == std::string::npos);
}

TEST_CASE("A broadcast host can be left by its address") {
  MenuScript script;
  script.type("/leave 10.0.0.9:5000");
  const auto leave = script.only<chat::LeaveRoom>();
  REQUIRE(leave);
  CHECK(leave->room == "10.0.0.9:5000");
}

TEST_CASE("The option of the command is understood on either side, and without a word it is asked for") {
  MenuScript script;
  script.type("/join 10.0.0.9:5000");
  CHECK(script.complained());
  for (const auto* line : {"/join 10.0.0.9:5000 --plain", "/join --plain 10.0.0.9:5000", "/join plain 10.0.0.9:5000"}) {
    script.type(line);
    const auto commands = script.take_commands();
    REQUIRE_FALSE(commands.empty());
    REQUIRE(std::holds_alternative<chat::JoinRoom>(commands.front()));
    const auto& join = std::get<chat::JoinRoom>(commands.front());
    CHECK((join.what == "10.0.0.9:5000" && join.is_plain));
  }
  script.take_lines();
  for (const auto* wrong :
       {"/join --plain", "/join --plain hall", "/join hall --plain", "/join --plian 10.0.0.9:5000"}) {
    script.type(wrong);
    CHECK(script.all_text().starts_with("✗ use: /join "));
  }
  CHECK(script.take_commands().empty());
}

TEST_CASE("What is no address of a host is a room, whatever follows it") {
  MenuScript script;
  script.type("/join very plain");
  const auto join = script.only<chat::JoinRoom>();
  REQUIRE(join);
  CHECK(join->what == "#very plain");
  CHECK_FALSE(join->is_plain);
}

TEST_CASE("What a host passes on is read where one looks at it, also when it was no peer before") {
  MenuScript script;
  script.peers.clear();
  script.type("/join 10.0.0.9:5000 plain");
  script.take_commands();
  auto host = peer_view(9, "", "10.0.0.9:5000");
  host.peer.unread = 5;
  script.peers = {host};
  CHECK(script.prompt().find("unread") == std::string::npos);
  script.type("hello all");
  const auto commands = script.take_commands();
  REQUIRE(commands.size() == 2);
  CHECK(std::get<chat::Focus>(commands[0]).peer == "10.0.0.9:5000");
  script.type("again");
  CHECK(script.only<chat::Send>());
}
