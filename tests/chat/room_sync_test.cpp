// Whom a room asks for what it lacks, when it asks again, and when it has all.
#include "tincan/chat/room_sync.hpp"
#include "tincan/sim/toy_keys.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using namespace tincan::chat;

namespace {

base::PublicKey key_of(const std::string& name) {
  return *base::PublicKey::from(sim::ToyKeys::mixed("key of " + name).view());
}

// A room in which anything may be taken, and nothing is here.
struct Desk {
  sim::ToyKeys keys{1};
  RoomLogs logs{keys, base::RoomId{1}, sim::ToyKeys::mixed("changes"), sim::ToyKeys::mixed("lines")};
  RoomSync sync{logs};
  base::Now now;

  std::vector<RoomSync::Question> ask() {
    return sync.questions([](RoomPart, const base::PublicKey&, std::uint64_t) { return true; }, now);
  }
  std::vector<RoomSync::Question> ask_after(base::Millis time) {
    now.tick += time;
    return ask();
  }
  void claim(const base::PublicKey& member, RoomPart part, std::uint64_t up_to) {
    sync.heard_from(member);
    sync.told(member, part, {writer, up_to, 0, 0, {}}, now);
  }
  void show(const base::PublicKey& member, RoomPart part, std::uint64_t seq) {
    sync.showed(member, part, writer, seq, now);
  }
  // Its log is here now, as far as that.
  void fill(RoomPart part, std::uint64_t up_to) { logs.log(part, writer).state().last = up_to; }

  const base::PublicKey writer = key_of("writer"), anna = std::min(key_of("one"), key_of("other")),
                        bert = std::max(key_of("one"), key_of("other"));
};

} // namespace

TEST_CASE("A room is caught up only when somebody said what there is") {
  Desk desk;
  desk.sync.linked(desk.anna);
  desk.ask();
  CHECK_FALSE(desk.sync.is_caught_up());
  SECTION("and it is nothing") {
    desk.sync.heard_from(desk.anna);
    desk.ask();
    CHECK(desk.sync.is_caught_up());
  }
  SECTION("and that has come") {
    desk.claim(desk.anna, RoomPart::lines, 3);
    CHECK(desk.ask().size() == 1);
    CHECK_FALSE(desk.sync.is_caught_up());
    desk.sync.answered(desk.anna, RoomPart::lines, desk.writer, desk.now);
    desk.fill(RoomPart::lines, 3);
    desk.sync.brought(desk.anna, RoomPart::lines, desk.writer);
    desk.ask();
    CHECK(desk.sync.is_caught_up());
    desk.sync.unlinked(desk.anna);
    desk.ask();
    CHECK_FALSE(desk.sync.is_caught_up());
  }
}

TEST_CASE("Entries that do not fit are no reason to ask their bringer sooner") {
  const auto part = GENERATE(RoomPart::changes, RoomPart::lines);
  Desk desk;
  desk.sync.linked(desk.anna);
  desk.claim(desk.anna, part, 3);
  REQUIRE(desk.ask().size() == 1);
  const bool answers = GENERATE(true, false);
  if (answers) desk.sync.answered(desk.anna, part, desk.writer, desk.now);
  std::size_t asked = 0;
  for (std::uint64_t i = 0; i < 49; ++i) { // almost five seconds
    desk.show(desk.anna, part, 5 + i);
    asked += desk.ask_after(base::Millis(100)).size();
  }
  CHECK(asked == 0);
  for (int i = 0; i < 60; ++i) asked += desk.ask_after(base::Millis(100)).size();
  CHECK(asked == 1);
}

TEST_CASE("What a member shows is asked of it even if it never told of it") {
  Desk desk;
  desk.sync.linked(desk.anna);
  desk.show(desk.anna, RoomPart::changes, 5);
  const auto questions = desk.ask();
  REQUIRE(questions.size() == 1);
  CHECK(questions[0].want->last == 5);
}

TEST_CASE("Of two members that have the same the one that answers is asked") {
  Desk desk;
  const auto silent = GENERATE(0, 1) == 0 ? desk.anna : desk.bert;
  const auto other = silent == desk.anna ? desk.bert : desk.anna;
  desk.sync.linked(silent);
  desk.claim(silent, RoomPart::changes, 3);
  REQUIRE(desk.ask().size() == 1);
  CHECK(desk.ask_after(answer_patience).empty());
  desk.now.tick += answer_patience; // it would be asked again
  desk.sync.linked(other);
  desk.claim(other, RoomPart::changes, 3);
  const auto questions = desk.ask_after(tree_patience);
  REQUIRE(questions.size() == 1);
  CHECK(questions[0].whom == other);
}

TEST_CASE("What only a member claims that leaves questions open is not waited for") {
  Desk desk;
  desk.sync.linked(desk.anna);
  desk.sync.linked(desk.bert);
  desk.claim(desk.anna, RoomPart::lines, 100);
  const auto pass = [&](base::Millis time) {
    for (base::Millis gone{0}; gone < time; gone += tree_patience) desk.ask_after(tree_patience);
  };
  SECTION("where another said that there is nothing more") {
    desk.sync.heard_from(desk.bert);
    pass(claim_patience);
    CHECK_FALSE(desk.sync.is_caught_up());
    pass(claim_patience);
    CHECK(desk.sync.is_caught_up());
    SECTION("but it counts again when it brings something") {
      desk.fill(RoomPart::lines, 10);
      desk.sync.brought(desk.anna, RoomPart::lines, desk.writer);
      desk.ask();
      CHECK_FALSE(desk.sync.is_caught_up());
    }
    SECTION("but what the other claims, too, is waited for") {
      desk.claim(desk.bert, RoomPart::lines, 5);
      desk.ask();
      CHECK_FALSE(desk.sync.is_caught_up());
    }
  }
  SECTION("but where nobody else said anything all is not here") {
    pass(4 * claim_patience);
    CHECK_FALSE(desk.sync.is_caught_up());
  }
  SECTION("and slow is not silent") {
    desk.sync.heard_from(desk.bert);
    for (std::uint64_t i = 1; i <= 10; ++i) {
      pass(claim_patience);
      desk.fill(RoomPart::lines, i);
      desk.sync.brought(desk.anna, RoomPart::lines, desk.writer);
      desk.ask();
      CHECK_FALSE(desk.sync.is_caught_up());
    }
  }
}
