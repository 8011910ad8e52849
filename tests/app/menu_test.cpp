#include "menu_script.hpp"

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;

namespace {

constexpr const char* at_the_menu = "Us> ";

} // namespace

TEST_CASE("The menu shows its choices, again on an empty line, and nothing is submitted") {
  MenuScript script;
  script.type("");
  const auto text = script.all_text();
  for (const auto* choice : {"1  send a message", "2  query active peers", "3  connect to known peers", "4  history",
                             "5  blocked peers", "6  dialect of a peer", "7  help", "8  rooms", "0  quit"})
    CHECK(text.find(choice) != std::string::npos);
  CHECK(script.prompt() == at_the_menu);
  CHECK(script.take_commands().empty());
}

TEST_CASE("What is no choice is one complaint, and the menu stays") {
  MenuScript script;
  for (const auto* bad : {"9", "x", "12", "send", "-1", "\x1b[2J", "１"}) {
    script.type(bad);
    CHECK(script.complained());
    CHECK(script.prompt() == at_the_menu);
  }
  CHECK(script.take_commands().empty());
}

TEST_CASE("1 sends a message to a peer given by number, name or address, as it was typed") {
  MenuScript script;
  for (const auto* peer : {"1", "Ann", "ann", "10.0.0.7:4100", "Team Three", "team_three", "[2001:db8::3]:4103",
                           "10.9.9.9:1", "newhost:4100"}) {
    script.type("1");
    CHECK(script.all_text().find("10.0.0.7:4100") != std::string::npos); // the table of peers
    CHECK(script.prompt() == "To whom (number, name or address): ");
    script.type(peer);
    CHECK(script.prompt().starts_with("Message to "));
    script.type("  hello /there  ");
    const auto sent = script.only<chat::Send>();
    REQUIRE(sent);
    CHECK(sent->peer == peer);
    CHECK(sent->text == "  hello /there  ");
    CHECK(script.prompt() == at_the_menu);
  }
}

TEST_CASE("1 refuses what cannot be a peer, says why, and asks again") {
  MenuScript script;
  script.type("1");
  script.take_lines();
  for (const auto& [typed, why] :
       std::vector<std::pair<std::string, std::string>>{{"4", "there is no peer number 4"},
                                                        {"Nobody", "no peer is called “Nobody”"},
                                                        {"10.0.0.99", "10.0.0.99 needs a port"},
                                                        {"fd00::99", "fd00::99 needs a port, like [fd00::99]:4100"},
                                                        {"h:0", "no peer is called"},
                                                        {"99999999999999999999", "no peer number"}}) {
    script.type(typed);
    const auto text = script.all_text();
    INFO(text);
    CHECK(text.starts_with("✗ "));
    CHECK(text.find(why) != std::string::npos);
    CHECK(script.prompt() == "To whom (number, name or address): ");
  }
  CHECK(script.take_commands().empty());
}

TEST_CASE("A name that several peers have is passed on, for the node to say which") {
  MenuScript script;
  script.peers.push_back(peer_view(4, "ANN", "10.0.0.9:4100"));
  script.type("/send ann hi");
  CHECK(script.only<chat::Send>()->peer == "ann");
  script.type("1");
  script.take_lines();
  script.type("Ann");
  CHECK(script.prompt() == "Message to Ann: ");
  CHECK(script.take_lines().empty());
}

TEST_CASE("An empty line and Ctrl-C go back from every question, and submit nothing") {
  for (const auto& steps :
       std::vector<std::vector<std::string>>{{"1"}, {"1", "Ann"}, {"3"}, {"4"}, {"5"}, {"6"}, {"6", "Ann"}}) {
    for (const bool by_interrupt : {true, false}) {
      MenuScript script;
      for (const auto& step : steps) script.type(step);
      CHECK(script.prompt() != at_the_menu);
      script.take_commands();
      if (by_interrupt)
        script.interrupt();
      else
        script.type("  ");
      CHECK(script.prompt() == at_the_menu);
      CHECK(script.take_commands().empty());
      CHECK_FALSE(script.has_left);
    }
  }
}

TEST_CASE("Ctrl-C at the menu itself only says how to leave") {
  MenuScript script;
  script.interrupt();
  CHECK(script.all_text().find("/quit") != std::string::npos);
  CHECK_FALSE(script.has_left);
}

TEST_CASE("2 shows every peer with its address and state") {
  MenuScript script;
  script.peers[1].presence = chat::Presence::unreachable;
  script.peers[1].trouble = "connection refused";
  script.peers[2].blocked = true;
  script.type("2");
  const auto lines = script.take_lines();
  REQUIRE(lines.size() == 4);
  CHECK(lines[1].find("active") != std::string::npos);
  CHECK(lines[2].find("unreachable: connection refused") != std::string::npos);
  CHECK(lines[3].find("[BLOCKED]") != std::string::npos);
  script.peers.clear();
  script.type("2");
  CHECK(script.all_text().find("No peers yet") != std::string::npos);
}

TEST_CASE("3 connects to all peers, to chosen numbers, or to one name with blanks") {
  MenuScript script;
  const auto chosen = [&](std::string_view answer) {
    script.type("3");
    script.take_lines();
    script.type(answer);
    const auto command = script.only<chat::Announce>();
    REQUIRE(command);
    CHECK(script.prompt() == at_the_menu);
    return command->peers;
  };
  CHECK(chosen("all").empty());
  CHECK(chosen("ALL").empty());
  CHECK(chosen("1 3") == std::vector<std::string>{"1", "3"});
  CHECK(chosen("  2   Ann 10.0.0.50:4100 ") == std::vector<std::string>{"2", "Ann", "10.0.0.50:4100"});
  CHECK(chosen("Team Three") == std::vector<std::string>{"Team Three"});
}

TEST_CASE("3 connects to nobody when one of those named cannot be meant") {
  MenuScript script;
  script.type("3");
  script.take_lines();
  script.type("1 77");
  CHECK(script.complained());
  CHECK(script.take_commands().empty());
  CHECK(script.prompt().starts_with("Connect to"));
}

TEST_CASE("4 reads the history of all, of a peer, or of words, and pages back with m") {
  MenuScript script;
  script.type("4");
  CHECK(script.prompt().starts_with("History with"));
  script.type("all");
  auto read = script.only<chat::ReadHistory>();
  REQUIRE(read);
  CHECK(read->peer.empty());
  CHECK_FALSE(read->query.before);

  script.oldest = 41;
  script.older = true;
  script.type("m");
  read = script.only<chat::ReadHistory>();
  REQUIRE(read);
  CHECK(read->query.before == base::EntryId{41});
  script.older = false;
  script.type("M");
  CHECK(script.all_text() == "There are no older lines.\n");
  CHECK(script.take_commands().empty());
  script.type("x");
  CHECK(script.complained());
  script.type("");
  CHECK(script.prompt() == at_the_menu);

  script.type("4");
  script.type("?exam monday");
  read = script.only<chat::ReadHistory>();
  REQUIRE(read);
  CHECK(read->query.search == "exam monday");
  script.older = true;
  script.type("m");
  read = script.only<chat::ReadHistory>();
  REQUIRE(read);
  CHECK(read->query.search == "exam monday");
  CHECK(read->query.before == base::EntryId{41});
  script.type("");

  script.type("4");
  script.type("Bob");
  CHECK(script.only<chat::ReadHistory>()->peer == "Bob");
}

TEST_CASE("5 shows who is blocked, and toggles a peer or blocks a host without any complaint") {
  MenuScript script;
  const auto answered = [&](std::string_view answer) {
    script.type("5");
    CHECK(script.only<chat::ListBlocked>());
    script.take_lines();
    script.type(answer);
    CHECK(script.take_lines().empty());
    CHECK(script.prompt() == at_the_menu);
  };
  answered("Ann");
  CHECK(script.only<chat::ToggleBlock>()->target == "Ann");
  script.peers[0].blocked = true;
  answered("1");
  CHECK(script.only<chat::ToggleBlock>()->target == "1");
  answered("10.0.0.99");
  CHECK(script.only<chat::ToggleBlock>()->target == "10.0.0.99");
  answered("2001:db8::99");
  CHECK(script.only<chat::ToggleBlock>()->target == "2001:db8::99");
  script.type("5");
  script.take_commands();
  script.take_lines();
  script.type("no one");
  CHECK(script.complained());
  CHECK(script.take_commands().empty());
}

TEST_CASE("6 sets a dialect by its name, in any case, or lets it follow the peer") {
  MenuScript script;
  for (const auto* name : {"A1", "a3-TEAM", "raw", "auto", "AUTO"}) {
    script.type("6");
    script.type("Bob");
    CHECK(script.all_text().find("A2b") != std::string::npos);
    script.type("A99");
    CHECK(script.complained());
    script.type(name);
    const auto set = script.only<chat::SetDialect>();
    REQUIRE(set);
    CHECK(set->peer == "Bob");
    CHECK(set->dialect == name);
    CHECK(script.prompt() == at_the_menu);
  }
}

TEST_CASE("7 lists every command, and 0 and the end of input leave") {
  MenuScript script;
  script.type("7");
  const auto text = script.all_text();
  for (const auto& command : slash_commands()) CHECK(text.find(command.help) != std::string::npos);
  script.type("0");
  CHECK(script.has_left);
  MenuScript other;
  other.menu.end();
  other.type("");
  CHECK(other.has_left);
}

TEST_CASE("In a conversation plain lines are messages, and only slash lines are commands") {
  MenuScript script;
  script.type("/to Ann");
  CHECK(script.only<chat::Focus>()->peer == "1");
  CHECK(script.prompt() == "Us → Ann> ");
  script.take_lines();
  script.type(" 0");
  CHECK(script.only<chat::Send>()->text == " 0");
  script.type("   ");
  CHECK(script.take_commands().empty());
  script.type("//etc/passwd");
  const auto sent = script.only<chat::Send>();
  CHECK(sent->text == "/etc/passwd");
  CHECK(sent->peer == "1");
  script.type("///");
  CHECK(script.only<chat::Send>()->text == "//");
  script.type("/nonsense");
  CHECK(script.complained());
  script.type("/history");
  CHECK(script.only<chat::ReadHistory>()->peer == "1");
  script.type("/send Bob hi");
  CHECK(script.only<chat::Send>()->peer == "Bob");
  CHECK(script.prompt() == "Us → Ann> ");
  script.type("/menu");
  CHECK(script.only<chat::Focus>()->peer.empty());
  CHECK(script.prompt() == at_the_menu);
}

TEST_CASE("A conversation goes on with the same peer when names change, and Ctrl-C leaves it") {
  MenuScript script;
  script.type("/to Ann");
  script.take_commands();
  script.peers[0].peer.team = base::PeerText("Zoe");
  script.peers[1].peer.team = base::PeerText("Ann");
  script.type("secret");
  CHECK(script.only<chat::Send>()->peer == "1");
  CHECK(script.prompt() == "Us → Zoe> ");
  script.interrupt();
  CHECK(script.prompt() == at_the_menu);
}

TEST_CASE("A conversation can begin with a peer that is not known yet, and not with nobody") {
  MenuScript script;
  script.type("/to 10.9.9.9:4100");
  CHECK(script.take_commands().empty());
  script.type("first words");
  CHECK(script.only<chat::Send>()->peer == "10.9.9.9:4100");
  script.interrupt();
  script.take_lines();
  script.take_commands();
  script.type("/to Nobody");
  CHECK(script.complained());
  CHECK(script.prompt() == at_the_menu);
}

TEST_CASE("A slash command answers instead of a question, and the question is over") {
  MenuScript script;
  script.type("1");
  script.type("/block Bob");
  CHECK(script.only<chat::Block>()->target == "Bob");
  CHECK(script.prompt() == at_the_menu);
}

TEST_CASE("A line is answered, changed, deleted and reacted to by its number on the screen or by its id") {
  MenuScript script;
  REQUIRE(script.handles.give({{12}, {2}}) == 1);
  script.type("/reply 1 sure");
  const auto reply = script.only<chat::Send>();
  REQUIRE(reply);
  CHECK(reply->peer == "2");
  CHECK(reply->text == "sure");
  CHECK(reply->reply_to == base::EntryId{12});
  script.type("/correct [1] better");
  CHECK(script.only<chat::Edit>()->entry == base::EntryId{12});
  script.type("/delete #7");
  CHECK(script.only<chat::Delete>()->entry == base::EntryId{7});
  script.type("/+1 1");
  CHECK(script.only<chat::React>()->text == "+1");
  script.type("/react 1 👍");
  CHECK(script.only<chat::React>()->entry == base::EntryId{12});
  script.type("/unreact 1");
  CHECK(script.only<chat::React>()->text.empty());
  script.type("/versions #12");
  CHECK(script.only<chat::ReadVersions>()->entry == base::EntryId{12});
  script.type("/cancel [1]");
  CHECK(script.only<chat::Cancel>()->what == "#12");
  CHECK(script.take_lines().empty());
  for (const auto* bad : {"/reply 2 x", "/reply 1000 x", "/reply 0 x", "/reply x y", "/+1 #", "/+1 #x", "/+1 []"}) {
    script.type(bad);
    CHECK(script.complained());
  }
  CHECK(script.take_commands().empty());
}

TEST_CASE("Our last line is changed or deleted only in a conversation, and there the peer need not be named") {
  MenuScript script;
  for (const auto* line : {"/edit new", "/delete", "/why", "/verify", "/verify yes", "/trust yes", "/reply #12 x"}) {
    script.type(line);
    CHECK(script.complained());
  }
  CHECK(script.take_commands().empty());
  script.type("/to Bob");
  script.take_commands();
  script.type("/edit new text");
  const auto edit = script.only<chat::Edit>();
  REQUIRE(edit);
  CHECK(edit->peer == "2");
  CHECK_FALSE(edit->entry);
  CHECK(edit->text == "new text");
  script.type("/delete");
  CHECK(script.only<chat::Delete>()->peer == "2");
  script.type("/why");
  CHECK(script.only<chat::Explain>()->peer == "2");
  script.type("/verify yes");
  const auto verify = script.only<chat::Verify>();
  CHECK(verify->peer == "2");
  CHECK(verify->verified == true);
  script.type("/trust no");
  CHECK(script.only<chat::Trust>()->peer == "2");
  script.type("/why Ann");
  CHECK(script.only<chat::Explain>()->peer == "Ann");
  script.type("/reply #12 x");
  CHECK(script.only<chat::Send>()->peer == "2");
}

TEST_CASE("A peer is found by the name that the user gave it, by its key, and by a key with an address") {
  MenuScript script;
  script.peers[1].peer.petname = "Robert";
  script.peers[1].peer.key = base::PublicKey::from(std::string(32, '\x01'));
  const auto key = script.peers[1].peer.key->text();
  for (const auto& typed : {std::string("robert"), std::string("Bob"), key, key + "@10.9.9.9:4100"}) {
    script.type("/to " + typed);
    CHECK(script.only<chat::Focus>()->peer == "2");
    CHECK(script.prompt() == "Us → Robert> ");
    script.interrupt();
    script.take_commands();
  }
  const auto stranger = base::PublicKey::from(std::string(32, '\x02'))->text();
  script.take_lines();
  script.type("/to " + stranger + "@10.9.9.9:4100");
  CHECK(script.take_commands().empty());
  script.type("hello");
  CHECK(script.only<chat::Send>()->peer == stranger + "@10.9.9.9:4100");
  script.interrupt();
  script.take_lines();
  for (const auto& bad : {stranger + "@", stranger + "@10.9.9.9", stranger.substr(1) + "@10.9.9.9:4100"}) {
    script.type("/to " + bad);
    CHECK(script.complained());
  }
}

TEST_CASE("Pasted lines are sent as one message only after a yes") {
  MenuScript script;
  script.type("/to Ann");
  script.take_commands();
  script.take_lines();
  script.paste("one\ntwo\n\nfour");
  CHECK(script.all_text().find("4 lines pasted, beginning with: one") != std::string::npos);
  CHECK(script.prompt() == "Send them as one message to Ann? (y/n) ");
  CHECK(script.take_commands().empty());
  script.type("perhaps");
  CHECK(script.complained());
  script.type("Yes");
  CHECK(script.only<chat::Send>()->text == "one\ntwo\n\nfour");
  CHECK(script.prompt() == "Us → Ann> ");
  CHECK(script.menu.take_draft().empty());
}

TEST_CASE("Pasted lines that are not sent come back as a draft, by no, by an empty line and by Ctrl-C") {
  for (const auto* answer : {"n", "NO", "", "^C"}) {
    for (const bool in_conversation : {true, false}) {
      MenuScript script;
      if (in_conversation) {
        script.type("/to Ann");
      } else {
        script.type("1");
        script.type("Ann");
      }
      script.take_commands();
      const auto before = script.prompt();
      script.paste("one\ntwo");
      if (std::string_view(answer) == "^C")
        script.interrupt();
      else
        script.type(answer);
      CHECK(script.take_commands().empty());
      CHECK(script.menu.take_draft() == "one two");
      CHECK(script.menu.take_draft().empty());
      CHECK(script.prompt() == before);
    }
  }
}

TEST_CASE("Lines pasted where no message is asked for are refused") {
  MenuScript script;
  script.paste("0\n0");
  CHECK(script.complained());
  CHECK_FALSE(script.has_left);
  script.type("3");
  script.take_lines();
  script.paste("all\nall");
  CHECK(script.complained());
  CHECK(script.take_commands().empty());
}

TEST_CASE("A paste shows its first line harmless and short") {
  MenuScript script;
  script.type("/to Ann");
  script.take_lines();
  script.paste("\x1b[2J" + std::string(5000, 'x') + "\nsecond");
  const auto text = script.all_text();
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.size() < 200);
}

TEST_CASE("The prompt counts what is unread, of all but those who are blocked") {
  MenuScript script;
  script.peers[0].peer.unread = 2;
  script.peers[1].peer.unread = 3;
  script.peers[2].peer.unread = 50;
  script.peers[2].blocked = true;
  CHECK(script.prompt() == "Us (5 unread)> ");
  script.type("/to Bob");
  CHECK(script.prompt().starts_with("Us → Bob ("));
}

TEST_CASE("A hostile name reaches the prompt washed") {
  MenuScript script;
  script.peers[0].peer.team = base::PeerText("\x1b[2Jroot\n> ");
  script.type("/to 1");
  CHECK(script.prompt() == "Us → ⟨U+001B⟩[2Jroot⟨U+000A⟩>> ");
}

TEST_CASE("Random lines never leave the menu stuck, and nothing is sent that was not typed") {
  const std::vector<std::string> words{"1",
                                       "2",
                                       "3",
                                       "4",
                                       "5",
                                       "6",
                                       "7",
                                       "",
                                       "Ann",
                                       "all",
                                       "m",
                                       "hello",
                                       "/to Ann",
                                       "/menu",
                                       "/h",
                                       "//x",
                                       "/send Ann hi",
                                       "y",
                                       "n"};
  std::uint32_t seed = 1;
  const auto next = [&seed](std::size_t bound) { return (seed = seed * 1664525 + 1013904223) / 65536 % bound; };
  MenuScript script;
  for (int step = 0; step < 5000; ++step) {
    const auto& word = words[next(words.size())];
    if (next(10) == 0)
      script.interrupt();
    else if (next(20) == 0)
      script.paste("a\nb");
    else
      script.type(word);
    for (const auto& command : script.take_commands())
      if (const auto* send = std::get_if<chat::Send>(&command))
        CHECK((send->text == word || send->text == "hi" || send->text == "/x" || send->text == "a\nb"));
    CHECK_FALSE(script.prompt().empty());
    CHECK_FALSE(script.has_left);
  }
  for (int i = 0; i < 3; ++i) script.interrupt();
  CHECK(script.prompt() == "Us> ");
}
