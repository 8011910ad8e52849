// What follows from a room's changes is the same whatever the order in which they came: random rooms with random
// actors, among them liars. Also how long it takes.
#include "room_stage.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>

using namespace tincan;
using namespace tincan::chat;
using namespace tincan::chat::test;

namespace {

using Phase = RoomMember::Phase;

// Everything that a room's state tells.
struct Told {
  std::map<base::PublicKey, RoomMember> members;
  std::size_t present;
  std::string topic;
  std::vector<RoomState::EpochState> epochs;
  std::vector<wire::Epoch::Covered> to_cover;
  std::map<base::PublicKey, RoomState::TicketState> tickets;

  explicit Told(const RoomState& state)
      : members(state.members()),
        present(state.present_count()),
        topic(state.topic().untrusted_bytes()),
        epochs(state.epochs()),
        to_cover(state.to_cover()),
        tickets(state.tickets()) {}
  bool operator==(const Told&) const = default;
};

// Writes what its members may, and what they may not; knows some of what was said, and lies about the rest.
class Chaos {
public:
  Chaos(std::uint64_t seed, bool is_private, int actors, int moderators)
      : stage(is_private),
        random_(seed),
        actors_(actors) {
    for (int i = 1; i <= actors / 2; ++i) {
      stage.admit(stage.creator, stage.key(i));
      stage.join(stage.key(i));
    }
    for (int i = 1; i <= moderators; ++i) stage.promote(stage.creator, stage.key(i));
  }

  void say(int changes) {
    for (int i = 0; i < changes; ++i) say_one();
  }
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  template<class Elements> void shuffle(Elements& elements) { std::shuffle(elements.begin(), elements.end(), random_); }

  // For the next change of an honest author.
  std::int64_t now() { return ++clock_ + stage.clock(); }

  RoomStage stage;
  int first_actor = 0; // 0: the creator talks like the others

private:
  base::PublicKey actor_below(std::uint64_t end) {
    return stage.key(std::max(first_actor, static_cast<int>(below(end))));
  }
  base::PublicKey anyone() { return actor_below(static_cast<std::uint64_t>(actors_) + 1); }
  base::PublicKey mostly_moderators() { return actor_below(below(3) == 0 ? 8 : 4); }
  std::vector<wire::EntryRef> some_removals() {
    std::vector<wire::EntryRef> some;
    for (const auto& removal : removals_)
      if (below(4) != 0) some.push_back(removal);
    return some;
  }

  void say_one() {
    const auto who = below(2) == 0 ? mostly_moderators() : anyone(), about = anyone();
    const auto said = stage.seq(about), counted = below(3) == 0 ? said - std::min(said, below(5)) : said;
    const auto ticket = static_cast<int>(below(3));
    const auto key = stage.keys().public_of(RoomStage::seed(ticket));
    const auto lines = below(60);
    switch (below(14)) {
    case 0: return put(who, wire::Leave{}, below(3) == 0);
    case 1:
    case 2: return put(who, wire::Join{base::PeerText("Team"), lines}, true);
    case 3:
    case 4: return put(who, wire::Admit{about, {}, {}, some_removals(), {}}, true);
    case 5:
      return put(who, wire::SetRole{about, below(4) == 0 ? Role::member : Role::moderator, some_removals()}, true);
    case 6: return put(who, wire::Mute{about, below(2) == 0, lines}, true);
    case 7: return put(who, wire::Topic{base::PeerText(std::to_string(lines))}, true);
    case 8: return put(who, wire::Ticket{key, static_cast<std::uint32_t>(below(3)), 0}, true);
    case 9: return put(who, wire::RevokeTicket{key}, true);
    case 10: return void(stage.admit_with_ticket(who, about, ticket));
    case 11: return put(who, wire::Epoch{sim::ToyKeys::mixed(std::to_string(lines)), stage.state().to_cover()}, true);
    default: return put(who, wire::Remove{about, counted, lines}, true);
    }
  }
  // Clocks are wrong by some changes, and now and then by many.
  void put(const base::PublicKey& who, const wire::RoomChange& change, bool is_said) {
    if (!is_said) return;
    const auto lie = static_cast<std::int64_t>(below(below(8) == 0 ? 60 : 6));
    const auto at = stage.say_at(who, change, now() - lie);
    if (std::holds_alternative<wire::Remove>(change)) removals_.push_back(at);
  }

  std::mt19937_64 random_;
  int actors_;
  std::int64_t clock_ = 0;
  std::vector<wire::EntryRef> removals_;
};

bool is_admitted_knowing(const std::vector<PlacedChange>& changes, const RoomMember& member) {
  return std::any_of(changes.begin(), changes.end(), [&](const PlacedChange& one) {
    const auto* admit = std::get_if<wire::Admit>(&one.change);
    if (admit == nullptr || admit->member != member.key) return false;
    return std::all_of(member.removals.begin(), member.removals.end(), [&](const wire::EntryRef& removal) {
      return std::find(admit->knows.begin(), admit->knows.end(), removal) != admit->knows.end();
    });
  });
}

double milliseconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

TEST_CASE("the same changes make the same room in whatever order they come", "[chat]") {
  std::size_t removed = 0, present = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Chaos chaos(seed, seed % 2 == 0, 8, 3);
    chaos.say(60);
    auto changes = chaos.stage.changes();
    const Told expected(chaos.stage.state_of(changes));
    for (const auto& [key, member] : expected.members) {
      removed += member.phase == Phase::removed;
      present += member.phase == Phase::present;
    }
    for (int order = 0; order < 4; ++order) {
      chaos.shuffle(changes);
      auto state = chaos.stage.empty();
      for (const auto& change : changes) {
        chaos.stage.add(state, change);
        if (chaos.below(10) == 0) (void)state.epochs();
      }
      INFO("seed " << seed);
      REQUIRE(Told(state) == expected);
    }
  }
  CHECK(removed > 300); // the rooms are not all alike
  CHECK(present > 300);
}

TEST_CASE("what is added to a known state makes what a computation from nothing makes", "[chat]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Chaos chaos(seed, seed % 2 == 0, 8, 3);
    chaos.say(60);
    auto changes = chaos.stage.changes();
    std::sort(changes.begin(), changes.end(), [](const PlacedChange& a, const PlacedChange& b) {
      return std::tie(a.order_us, a.at.hash) < std::tie(b.order_us, b.at.hash);
    });
    auto state = chaos.stage.empty();
    for (std::size_t i = 0; i < changes.size(); ++i) {
      chaos.stage.add(state, changes[i]);
      INFO("seed " << seed << ", change " << i);
      const auto end = changes.begin() + static_cast<std::ptrdiff_t>(i + 1);
      REQUIRE(Told(state) == Told(chaos.stage.state_of({changes.begin(), end})));
    }
  }
}

TEST_CASE("whatever members do, the creator stays, spans are in order, and the removed are out", "[chat]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Chaos chaos(seed, seed % 2 == 0, 12, 5);
    chaos.say(120);
    const auto state = chaos.stage.state();
    INFO("seed " << seed);
    REQUIRE(state.member(chaos.stage.creator)->role == Role::creator);
    REQUIRE(state.member(chaos.stage.creator)->phase != Phase::removed);
    std::size_t present = 0;
    for (const auto& [key, member] : state.members()) {
      present += member.phase == Phase::present;
      REQUIRE((key == chaos.stage.creator) == (member.role == Role::creator));
      for (std::size_t i = 0; i < member.lines.size(); ++i) {
        REQUIRE(member.lines[i].first <= member.lines[i].last);
        if (i > 0) REQUIRE(member.lines[i - 1].last + 1 < member.lines[i].first);
      }
      if (member.phase != Phase::removed) {
        REQUIRE((member.removals.empty() || is_admitted_knowing(chaos.stage.changes(), member)));
        continue;
      }
      REQUIRE_FALSE(member.removals.empty());
      REQUIRE_FALSE(state.may_read(key));
      REQUIRE_FALSE(state.may_join(key));
      REQUIRE((member.lines.empty() || member.lines.back().last < 1'000));
    }
    REQUIRE(present == state.present_count());
  }
}

TEST_CASE("whom the creator removes is out, whatever all others do who do not know it", "[chat]") {
  std::size_t removed = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Chaos chaos(seed, seed % 2 == 0, 8, 4);
    chaos.first_actor = 1;
    chaos.say(40);
    const auto target = chaos.stage.key(1);
    const auto at = chaos.now();
    chaos.stage.say_at(chaos.stage.creator, wire::Remove{target, chaos.stage.seq(target), 5}, at);
    chaos.say(60); // without that removal in anybody's `knows`
    const auto state = chaos.stage.state();
    INFO("seed " << seed);
    REQUIRE(state.member(target));
    REQUIRE(state.member(target)->phase == Phase::removed);
    removed += state.member(target)->removals.size() == 1;
  }
  CHECK(removed > 10); // by nobody else
}

TEST_CASE("moderators that all remove each other leave one answer, and soon", "[chat]") {
  RoomStage stage;
  constexpr int moderators = 60;
  for (int i = 1; i <= moderators; ++i) stage.join(stage.key(i));
  for (int i = 1; i <= moderators; ++i) stage.promote(stage.key(i / 2), stage.key(i));
  std::vector<std::uint64_t> known;
  for (int i = 0; i <= moderators; ++i) known.push_back(stage.seq(stage.key(i)));
  for (int i = 1; i <= moderators; ++i)
    for (int j = 1; j <= moderators; ++j)
      stage.say(stage.key(i), wire::Remove{stage.key(j), known[static_cast<std::size_t>(j)], 0});
  auto changes = stage.changes();
  const Told expected(stage.state_of(changes));
  std::reverse(changes.begin(), changes.end());
  CHECK(Told(stage.state_of(changes)) == expected);
  CHECK(expected.present < moderators);
  auto state = stage.state();
  const auto time = milliseconds_of([&] { (void)state.members(); });
  INFO("3,600 removals against each other: " << time << " ms");
  CHECK(time < 5'000); // a bound for sanitizers on a busy machine; alone it takes some ten milliseconds
}

TEST_CASE("a room of 1,000 members and 10,000 changes is computed at once", "[chat]") {
  RoomStage stage(true);
  for (int i = 1; i <= 1'000; ++i) {
    stage.admit(stage.key(i / 2), stage.key(i));
    stage.join(stage.key(i));
  }
  for (int i = 1; i <= 50; ++i) stage.promote(stage.creator, stage.key(i));
  for (int i = 0; stage.changes().size() < 9'800; ++i)
    stage.mute(stage.key(i % 50 + 1), stage.key(51 + i / 2 % 950), i % 2 == 0, static_cast<std::uint64_t>(i));
  for (int i = 0; i < 200; ++i) stage.remove(stage.key(i % 50 + 1), stage.key(800 + i));
  auto state = stage.state();
  const auto whole = milliseconds_of([&] { (void)state.members(); });
  CHECK(state.present_count() == 801);
  const auto more = milliseconds_of([&] {
    for (int i = 0; i < 100; ++i) {
      const auto order = stage.clock() + 1 + i;
      const wire::EntryRef at{stage.creator, 1'000 + static_cast<std::uint64_t>(i),
                              sim::ToyKeys::mixed(std::to_string(i))};
      stage.add(state, {at, order, wire::Topic{base::PeerText("news")}});
      (void)state.members();
    }
  });
  INFO("10,000 changes: " << whole << " ms; one more: " << more / 100 << " ms");
  CHECK(whole < 5'000); // a bound for sanitizers on a busy machine
  CHECK(more < whole);
}
