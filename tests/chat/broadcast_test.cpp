// Rooms of the old kind: a host that relays plain text, and ourselves as a guest of one.
#include "script.hpp"
#include "tincan/chat/broadcast_host.hpp"
#include "tincan/sim/toy_keys.hpp"
#include "tincan/wire/broadcast.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

namespace {

Settings hosting() {
  auto settings = script_settings();
  settings.hosting = true;
  settings.hosted_room = "hall";
  return settings;
}

using Lines = std::vector<std::string>;

// A host alone, whose guests take what they get at once unless they are slow.
class Hall {
public:
  base::LinkId enter(const std::string& from) {
    const base::LinkId link{++links_};
    host_.welcome(link, *base::Endpoint::parse(from));
    return link;
  }
  void say(base::LinkId guest, std::string_view bytes) {
    host_.bytes(guest, bytes, now_);
    take();
  }
  void member_says(const std::string& name, const std::string& text) {
    host_.say(base::PeerText(name), base::PeerText(text));
    host_.finish_turn(now_);
    take();
  }
  void wait(base::Millis time) {
    now_.tick += time;
    host_.time_passed(now_);
    take();
  }
  void wait_out() {
    while (const auto next = host_.next_deadline()) wait(*next - now_.tick);
  }
  Lines heard(base::LinkId guest) { return std::exchange(heard_[guest], {}); }
  std::string all_heard(base::LinkId guest) {
    wait_out();
    std::string all;
    for (const auto& line : heard(guest)) all += line;
    return all;
  }
  Lines take_room() { return std::exchange(room_, {}); }
  bool is_closed(base::LinkId guest) const { return closed_.contains(guest); }
  void be_slow(base::LinkId guest) { slow_.insert(guest); }
  void catch_up(base::LinkId guest) {
    slow_.erase(guest);
    host_.taken(guest, now_);
    take();
  }
  BroadcastHost& host() { return host_; }

private:
  void take() {
    turn_.release();
    std::set<base::LinkId> written;
    while (const auto effect = turn_.next_effect()) {
      if (const auto* send = std::get_if<SendBytes>(&*effect)) {
        heard_[send->link].push_back(send->bytes);
        written.insert(send->link);
      }
      if (const auto* close = std::get_if<CloseLink>(&*effect)) closed_.insert(close->link);
    }
    for (const auto link : written)
      if (!slow_.contains(link) && host_.has(link)) host_.taken(link, now_);
    if (!written.empty()) take();
  }

  base::Now now_ = script_start();
  Turn turn_;
  Lines room_;
  BroadcastHost host_{turn_, [this](const auto& name, const auto& text, base::Now) {
                        room_.push_back(name.untrusted_bytes() + "|" + text.untrusted_bytes());
                      }};
  std::uint64_t links_ = 0;
  std::map<base::LinkId, Lines> heard_;
  std::set<base::LinkId> closed_, slow_;
};

} // namespace

TEST_CASE("what a guest writes goes to all others as it is, and not back", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002"),
             carol = hall.enter("10.0.0.9:5003");
  const std::string text("alice: hi\x1b[2J \xFF\0!", 18);
  hall.say(alice, text);
  CHECK(hall.heard(bob) == Lines{text});
  CHECK(hall.heard(carol) == Lines{text});
  CHECK(hall.heard(alice).empty());
}

TEST_CASE("a line end is added only for a guest that sends them itself", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), nc = hall.enter("10.0.0.8:5002"), other = hall.enter("10.0.0.9:5003");
  hall.say(alice, "before");
  CHECK(hall.heard(nc) == Lines{"before"});
  hall.wait_out();
  hall.say(nc, "hello\n");
  CHECK(hall.heard(alice) == Lines{"hello\n"});
  hall.wait(wire::reading_pause);
  CHECK(hall.heard(other) == Lines{"before", "hello\n"});
  hall.wait(wire::reading_pause);
  hall.say(alice, "after");
  CHECK(hall.heard(nc) == Lines{"after\n"});
  CHECK(hall.heard(other) == Lines{"after"});
  hall.say(nc, "half a ");
  hall.say(nc, "line\n");
  CHECK(hall.all_heard(alice) == "half a line\n");
}

TEST_CASE("a character that comes in two parts is passed on whole", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
  hall.say(alice, "alice: gr\xC3");
  hall.say(alice, "\xBC\xC3\x9F dich \xF0\x9F\x99");
  hall.say(alice, "\x82");
  const std::string whole = "gr\xC3\xBC\xC3\x9F dich \xF0\x9F\x99\x82";
  CHECK(hall.take_room() == Lines{"alice|" + whole});
  CHECK(hall.heard(bob) == Lines{"alice: " + whole});
  CHECK_FALSE(hall.host().next_deadline());
}

TEST_CASE("a text with a torn end waits for its rest, as a whole and not for long", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
  hall.say(alice, "gr\xC3");
  CHECK(hall.heard(bob).empty());
  hall.wait(base::Millis(150));
  hall.say(alice, "\xBC\xC3"); // what comes in time is no reason to wait longer for the next
  CHECK(hall.heard(bob).empty());
  hall.wait(character_wait - base::Millis(150));
  CHECK(hall.heard(bob) == Lines{"gr\xC3\xBC\xC3"});
}

TEST_CASE("of a text that is cut anyway only the torn character waits", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
  const std::string text(3'000, 'y');
  hall.say(alice, text + "\xC3");
  hall.say(alice, "\xBC\xC3");
  hall.say(alice, "\x9F");
  CHECK(hall.take_room().front().ends_with("|" + text));
  CHECK(hall.all_heard(bob) == text + "\xC3\xBC\xC3\x9F");
}

TEST_CASE("what does not continue a torn character is a text of its own", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
  hall.say(alice, "caf\xE9"); // in Latin-1
  hall.say(alice, "tea");
  hall.say(alice, "th\xE9");
  hall.say(alice, "exit");
  CHECK(hall.is_closed(alice));
  CHECK(hall.take_room().size() == 3);
  CHECK(hall.heard(bob) == Lines{"caf\xE9"});
  hall.wait(wire::reading_pause);
  CHECK(hall.heard(bob) == Lines{"tea"});
  CHECK(hall.all_heard(bob) == "th\xE9");
}

TEST_CASE("of bytes that only look like half a character nothing is lost", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
  hall.say(alice, "caf\xE9"); // in Latin-1
  hall.wait(character_wait);
  CHECK(hall.heard(bob) == Lines{"caf\xE9"});
  CHECK_FALSE(hall.host().next_deadline());
  hall.say(alice, "\xE9");
  hall.host().closed(alice, script_start());
  hall.member_says("Tim", "so long");
  CHECK(hall.all_heard(bob).starts_with("\xE9"));
}

TEST_CASE("two quick texts are written apart, so that a recv gives one of them", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
  hall.say(alice, "one");
  hall.say(alice, "two");
  CHECK(hall.heard(bob) == Lines{"one"});
  hall.wait(wire::reading_pause - base::Millis(1));
  CHECK(hall.heard(bob).empty());
  hall.wait(base::Millis(1));
  CHECK(hall.heard(bob) == Lines{"two"});
  for (int i = 0; i < 200; ++i) hall.say(alice, "x");
  CHECK(hall.heard(bob).size() >= 200 - max_lines_apart); // but nobody waits long for that
  CHECK(hall.all_heard(bob).size() <= max_lines_apart);
}

TEST_CASE("a long text is cut for those who read 1024 bytes at once", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
  const std::string text(3'000, 'y');
  hall.say(alice, text);
  CHECK(hall.heard(bob) == Lines{std::string(1'000, 'y')});
  CHECK(hall.all_heard(bob) == text.substr(1'000));
}

TEST_CASE("exit and its line end let a guest go, and are told nobody", "[chat][broadcast]") {
  for (const std::string word : {"exit", "exit\n", "exit\r\n"}) {
    Hall hall;
    const auto alice = hall.enter("10.0.0.7:5001"), bob = hall.enter("10.0.0.8:5002");
    hall.say(alice, word);
    CHECK(hall.is_closed(alice));
    CHECK_FALSE(hall.host().has(alice));
    CHECK(hall.heard(bob).empty());
    hall.say(bob, "bob: exit is a word");
    CHECK_FALSE(hall.is_closed(bob));
    CHECK(hall.take_room() == Lines{"bob|exit is a word"});
  }
}

TEST_CASE("a guest is named by the name before its first words, or by its address", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001"), nc = hall.enter("10.0.0.8:5002");
  hall.say(alice, "[12:01] alice: hi");
  hall.say(alice, "no name now");
  hall.say(alice, "al: renamed");
  hall.say(nc, "hello\n");
  hall.say(nc, "Note: no lunch today\n");
  hall.say(nc, "\n");
  CHECK(hall.take_room() == Lines{"alice|hi", "alice|no name now", "al|renamed", "10.0.0.8:5002|hello",
                                  "10.0.0.8:5002|Note: no lunch today"});
  std::string names;
  for (const auto& name : hall.host().guests()) names += name.untrusted_bytes() + " ";
  CHECK(names == "al 10.0.0.8:5002 ");
}

TEST_CASE("lines that come at once stand for themselves, but not without end", "[chat][broadcast]") {
  Hall hall;
  const auto nc = hall.enter("10.0.0.8:5002");
  hall.say(nc, "one\ntwo\n\nthree\n");
  CHECK(hall.take_room() == Lines{"10.0.0.8:5002|one", "10.0.0.8:5002|two", "10.0.0.8:5002|three"});
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "x\n";
  hall.say(nc, many);
  CHECK(hall.take_room().size() == 1);
}

TEST_CASE("guests hear members under their names, without what would move their terminals", "[chat][broadcast]") {
  Hall hall;
  const auto alice = hall.enter("10.0.0.7:5001");
  hall.member_says("Us", "hello");
  hall.wait(wire::reading_pause);
  hall.member_says("Ev\x1b[31mil\nRoot", "hi\x1b[2J\rthere\x07");
  const auto heard = hall.heard(alice);
  REQUIRE(heard.size() == 2);
  CHECK(heard[0] == "Us: hello");
  for (const auto control : {'\x1b', '\r', '\a', '\n'}) CHECK(heard[1].find(control) == std::string::npos);
  hall.wait(wire::reading_pause);
  hall.member_says("Us", std::string(2'500, 'z'));
  hall.wait_out();
  const auto pieces = hall.heard(alice);
  CHECK(pieces.size() == 3);
  for (const auto& piece : pieces) {
    CHECK(piece.starts_with("Us: "));
    CHECK(piece.size() <= 1'000);
  }
}

TEST_CASE("a guest that does not read holds nobody up, and goes once its queue is full", "[chat][broadcast]") {
  Hall hall;
  const auto slow = hall.enter("10.0.0.6:5000"), bob = hall.enter("10.0.0.7:5001");
  hall.be_slow(slow);
  const std::string text(900, 'x');
  std::size_t heard = 0, rounds = 0;
  for (; !hall.is_closed(slow) && rounds < 10'000; ++rounds) {
    hall.member_says("Us", text);
    hall.wait(wire::reading_pause);
    heard += hall.heard(bob).size();
  }
  CHECK(hall.is_closed(slow));
  CHECK(hall.heard(slow).size() == 1); // the one that it never took
  CHECK(heard == rounds);
  CHECK(rounds * (text.size() + queue_entry_bytes) <= max_guest_queue_bytes + 2 * text.size());
}

TEST_CASE("a guest that was slow for a while gets all that it missed", "[chat][broadcast]") {
  Hall hall;
  const auto slow = hall.enter("10.0.0.6:5000");
  hall.be_slow(slow);
  std::string all;
  for (int i = 0; i < 300; ++i) {
    hall.member_says("Us", std::to_string(i));
    all += "Us: " + std::to_string(i);
  }
  hall.catch_up(slow);
  CHECK(hall.all_heard(slow) == all);
}

TEST_CASE("a flooder is let go before it drowns the others", "[chat][broadcast]") {
  Hall hall;
  const auto flooder = hall.enter("10.0.0.6:5000"), alice = hall.enter("10.0.0.7:5001");
  int count = 0;
  for (; !hall.is_closed(flooder) && count < 100'000; ++count) hall.say(flooder, "x");
  CHECK(hall.is_closed(flooder));
  CHECK(count <= static_cast<int>(max_burst_bytes / least_line_cost) + 1);
  const auto typist = hall.enter("10.0.0.6:5001");
  for (int i = 0; i < 3'000; ++i) {
    hall.wait(base::Millis(250));
    hall.say(typist, "four lines a second for a quarter of an hour");
  }
  CHECK_FALSE(hall.is_closed(typist));
  CHECK_FALSE(hall.is_closed(alice));
}

TEST_CASE("a thousand guests hear each other", "[chat][broadcast]") {
  Hall hall;
  std::vector<base::LinkId> guests;
  for (int i = 0; i < 1'000; ++i) guests.push_back(hall.enter("10.0.0.7:" + std::to_string(5'000 + i)));
  hall.say(guests[500], "guest: hello all");
  for (const auto guest : guests) CHECK(hall.heard(guest).size() == (guest == guests[500] ? 0U : 1U));
}

TEST_CASE("when there are too many guests those who never spoke make room", "[chat][broadcast]") {
  Hall hall;
  const auto first = hall.enter("10.0.0.7:1");
  hall.say(first, "I am here");
  const auto silent = hall.enter("10.0.0.7:2");
  for (std::size_t guests = 2; guests < max_guests; ++guests) hall.enter("10.0.0.7:3");
  REQUIRE(hall.host().guests().size() == max_guests);
  const auto last = hall.enter("10.0.0.8:4");
  hall.say(last, "me, too");
  CHECK(hall.is_closed(silent));
  CHECK(hall.host().has(first));
  CHECK(hall.host().has(last));
  CHECK(hall.host().guests().size() == max_guests);
}

// --- the node around it

TEST_CASE("a hosting tincan greets nobody: who is silent for a moment hears what is said", "[chat][broadcast]") {
  Stage stage(hosting());
  stage.input("accept L1 10.0.0.7:5001");
  stage.input("wait 100");
  CHECK(stage.take_lines().empty()); // no banner
  stage.input("accept L2 10.0.0.8:5002");
  stage.input("bytes L2 bob: hello");
  CHECK(stage.take_lines() == Lines{"< send L1 bob: hello"});
  stage.input("taken L1");
  stage.input("end L2");
  CHECK(stage.take_lines() == Lines{"< close L2"});
  stage.input("wait 50");
  stage.input("accept L3 10.0.0.8:5003");
  stage.input("bytes L3 bob: caf\xE9");
  CHECK(stage.take_lines().empty());
  stage.input("end L3");
  CHECK(stage.take_lines() == Lines{"< send L1 bob: caf\xE9", "< close L3"});
  stage.input("taken L1");
  stage.input("cut L1");
  stage.input("wait 3600000");
  CHECK(stage.take_lines().empty());
  CHECK_FALSE(stage.node().next_deadline());
}

TEST_CASE("a canonical message at the host's port is a guest's text like any other", "[chat][broadcast]") {
  Stage stage(hosting());
  stage.input("accept L1 10.0.0.7:5001");
  stage.input("wait 100");
  stage.input("accept L2 10.0.0.8:5002");
  stage.input("bytes L2 10.0.0.8:7001 Alice hi");
  CHECK(stage.take_lines() == Lines{"< send L1 10.0.0.8:7001 Alice hi"});
}

TEST_CASE("who is blocked is no guest, also when that is decided later", "[chat][broadcast]") {
  Stage stage(hosting());
  stage.input("accept L1 10.0.0.7:5001");
  stage.input("wait 100");
  stage.input("block 10.0.0.7");
  CHECK(stage.take_lines().front() == "< close L1");
  stage.input("accept L2 10.0.0.7:5002");
  CHECK(stage.take_lines() == Lines{"< close L2"});
}

TEST_CASE("a TLS hello at the host's port is a tincan, at once or after a silence", "[chat][broadcast]") {
  MemoryStore store;
  FixedEntropy entropy;
  sim::ToyKeys keys(1);
  Node node(hosting(), store, entropy, &keys);
  auto now = script_start();
  node.load(*store.load(), now);
  const auto effects_of_turn = [&] {
    node.time_passed(now);
    node.finish_turn(now);
    if (store.has_uncommitted()) CHECK(store.commit());
    node.committed();
    std::vector<Effect> effects;
    while (auto effect = node.next_effect()) effects.push_back(std::move(*effect));
    return effects;
  };
  effects_of_turn();
  for (const auto silence : {base::Millis(0), base::Millis(500)}) {
    const auto link = node.new_link();
    node.link_accepted(link, *base::Endpoint::parse("10.0.0.7:5001"), now);
    now.tick += silence;
    CHECK(effects_of_turn().empty());
    node.bytes_received(link, "\x16\x03\x01", now);
    const auto effects = effects_of_turn();
    REQUIRE(effects.size() == 1);
    const auto* secure = std::get_if<SecureLink>(&effects.front());
    REQUIRE(secure);
    CHECK(secure->early == "\x16\x03\x01");
    CHECK(secure->role == SecureLink::Role::server);
  }
}

// --- as a guest

TEST_CASE("who joins a host hears its guests as lines of one conversation, and talks there", "[chat][broadcast]") {
  Stage stage;
  stage.input("join-plain 10.0.0.9:5000");
  CHECK(stage.take_lines().front() == "< dial L1 10.0.0.9:5000");
  stage.input("open L1");
  CHECK(stage.take_lines() == Lines{"! peer announced: 1 10.0.0.9:5000 C - fixed"}); // no greeting
  stage.input("bytes L1 alice: hi there");
  CHECK(stage.take_lines() == Lines{"! in #1 10.0.0.9:5000 C alice received: hi there"});
  stage.input("bytes L1 10.0.0.7:4100 team text");
  CHECK(stage.take_lines() == Lines{"! in #2 10.0.0.9:5000 C - received: 10.0.0.7:4100 team text"});
  stage.input("send 10.0.0.9:5000 hello");
  CHECK(stage.take_lines() ==
        Lines{"< send L1 Us: hello", "! out #3 10.0.0.9:5000 C Us queued: hello R2", "! done R2"});
  stage.input("send 10.0.0.9:5000 again");
  stage.take_lines();
  stage.input("wait 50");
  CHECK(stage.take_lines().empty()); // the first is not taken
  stage.input("taken L1");
  CHECK(stage.take_lines() == Lines{"< send L1 Us: again", "! state #3 C sent R2"});
}

TEST_CASE("a host that asks for a name gets ours, once and only as its first words", "[chat][broadcast]") {
  auto settings = script_settings();
  settings.self.team = "Team Rocket";
  Stage stage(settings);
  stage.input("join-plain 10.0.0.9:5000");
  stage.input("open L1");
  stage.take_lines();
  stage.input("bytes L1 NICK");
  CHECK(stage.take_lines() == Lines{"< send L1 Team_Rocket"});
  stage.input("bytes L1 NICK");
  CHECK(stage.take_lines() == Lines{"! in #1 10.0.0.9:5000 C - received: NICK"});
}

TEST_CASE("a lost host is dialled again ever more seldom, until the user leaves", "[chat][broadcast]") {
  Stage stage;
  stage.input("join-plain 10.0.0.9:5000");
  stage.input("open L1");
  stage.take_lines();
  stage.input("end L1");
  CHECK(stage.take_lines().back().starts_with("! peer unreachable: 1 10.0.0.9:5000 C"));
  stage.input("send 10.0.0.9:5000 are you there");
  stage.take_lines();
  stage.input("wait 1000");
  CHECK(stage.take_lines() == Lines{"< dial L2 10.0.0.9:5000"});
  stage.input("refuse L2");
  stage.take_lines();
  stage.input("wait 1999");
  CHECK(stage.take_lines().empty());
  stage.input("wait 1");
  CHECK(stage.take_lines() == Lines{"< dial L3 10.0.0.9:5000"});
  stage.input("open L3");
  CHECK(stage.take_lines().front() == "< send L3 Us: are you there");
  stage.input("taken L3");
  stage.input("wait 50");
  CHECK(stage.take_lines().back().starts_with("! state #1 C sent"));
  stage.input("leave 10.0.0.9:5000");
  CHECK(stage.take_lines().front() == "< close L3");
  stage.input("wait 3600000");
  CHECK(stage.take_lines().empty());
  CHECK_FALSE(stage.node().next_deadline());
}

TEST_CASE("a host that closes each connection at once is not asked in a circle", "[chat][broadcast]") {
  Stage stage;
  stage.input("join-plain 10.0.0.9:5000");
  int dials = 0;
  for (std::uint64_t i = 1; i <= 6; ++i) {
    for (const auto& line : stage.take_lines()) dials += line.starts_with("< dial");
    const auto link = "L" + std::to_string(i);
    stage.input("open " + link);
    stage.input("end " + link);
    stage.input("wait " + std::to_string(1000 << (i - 1)));
  }
  CHECK(dials == 6);
  stage.input("open L7");
  stage.input("end L7");
  stage.take_lines();
  stage.input("wait 30000");
  CHECK(stage.take_lines().empty()); // by now it waits for more than half a minute
}

TEST_CASE("leaving works at any moment", "[chat][broadcast]") {
  for (const Lines& before : {Lines{},
                              {"open L1"},
                              {"refuse L1"},
                              {"open L1", "cut L1"},
                              {"open L1", "send 10.0.0.9:5000 hello"},
                              {"send 10.0.0.9:5000 hello", "open L1"}}) {
    Stage stage;
    stage.input("join-plain 10.0.0.9:5000");
    for (const auto& line : before) stage.input(line);
    stage.take_lines();
    stage.input("leave 10.0.0.9:5000");
    stage.heal(std::chrono::minutes(30));
    CHECK_FALSE(stage.node().next_deadline());
    CHECK(stage.open_links().empty());
    for (const auto& [id, message] : stage.store.disk().messages) CHECK(message.state != MessageState::queued);
  }
}

TEST_CASE("the end of the program closes the host's connection and lets nothing start", "[chat][broadcast]") {
  Stage stage;
  stage.input("join-plain 10.0.0.9:5000");
  stage.input("open L1");
  stage.input("quit");
  stage.wait(farewell_patience);
  CHECK(stage.node().is_finished());
}

TEST_CASE("a name of a host is looked up first", "[chat][broadcast]") {
  Stage stage;
  stage.input("join-plain hall.example:5000");
  CHECK(stage.take_lines() == Lines{"< resolve Q1 hall.example"});
  stage.input("resolved Q1 10.0.0.9");
  CHECK(stage.take_lines().front() == "< dial L1 10.0.0.9:5000");
}
