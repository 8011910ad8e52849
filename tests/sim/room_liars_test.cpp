// Stories of rooms in which one member cheats with what the others write: they lack nothing for it.
#include "room_judge.hpp"
#include "room_liar.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using sim::Millis;
using sim::test::Liar;
using sim::test::RoomJudge;

namespace {

constexpr Millis moment{3'000};
constexpr Millis while_{60'000};
constexpr std::size_t creator = 0, liar = 1, writer = 2, absent = 3, moderator = 4;

// A room whose second member is a liar; the last tincan is not in it yet.
struct Town {
  Town(std::size_t members, Liar::Habit habit) : judge(members + 1, members), cheat(habit, members) {
    if (std::getenv("TINCAN_TRACE")) judge.is_noting = true;
    judge.liars = {liar};
    cheat.take_over(judge[liar]);
    judge.start_all();
  }
  void gather(bool is_private) {
    judge[creator].command(chat::CreateRoom{"room", is_private});
    judge.run(moment);
    for (std::size_t i = 1; i + 1 < judge.size(); ++i) let_in(i, creator);
    judge[creator].command(chat::SetRole{"#room", judge[moderator].key().text(), wire::Role::moderator});
    judge.run(while_);
  }
  void let_in(std::size_t who, std::size_t by) {
    judge[by].command(chat::Invite{"#room", judge.key_at(who)});
    judge.run(moment);
    judge[who].command(chat::JoinRoom{"#room"});
    judge.run(moment);
  }
  void say(std::size_t who, int lines) {
    for (int i = 0; i < lines; ++i) judge.say(who, sim::written(++marks));
    judge.run(moment);
  }
  void end() {
    for (std::size_t i = 0; i < judge.size(); ++i) judge[i].command(chat::ListMembers{"#room"});
    judge.run(moment);
    judge.judge_end(true);
    INFO(fmt::format("{}", fmt::join(judge.complaints, "\n")));
    CHECK(judge.complaints.empty());
    CHECK(cheat.changed() > 0);
    for (std::size_t i = 0; i < judge.size(); ++i)
      if (i != liar && !judge.vanished.contains(i)) CHECK(judge.lines(i).size() == marks);
  }

  RoomJudge judge;
  Liar cheat;
  sim::Mark marks = 0;
};

Liar::Habit any_habit() {
  return GENERATE(Liar::Habit::omits, Liar::Habit::omits_some, Liar::Habit::boasts, Liar::Habit::mixes_up);
}

} // namespace

TEST_CASE("what a member keeps from the others, or mixes up, they have from each other", "[sim][room]") {
  const auto habit = any_habit();
  const auto members = GENERATE(as<std::size_t>(), 6, 18); // a mesh and a tree
  CAPTURE(Liar::names.at(static_cast<std::size_t>(habit)), members);
  Town town(members, habit);
  town.gather(members == 6);
  town.judge[absent].quit(Millis(60'000));
  town.judge.run(moment);
  for (int round = 0; round < 5; ++round) {
    town.say(writer, 30);
    town.say(liar, 1);
    for (std::size_t i = moderator; i < members; ++i) town.say(i, 2);
  }
  // Who wrote most of it is gone when the absent one comes back and a newcomer asks for all.
  town.judge[writer].quit(Millis(200'000));
  town.judge[moderator].command(chat::SetTopic{"#room", "without the writer"});
  town.let_in(members, moderator);
  town.judge.run(while_);
  for (const auto who : {absent, members, creator}) town.say(who, 3);
  town.judge.run(Millis(240'000));
  town.end();
}

TEST_CASE("two that cannot reach each other hear each other in spite of a liar between them", "[sim][room]") {
  const auto habit = any_habit();
  CAPTURE(Liar::names.at(static_cast<std::size_t>(habit)));
  Town town(6, habit);
  auto& judge = town.judge;
  for (const std::size_t other : {absent, moderator, std::size_t{5}})
    judge.network().wall_off(judge[writer], judge[other]); // the creator and the liar link them
  town.gather(false);
  for (int round = 0; round < 10; ++round) {
    town.say(writer, 1);
    town.say(absent, 2);
    judge.run(Millis(10'000));
  }
  town.let_in(6, creator);
  judge.run(while_);
  town.end();
}

TEST_CASE("a newcomer has all when the others gave it, whatever a liar claims to have", "[sim][room]") {
  Town town(6, Liar::Habit::boasts);
  auto& judge = town.judge;
  town.gather(false);
  town.say(writer, 3);
  town.let_in(6, creator);
  judge.run(while_);
  CHECK(judge.lines(6).size() == 3);
  CHECK(judge.past[&judge[6]].size() == 1);
  town.end();
}
