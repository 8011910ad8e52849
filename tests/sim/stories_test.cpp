// Single stories that a random world seldom tells, or must not tell: each names the promise that it shows.
#include "tincan/sim/toy_keys.hpp"
#include "tincan/sim/world.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace tincan;
using sim::Millis;

namespace {

constexpr Millis moment{3'000}, long_time{10 * 60'000}, for_ever{48 * 3'600'000};

sim::Plan nothing_planned(std::size_t tincans) {
  return {.seed = 7, .weather = {}, .starts_ms = std::vector<std::int64_t>(tincans), .has_plain = false, .events = {}};
}

class Story {
public:
  explicit Story(std::size_t tincans = 2) : world(nothing_planned(tincans)) {}

  sim::Tincan& a() { return world.tincan(0); }
  sim::Tincan& b() { return world.tincan(1); }
  void start_both() {
    a().start();
    b().start();
    world.run(moment);
  }
  void quit(sim::Tincan& who) {
    who.quit(for_ever);
    world.run(moment);
  }
  void meet() { // and know each other's keys
    start_both();
    world.say(0, 1);
    world.run(moment);
    REQUIRE(texts(b()) == texts(a()));
    REQUIRE(texts(b()).size() == 1);
  }
  // All lines of the conversations that it has, as they are shown.
  static std::vector<std::string> texts(sim::Tincan& who) {
    const auto page = *who.store().history({.peer = {}, .search = {}, .before = {}, .after = {}, .limit = 1'000'000});
    std::vector<std::string> result;
    for (const auto& message : page.messages) result.push_back(message.text.untrusted_bytes());
    return result;
  }
  std::vector<std::string> complaints() const { return world_complaints(); }
  bool was_told(const sim::Tincan& who, chat::Notice::What what) {
    const auto& notices = world.oracle().notices();
    return std::any_of(notices.begin(), notices.end(),
                       [&](const auto& told) { return told.first == &who && told.second.what == what; });
  }
  std::map<std::uint64_t, sim::Disk::Logged> log(const sim::Tincan& holder, const sim::Tincan& author) {
    const auto& entries = holder.disk().entries;
    const auto found = entries.find({sim::Oracle::conversation_of(a(), b()), author.key()});
    return found == entries.end() ? std::map<std::uint64_t, sim::Disk::Logged>{} : found->second;
  }

  sim::World world;

private:
  const std::vector<std::string>& world_complaints() const {
    return const_cast<sim::World&>(world).oracle().complaints();
  }
};

std::vector<std::string> nothing() { return {}; }

} // namespace

TEST_CASE("B writes to absent A and quits; A starts; B starts; A has it, once", "[sim][story]") {
  Story story;
  story.b().start();
  story.world.say(1, 0);
  story.world.run(moment);
  story.quit(story.b());
  story.a().start();
  story.world.run(moment);
  CHECK(Story::texts(story.a()).empty());
  story.b().start();
  story.world.run(moment);
  CHECK(Story::texts(story.a()) == Story::texts(story.b()));
  CHECK(Story::texts(story.a()).size() == 1);
  CHECK(story.log(story.a(), story.b()).size() == 1);
  story.world.oracle().judge_end();
  CHECK(story.complaints() == nothing());
}

TEST_CASE("two who dial each other at the same moment end with one link, and nothing is lost", "[sim][story]") {
  Story story;
  story.meet();
  for (int i = 0; i < 20; ++i) {
    story.quit(story.a());
    story.quit(story.b());
    story.a().start();
    story.b().start();
    story.world.say(0, 1);
    story.world.say(1, 0);
    story.world.run(moment);
    story.world.run(moment);
  }
  story.world.run(long_time);
  CHECK(story.world.network().open_between(story.a(), story.b()) == 1);
  CHECK(Story::texts(story.a()).size() == 41);
  story.world.oracle().judge_end();
  CHECK(story.complaints() == nothing());
}

TEST_CASE("the newest lines of a long gap come before the older ones, and in the end all of it", "[sim][story]") {
  Story story;
  story.meet();
  story.quit(story.b());
  story.world.say(0, 1, 2'000);
  story.world.run(moment);
  const auto newest = story.log(story.a(), story.a()).rbegin()->first;
  REQUIRE(newest >= 2'001);
  const auto had = story.log(story.b(), story.a()).size();
  story.b().start();
  for (int i = 0; i < 600'000 && story.log(story.b(), story.a()).size() == had; ++i) story.world.run(Millis(1));
  const auto log = story.log(story.b(), story.a());
  REQUIRE(log.size() > had);
  CHECK(log.rbegin()->first == newest);
  CHECK(std::next(log.begin(), static_cast<std::ptrdiff_t>(had))->first > newest - 150);
  story.world.run(long_time);
  CHECK(story.log(story.b(), story.a()).size() == newest);
  story.world.oracle().judge_end();
  CHECK(story.complaints() == nothing());
}

TEST_CASE("a restored backup is noticed before it does harm", "[sim][story]") {
  Story story;
  story.meet();
  story.quit(story.a());
  const auto backup = story.a().disk();
  story.a().start();
  story.world.say(0, 1, 3);
  story.world.run(moment);
  REQUIRE(Story::texts(story.b()).size() == 4);
  story.quit(story.a());
  story.a().restore(backup);
  story.a().start();
  story.world.run(long_time);
  CHECK(story.was_told(story.a(), chat::Notice::What::restored_backup));
  story.world.say(0, 1);
  story.world.run(long_time);
  CHECK(Story::texts(story.b()).size() == 4);
}

TEST_CASE("who writes two different entries in one place is frozen, and what came before stays", "[sim][story]") {
  Story story;
  story.meet();
  story.quit(story.a());
  const auto backup = story.a().disk();
  story.a().start();
  story.world.say(0, 1);
  story.world.run(moment);
  REQUIRE(Story::texts(story.b()).size() == 2);
  story.quit(story.a());
  story.quit(story.b());
  story.a().restore(backup);
  story.a().start();
  story.world.say(0, 1, 5); // nobody is there who could tell that the place is taken
  story.world.run(moment);
  const auto before = Story::texts(story.b());
  story.b().start();
  story.world.run(long_time);
  CHECK((story.was_told(story.b(), chat::Notice::What::log_frozen) ||
         story.was_told(story.a(), chat::Notice::What::restored_backup)));
  CHECK(Story::texts(story.b()) == before);
}

TEST_CASE("nothing is sent to a key that changed until the user decides", "[sim][story]") {
  Story story;
  story.meet();
  story.quit(story.b());
  story.b().restore({});
  story.b().take_keys(std::make_unique<sim::ToyKeys>(99));
  story.world.say(0, 1, 3); // to the old key
  story.b().start();
  story.world.run(long_time);
  CHECK(Story::texts(story.b()).empty());
  CHECK(story.b().in_stack.empty());
  story.a().command(chat::Trust{story.b().endpoint.text(), true});
  story.world.run(long_time);
  CHECK(Story::texts(story.b()).size() >= 3);
}

TEST_CASE("who has moved is found again, because it comes by itself", "[sim][story]") {
  Story story;
  story.meet();
  story.quit(story.a());
  story.world.network().move(story.a(), *base::Endpoint::parse("10.0.9.9:7009"));
  story.world.say(1, 0, 3);
  story.world.run(moment);
  story.a().start();
  story.world.run(long_time);
  CHECK(Story::texts(story.a()).size() == 4);
  story.world.oracle().judge_end();
  CHECK(story.complaints() == nothing());
}
