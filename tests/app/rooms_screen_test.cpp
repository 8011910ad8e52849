// Rooms on the screen, from scripted events.
#include "room_views.hpp"
#include "tincan/app/screen.hpp"

#include <map>

using namespace tincan;
using namespace tincan::app;
using namespace tincan::app::test;
using What = chat::RoomChanged::What;

namespace {

struct RoomStage {
  RoomStage()
      : screen({.print = [this](term::Line line) { lines.push_back(shown(line)); },
                .ring = [this] { ++rings; },
                .prompt_changed = [] {},
                .after = [this](base::Millis, std::function<void()> work) { due.push_back(std::move(work)); },
                .now = [this] { return now; },
                .print_block =
                    [this](Lines block, term::LineTag tag) {
                      for (const auto& line : block) lines.push_back(shown(line));
                      on_screen[tag] = shown(block);
                    },
                .replace =
                    [this](term::LineTag tag, Lines block) {
                      if (!on_screen.contains(tag)) return false;
                      on_screen[tag] = shown(block);
                      return true;
                    },
                .handles = &handles,
                .rooms = &rooms,
                .peer_with_key = [this](const base::PublicKey& key) -> std::optional<chat::PeerView> {
                  if (friend_of_ours && friend_of_ours->peer.key == key) return friend_of_ours;
                  return std::nullopt;
                },
                .qr_of = [](const std::string&) { return std::vector<std::string>{"##  ##"}; }},
               "Rockets") {
    tell(chat::RoomsListed{{room_view(7, "#plans"), room_view(8, "#club")}, {}});
    lines.clear();
  }

  void tell(chat::Event event) { screen.tell({{}, std::move(event)}); }
  std::vector<std::string> take() { return std::exchange(lines, {}); }
  std::string only() {
    const auto given = take();
    REQUIRE(given.size() == 1);
    return given.front();
  }

  void time_passes() {
    for (const auto& work : std::exchange(due, {})) work();
  }

  std::vector<std::string> lines;
  std::vector<std::function<void()>> due;
  base::WallTime now = noon;
  std::map<term::LineTag, std::vector<std::string>> on_screen;
  std::optional<chat::PeerView> friend_of_ours;
  Handles handles;
  RoomTable rooms;
  int rings = 0;
  Screen screen;
};

chat::Message line_of(std::uint64_t id, std::uint8_t author, std::string name, std::string text) {
  chat::Message message;
  message.id = {id};
  message.room = {7};
  message.author = key_of(author);
  message.team = base::PeerText(std::move(name));
  message.text = base::PeerText(std::move(text));
  message.dialect = wire::Dialect::native;
  message.clear = false;
  message.time = noon;
  return message;
}

chat::Message own_line(std::uint64_t id, std::string text, std::uint32_t have, std::uint32_t of) {
  auto message = line_of(id, 1, "Rockets", std::move(text));
  message.direction = chat::Direction::out;
  message.state = chat::MessageState::queued;
  message.tally = {have, of};
  return message;
}

std::string after_time(const std::string& line) { return line.substr(line.find(' ') + 1); }

} // namespace

TEST_CASE("A line says in which room it was, unless that room is in front") {
  RoomStage stage;
  stage.tell(chat::MessageAdded{line_of(1, 2, "bob", "hi"), {}});
  CHECK(after_time(stage.only()) == "[1] #plans bob: hi");
  stage.rooms.bring_to_front({7});
  stage.tell(chat::MessageAdded{line_of(2, 2, "bob", "here"), {}});
  CHECK(after_time(stage.only()) == "[2] bob: here");
}

TEST_CASE("An own line shows how many have it, and changes in place") {
  RoomStage stage;
  stage.rooms.bring_to_front({7});
  stage.tell(chat::MessageAdded{own_line(1, "hello", 0, 5), {}});
  CHECK(after_time(stage.only()) == "[1] Rockets · 0/5:     hello");
  stage.tell(chat::StateChanged{own_line(1, "", 3, 5), {}, {}});
  CHECK(after_time(stage.on_screen[1].front()) == "[1] Rockets ✓ 3/5:     hello");
  stage.tell(chat::StateChanged{own_line(1, "", 5, 5), {}, {}});
  CHECK(after_time(stage.on_screen[1].front()) == "[1] Rockets ✓ 5/5:     hello");
  CHECK(stage.take().empty());
}

TEST_CASE("Guests and what travelled in clear are marked, late lines and unreadable ones too") {
  RoomStage stage;
  stage.rooms.bring_to_front({7});
  auto guest = line_of(1, 2, "10.0.0.9:5000", "hi");
  guest.is_guest = guest.clear = true;
  stage.tell(chat::MessageAdded{guest, {}});
  CHECK(after_time(stage.only()) == "[1] 10.0.0.9:5000 (guest, clear): hi");
  auto late = line_of(2, 2, "bob", "earlier");
  late.is_late = true;
  late.order_us = noon.ms * 1000;
  stage.tell(chat::MessageAdded{late, {}});
  CHECK(after_time(stage.only()) == "[2] bob (late): earlier"); // the line begins with its time
  auto sealed = line_of(3, 2, "bob", "");
  sealed.is_readable = false;
  stage.tell(chat::MessageAdded{sealed, {}});
  CHECK(after_time(stage.only()) == "[3] bob: (key not here yet)");
}

TEST_CASE("A line that can be read at last stands where it stood, or is shown again") {
  RoomStage stage;
  stage.rooms.bring_to_front({7});
  auto sealed = line_of(3, 2, "bob", "");
  sealed.is_readable = false;
  stage.tell(chat::MessageAdded{sealed, {}});
  stage.take();
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::revealed, false, line_of(3, 2, "bob", "short"), {}});
  CHECK(stage.on_screen[3].front().find("bob: short") != std::string::npos);
  CHECK(stage.take().empty());
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::revealed, false, line_of(4, 2, "bob", "unseen"), {}});
  CHECK(stage.only().find("bob: unseen") != std::string::npos);
}

TEST_CASE("A line that does not count any more is not read any more") {
  RoomStage stage;
  stage.rooms.bring_to_front({7});
  stage.tell(chat::MessageAdded{line_of(3, 2, "bob", std::string(80, 'x')), {}});
  stage.take();
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::voided, false, line_of(3, 2, "bob", "x"), {}});
  CHECK(stage.on_screen[3].front().find("not counted") != std::string::npos);
  CHECK(stage.on_screen[3].front().find("xxx") == std::string::npos);
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::voided, false, line_of(9, 2, "bob", "never seen"), {}});
  CHECK(stage.take().empty());
}

TEST_CASE("A mention rings, as a whole word, with or without @, in any case") {
  RoomStage stage;
  auto rings_for = [&stage, id = std::uint64_t{10}](std::string text) mutable {
    const auto before = stage.rings;
    stage.tell(chat::MessageAdded{line_of(++id, 2, "bob", std::move(text)), {}});
    return stage.rings > before;
  };
  CHECK(rings_for("rockets, are you there?"));
  CHECK(rings_for("ask @ROCKETS"));
  CHECK(rings_for("(Rockets)"));
  CHECK_FALSE(rings_for("skyrockets"));
  CHECK_FALSE(rings_for("rocketship"));
  CHECK_FALSE(rings_for("nothing"));
}

TEST_CASE("What came while another conversation was in front is counted, and marked when one looks") {
  RoomStage stage;
  stage.tell(chat::MessageAdded{line_of(1, 2, "bob", "one"), {}});
  stage.tell(chat::MessageAdded{line_of(2, 2, "bob", "two, Rockets"), {}});
  CHECK(stage.rooms.find({7})->room.unread == 2);
  CHECK(stage.rooms.find({7})->room.mentions == 1);
  stage.rooms.bring_to_front({7});
  CHECK(stage.rooms.find({7})->room.unread == 0);
  stage.take();
  stage.tell(chat::HistoryRead{{{line_of(9, 2, "bob", "old"), line_of(1, 2, "bob", "one"), own_line(5, "mine", 1, 5),
                                 line_of(2, 2, "bob", "two, Rockets")},
                                false}});
  const auto given = stage.take();
  REQUIRE(given.size() == 5);
  CHECK(given[0].find("old") != std::string::npos);
  CHECK(given[1] == "── 2 unread ──");
  CHECK(given[2].find("one") != std::string::npos);
  stage.tell(chat::HistoryRead{{{}, false}});
  CHECK(stage.only() == "Nothing found."); // a search
  stage.rooms.bring_to_front({7});
  stage.tell(chat::HistoryRead{{{}, false}});
  CHECK(stage.only() == "No lines here yet.");
}

TEST_CASE("Unread lines that are not on the page are not said to begin with it") {
  RoomStage stage;
  for (std::uint64_t id = 1; id <= 3; ++id) stage.tell(chat::MessageAdded{line_of(id, 2, "bob", "hi"), {}});
  stage.rooms.bring_to_front({7});
  stage.take();
  stage.tell(chat::HistoryRead{{{line_of(2, 2, "bob", "hi"), line_of(3, 2, "bob", "hi")}, true}});
  CHECK(stage.take().at(1) == "── 3 unread, 1 of them before these ──");
}

namespace {

// Said before we came, one minute apart; later ones have higher numbers.
chat::Message old_line(std::uint64_t id, std::uint8_t author, std::string name) {
  auto message = line_of(id, author, std::move(name), "Rockets, line " + std::to_string(id));
  message.time = {noon.ms - 60'000'000 + static_cast<std::int64_t>(id) * 60'000};
  message.order_us = message.time.ms * 1000;
  return message;
}

} // namespace

TEST_CASE("What was said before we came is counted while it arrives, and told in one line") {
  RoomStage stage;
  stage.tell(chat::RoomChanged{What::joined, room_view(7, "#plans"), {}, {}});
  stage.take();
  for (std::uint64_t id = 1; id <= 200; ++id) stage.tell(chat::MessageAdded{old_line(id, 2, "bob"), {}});
  auto edited = old_line(3, 2, "bob");
  edited.is_edited = true;
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::edited, false, edited, {}});
  stage.time_passes();
  CHECK(stage.take().empty());
  CHECK(stage.rings == 0);
  CHECK(stage.rooms.find({7})->room.unread == 200);
  stage.tell(chat::MessageAdded{line_of(300, 2, "bob", "welcome"), {}}); // said now
  CHECK(after_time(stage.only()) == "[1] #plans bob: welcome");
  stage.tell(chat::RoomChanged{What::caught_up, room_view(7, "#plans"), {}, {}});
  CHECK(after_time(stage.only()) == "· 200 earlier lines of #plans are here: /room #plans");
  stage.tell(chat::MessageAdded{old_line(201, 2, "bob"), {}}); // it was away: that is news
  CHECK(stage.only().find("line 201") != std::string::npos);
}

TEST_CASE("In front, the newest of what was said before we came are shown together, as they were said") {
  RoomStage stage;
  stage.tell(chat::RoomChanged{What::joined, room_view(7, "#plans"), {}, {}});
  stage.rooms.bring_to_front({7});
  stage.take();
  for (std::uint64_t id = 2; id <= 300; id += 2) stage.tell(chat::MessageAdded{old_line(id, 2, "bob"), {}});
  for (std::uint64_t id = 1; id <= 299; id += 2) stage.tell(chat::MessageAdded{old_line(id, 3, "ann"), {}});
  CHECK(stage.take().empty());
  stage.time_passes();
  const auto given = stage.take();
  REQUIRE(given.size() == 100);
  CHECK(given.front().find("ann: Rockets, line 201") != std::string::npos);
  CHECK(given.at(1).find("bob: Rockets, line 202") != std::string::npos);
  CHECK(given.back().find("line 300") != std::string::npos);
  CHECK(stage.screen.oldest_shown() == 201);
  stage.tell(chat::RoomChanged{What::caught_up, room_view(7, "#plans"), {}, {}});
  const auto end = stage.take();
  REQUIRE(end.size() == 2);
  CHECK(after_time(end.back()) == "· 200 earlier lines of #plans are here: /more");
}

TEST_CASE("A few earlier lines are shown when all is here, without waiting") {
  RoomStage stage;
  stage.tell(chat::RoomChanged{What::joined, room_view(7, "#plans"), {}, {}});
  stage.rooms.bring_to_front({7});
  stage.take();
  stage.tell(chat::MessageAdded{old_line(1, 2, "bob"), {}});
  stage.tell(chat::RoomChanged{What::caught_up, room_view(7, "#plans"), {}, {}});
  const auto given = stage.take();
  REQUIRE(given.size() == 2);
  CHECK(given.front().find("line 1") != std::string::npos);
  stage.time_passes();
  CHECK(stage.take().empty());
}

TEST_CASE("A newcomer is not told of all that was ever done to others") {
  RoomStage stage;
  const auto joined = [&stage] {
    stage.tell(chat::RoomChanged{What::member_joined, room_view(7, "#plans"), member_view(2, "bob"), {}});
    return !stage.take().empty();
  };
  stage.tell(chat::RoomChanged{What::joined, room_view(7, "#plans"), {}, {}});
  stage.take();
  CHECK_FALSE(joined());
  auto us = member_view(1, "Rockets");
  us.is_self = true;
  stage.tell(chat::RoomChanged{What::muted, room_view(7, "#plans"), us, member_view(2, "bob")});
  CHECK(stage.take().size() == 1);
  stage.tell(chat::RoomChanged{What::caught_up, room_view(7, "#plans"), {}, {}});
  CHECK(joined());
  stage.tell(chat::RoomChanged{What::joined, room_view(7, "#plans"), {}, {}});
  stage.take();
  stage.now.ms += longest_arrival.count(); // the rest is with nobody who is there
  CHECK(joined());
}

TEST_CASE("Whoever refuses us for the same reason is no news, until we try again") {
  RoomStage stage;
  auto plans = room_view(7, "#plans");
  plans.room.phase = chat::RoomPhase::joining;
  const chat::RoomChanged denied{What::denied, plans, {}, {}, wire::Role::member, base::PeerText("used")};
  stage.tell(denied);
  CHECK(stage.only().find("does not let you in: used") != std::string::npos);
  stage.tell(denied);
  CHECK(stage.take().empty());
  CHECK(stage.rooms.find({7})); // /leave gives it up
  stage.tell(chat::RoomChanged{What::joining, plans, {}, {}});
  stage.take();
  stage.tell(denied);
  CHECK(stage.take().size() == 1);
}

TEST_CASE("A petname of ours is what a member is called") {
  RoomStage stage;
  stage.friend_of_ours = peer_view(4, "bob", "10.0.0.8:4100");
  stage.friend_of_ours->peer.key = key_of(2);
  stage.friend_of_ours->peer.petname = "Bobby";
  stage.tell(chat::MessageAdded{line_of(1, 2, "bob", "hi"), {}});
  CHECK(after_time(stage.only()) == "[1] #plans Bobby: hi");
}

TEST_CASE("A member whose name looks like another's, or like ours, is marked") {
  RoomStage stage;
  stage.tell(chat::MessageAdded{line_of(1, 2, "Bob", "hi"), {}});
  CHECK(stage.only().find("#plans Bob: hi") != std::string::npos);
  stage.tell(chat::MessageAdded{line_of(2, 3, "bоb", "send me the code"), {}}); // a Cyrillic o
  CHECK(stage.only().find("≈ (" + key_of(3).short_text() + "):") != std::string::npos);
  stage.tell(chat::MessageAdded{line_of(3, 4, "r0ckets", "hi"), {}});
  stage.take();
  stage.tell(chat::MessageAdded{line_of(4, 5, "ROCKETS", "hi"), {}});
  CHECK(stage.only().find("≈ (" + key_of(5).short_text() + "):") != std::string::npos);
}

TEST_CASE("What a member calls itself, or a room is called, cannot harm the terminal") {
  RoomStage stage;
  auto room = room_view(9, "#\x1b[2Jx");
  room.topic = base::PeerText("\x1b]0;owned\x07");
  const auto member = member_view(2, "\x1b[31mbob\xE2\x80\xAE");
  for (int what = 0; what <= static_cast<int>(What::caught_up); ++what)
    stage.tell(chat::RoomChanged{static_cast<What>(what), room, member,
                                 member_view(3, "\x9b"
                                                "31m"),
                                 wire::Role::moderator, base::PeerText("\x1b[2J")});
  stage.tell(chat::MembersListed{room, {member}});
  stage.tell(chat::RoomsListed{{room}, {{{}, "#\x1b[2J", member.name, room.topic, 3, {{4}}}}});
  stage.tell(chat::WhoHasListed{room, {}, {member}, {member}});
  stage.tell(chat::TicketsListed{room, {{key_of(4), member, 1, 0, noon, false}}});
  auto invitation = line_of(1, 2, "bob", wire::encode(wire::Invitation{{}, key_of(2), room.topic, true, {}}));
  invitation.room = {};
  invitation.kind = chat::MessageKind::invitation;
  stage.tell(chat::MessageAdded{invitation, {}});
  invitation.text = base::PeerText("\x1b[2J no invitation");
  stage.tell(chat::MessageAdded{invitation, {}});
  CHECK(stage.lines.size() > 20);
  for (const auto& line : stage.take()) {
    INFO(line);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(line.find('\x07') == std::string::npos);
  }
}

TEST_CASE("What happens in a room is told on one line, with who did it") {
  RoomStage stage;
  const auto told = [&stage](What what, chat::MemberView who, chat::MemberView by, std::string text = {}) {
    stage.tell(chat::RoomChanged{what, room_view(7, "#plans"), std::move(who), std::move(by), wire::Role::moderator,
                                 base::PeerText(std::move(text))});
    return after_time(stage.only());
  };
  const auto bob = member_view(2, "bob");
  const auto ann = member_view(3, "ann");
  auto us = member_view(1, "Rockets");
  us.is_self = true;
  CHECK(told(What::member_joined, bob, {}) == "· bob joined #plans");
  CHECK(told(What::member_left, bob, bob) == "· bob left #plans");
  CHECK(told(What::member_removed, bob, ann) == "· ann removed bob from #plans");
  CHECK(told(What::muted, us, ann) == "· ann muted you in #plans");
  CHECK(told(What::role, bob, us) == "· you made bob a moderator of #plans");
  CHECK(told(What::topic, {}, ann, "the trip") == "· ann set the topic of #plans: the trip");
  CHECK(told(What::topic, {}, ann) == "· ann took away the topic of #plans");
  CHECK(told(What::denied, {}, {}, "the ticket is used up").find("does not let you in: the ticket is used up") !=
        std::string::npos);
  CHECK(told(What::created, {}, {}).find("you created #plans (private): /room #plans") != std::string::npos);
}

TEST_CASE("In a big room, who comes and goes is told only while one looks at it") {
  RoomStage stage;
  const chat::RoomChanged joined{What::member_joined, room_view(7, "#plans", 1000), member_view(2, "bob"), {}};
  stage.tell(joined);
  CHECK(stage.take().empty());
  stage.rooms.bring_to_front({7});
  stage.tell(joined);
  CHECK(stage.only().find("bob joined") != std::string::npos);
}

TEST_CASE("Rooms are listed with their kind, members and what is unread; none at start is no news") {
  RoomStage stage;
  auto plans = room_view(7, "#plans");
  plans.room.unread = 3;
  plans.room.mentions = 1;
  plans.linked = 4;
  auto club = room_view(8, "#club");
  club.room.is_private = false;
  club.room.phase = chat::RoomPhase::joining;
  club.trouble = "no member was reached yet";
  chat::RoomsListed event{{plans, club}, {}};
  event.found.push_back({{}, "#open", base::PeerText("open"), base::PeerText("all welcome"), 1, {{4}, {5}}});
  stage.tell(event);
  CHECK(stage.take() == std::vector<std::string>{
                            "Your rooms (/room #NAME)", "  #plans  private  5 members, 4 linked  3 unread (1 for you)",
                            "  #club   public   no member was reached yet", "Public rooms of your peers (/join #NAME)",
                            "  #open   1 member, told by peer 4 and 1 more  all welcome"});
  plans.room.is_hosted = true;
  plans.own_role = wire::Role::creator;
  stage.tell(chat::RoomsListed{{plans}, {}});
  CHECK(stage.take().at(1) ==
        "  #plans  hosted, clear text  5 members, 4 linked, you are its creator  3 unread (1 for you)");
  stage.tell(chat::RoomsListed{});
  CHECK(stage.only().find("No rooms yet") == 0);
  Screen fresh({.print = [&stage](term::Line line) { stage.lines.push_back(shown(line)); },
                .ring = [] {},
                .prompt_changed = [] {},
                .after = [](base::Millis, const std::function<void()>&) {},
                .now = [] { return noon; }},
               "Rockets");
  fresh.tell({{}, chat::RoomsListed{}});
  CHECK(stage.take().empty());
}

TEST_CASE("A screen that cannot change lines tells once when all have a line") {
  std::vector<std::string> lines;
  Screen plain({.print = [&lines](term::Line line) { lines.push_back(shown(line)); },
                .ring = [] {},
                .prompt_changed = [] {},
                .after = [](base::Millis, const std::function<void()>& work) { work(); },
                .now = [] { return noon; }},
               "Rockets");
  plain.tell({{}, chat::MessageAdded{own_line(1, "alone", 0, 0), {}, {}}});
  plain.tell({{}, chat::MessageAdded{own_line(2, "hello", 0, 2), {}, {}}});
  for (std::uint32_t have = 1; have <= 2; ++have)
    plain.tell({{}, chat::StateChanged{own_line(2, "", have, 2), {}, {}}});
  REQUIRE(lines.size() == 3);
  CHECK(after_time(lines[0]) == "#1 room 7 Rockets alone:     alone");
  CHECK(after_time(lines[1]) == "#2 room 7 Rockets · 0/2:     hello");
  CHECK(after_time(lines[2]) == "#2 to room 7: ✓ 2/2");
}

TEST_CASE("Members are listed with their keys and what they may do") {
  RoomStage stage;
  auto us = member_view(1, "Rockets");
  us.is_self = true;
  us.role = wire::Role::creator;
  auto bob = member_view(2, "bob");
  bob.petname = "Bobby";
  bob.is_linked = bob.is_muted = true;
  stage.tell(chat::MembersListed{room_view(7, "#plans", 2), {us, bob}});
  CHECK(stage.take() == std::vector<std::string>{"#plans (private): 2 members",
                                                 "  you (Rockets)  " + key_of(1).short_text() + "  creator",
                                                 "  Bobby (bob)    " + key_of(2).short_text() + "  linked  muted"});
}

TEST_CASE("Who has a line is told by name") {
  RoomStage stage;
  stage.tell(chat::WhoHasListed{room_view(7, "#plans"), {}, {member_view(2, "bob")}, {member_view(3, "ann")}});
  CHECK(stage.take() == std::vector<std::string>{"#plans: 1 of 2 have it", "  ✓          bob", "  not yet    ann"});
}

TEST_CASE("A ticket is shown as text, and as a picture when that was asked for") {
  RoomStage stage;
  const chat::TicketMade made{room_view(7, "#plans"), key_of(4), "tincan:ybndrfg8", 2,
                              base::WallTime{noon.ms + 2 * 3'600'000}};
  stage.tell(made);
  auto given = stage.take();
  REQUIRE(given.size() == 3);
  CHECK(given[0].find("A ticket for #plans, for 2 newcomers, good for 2 h") == 0);
  CHECK(given[1] == "tincan:ybndrfg8");
  stage.screen.show_next_ticket_as_qr();
  stage.tell(made);
  CHECK(stage.take().back() == "##  ##");
  stage.tell(made);
  CHECK(stage.take().size() == 3);
}

TEST_CASE("An invitation names the room and what to type") {
  RoomStage stage;
  auto message = line_of(1, 2, "bob", wire::encode(wire::Invitation{{}, key_of(2), base::PeerText("plans"), true, {}}));
  message.room = {};
  message.kind = chat::MessageKind::invitation;
  stage.tell(chat::MessageAdded{message, {}});
  CHECK(stage.only().find("invitation to the private room #plans") != std::string::npos);
}

TEST_CASE("Reactions in a room are told by name, alike ones together") {
  RoomStage stage;
  stage.rooms.bring_to_front({7});
  stage.tell(chat::MessageAdded{line_of(1, 2, "bob", "shall we?"), {}});
  stage.tell(chat::MessageAdded{line_of(2, 3, "ann", "x"), {}});
  stage.take();
  auto message = line_of(1, 2, "bob", "shall we?");
  message.reactions = {{true, base::PeerText("+1"), key_of(1)},
                       {false, base::PeerText("+1"), key_of(3)},
                       {false, base::PeerText("no"), key_of(2)}};
  stage.tell(chat::MessageChanged{chat::MessageChanged::What::reacted, false, message, {}});
  CHECK(after_time(stage.only()) == "[1] +1 you ann, no bob");
}

TEST_CASE("A line to a tincan bears the name that it has told meanwhile") {
  std::vector<std::string> lines;
  std::map<term::LineTag, std::vector<std::string>> on_screen;
  auto view = peer_view(4, "", "10.0.0.8:4100");
  view.peer.key = key_of(2);
  Screen screen({.print = [](const term::Line&) {},
                 .ring = [] {},
                 .prompt_changed = [] {},
                 .after = [](base::Millis, const std::function<void()>&) {},
                 .now = [] { return noon; },
                 .peer_of = [&view](base::PeerId) { return std::optional(view); },
                 .print_block = [&](Lines block, term::LineTag tag) { on_screen[tag] = shown(block); },
                 .replace =
                     [&](term::LineTag tag, Lines block) {
                       on_screen[tag] = shown(block);
                       return true;
                     }},
                "Rockets");
  auto message = own_line(1, "hello", 0, 0);
  message.room = {};
  message.peer = {4};
  screen.tell({{}, chat::MessageAdded{message, {}, {}}});
  CHECK(on_screen[1].front().find("→ " + key_of(2).short_text()) != std::string::npos);
  view.peer.team = base::PeerText("Bob");
  message.state = chat::MessageState::delivered;
  screen.tell({{}, chat::StateChanged{message, {}, {}}});
  CHECK(on_screen[1].front().find("→ Bob") != std::string::npos);
}

TEST_CASE("In a hosted room nobody can tell which guests have a line") {
  RoomStage stage;
  auto lobby = room_view(7, "#lobby", 1);
  lobby.room.is_hosted = true;
  stage.tell(chat::RoomsListed{{lobby}, {}});
  stage.rooms.bring_to_front({7});
  stage.take();
  stage.tell(chat::MessageAdded{own_line(1, "hello", 0, 0), {}});
  CHECK(after_time(stage.only()) == "[1] Rockets to guests: hello");
}

TEST_CASE("Whom the user blocks is called by name") {
  RoomStage stage;
  stage.friend_of_ours = peer_view(4, "bob", "10.0.0.8:4100");
  stage.friend_of_ours->peer.key = key_of(2);
  chat::BlockRule rule;
  rule.key = key_of(2);
  stage.tell(chat::BlockChanged{rule, true});
  CHECK(stage.only() == "[BLOCKED] bob, key " + key_of(2).short_text() + " (wherever it is)");
  stage.tell(chat::BlocksListed{{rule}});
  CHECK(stage.only() == "[BLOCKED] bob, key " + key_of(2).short_text() + " (wherever it is)");
}
