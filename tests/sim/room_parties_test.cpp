// Stories of rooms whose members disagree, go, come back, talk too much or cheat.
#include "room_stage.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace tincan;
using sim::Millis;
using sim::ToyKeys;
using sim::test::RoomStage;

namespace {

constexpr Millis moment{3'000};
constexpr Millis while_{60'000};

using Lines = std::vector<std::string>;

// All but the last `strangers` are in.
void gather(RoomStage& stage, bool is_private, std::size_t strangers = 0) {
  stage.start_all();
  stage[0].command(chat::CreateRoom{"room", is_private});
  stage.run(moment);
  for (std::size_t i = 1; i + strangers < stage.size(); ++i) {
    if (is_private)
      stage[0].command(chat::Invite{"#room", stage.key_at(i)});
    else
      stage.connect(i, 0);
    stage.run(moment);
    stage[i].command(chat::JoinRoom{"#room"});
    stage.run(moment);
  }
}

void part(RoomStage& stage, const std::vector<std::size_t>& away) {
  for (const auto i : away) stage[i].group = 1;
  stage.network().part(stage.now() + std::chrono::hours(24));
}

void heal(RoomStage& stage) {
  stage.network().part(stage.now());
  stage.run(Millis(300'000));
}

void promote(RoomStage& stage, std::size_t by, const std::string& whom) {
  stage[by].command(chat::SetRole{"#room", whom, wire::Role::moderator});
  stage.run(moment);
}

chat::RoomPhase phase(RoomStage& stage, std::size_t who) { return stage[who].disk().rooms.begin()->second.phase; }

bool was_told(const RoomStage& stage, const std::string& what) {
  return std::any_of(stage.events.begin(), stage.events.end(),
                     [&](const auto& event) { return event.find(what) != std::string::npos; });
}

bool has(const Lines& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

// Signs what nobody can verify.
class Forger : public ToyKeys {
public:
  using ToyKeys::ToyKeys;
  base::Signature sign(const base::Digest& digest) const override {
    auto signature = ToyKeys::sign(digest);
    if (is_forging) signature.bytes[0] ^= 1;
    return signature;
  }
  bool is_forging = false;
};

} // namespace

TEST_CASE("who joins late has the newest hundred lines before anything older, and in the end all", "[sim][room]") {
  RoomStage stage(4);
  gather(stage, false, 1);
  for (int i = 0; i < 2'000; ++i) {
    stage.say(static_cast<std::size_t>(i % 3), fmt::format("{}", i));
    if (i % 50 == 0) stage.run(Millis(500));
  }
  stage.run(while_);
  const auto all = stage.lines(0);
  REQUIRE(all.size() == 2'000);
  stage.connect(3, 0);
  stage.run(moment);
  stage[3].command(chat::JoinRoom{"#room"});
  stage.run(while_);
  CHECK(stage.lines(3) == all);
  const auto& shown = stage.heard[&stage[3]];
  REQUIRE(shown.size() == 2'000);
  const Lines newest(all.end() - 100, all.end());
  Lines first(shown.begin(), shown.begin() + 100);
  for (const auto& line : newest) CHECK(has(first, line));
}

TEST_CASE("a removal on one side of a partition wins over a promotion on the other", "[sim][room]") {
  RoomStage stage(5);
  gather(stage, true);
  promote(stage, 0, "T1");
  part(stage, {1, 2, 3});
  stage[0].command(chat::SetRole{"#room", "T3", wire::Role::moderator});
  stage[1].command(chat::RemoveMember{"#room", "T3"});
  stage.run(moment);
  stage.say(2, "without T3");
  stage.run(moment);
  heal(stage);
  CHECK(phase(stage, 3) == chat::RoomPhase::removed);
  CHECK(has(stage.lines(4), "without T3"));
  CHECK_FALSE(has(stage.lines(3), "without T3"));
  CHECK(stage.lines(0) == stage.lines(4));
}

TEST_CASE("two sides that remove each other's moderators agree once they meet", "[sim][room]") {
  RoomStage stage(6);
  gather(stage, false);
  promote(stage, 0, "T1");
  promote(stage, 0, "T2");
  part(stage, {2, 4, 5});
  stage[1].command(chat::RemoveMember{"#room", "T2"});
  stage[2].command(chat::RemoveMember{"#room", "T1"});
  stage.run(moment);
  stage.say(3, "here");
  stage.say(4, "there");
  heal(stage);
  const bool first_is_out = phase(stage, 1) == chat::RoomPhase::removed;
  const bool second_is_out = phase(stage, 2) == chat::RoomPhase::removed;
  CHECK(first_is_out != second_is_out);
  for (const std::size_t i : {3U, 4U, 5U}) {
    CHECK(stage.lines(i) == stage.lines(0));
    CHECK(stage.lines(i).size() == 2);
  }
}

TEST_CASE("both sides of a parted private room make a new key, and read all of each other when they meet",
          "[sim][room]") {
  RoomStage stage(6);
  gather(stage, true);
  promote(stage, 0, "T1");
  part(stage, {1, 2, 3});
  stage[0].command(chat::RemoveMember{"#room", "T5"});
  stage[1].command(chat::RemoveMember{"#room", "T3"});
  stage.run(moment);
  stage.say(4, "here");
  stage.say(2, "there");
  heal(stage);
  stage.say(0, "together");
  stage.run(moment);
  for (const std::size_t i : {0U, 1U, 2U, 4U}) {
    CHECK(stage.lines(i).size() == 3);
    CHECK(stage.lines(i) == stage.lines(0));
  }
  for (const std::size_t i : {3U, 5U}) CHECK(stage.lines(i).empty());
}

TEST_CASE("a ticket for one that was used on both sides of a partition lets one in", "[sim][room]") {
  RoomStage stage(6);
  gather(stage, true, 2);
  stage[0].command(chat::MakeTicket{"#room"});
  stage.run(moment);
  REQUIRE(stage.tickets.size() == 1);
  part(stage, {2, 3, 5});
  stage.connect(5, 2); // that side knows the ticket too
  stage.run(moment);
  stage[4].command(chat::JoinRoom{stage.tickets[0].text});
  stage[5].command(chat::JoinRoom{stage.tickets[0].text});
  stage.run(while_);
  heal(stage);
  stage.say(1, "who reads this?");
  stage.run(moment);
  const int readers = has(stage.lines(4), "who reads this?") + has(stage.lines(5), "who reads this?");
  CHECK(readers == 1);
}

TEST_CASE("when the creator is gone for good, a moderator removes somebody, and the room goes on", "[sim][room]") {
  RoomStage stage(4);
  gather(stage, true);
  stage.say(0, "farewell");
  promote(stage, 0, "T1");
  stage[0].crash(sim::CrashPoint::now, std::chrono::hours(1'000));
  stage.run(while_);
  stage[1].command(chat::RemoveMember{"#room", "T3"});
  stage.run(moment);
  stage.say(2, "without T3");
  stage.run(moment);
  CHECK(stage.lines(1) == Lines{"farewell", "without T3"});
  CHECK(stage.lines(2) == stage.lines(1));
  CHECK(stage.lines(3) == Lines{"farewell"});
  CHECK(phase(stage, 3) == chat::RoomPhase::removed);
}

TEST_CASE("who leaves a private room and is invited again reads what was said meanwhile", "[sim][room]") {
  RoomStage stage(3);
  gather(stage, true);
  stage.say(1, "one");
  stage.run(moment);
  stage[2].command(chat::LeaveRoom{"#room"});
  stage.run(moment);
  stage.say(1, "two");
  stage.run(moment);
  CHECK(stage.lines(2) == Lines{"one"});
  stage[0].command(chat::Invite{"#room", stage.key_at(2)});
  stage.run(moment);
  stage[2].command(chat::JoinRoom{"#room"});
  stage.run(while_);
  stage.say(2, "three");
  stage.run(moment);
  for (const std::size_t i : {0U, 1U, 2U}) CHECK(stage.lines(i) == Lines{"one", "two", "three"});
}

TEST_CASE("a room outlives the restart of all its members", "[sim][room]") {
  RoomStage stage(4);
  gather(stage, true);
  stage.say(1, "before");
  stage.run(moment);
  for (std::size_t i = 0; i < stage.size(); ++i) stage[i].quit(Millis(5'000));
  stage.run(while_);
  stage.say(2, "after");
  stage.run(while_);
  for (std::size_t i = 0; i < stage.size(); ++i) CHECK(stage.lines(i) == Lines{"before", "after"});
  CHECK(stage.complaints.empty());
}

TEST_CASE("a blocked member of a room is not shown, and learns of no receipt", "[sim][room]") {
  RoomStage stage(3);
  gather(stage, false);
  stage[2].command(chat::Block{stage[1].key().text()});
  stage.run(moment);
  stage.say(1, "hello");
  stage.say(0, "good morning");
  stage.run(while_);
  REQUIRE(stage.messages(1).size() == 2);
  for (const auto& [whose, tally] : stage.tallies)
    if (whose.first == &stage[1]) CHECK(tally.have == 1);
  CHECK(stage.heard[&stage[2]] == Lines{"good morning"});
}

TEST_CASE("one who says ten thousand lines at once does not keep the others from being heard", "[sim][room]") {
  RoomStage stage(4);
  gather(stage, false);
  for (int i = 0; i < 10'000; ++i) stage.say(3, fmt::format("{}", i));
  stage.run(Millis(200));
  stage.say(1, "may I say something?");
  stage.run(moment);
  CHECK(has(stage.lines(0), "may I say something?"));
  CHECK(has(stage.lines(2), "may I say something?"));
}

TEST_CASE("one who says ten thousand lines at once is heard to the end, little by little", "[sim][room]") {
  RoomStage stage(3);
  gather(stage, false);
  for (int i = 0; i < 10'000; ++i) stage.say(0, fmt::format("{}", i));
  stage.run(moment);
  CHECK(stage.lines(1).size() < 10'000);
  stage.run(Millis(180'000));
  CHECK(stage.lines(1).size() == 10'000);
  CHECK(stage.lines(2).size() == 10'000);
}

TEST_CASE("an author rests while some members still lack what it said", "[sim][room]") {
  RoomStage stage(4);
  gather(stage, false);
  part(stage, {2, 3});
  for (int i = 0; i < 100; ++i) stage.say(0, fmt::format("{}", i));
  stage.run(while_);
  REQUIRE(stage.lines(1).size() == 100);
  REQUIRE(stage.lines(3).empty());
  CHECK(stage[0].overdue_turns() < 100);
  heal(stage);
  stage.run(while_);
  CHECK(stage.lines(3).size() == 100);
}

TEST_CASE("one who signs two different lines for one place is not heard any more, by anybody", "[sim][room]") {
  RoomStage stage(5);
  gather(stage, false);
  stage.say(4, "one");
  stage.run(moment);
  stage[4].quit(Millis(3'600'000));
  stage.run(Millis(1'000));
  const auto backup = stage[4].disk();
  stage[4].start();
  stage.run(while_);
  part(stage, {2, 3});
  stage.say(4, "this");
  stage.run(moment);
  stage[4].quit(Millis(3'600'000));
  stage.run(Millis(1'000));
  stage[4].restore(backup); // it was copied
  for (const std::size_t i : {0U, 1U}) stage[i].group = 1;
  for (const std::size_t i : {2U, 3U}) stage[i].group = 0;
  stage[4].start();
  stage.run(while_);
  stage.say(4, "that");
  stage.run(moment);
  CHECK(has(stage.lines(0), "this"));
  CHECK(has(stage.lines(2), "that"));
  heal(stage);
  stage.say(4, "more");
  stage.run(while_);
  INFO(fmt::format("{}", fmt::join(stage.events, "\n")));
  for (const std::size_t i : {0U, 1U, 2U, 3U}) {
    CHECK_FALSE(has(stage.lines(i), "more"));
    CHECK(was_told(stage, fmt::format("T{}: notice T4 has signed two different", i)));
  }
}

TEST_CASE("what was not signed by its author is not taken, and its bearer is dropped", "[sim][room]") {
  RoomStage stage(3);
  auto keys = std::make_unique<Forger>(1'000 + 2);
  auto* forger = keys.get();
  stage[2].take_keys(std::move(keys));
  gather(stage, false);
  stage.say(2, "true");
  stage.run(moment);
  forger->is_forging = true;
  stage.say(2, "forged");
  stage.say(1, "hello");
  stage.run(while_);
  CHECK(stage.lines(0) == Lines{"true", "hello"});
  CHECK(stage.lines(1) == Lines{"true", "hello"});
}
