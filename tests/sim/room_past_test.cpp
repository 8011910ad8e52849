// What was said in a room before its member came, or came back, is its past: no news, and nothing of it is late.
#include "room_stage.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using sim::Millis;
using sim::test::RoomStage;

namespace {

constexpr Millis instant{3'000};
constexpr Millis hour{60 * 60'000};

using Lines = std::vector<std::string>;

// Two members talk for hours, by turns: whichever log comes first, the other has older lines.
struct Village {
  Village() {
    if (std::getenv("TINCAN_TRACE")) stage.is_noting = true;
    stage.start_all();
    stage[0].command(chat::CreateRoom{"room"});
    stage.connect(2, 0);
    stage.connect(1, 0);
    stage.connect(1, 2);
    stage.run(instant);
    stage[2].command(chat::JoinRoom{"#room"});
    stage.run(instant);
  }
  void talk() {
    for (const std::size_t who : {0U, 2U, 0U, 2U}) {
      stage.say(who, std::to_string(++said));
      stage.run(hour);
    }
  }
  Lines all() const {
    Lines lines;
    for (int i = 1; i <= said; ++i) lines.push_back(std::to_string(i));
    return lines;
  }
  std::size_t late() {
    const auto here = stage.messages(1);
    return static_cast<std::size_t>(
        std::count_if(here.begin(), here.end(), [](const auto& message) { return message.is_late; }));
  }
  bool tells(const std::string& event) const { return std::count(stage.events.begin(), stage.events.end(), event) > 0; }

  RoomStage stage{3};
  int said = 0;
};

} // namespace

TEST_CASE("who comes into a room hears of what was said before as of its past", "[sim][room]") {
  Village village;
  auto& stage = village.stage;
  village.talk();
  stage[1].command(chat::JoinRoom{"#room"});
  stage.run(instant);
  CHECK(stage.lines(1) == village.all());
  CHECK(village.late() == 0);
  CHECK(stage.past[&stage[1]] == std::vector<std::size_t>{4});
}

TEST_CASE("who comes back into a room hears of what was said meanwhile as of its past", "[sim][room]") {
  Village village;
  auto& stage = village.stage;
  stage[1].command(chat::JoinRoom{"#room"});
  stage.run(instant);
  stage[1].command(chat::LeaveRoom{"#room"});
  stage.run(instant);
  const bool is_away = GENERATE(true, false);
  CAPTURE(is_away);
  stage.past.clear();
  if (is_away) stage[1].quit(4 * hour);
  village.talk();
  for (int i = 0; i < 60'000 && !stage[1].is_running(); ++i) stage.run(Millis(1));
  REQUIRE(stage[1].is_running());
  stage[1].command(chat::JoinRoom{"#room"}); // while it is not linked, if it was away
  stage.run(Millis(60'000));
  INFO(fmt::format("{}", fmt::join(stage.events, "\n")));
  CHECK(stage.lines(1) == village.all());
  CHECK(village.late() == 0);
  CHECK(stage.past[&stage[1]] == std::vector<std::size_t>{4});
}

TEST_CASE("who spoke in a room and went at once has yet to hear what was said before", "[sim][room]") {
  Village village;
  auto& stage = village.stage;
  village.talk();
  stage[1].command(chat::JoinRoom{"#room"});
  for (int i = 0; i < 3'000 && !village.tells("T1: joined T1 "); ++i) stage.run(Millis(1));
  stage.say(1, "hello");
  stage[1].quit(Millis(60'000));
  stage.run(Millis(1'000));
  REQUIRE(stage.heard[&stage[1]].empty());
  stage.run(Millis(120'000));
  INFO(fmt::format("{}", fmt::join(stage.events, "\n")));
  auto all = village.all();
  all.emplace_back("hello");
  CHECK(stage.lines(1) == all);
  CHECK(village.late() == 0);
  CHECK(stage.past[&stage[1]] == std::vector<std::size_t>{4});
}

TEST_CASE("who made a room in which nobody said anything is not told at each start that all is here", "[sim][room]") {
  Village village;
  auto& stage = village.stage;
  stage[0].quit(Millis(10'000));
  stage.run(Millis(60'000));
  REQUIRE(stage[0].is_running());
  CHECK(stage.past[&stage[0]].empty());
}
