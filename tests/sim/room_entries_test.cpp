// Entries that no honest member writes, and bodies that come before their key: what a user is told of them.
#include "room_stage.hpp"

#include "tincan/chat/author_log.hpp"
#include "tincan/chat/room_names.hpp"

#include <catch2/catch.hpp>

using namespace tincan;
using sim::Millis;
using sim::test::RoomStage;

namespace {

constexpr Millis while_long{5'000};

struct ChangesStage : RoomStage {
  using RoomStage::RoomStage;
  void told(sim::Tincan& who, const chat::Told& told) override {
    RoomStage::told(who, told);
    if (const auto* changed = std::get_if<chat::MessageChanged>(&told.event)) changes[&who].push_back(changed->what);
  }
  std::map<const sim::Tincan*, std::vector<chat::MessageChanged::What>> changes;
};

// An invitation among the lines of a room, and what its author makes of it.
wire::Entries invitation_and_changes(const sim::Tincan& author, const base::Digest& room, std::int64_t seen_us) {
  chat::LogState state;
  state.conversation = chat::lines_id(author.keys(), room);
  state.author = author.key();
  chat::AuthorLog log(author.keys(), state);
  wire::Entries frame{state.conversation, state.author, {}, {}};
  sim::FixedEntropy entropy;
  std::optional<wire::EntryRef> target;
  for (const auto kind :
       {wire::EntryKind::invitation, wire::EntryKind::edit, wire::EntryKind::deletion, wire::EntryKind::reaction}) {
    const auto body = [&](std::uint64_t) { return base::PeerText(kind == wire::EntryKind::deletion ? "" : "+1"); };
    frame.entries.push_back(log.write({kind, target, seen_us, std::nullopt}, body, entropy, {}));
    if (!target) target = wire::EntryRef{state.author, 1, frame.entries.back().hash};
  }
  log.sign(frame.entries.back());
  return frame;
}

} // namespace

TEST_CASE("an invitation among the lines of a room is neither edited nor deleted, but reacted to", "[sim][room]") {
  ChangesStage stage(2);
  stage.start_all();
  stage[0].command(chat::CreateRoom{"room"});
  stage.connect(1, 0);
  stage.run(while_long);
  stage[1].command(chat::JoinRoom{"#room"});
  stage.run(while_long);
  stage[1].take_tamper([&, is_done = false](sim::Socket, std::string frames) mutable {
    const auto said = stage.messages(0);
    if (is_done || said.empty()) return frames;
    is_done = true;
    const auto& room = stage[0].disk().rooms.begin()->second.room;
    wire::encode(invitation_and_changes(stage[1], room, said.front().order_us), frames);
    return frames;
  });
  stage.say(0, "hello"); // what it says to that takes the forgery along
  stage.run(while_long);
  const auto lines = stage.messages(0);
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].kind == chat::MessageKind::unknown);
  using What = chat::MessageChanged::What;
  CHECK(stage.changes[&stage[0]] == std::vector{What::reacted});
}

TEST_CASE("lines whose key came while the disk was damaged are read when it is well again", "[sim][room]") {
  RoomStage stage(3);
  stage.start_all();
  stage[0].command(chat::CreateRoom{"room", true});
  stage.run(while_long);
  for (std::size_t who = 1; who < 3; ++who) {
    stage[0].command(chat::Invite{"#room", stage.key_at(who)});
    stage.run(while_long);
    stage[who].command(chat::JoinRoom{"#room"});
    stage.run(while_long);
  }
  bool keeps_keys = true;
  stage[0].take_tamper([&](sim::Socket, const std::string& frames) {
    wire::FrameReader reader;
    reader.raise_limit();
    reader.bytes(frames);
    std::string out;
    while (const auto frame = reader.next())
      if (!keeps_keys || !std::holds_alternative<wire::GiveKeys>(**frame)) wire::encode(**frame, out);
    return out;
  });
  stage[0].command(chat::RemoveMember{"#room", "T2"}); // a new key
  stage.run(while_long);
  stage.say(0, "hidden");
  stage.run(while_long);
  using Lines = std::vector<std::string>;
  REQUIRE(stage.lines(1) == Lines{""});
  stage[1].store().is_damaged = true;
  keeps_keys = false;
  stage.run(while_long);
  CHECK(stage.lines(1) == Lines{""});
  stage[1].store().is_damaged = false;
  stage.run(Millis(1'500));
  CHECK(stage.lines(1) == Lines{"hidden"});
  CHECK(stage[1].overdue_turns() < 20);
}
