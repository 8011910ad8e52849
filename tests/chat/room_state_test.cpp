#include "room_stage.hpp"

#include <algorithm>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

namespace {

using Phase = RoomMember::Phase;
constexpr auto endless = ~std::uint64_t{0};

const auto ann = RoomStage::key(1), bob = RoomStage::key(2), cat = RoomStage::key(3), dan = RoomStage::key(4);

// A public room with moderators ann and bob and members cat and dan.
struct House : RoomStage {
  House() {
    for (const auto& member : {ann, bob, cat, dan}) join(member);
    promote(creator, ann);
    promote(creator, bob);
  }
};

Phase phase(const RoomState& state, const base::PublicKey& key) {
  const auto* member = state.member(key);
  REQUIRE(member);
  return member->phase;
}
Role role(const RoomState& state, const base::PublicKey& key) {
  const auto* member = state.member(key);
  REQUIRE(member);
  return member->role;
}
std::vector<LineSpan> lines(const RoomState& state, const base::PublicKey& key) {
  const auto* member = state.member(key);
  REQUIRE(member);
  return member->lines;
}
std::string topic(const RoomState& state) { return state.topic().untrusted_bytes(); }
wire::Topic topic_of(const std::string& text) { return {base::PeerText(text)}; }

} // namespace

// --- founding and joining

TEST_CASE("nothing is known of a room before its genesis change is", "[chat]") {
  const RoomStage stage;
  auto state = stage.empty();
  CHECK_FALSE(state.is_founded());
  CHECK(state.members().empty());
  CHECK_FALSE(state.may_read(ann));
  CHECK(state.check(stage.creator, wire::Join{}).error().text ==
        "nothing is known of this room yet: no member was met");
  stage.add(state, stage.changes().front());
  CHECK(state.is_founded());
  CHECK(role(state, stage.creator) == Role::creator);
  CHECK(lines(state, stage.creator) == std::vector<LineSpan>{{1, endless}});
}

TEST_CASE("only the change that gave the room its id founds it", "[chat]") {
  RoomStage stage;
  auto state = stage.empty();
  auto forged = stage.changes().front();
  CHECK(state.add(forged, "another body"));
  CHECK_FALSE(state.is_founded());
  forged.at.hash.bytes[0] ^= 1;
  forged.at.author = ann;
  stage.add(state, forged);
  CHECK_FALSE(state.is_founded());
}

TEST_CASE("everyone may join a public room, and its lines count from where it says", "[chat]") {
  RoomStage stage;
  CHECK(stage.state().may_read(ann));
  CHECK(stage.state().may_join(ann));
  stage.join(ann, 7);
  const auto state = stage.state();
  CHECK(phase(state, ann) == Phase::present);
  CHECK_FALSE(state.may_join(ann));
  CHECK(state.present_count() == 2);
  CHECK(lines(state, ann) == std::vector<LineSpan>{{7, endless}});
}

TEST_CASE("into a private room nobody comes without being admitted", "[chat]") {
  RoomStage stage(true);
  stage.join(ann);
  CHECK(stage.state().member(ann) == nullptr);
  CHECK_FALSE(stage.state().may_read(ann));
  stage.admit(stage.creator, ann);
  CHECK(phase(stage.state(), ann) == Phase::invited);
  CHECK(stage.state().may_read(ann));
  CHECK(stage.state().may_join(ann));
  stage.join(ann);
  CHECK(stage.state().is_present(ann));
  CHECK(stage.state().member(ann)->changed_by == stage.creator);
}

TEST_CASE("whoever left a private room needs to be admitted again, a public one not", "[chat]") {
  for (const bool is_private : {true, false}) {
    RoomStage stage(is_private);
    stage.admit(stage.creator, ann);
    stage.join(ann);
    stage.say(ann, wire::Leave{});
    CHECK(phase(stage.state(), ann) == Phase::left);
    CHECK(stage.state().may_read(ann) == !is_private);
    stage.join(ann, 5);
    CHECK(stage.state().is_present(ann) == !is_private);
    stage.admit(stage.creator, ann);
    stage.join(ann, 5);
    CHECK(stage.state().is_present(ann));
    CHECK(lines(stage.state(), ann) == std::vector<LineSpan>{{1, endless}});
  }
}

TEST_CASE("a member that joins again changes its name only", "[chat]") {
  House house;
  house.say(cat, wire::Join{base::PeerText("Kitty"), 900});
  CHECK(house.state().member(cat)->name == base::PeerText("Kitty"));
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, endless}});
  CHECK(house.state().present_count() == 5);
}

TEST_CASE("a stranger's changes have no effect", "[chat]") {
  House house;
  const auto stranger = RoomStage::key(9);
  const auto before = house.state().members();
  house.remove(stranger, cat);
  house.admit(stranger, RoomStage::key(10));
  house.promote(stranger, stranger);
  house.say(stranger, topic_of("mine"));
  CHECK(house.state().members() == before);
  CHECK(topic(house.state()).empty());
}

// --- roles

TEST_CASE("the creator and moderators promote; a moderator demotes nobody but itself", "[chat]") {
  House house;
  house.promote(cat, dan);
  CHECK(role(house.state(), dan) == Role::member);
  house.promote(ann, cat);
  CHECK(role(house.state(), cat) == Role::moderator);
  house.say(bob, wire::SetRole{ann, Role::member, {}});
  CHECK(role(house.state(), ann) == Role::moderator);
  house.say(ann, wire::SetRole{ann, Role::member, {}});
  CHECK(role(house.state(), ann) == Role::member);
  house.say(house.creator, wire::SetRole{bob, Role::member, {}});
  CHECK(role(house.state(), bob) == Role::member);
}

TEST_CASE("nobody has power over the creator, and nobody becomes one", "[chat]") {
  House house;
  house.remove(ann, house.creator);
  house.mute(ann, house.creator, true, 0);
  house.say(ann, wire::SetRole{house.creator, Role::member, {}});
  house.say(house.creator, wire::SetRole{house.creator, Role::member, {}});
  house.say(house.creator, wire::SetRole{ann, Role::creator, {}});
  const auto state = house.state();
  CHECK(role(state, house.creator) == Role::creator);
  CHECK(state.may_write(house.creator));
  CHECK(role(state, ann) == Role::moderator);
}

TEST_CASE("the creator may leave, moderators go on, and it comes back as what it was", "[chat]") {
  House house;
  house.say(house.creator, wire::Leave{});
  house.remove(ann, cat);
  house.promote(bob, dan);
  CHECK(phase(house.state(), cat) == Phase::removed);
  CHECK(role(house.state(), dan) == Role::moderator);
  house.remove(house.creator, dan);
  CHECK(phase(house.state(), dan) == Phase::present);
  house.join(house.creator);
  house.remove(house.creator, dan);
  CHECK(phase(house.state(), dan) == Phase::removed);
}

TEST_CASE("a moderator that leaves comes back as a member", "[chat]") {
  House house;
  house.say(ann, wire::Leave{});
  house.join(ann);
  CHECK(role(house.state(), ann) == Role::member);
}

TEST_CASE("a member sets the topic only while there is none", "[chat]") {
  House house;
  house.say(cat, topic_of("cats"));
  house.say(dan, topic_of("dogs"));
  CHECK(topic(house.state()) == "cats");
  house.say(ann, topic_of("birds"));
  CHECK(topic(house.state()) == "birds");
  house.say(ann, topic_of(""));
  house.say(dan, topic_of("dogs"));
  CHECK(topic(house.state()) == "dogs");
  CHECK(house.state().topic_change()->at.author == dan);
}

// --- muting

TEST_CASE("a muted member's lines stop counting, and count again from where it is unmuted", "[chat]") {
  House house;
  house.mute(ann, cat, true, 10);
  CHECK_FALSE(house.state().may_write(cat));
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 10}});
  house.mute(bob, cat, false, 15);
  CHECK(house.state().may_write(cat));
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 10}, {15, endless}});
  house.mute(ann, cat, true, 12);
  house.mute(ann, cat, false, 3);
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 10}, {13, endless}});
}

TEST_CASE("leaving and coming back does not unmute", "[chat]") {
  House house;
  house.mute(ann, cat, true, 10);
  house.say(cat, wire::Leave{});
  house.join(cat, 11);
  CHECK_FALSE(house.state().may_write(cat));
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 10}});
}

TEST_CASE("moderators mute members; only the creator mutes moderators; nobody unmutes itself", "[chat]") {
  House house;
  house.mute(cat, dan, true, 0);
  house.mute(ann, bob, true, 0);
  CHECK(house.state().may_write(dan));
  CHECK(house.state().may_write(bob));
  house.mute(house.creator, bob, true, 0);
  house.mute(bob, bob, false, 0);
  CHECK_FALSE(house.state().may_write(bob));
  house.mute(ann, bob, false, 0);
  CHECK(house.state().may_write(bob));
}

TEST_CASE("a muted member lets nobody in, makes no ticket and sets no topic", "[chat]") {
  House house;
  house.mute(ann, cat, true, 0);
  house.admit(cat, RoomStage::key(9));
  house.make_ticket(cat, 1);
  house.say(cat, topic_of("mice"));
  CHECK(house.state().member(RoomStage::key(9)) == nullptr);
  CHECK(house.state().tickets().empty());
  CHECK(topic(house.state()).empty());
}

// --- removing

TEST_CASE("a removed member's lines count as far as the removal says, and it may not join again", "[chat]") {
  House house;
  const auto removal = house.remove(ann, cat, 42);
  house.join(cat, 50);
  house.say(cat, topic_of("still here"));
  const auto state = house.state();
  CHECK(phase(state, cat) == Phase::removed);
  CHECK(lines(state, cat) == std::vector<LineSpan>{{1, 42}});
  CHECK(state.member(cat)->removals == std::vector{removal});
  CHECK(state.member(cat)->changed_by == ann);
  CHECK_FALSE(state.may_read(cat));
  CHECK_FALSE(state.may_join(cat));
  CHECK(topic(state).empty());
}

TEST_CASE("members remove nobody, and nobody removes itself or whom nobody knows", "[chat]") {
  House house;
  house.remove(cat, dan);
  house.remove(ann, ann);
  house.remove(ann, RoomStage::key(9));
  const auto state = house.state();
  CHECK(state.present_count() == 5);
  CHECK(state.member(RoomStage::key(9)) == nullptr);
}

TEST_CASE("whoever left can be removed, and then does not come back", "[chat]") {
  House house;
  house.say(cat, wire::Leave{});
  house.remove(ann, cat, 8);
  house.join(cat, 9);
  CHECK(phase(house.state(), cat) == Phase::removed);
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 8}});
}

TEST_CASE("a moderator that knows the removal lets the member in again, and its lines count from there", "[chat]") {
  House house;
  const auto removal = house.remove(ann, cat, 42);
  house.admit(dan, cat, {removal});
  CHECK(phase(house.state(), cat) == Phase::removed);
  house.admit(bob, cat);
  CHECK(phase(house.state(), cat) == Phase::removed);
  house.admit(bob, cat, {removal});
  CHECK(phase(house.state(), cat) == Phase::invited);
  house.join(cat, 60);
  CHECK(house.state().is_present(cat));
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 42}, {60, endless}});
  CHECK(house.state().present_count() == 5);
}

TEST_CASE("a removal wins over admissions and roles that do not know of it", "[chat]") {
  House house;
  const auto first = house.remove(ann, cat);
  house.remove(house.creator, cat);
  house.admit(bob, cat, {first}); // bob has not seen the creator's
  house.join(cat);
  house.promote(bob, cat);
  CHECK(phase(house.state(), cat) == Phase::removed);

  House other;
  const auto removal = other.remove(ann, dan);
  other.admit(ann, dan, {removal});
  other.join(dan);
  other.promote(bob, dan); // bob knows neither
  CHECK(role(other.state(), dan) == Role::member);
  other.promote(bob, dan, {removal});
  CHECK(role(other.state(), dan) == Role::moderator);
}

TEST_CASE("what the removed wrote without its remover's knowledge has no effect, also before the removal", "[chat]") {
  House house;
  const auto counted = house.seq(bob);
  house.say(bob, topic_of("mine"));
  house.promote(bob, cat);
  CHECK(topic(house.state()) == "mine");
  house.say(ann, wire::Remove{bob, counted, 10});
  CHECK(topic(house.state()).empty());
  CHECK(role(house.state(), cat) == Role::member);
}

TEST_CASE("what the removed wrote with its remover's knowledge stays", "[chat]") {
  House house;
  house.say(bob, topic_of("ours"));
  house.promote(bob, cat);
  house.remove(ann, bob);
  CHECK(topic(house.state()) == "ours");
  CHECK(role(house.state(), cat) == Role::moderator);
}

TEST_CASE("of two removals of one member the one that leaves more counts", "[chat]") {
  for (const bool is_more_first : {true, false}) {
    House house;
    const auto counted = house.seq(bob);
    house.say(bob, topic_of("ours"));
    const wire::Remove less{bob, counted, 10}, more{bob, counted + 1, 30};
    house.say(ann, is_more_first ? more : less);
    CHECK(lines(house.state(), bob) == std::vector<LineSpan>{{1, is_more_first ? 30U : 10U}});
    CHECK(topic(house.state()) == (is_more_first ? "ours" : ""));
    house.say(house.creator, is_more_first ? less : more);
    CHECK(lines(house.state(), bob) == std::vector<LineSpan>{{1, 30}});
    CHECK(topic(house.state()) == "ours");
    CHECK(house.state().member(bob)->removals.size() == 2);
  }
}

TEST_CASE("nobody removes a member twice, unless it was let in again", "[chat]") {
  House house;
  const auto first = house.remove(ann, cat, 10);
  house.remove(bob, cat, 12);
  const auto third = house.remove(ann, cat, 30);
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 12}});
  auto removals = house.state().member(cat)->removals;
  CHECK(removals.size() == 2);
  CHECK(std::count(removals.begin(), removals.end(), third) == 0);
  CHECK(removals.front() == first);
  house.admit(ann, cat, removals);
  house.join(cat, 40);
  house.remove(bob, cat, 50);
  house.remove(ann, cat, 60);
  CHECK(lines(house.state(), cat) == std::vector<LineSpan>{{1, 12}, {40, 60}});
}

TEST_CASE("a later removal that leaves less takes away more", "[chat]") {
  House house;
  const auto counted = house.seq(bob);
  house.say(bob, topic_of("ours"));
  const auto first = house.remove(ann, bob, 10);
  house.admit(ann, bob, {first});
  house.join(bob, 20);
  CHECK(topic(house.state()) == "ours");
  house.say(ann, wire::Remove{bob, counted, 30});
  CHECK(topic(house.state()).empty());
}

TEST_CASE("a second removal long after the first does not bring back what the first took away", "[chat]") {
  House house;
  const auto counted = house.seq(bob);
  house.say(bob, topic_of("mine"));
  const auto first = house.say(ann, wire::Remove{bob, counted, 10});
  house.admit(ann, bob, {first});
  house.join(bob, 20);
  house.remove(ann, bob, 30);
  CHECK(topic(house.state()).empty());
  CHECK(lines(house.state(), bob) == std::vector<LineSpan>{{1, 10}, {20, 30}});
}

// --- removals against each other

TEST_CASE("of two moderators that remove each other the removal with the smaller hash counts", "[chat]") {
  for (const bool ann_wins : {true, false}) {
    House house;
    const auto of_ann = house.seq(ann), of_bob = house.seq(bob);
    house.remove_at(ann, bob, of_bob, 100, ann_wins ? 1 : 9);
    house.remove_at(bob, ann, of_ann, 99, 5);
    CHECK(phase(house.state(), ann) == (ann_wins ? Phase::present : Phase::removed));
    CHECK(phase(house.state(), bob) == (ann_wins ? Phase::removed : Phase::present));
  }
}

TEST_CASE("the creator's removal counts whatever the hashes are", "[chat]") {
  House house;
  const auto of_ann = house.seq(ann);
  house.remove_at(ann, bob, house.seq(bob), 90, 1);
  house.remove_at(house.creator, ann, of_ann, 100, 9);
  CHECK(phase(house.state(), ann) == Phase::removed);
  CHECK(phase(house.state(), bob) == Phase::present);
}

TEST_CASE("a moderator that was removed undoes nothing by small hashes and early clocks", "[chat]") {
  House house;
  house.promote(house.creator, cat);
  const auto of_bob = house.seq(bob);
  house.remove_at(ann, bob, of_bob, 100, 9);
  house.say_at(bob, wire::Remove{cat, house.seq(cat), 0}, 20, 1);
  house.say_at(bob, wire::Mute{dan, true, 0}, 20, 2);
  house.say_at(bob, wire::SetRole{dan, Role::moderator, {}}, 20, 3);
  const auto state = house.state();
  CHECK(phase(state, bob) == Phase::removed);
  CHECK(phase(state, cat) == Phase::present);
  CHECK(role(state, dan) == Role::member);
  CHECK(state.may_write(dan));
}

TEST_CASE("a chain of removals is resolved from whom nobody removes", "[chat]") {
  House house;
  house.promote(house.creator, cat);
  house.promote(house.creator, dan);
  const auto a = house.seq(ann), b = house.seq(bob), c = house.seq(cat);
  house.remove_at(dan, cat, c, 103, 9); // nobody undoes it: so cat removes nobody …
  house.remove_at(cat, bob, b, 102, 1);
  house.remove_at(bob, ann, a, 101, 5); // … and bob does
  const auto state = house.state();
  CHECK(phase(state, cat) == Phase::removed);
  CHECK(phase(state, bob) == Phase::present);
  CHECK(phase(state, ann) == Phase::removed);
}

TEST_CASE("in a circle of three the smallest hash counts, and whoever it keeps still removes", "[chat]") {
  House house;
  house.promote(house.creator, cat);
  const auto a = house.seq(ann), b = house.seq(bob), c = house.seq(cat);
  house.remove_at(ann, bob, b, 100, 1);
  house.remove_at(bob, cat, c, 101, 5);
  house.remove_at(cat, ann, a, 102, 9);
  const auto state = house.state();
  CHECK(phase(state, bob) == Phase::removed);
  CHECK(phase(state, ann) == Phase::removed);
  CHECK(phase(state, cat) == Phase::present);
}

TEST_CASE("a removal that was known to whoever wrote against it is not undone", "[chat]") {
  House house;
  house.remove_at(ann, bob, house.seq(bob), 100, 9);
  house.remove_at(bob, ann, house.seq(ann), 101, 1); // counts ann's removal among what stays
  CHECK(phase(house.state(), bob) == Phase::removed);
  CHECK(phase(house.state(), ann) == Phase::present);
}

TEST_CASE("what only hangs on a circle waits for it, however small its hash", "[chat]") {
  House house;
  house.promote(house.creator, cat);
  const auto a = house.seq(ann), b = house.seq(bob), c = house.seq(cat);
  house.remove_at(ann, bob, b, 100, 5);
  house.remove_at(bob, ann, a, 101, 9);
  house.remove_at(ann, cat, c, 102, 8);
  house.remove_at(cat, dan, house.seq(dan), 103, 1);
  const auto state = house.state();
  CHECK(phase(state, ann) == Phase::present);
  CHECK(phase(state, bob) == Phase::removed);
  CHECK(phase(state, cat) == Phase::removed);
  CHECK(phase(state, dan) == Phase::present);
}

TEST_CASE("somebody promoted by a moderator after its removal does not avenge it", "[chat]") {
  House house;
  const auto of_ann = house.seq(ann), of_bob = house.seq(bob);
  house.remove_at(ann, bob, of_bob, 100, 9);
  house.say_at(bob, wire::SetRole{cat, Role::moderator, {}}, 90, 1);
  house.remove_at(cat, ann, of_ann, 95, 5);
  const auto state = house.state();
  CHECK(phase(state, ann) == Phase::present);
  CHECK(phase(state, bob) == Phase::removed);
  CHECK(role(state, cat) == Role::member);
}

TEST_CASE("a moderator near the creator is not put further away by another's promotion", "[chat]") {
  RoomStage stage;
  for (const auto& member : {ann, bob, cat}) stage.join(member);
  stage.promote(stage.creator, ann);
  stage.promote(ann, bob);
  const auto before = stage.pass();
  stage.pass();
  stage.promote(stage.creator, cat);
  const auto of_bob = stage.seq(bob);
  stage.say_at(bob, wire::SetRole{cat, Role::moderator, {}}, before, 1);
  stage.remove_at(bob, cat, stage.seq(cat), 100, 1);
  stage.remove_at(cat, bob, of_bob, 101, 9);
  CHECK(phase(stage.state(), cat) == Phase::present);
  CHECK(phase(stage.state(), bob) == Phase::removed);
}

TEST_CASE("muting whoever let its remover in does not save a moderator", "[chat]") {
  RoomStage stage(true);
  for (const auto& member : {ann, bob}) {
    stage.admit(stage.creator, member);
    stage.join(member);
  }
  stage.promote(stage.creator, ann);
  const auto before = stage.pass();
  stage.pass();
  stage.admit(bob, cat);
  stage.join(cat);
  stage.promote(stage.creator, cat);
  stage.remove(cat, ann);
  stage.say_at(ann, wire::Mute{bob, true, 0}, before, 1);
  const auto state = stage.state();
  CHECK(phase(state, ann) == Phase::removed);
  CHECK(state.is_present(cat));
  CHECK(state.may_write(bob));
}

// --- tickets

TEST_CASE("a ticket admits as often as it says, the first in order", "[chat]") {
  RoomStage stage(true);
  stage.make_ticket(stage.creator, 1);
  stage.admit_with_ticket(stage.creator, ann, 1);
  stage.admit_with_ticket(stage.creator, bob, 1);
  stage.join(ann);
  stage.join(bob);
  const auto state = stage.state();
  CHECK(state.is_present(ann));
  CHECK(state.member(bob) == nullptr);
  CHECK(state.tickets().begin()->second.used == 1);
  CHECK_FALSE(state.tickets().begin()->second.is_revoked);
}

TEST_CASE("one newcomer uses a ticket once, however many members let it in", "[chat]") {
  RoomStage stage(true);
  stage.make_ticket(stage.creator, 1, 2);
  stage.admit_with_ticket(stage.creator, ann, 1);
  stage.join(ann);
  stage.admit_with_ticket(stage.creator, ann, 1);
  stage.admit_with_ticket(ann, bob, 1);
  CHECK(stage.state().tickets().begin()->second.used == 2);
  CHECK(phase(stage.state(), bob) == Phase::invited);
}

TEST_CASE("a ticket that nobody made, or whose secret was not shown, admits nobody", "[chat]") {
  RoomStage stage(true);
  stage.admit_with_ticket(stage.creator, ann, 1);
  stage.make_ticket(stage.creator, 2);
  auto stolen = wire::Admit{bob, stage.keys().public_of(RoomStage::seed(2)), {}, {}, {}};
  stage.say(stage.creator, stolen);
  const auto state = stage.state();
  CHECK(state.member(ann) == nullptr);
  CHECK(state.member(bob) == nullptr);
  CHECK(state.check(stage.creator, stolen).error().text == "whoever knocks has not shown that ticket");
}

TEST_CASE("a ticket is revoked by whoever made it or a moderator", "[chat]") {
  House house;
  house.make_ticket(cat, 1);
  const auto ticket = house.keys().public_of(RoomStage::seed(1));
  house.say(dan, wire::RevokeTicket{ticket});
  CHECK_FALSE(house.state().tickets().at(ticket).is_revoked);
  house.say(ann, wire::RevokeTicket{ticket});
  CHECK(house.state().tickets().at(ticket).is_revoked);
}

TEST_CASE("a removed member's tickets live on if its remover knew them", "[chat]") {
  for (const bool is_known : {true, false}) {
    House house;
    const auto before = house.seq(cat);
    house.make_ticket(cat, 1);
    house.say(ann, wire::Remove{cat, is_known ? before + 1 : before, 0});
    CHECK(house.state().tickets().size() == (is_known ? 1 : 0));
  }
}

// --- epochs

TEST_CASE("an epoch is safe as long as it covers every departure", "[chat]") {
  House house;
  const base::Digest first = sim::ToyKeys::mixed("first"), second = sim::ToyKeys::mixed("second");
  house.say(house.creator, wire::Epoch{first, house.state().to_cover()});
  CHECK(house.state().epochs().at(0).is_safe);
  house.remove(ann, cat);
  house.say(dan, wire::Leave{});
  CHECK_FALSE(house.state().epochs().at(0).is_safe);
  const auto to_cover = house.state().to_cover();
  CHECK(to_cover.size() == 2);
  house.say(bob, wire::Epoch{second, to_cover});
  const auto state = house.state();
  CHECK_FALSE(state.epochs().at(0).is_safe);
  CHECK(state.epochs().at(1).is_safe);
  CHECK(state.epochs().at(1).is_known_enough);
  CHECK(state.epochs().at(1).id == second);
}

TEST_CASE("an epoch that covers more than is known here is not handed on yet", "[chat]") {
  House house;
  const auto removal = house.remove(ann, cat);
  house.say(bob, wire::Epoch{sim::ToyKeys::mixed("e"), {{ann, removal.seq}}});
  auto known = house.changes();
  known.erase(known.end() - 2);
  CHECK_FALSE(house.state_of(known).epochs().at(0).is_known_enough);
  CHECK(house.state().epochs().at(0).is_known_enough);
}

TEST_CASE("an epoch of one who is no member is not safe, and does not hide a member's of the same id", "[chat]") {
  House house;
  const auto id = sim::ToyKeys::mixed("e");
  house.remove(ann, cat);
  house.say(cat, wire::Epoch{id, house.state().to_cover()});
  REQUIRE(house.state().epochs().size() == 1);
  CHECK_FALSE(house.state().epochs().at(0).is_safe);
  house.say(bob, wire::Epoch{id, house.state().to_cover()});
  REQUIRE(house.state().epochs().size() == 1);
  CHECK(house.state().epochs().at(0).is_safe);
  CHECK(house.state().epochs().at(0).at.author == bob);
}

// --- sentences and bounds

TEST_CASE("whoever may not do something is told why", "[chat]") {
  House house;
  const auto removal = house.remove(ann, dan);
  const auto state = house.state();
  const auto why = [&](const base::PublicKey& author, const wire::RoomChange& change) {
    const auto checked = state.check(author, change);
    return checked ? "allowed" : checked.error().text;
  };
  CHECK(why(RoomStage::key(9), topic_of("x")) == "you are not in this room");
  CHECK(why(cat, wire::Remove{bob, 0, 0}) == "only the creator and the moderators of this room may do that");
  CHECK(why(ann, wire::Remove{house.creator, 0, 0}) == "nobody has power over the creator of a room");
  CHECK(why(ann, wire::Remove{RoomStage::key(9), 0, 0}) == "nobody of that key is in this room");
  CHECK(why(ann, wire::SetRole{bob, Role::member, {}}) == "only the creator may take the role of another moderator");
  CHECK(why(ann, wire::SetRole{bob, Role::moderator, {}}) == "that member has that role already");
  CHECK(why(cat, wire::Admit{dan, {}, {}, {removal}, {}}) ==
        "that member was removed: only the creator and the moderators may let it in again");
  CHECK(why(bob, wire::Admit{dan, {}, {}, {}, {}}) == "that member was removed meanwhile");
  CHECK(why(bob, wire::Admit{dan, {}, {}, {removal}, {}}) == "allowed");
  CHECK(why(dan, wire::Join{}) == "you were removed from this room: its creator or a moderator may let you in again");
  CHECK(why(cat, wire::Leave{}) == "allowed");
  CHECK(why(cat, topic_of("x")) == "allowed");
}

TEST_CASE("a room keeps so many changes of one member and of all", "[chat]") {
  const RoomStage stage;
  auto state = stage.empty();
  stage.add(state, stage.changes().front());
  const auto change = [&](int author, std::uint64_t seq) {
    const auto key = RoomStage::key(author);
    const auto hash = sim::ToyKeys::mixed(std::string(key.view()) + std::to_string(seq));
    return state.add({{key, seq, hash}, static_cast<std::int64_t>(seq), wire::Leave{}}, {});
  };
  CHECK_FALSE(change(1, RoomLog::max_changes_of_one + 1));
  const auto version = state.version();
  for (std::uint64_t i = 1; i < RoomLog::max_changes; ++i) REQUIRE(change(1 + static_cast<int>(i % 5), i / 5 + 1));
  CHECK(state.version() == version + RoomLog::max_changes - 1);
  CHECK_FALSE(change(7, 1));
  CHECK(change(1, 2)); // it is here already
}
