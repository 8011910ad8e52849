// What happens in a simulated world of one room, made from a seed: who comes, what is said, who has power over whom,
// and what befalls them. A value.
#pragma once

#include "room_liar.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::sim::test {

struct RoomEvent {
  enum class Kind : std::uint8_t {
    say,
    burst,
    reply,
    edit,
    erase,
    react,
    topic,
    join,
    leave,
    invite,
    ticket,
    use_ticket,
    revoke,
    promote,
    demote,
    mute,
    unmute,
    remove,
    connect,
    quit,
    crash,
    cut,
    lose,
    dark,
    full_disk,
    part,
    clock,
    vanish, // for good
  };
  std::int64_t at_ms = 0;
  Kind kind{};
  std::size_t who = 0, whom = 0;
  std::int64_t amount = 0;
};

struct RoomPlan {
  std::uint64_t seed = 0;
  bool is_private = false;
  std::size_t tincans = 0;
  std::size_t liar = 0; // who cheats; 0: nobody
  Liar::Habit habit{};
  std::vector<RoomEvent> events; // in their order

  bool has(RoomEvent::Kind kind) const {
    return std::any_of(events.begin(), events.end(), [kind](const auto& event) { return event.kind == kind; });
  }
  std::int64_t end_ms() const { return events.empty() ? 0 : events.back().at_ms; }
  std::string text() const;
};

inline std::string RoomPlan::text() const {
  constexpr std::array<std::string_view, 28> names{
      "says",           "says many",      "replies",         "edits",          "deletes",
      "reacts",         "sets the topic", "joins",           "leaves",         "invites",
      "makes a ticket", "uses a ticket",  "revokes",         "promotes",       "demotes",
      "mutes",          "unmutes",        "removes",         "connects to",    "quits",
      "crashes",        "is cut",         "loses a link",    "is in the dark", "has a full disk",
      "is parted from", "sets its clock", "is gone for good"};
  auto text = fmt::format("seed {}, {} tincans, {}", seed, tincans, is_private ? "private" : "public");
  if (liar > 0) text += fmt::format(", T{} {}", liar, Liar::names.at(static_cast<std::size_t>(habit)));
  for (const auto& event : events)
    text += fmt::format("\n  {:6} ms: T{} {} T{} ({})", event.at_ms, event.who,
                        names.at(static_cast<std::size_t>(event.kind)), event.whom, event.amount);
  return text;
}

// Makes a plan from dice: first everybody comes in, then deeds and mishaps, many of them at nearly the same moment.
class RoomPlanner {
public:
  explicit RoomPlanner(std::uint64_t seed) : dice_(seed * 2'654'435'761 + 7), liars_(seed * 7'919 + 3) {
    plan_.seed = seed;
  }

  RoomPlan plan() {
    plan_.is_private = dice_.chance(50);
    const bool is_large = plan_.seed % 40 == 0; // then it is a tree; they take long
    plan_.tincans = static_cast<std::size_t>(is_large ? dice_.between(17, 24) : dice_.between(3, 9));
    choose_liar();
    let_in(is_large);
    mood_ = dice_.pick(4);
    for (auto count = dice_.between(5, is_large ? 60 : 40); count > 0; --count) add(any_event());
    if (dice_.chance(30)) strife();
    std::stable_sort(plan_.events.begin(), plan_.events.end(),
                     [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
    return plan_;
  }

private:
  using Kind = RoomEvent::Kind;
  static constexpr std::int64_t story_begins_ms = 15'000, story_ms = 120'000;

  void add(RoomEvent event) { plan_.events.push_back(event); }
  // From dice of its own: a world has the same events with it and without.
  void choose_liar() {
    if (plan_.tincans < 4 || !liars_.chance(30)) return;
    plan_.liar = 1 + liars_.pick(plan_.tincans - 1);
    plan_.habit = static_cast<Liar::Habit>(liars_.pick(Liar::names.size()));
  }
  // Most at the beginning, some at any time.
  void let_in(bool is_large) {
    for (std::size_t i = 1; i < plan_.tincans; ++i) {
      auto host = dice_.chance(70) ? 0 : dice_.pick(i);
      if (host == plan_.liar) host = 0; // whoever knows nobody else never gets in
      const auto at = dice_.chance(is_large ? 90 : 75) ? dice_.between(500, 3'000) : dice_.between(3'000, story_ms);
      add({at, Kind::connect, i, host, 0});
      if (plan_.is_private) add({at + 1'000, dice_.chance(50) ? Kind::ticket : Kind::invite, host, i, 1});
      for (const auto later : {3'000, 8'000})
        add({at + later, plan_.is_private && dice_.chance(60) ? Kind::use_ticket : Kind::join, i, host, 0});
      add({at + 10'000, Kind::join, i, host, 0});
    }
  }
  RoomEvent any_event() {
    RoomEvent event{story_begins_ms + dice_.between(0, story_ms), {}, dice_.pick(plan_.tincans), 0, 0};
    if (dice_.chance(50)) event.at_ms = event.at_ms / 15'000 * 15'000 + dice_.between(0, 300);
    event.whom = (event.who + 1 + dice_.pick(plan_.tincans - 1)) % plan_.tincans;
    event.kind = dice_.chance(30) ? any_mishap() : dice_.chance(30) ? any_power() : any_talk();
    if (is_power(event.kind) && dice_.chance(60)) event.who = 0; // the creator may do it
    event.amount = any_amount(event.kind);
    return event;
  }
  static bool is_power(Kind kind) { return kind >= Kind::promote && kind <= Kind::remove; }
  Kind any_talk() {
    constexpr std::array kinds{Kind::say,   Kind::say,     Kind::say,   Kind::say,  Kind::say,
                               Kind::burst, Kind::reply,   Kind::reply, Kind::edit, Kind::erase,
                               Kind::react, Kind::connect, Kind::topic};
    return kinds.at(dice_.pick(kinds.size()));
  }
  Kind any_power() {
    constexpr std::array calm{Kind::invite, Kind::join, Kind::leave, Kind::ticket, Kind::use_ticket, Kind::promote};
    constexpr std::array strong{Kind::promote, Kind::promote,    Kind::demote, Kind::mute,   Kind::unmute, Kind::remove,
                                Kind::remove,  Kind::use_ticket, Kind::join,   Kind::invite, Kind::revoke, Kind::leave};
    return mood_ == 0 ? calm.at(dice_.pick(calm.size())) : strong.at(dice_.pick(strong.size()));
  }
  Kind any_mishap() {
    constexpr std::array mild{Kind::cut, Kind::quit, Kind::lose, Kind::clock};
    constexpr std::array all{Kind::cut,       Kind::lose, Kind::crash, Kind::crash, Kind::quit,  Kind::dark,
                             Kind::full_disk, Kind::part, Kind::part,  Kind::clock, Kind::vanish};
    return mood_ == 1 ? mild.at(dice_.pick(mild.size())) : all.at(dice_.pick(all.size()));
  }
  std::int64_t any_amount(Kind kind) {
    if (kind == Kind::burst) return dice_.between(2, dice_.chance(10) ? 200 : 20);
    if (kind == Kind::clock) return dice_.between(-600'000, 600'000);
    if (kind == Kind::ticket) return dice_.between(1, 3);
    return dice_.between(1, 30'000);
  }
  // The room is parted, and both sides use the power they have.
  void strife() {
    const auto at = story_begins_ms + dice_.between(20'000, 60'000);
    for (std::size_t i = 0; i < 2; ++i) add({at - 10'000, Kind::promote, 0, 1 + dice_.pick(plan_.tincans - 1), 0});
    add({at, Kind::part, 0, 1, dice_.between(20'000, 60'000)});
    for (auto count = dice_.between(4, 12); count > 0; --count) {
      const auto kind = dice_.chance(40) ? Kind::say : any_power();
      add({at + dice_.between(500, 15'000), kind, dice_.pick(plan_.tincans), dice_.pick(plan_.tincans), 1});
    }
  }

  Dice dice_, liars_;
  RoomPlan plan_;
  std::size_t mood_ = 0;
};

} // namespace tincan::sim::test
