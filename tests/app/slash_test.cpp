#include "tincan/app/slash.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <tuple>

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

TEST_CASE("What is about a line carries the line as it was typed, and the text as it is") {
  using What = OnLine::What;
  const auto on_line = [](std::string_view line) {
    const auto action = parse_slash(line);
    INFO(line);
    REQUIRE(action);
    REQUIRE(std::holds_alternative<OnLine>(*action));
    const auto& on = std::get<OnLine>(*action);
    return std::tuple(on.what, on.line, on.text);
  };
  CHECK(on_line("/reply 3 two  words") == std::tuple(What::reply, "3", "two  words"));
  CHECK(on_line("/reply #12 x") == std::tuple(What::reply, "#12", "x"));
  CHECK(on_line("/edit 3 is part of the text") == std::tuple(What::edit, "", "3 is part of the text"));
  CHECK(on_line("/correct [3] right") == std::tuple(What::edit, "[3]", "right"));
  CHECK(on_line("/delete") == std::tuple(What::remove, "", ""));
  CHECK(on_line("/delete 3") == std::tuple(What::remove, "3", ""));
  CHECK(on_line("/+1 3") == std::tuple(What::react, "3", "+1"));
  CHECK(on_line("/-1 3") == std::tuple(What::react, "3", "-1"));
  CHECK(on_line("/react 3 👍") == std::tuple(What::react, "3", "👍"));
  CHECK(on_line("/unreact 3") == std::tuple(What::react, "3", ""));
  CHECK(on_line("/versions 3") == std::tuple(What::versions, "3", ""));
  CHECK(on_line("/cancel [3]") == std::tuple(What::cancel, "[3]", ""));
}

TEST_CASE("What is about a contact takes its name, with blanks and quotes, and an answer behind it") {
  command<chat::Identify>("/id");
  CHECK(command<chat::Explain>("/why Ann").peer == "Ann");
  CHECK(command<chat::Explain>("/why").peer.empty());
  CHECK(command<chat::Verify>("/verify Team One").peer == "Team One");
  CHECK_FALSE(command<chat::Verify>("/verify Ann").verified);
  CHECK(command<chat::Verify>("/verify Ann yes").verified == true);
  CHECK(command<chat::Verify>("/verify \"Team One\" NO").verified == false);
  CHECK(command<chat::Verify>("/verify \"Team One\" NO").peer == "Team One");
  CHECK(command<chat::Verify>("/verify yes").peer.empty());
  CHECK(command<chat::Rename>("/rename \"Team One\" Bob the Builder").petname == "Bob the Builder");
  CHECK(command<chat::Rename>("/rename Ann").petname.empty());
  CHECK(command<chat::Trust>("/trust Ann yes").accept);
  CHECK(command<chat::Trust>("/trust Team One no").peer == "Team One");
  CHECK_FALSE(command<chat::Trust>("/trust Team One no").accept);
}

TEST_CASE("Every listed command is understood, and has a name of its own") {
  std::set<std::string_view> names;
  for (const auto& known : slash_commands()) {
    CHECK(names.insert(known.name).second);
    CHECK(known.name.starts_with('/'));
    CHECK_FALSE(known.help.empty());
    auto needed = known.arguments;
    if (needed.starts_with("[#ROOM] ")) needed.remove_prefix(8);
    const auto action =
        parse_slash(std::string(known.name) + (needed.empty() || needed.starts_with('[') ? "" : " Ann yes"));
    CHECK(action);
  }
}

TEST_CASE("A beginning that fits one command is that command, one that fits several is none") {
  CHECK(is<Leave>("/q"));
  CHECK(is<ShowHelp>("/he"));
  CHECK(command<chat::Send>("/sen Ann hi").text == "hi");
  CHECK(command<chat::Announce>("/con").peers.empty());
  CHECK(command<chat::Unblock>("/unb 1").target == "1");
  for (const auto* several : {"/s x y", "/h", "/b", "/m", "/", "/un 1", "/re 1", "/d 1"})
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
  CHECK(complaint("/reply 3") == "use: /reply LINE TEXT");
  CHECK(complaint("/edit  ") == "use: /edit TEXT");
  CHECK(complaint("/correct 3 ") == "use: /correct LINE TEXT");
  CHECK(complaint("/+1") == "use: /+1 LINE");
  CHECK(complaint("/react 3") == "use: /react LINE WORD");
  CHECK(complaint("/trust Ann perhaps") == "use: /trust PEER yes|no");
  CHECK(complaint("/rename") == "use: /rename PEER [NAME]");
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
