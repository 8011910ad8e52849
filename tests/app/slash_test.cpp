#include "tincan/app/slash.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace tincan;
using namespace tincan::app;

namespace {

template<class Command> Command command(std::string_view line) {
  const auto action = parse_slash(line);
  INFO(line);
  REQUIRE(action);
  REQUIRE(std::holds_alternative<chat::Command>(*action));
  REQUIRE(std::holds_alternative<Command>(std::get<chat::Command>(*action)));
  return std::get<Command>(std::get<chat::Command>(*action));
}

template<class Action> bool is(std::string_view line) {
  const auto action = parse_slash(line);
  return action && std::holds_alternative<Action>(*action);
}

std::string complaint(std::string_view line) {
  const auto action = parse_slash(line);
  return action ? "" : action.error().text;
}

} // namespace

TEST_CASE("A message is sent to the first word, and its text stays as it is") {
  CHECK(command<chat::Send>("/send Ann hi").peer == "Ann");
  CHECK(command<chat::Send>("/send 10.0.0.7:4100  two  blanks \"and\" quotes").text == " two  blanks \"and\" quotes");
  CHECK(command<chat::Send>("/send Ann /quit").text == "/quit");
  CHECK(command<chat::Send>("/SEND Ann hi").text == "hi");
}

TEST_CASE("A name with blanks stands in double quotes") {
  const auto send = command<chat::Send>("/send \"Team One\" hello there");
  CHECK(send.peer == "Team One");
  CHECK(send.text == "hello there");
  CHECK(command<chat::Block>("/block \"Team One\"").target == "Team One");
  CHECK(command<chat::Block>("/block Team One").target == "Team One");
  CHECK(command<chat::SetDialect>("/dialect \"Team One\" A3-team").dialect == "A3-team");
  CHECK(command<chat::Announce>("/connect \"Team One\" 2 Ann").peers ==
        std::vector<std::string>{"Team One", "2", "Ann"});
  CHECK(command<chat::Send>("/send \"open hello").peer == "\"open");
}

TEST_CASE("Every command means what it says") {
  CHECK(is<OpenConversation>("/to Ann"));
  CHECK(is<CloseConversation>("/menu"));
  CHECK(is<ShowPeers>("/peers"));
  CHECK(is<ShowOlder>("/more"));
  CHECK(is<ShowHelp>("/help"));
  CHECK(is<Leave>("/quit"));
  CHECK(command<chat::Announce>("/connect").peers.empty());
  CHECK(command<chat::ReadHistory>("/history").peer.empty());
  CHECK(command<chat::ReadHistory>("/history Ann").peer == "Ann");
  CHECK(command<chat::ReadHistory>("/search two words").query.search == "two words");
  CHECK(command<chat::Block>("/block 10.0.0.7").target == "10.0.0.7");
  CHECK(command<chat::Unblock>("/unblock 10.0.0.7").target == "10.0.0.7");
  CHECK(command<chat::Cancel>("/cancel #12").what == "#12");
  CHECK(command<chat::Retry>("/retry").peer.empty());
  CHECK(command<chat::Retry>("/retry Ann").peer == "Ann");
  command<chat::ListBlocked>("/blocked");
  command<chat::ListBlocked>("/block");
  command<chat::ListMandatory>("/mandatory");
}

TEST_CASE("Every listed command is understood, and has a name of its own") {
  std::set<std::string_view> names;
  for (const auto& known : slash_commands()) {
    CHECK(names.insert(known.name).second);
    CHECK(known.name.starts_with('/'));
    CHECK_FALSE(known.help.empty());
    const auto action = parse_slash(std::string(known.name) +
                                    (known.arguments.empty() || known.arguments.starts_with('[') ? "" : " Ann A1"));
    CHECK(action);
  }
}

TEST_CASE("A beginning that fits one command is that command, one that fits several is none") {
  CHECK(is<Leave>("/q"));
  CHECK(is<ShowHelp>("/he"));
  CHECK(command<chat::Send>("/sen Ann hi").text == "hi");
  CHECK(command<chat::Announce>("/con").peers.empty());
  CHECK(command<chat::Unblock>("/un 1").target == "1");
  for (const auto* several : {"/s x y", "/h", "/b", "/m", "/"})
    CHECK(complaint(several).starts_with("there is no command"));
  command<chat::ListBlocked>("/block"); // a whole name counts, although another begins with it
}

TEST_CASE("What is missing is told with the right use") {
  CHECK(complaint("/send") == "use: /send PEER TEXT");
  CHECK(complaint("/send Ann") == "use: /send PEER TEXT");
  CHECK(complaint("/send Ann   ") == "use: /send PEER TEXT");
  CHECK(complaint("/send \"\" hi") == "use: /send PEER TEXT");
  CHECK(complaint("/to") == "use: /to PEER");
  CHECK(complaint("/search  ") == "use: /search TEXT");
  CHECK(complaint("/unblock") == "use: /unblock PEER|ADDRESS");
  CHECK(complaint("/dialect Ann") == "use: /dialect PEER NAME");
  CHECK(complaint("/cancel") == "use: /cancel #ID|PEER");
}

TEST_CASE("An unknown command is one harmless line") {
  for (const auto* bad : {"/nope", "/\x1b[2J", "/a\nb", "/\xff", "/send\tAnn hi"}) {
    const auto text = complaint(bad);
    CHECK(text.starts_with("there is no command"));
    CHECK(text.find_first_of("\x1b\n") == std::string::npos);
  }
  CHECK(complaint("/" + std::string(100'000, 'x')).size() < 200);
}
