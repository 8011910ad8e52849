// Single stories of rooms: each names the promise that it shows.
#include "room_stage.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using sim::Millis;
using sim::test::RoomStage;

namespace {

constexpr Millis moment{3'000};

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("a public room is joined by whoever meets a member, and all see the same lines", "[sim][room]") {
  RoomStage stage(3);
  if (std::getenv("TINCAN_TRACE")) stage.is_noting = true;
  stage.start_all();
  stage[0].command(chat::CreateRoom{"room"});
  stage.connect(1, 0);
  stage.run(moment);
  stage[1].command(chat::JoinRoom{"#room"});
  stage.run(moment);
  stage.say(0, "one");
  stage.run(moment);
  stage.say(1, "two");
  stage.connect(2, 1);
  stage.run(moment);
  stage[2].command(chat::JoinRoom{"#room"});
  stage.run(moment);
  stage.say(2, "three");
  stage.run(moment);
  INFO(fmt::format("{}", fmt::join(stage.events, "\n")));
  CHECK(stage.lines(0) == Lines{"one", "two", "three"});
  CHECK(stage.lines(1) == stage.lines(0));
  CHECK(stage.lines(2) == stage.lines(0));
  CHECK(stage.complaints.empty());
}

TEST_CASE("a private room is entered with a ticket, and its lines travel sealed", "[sim][room]") {
  RoomStage stage(3);
  if (std::getenv("TINCAN_TRACE")) stage.is_noting = true;
  stage.start_all();
  stage[0].command(chat::CreateRoom{"room", true});
  stage.say(0, "before");
  stage[0].command(chat::MakeTicket{"#room"});
  stage.run(moment);
  REQUIRE(stage.tickets.size() == 1);
  stage[1].command(chat::JoinRoom{stage.tickets[0].text});
  stage.run(moment);
  stage.say(1, "after");
  stage.run(moment);
  stage[2].command(chat::JoinRoom{stage.tickets[0].text}); // used already
  stage.run(moment);
  INFO(fmt::format("{}", fmt::join(stage.events, "\n")));
  CHECK(stage.lines(0) == Lines{"before", "after"});
  CHECK(stage.lines(1) == stage.lines(0));
  CHECK(stage.lines(2).empty());
  stage[0].command(chat::Invite{"#room", stage.key_at(2)});
  stage.run(moment);
  stage[2].command(chat::JoinRoom{"#room"});
  stage.run(moment);
  CHECK(stage.lines(2) == stage.lines(0));
  stage[0].command(chat::RemoveMember{"#room", "T1"});
  stage.run(moment);
  stage.say(2, "without T1");
  stage.run(moment);
  CHECK(stage.lines(0) == Lines{"before", "after", "without T1"});
  CHECK(stage.lines(2) == stage.lines(0));
  CHECK(stage.lines(1) == Lines{"before", "after"});
  CHECK(stage.complaints.empty());
}

TEST_CASE("a room's name is one visible word, and not too wide to be shown as a whole", "[sim][room]") {
  RoomStage stage(1);
  stage.start_all();
  const auto complaint = [&stage](std::string name) {
    stage.events.clear();
    stage[0].command(chat::CreateRoom{std::move(name)});
    stage.run(moment);
    return stage.events.back();
  };
  CHECK(complaint(std::string(25, 'x')) == "T0: failed a room's name is at most 24 columns wide");
  CHECK(complaint("pla\u200Bns") == "T0: failed a room's name holds no invisible or control characters");
  CHECK(complaint("two words") == "T0: failed a room's name is one word, without ~ (like #plans)");
  CHECK(complaint(std::string(24, 'x')).starts_with("T0: created"));
}

TEST_CASE("an invitation that waits is not cancelled, and the user learns what takes it back", "[sim][room]") {
  RoomStage stage(3);
  stage.start_all();
  for (const std::size_t other : {1U, 2U}) stage.connect(0, other);
  stage.run(moment);
  for (const std::size_t other : {1U, 2U}) stage[other].crash(sim::CrashPoint::now, moment * 100);
  stage[0].command(chat::CreateRoom{"room", true});
  stage[0].command(chat::CreateRoom{"town"});
  stage[0].command(chat::Invite{"#room", stage.key_at(1)});
  stage[0].command(chat::Invite{"#town", stage.key_at(2)});
  stage.run(moment);
  stage.events.clear();
  const auto cancel = [&stage](std::string what) {
    stage[0].command(chat::Cancel{std::move(what)});
    stage.run(moment);
    return std::exchange(stage.events, {});
  };
  const Lines into_private{"T0: failed an invitation cannot be changed or cancelled: in #room /remove takes it back"};
  const Lines into_public{"T0: failed an invitation cannot be changed or cancelled: into a public room everybody may "
                          "come (/remove puts a member out)"};
  const auto newest = [&stage](chat::MessageKind kind) {
    std::vector<base::EntryId> ids{{}};
    for (const auto& [id, message] : stage[0].disk().messages)
      if (message.kind == kind) ids.push_back(id);
    return ids.back();
  };
  CHECK(cancel(fmt::format("#{}", newest(chat::MessageKind::invitation).value)) == into_public);
  CHECK(cancel("T2") == into_public);
  stage.say(0, "words", "T1");
  stage.run(moment);
  const auto words = newest(chat::MessageKind::text);
  CHECK(cancel("T1") == into_private); // which is all that still waits
  CHECK(stage[0].store().find_message(words)->is_deleted);
}

TEST_CASE("a removed member that is invited again comes back, also into a private room", "[sim][room]") {
  const bool is_private = GENERATE(false, true);
  const auto pause = GENERATE(Millis(700), Millis(3'000), Millis(6'000));
  RoomStage stage(2);
  if (std::getenv("TINCAN_TRACE")) stage.is_noting = true;
  stage.start_all();
  stage[0].command(chat::CreateRoom{"room", is_private});
  stage[0].command(chat::MakeTicket{"#room"});
  stage.run(moment);
  stage[1].command(chat::JoinRoom{stage.tickets.at(0).text});
  stage.run(moment);
  stage.say(0, "one");
  stage.run(moment);
  stage[0].command(chat::RemoveMember{"#room", "T1"});
  stage.run(pause);
  stage.say(0, "two");
  stage.run(pause);
  stage[0].command(chat::Invite{"#room", stage.key_at(1)});
  stage.run(pause);
  stage[1].command(chat::JoinRoom{"#room"});
  stage.run(pause);
  stage.run(moment);
  stage.say(0, "three");
  stage.run(moment);
  stage.say(1, "four");
  stage.run(moment);
  INFO(fmt::format("{}", fmt::join(stage.events, "\n")));
  CHECK(stage.lines(0) == Lines{"one", "two", "three", "four"});
  CHECK(stage.lines(1) == stage.lines(0));
  CHECK(stage.complaints.empty());
}

TEST_CASE("a member of a large room lets go of the links that it does not need, and lines still reach all",
          "[sim][room]") {
  constexpr std::size_t members = 40;
  RoomStage stage(members);
  stage.start_all();
  stage[0].command(chat::CreateRoom{"room"});
  stage.run(moment);
  stage[0].command(chat::MakeTicket{"#room", members});
  stage.run(moment);
  REQUIRE(stage.tickets.size() == 1);
  for (std::size_t who = 1; who < members; ++who) {
    stage[who].command(chat::JoinRoom{stage.tickets[0].text});
    stage.run(Millis(500));
  }
  stage.run(Millis(60'000));
  stage.say(7, "here");
  stage.run(moment);
  for (std::size_t who = 0; who < members; ++who) {
    stage[who].command(chat::ListRooms{});
    stage.run(Millis(100));
    const auto& rooms = stage.listed[&stage[who]].rooms;
    REQUIRE(rooms.size() == 1);
    INFO(fmt::format("T{} has {} links", who, rooms[0].linked));
    CHECK(rooms[0].linked >= 1);
    CHECK(rooms[0].linked <= chat::most_links);
    CHECK(stage.lines(who) == Lines{"here"});
  }
  CHECK(stage.complaints.empty());
}
