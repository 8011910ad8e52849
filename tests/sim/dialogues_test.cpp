// Every small dialogue of two tincans, replayed with one accident at every moment of it: the link is cut or lost, one
// of them is killed between any two steps, its disk is full, the network is dark or parted.
#include "tincan/sim/world.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

using namespace tincan::sim;
using Kind = Event::Kind;

namespace {

constexpr std::int64_t start_ms = 15'000, end_ms = 19'500;

struct Dialogue {
  const char* name;
  std::vector<Event> events;
};

// A second lies between what is said, more than the 400 ms of a probe and the round trips of a handshake.
const std::vector<Dialogue>& dialogues() {
  static const std::vector<Dialogue> all{
      {"one writes, and the other answers", {{15'000, Kind::say, 0, 1, 0}, {16'500, Kind::say, 1, 0, 0}}},
      {"both write at the same moment", {{15'000, Kind::say, 0, 1, 0}, {15'000, Kind::say, 1, 0, 0}}},
      {"a burst, and a burst back", {{15'000, Kind::burst, 0, 1, 40}, {16'200, Kind::burst, 1, 0, 40}}},
      {"an edit, a reply and a reaction",
       {{15'000, Kind::say, 0, 1, 0},
        {16'500, Kind::edit, 0, 1, 0},
        {17'000, Kind::reply, 1, 0, 0},
        {17'500, Kind::react, 0, 1, 1}}},
      {"what was said is deleted while it is on its way",
       {{15'000, Kind::say, 0, 1, 0}, {15'030, Kind::remove, 0, 1, 0}, {16'500, Kind::say, 1, 0, 0}}},
      {"a long gap is filled", {{15'000, Kind::say, 0, 1, 0}, {16'000, Kind::burst, 0, 1, 700}}},
      {"it is read", {{15'000, Kind::say, 0, 1, 0}, {15'000, Kind::look, 1, 0, 0}, {16'500, Kind::say, 0, 1, 0}}},
  };
  return all;
}

struct Accident {
  const char* name;
  Kind kind;
  std::size_t who;
  std::int64_t amount;
};

const std::vector<Accident>& accidents() {
  static const std::vector<Accident> all{
      {"the link is cut", Kind::cut, 0, 0},
      {"the link is lost without a word", Kind::lose, 0, 0},
      {"the first is killed at once", Kind::crash, 0, 2'000},
      {"the first is killed before its commit", Kind::crash, 0, 2'001},
      {"the first is killed before it acts", Kind::crash, 0, 2'002},
      {"the first is killed while it acts", Kind::crash, 0, 2'003},
      {"the second is killed before its commit", Kind::crash, 1, 2'001},
      {"the second is killed before it acts", Kind::crash, 1, 2'002},
      {"the second is killed while it acts", Kind::crash, 1, 2'003},
      {"the second is killed before it tells", Kind::crash, 1, 2'004},
      {"the disk of the second is full for a while", Kind::full_disk, 1, 5'000},
      {"the two are parted for a while", Kind::part, 0, 3'000},
  };
  return all;
}

Plan plan_of(const Dialogue& dialogue, const Accident& accident, std::int64_t at_ms, std::size_t whom) {
  Plan plan{
      .seed = 11, .weather = Weather::everything, .starts_ms = {0, 0}, .has_plain = false, .events = dialogue.events};
  plan.events.push_back({at_ms, accident.kind, accident.who, whom, accident.amount});
  std::stable_sort(plan.events.begin(), plan.events.end(),
                   [](const Event& a, const Event& b) { return a.at_ms < b.at_ms; });
  return plan;
}

} // namespace

TEST_CASE("every dialogue ends well, whatever befalls it and when", "[sim][dialogues]") {
  // Fine: an accident every 3 ms, for minutes. Else each pair has moments of its own.
  const std::int64_t step_ms = std::getenv("TINCAN_FINE") ? 3 : 293;
  std::int64_t offset_ms = 0;
  for (const auto& dialogue : dialogues())
    for (const auto& accident : accidents()) {
      offset_ms = (offset_ms + 67) % step_ms;
      for (auto at = start_ms + offset_ms; at < end_ms; at += step_ms) {
        const auto outcome = play(plan_of(dialogue, accident, at, 1 - accident.who));
        if (outcome.complaints.empty()) continue;
        FAIL_CHECK(dialogue.name << "; at " << at << " ms " << accident.name << ": " << outcome.complaints.front());
        return;
      }
    }
  SUCCEED();
}
