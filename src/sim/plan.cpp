#include "tincan/sim/plan.hpp"

#include "tincan/sim/agenda.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace tincan::sim {

namespace {

using EventKind = Event::Kind;

constexpr std::int64_t story_ms = 90'000;      // in which the events lie
constexpr std::int64_t long_away_ms = 240'000; // a long absence
constexpr std::int64_t week_ms = 7 * 24 * 3'600'000LL;

std::string_view name(EventKind kind) {
  constexpr std::array<std::string_view, 19> names{"says to",
                                                   "says many to",
                                                   "replies to",
                                                   "edits",
                                                   "deletes",
                                                   "reacts to",
                                                   "looks at",
                                                   "reads",
                                                   "retries",
                                                   "connects",
                                                   "is cut",
                                                   "loses a link",
                                                   "crashes",
                                                   "quits",
                                                   "has a full disk",
                                                   "is in the dark",
                                                   "is parted from",
                                                   "moves",
                                                   "has its clock set by"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view name(Weather weather) {
  constexpr std::array<std::string_view, 7> names{"calm", "cuts", "crashes", "dark", "clocks", "moves", "everything"};
  return names[static_cast<std::size_t>(weather)];
}

std::vector<EventKind> mishaps(Weather weather) {
  switch (weather) {
  case Weather::calm: return {};
  case Weather::cuts: return {EventKind::cut, EventKind::cut, EventKind::lose};
  case Weather::crashes: return {EventKind::crash, EventKind::crash, EventKind::quit, EventKind::full_disk};
  case Weather::dark: return {EventKind::dark, EventKind::part, EventKind::full_disk};
  case Weather::clocks: return {EventKind::clock, EventKind::clock, EventKind::quit};
  case Weather::moves: return {EventKind::move, EventKind::quit, EventKind::cut};
  case Weather::everything: break;
  }
  return {EventKind::cut,       EventKind::lose, EventKind::crash, EventKind::quit,
          EventKind::full_disk, EventKind::dark, EventKind::part,  EventKind::clock};
}

// What users do, the common things more often.
EventKind any_deed(Dice& dice) {
  constexpr std::array deeds{EventKind::say,    EventKind::say,    EventKind::say,  EventKind::say,
                             EventKind::say,    EventKind::reply,  EventKind::edit, EventKind::edit,
                             EventKind::remove, EventKind::react,  EventKind::look, EventKind::history,
                             EventKind::retry,  EventKind::connect};
  return deeds[dice.pick(deeds.size())];
}

std::int64_t any_amount(EventKind kind, Dice& dice) {
  if (kind == EventKind::burst) return dice.between(2, dice.chance(15) ? 300 : 30);
  if (kind == EventKind::clock)
    return dice.chance(50) ? dice.between(-120'000, 120'000) : dice.between(-week_ms, week_ms);
  if ((kind == EventKind::quit || kind == EventKind::crash) && dice.chance(20))
    return dice.between(60'000, long_away_ms);
  return dice.between(1, 20'000);
}

Event any_event(const Plan& plan, Dice& dice) {
  Event event{.at_ms = dice.between(0, story_ms), .kind = {}, .who = dice.pick(plan.tincans()), .whom = 0, .amount = 0};
  // Many things happen at nearly the same moment.
  if (dice.chance(60)) event.at_ms = event.at_ms / 15'000 * 15'000 + dice.between(0, 300);
  const auto bad = mishaps(plan.weather);
  if (!bad.empty() && dice.chance(35))
    event.kind = bad[dice.pick(bad.size())];
  else
    event.kind = dice.chance(5) ? EventKind::burst : any_deed(dice);
  if (event.kind == EventKind::move) event.who = 0; // if several moved, nobody would find anybody
  event.whom = (event.who + 1 + dice.pick(plan.tincans() - 1)) % plan.tincans();
  event.amount = any_amount(event.kind, dice);
  return event;
}

// Somebody writes much while the other is away for long.
void add_flood(Plan& plan, Dice& dice) {
  plan.events.push_back({.at_ms = 10'000, .kind = EventKind::quit, .who = 0, .whom = 1, .amount = long_away_ms});
  for (int part = 0; part < 4; ++part)
    plan.events.push_back(
        {.at_ms = 20'000 + 5'000 * part, .kind = EventKind::burst, .who = 1, .whom = 0, .amount = 500});
  plan.events.push_back(
      {.at_ms = long_away_ms + dice.between(10'000, 15'000), .kind = EventKind::cut, .who = 0, .whom = 1, .amount = 0});
}

} // namespace

Plan plan_from(std::uint64_t seed) {
  Dice dice(seed * 2'654'435'761 + 1);
  Plan plan{.seed = seed,
            .weather = static_cast<Weather>(dice.between(0, 6)),
            .starts_ms = {},
            .has_plain = false,
            .events = {}};
  const auto tincans = dice.chance(70) ? 2 : dice.between(3, 4);
  for (std::int64_t i = 0; i < tincans; ++i)
    plan.starts_ms.push_back(dice.chance(75) ? 0 : dice.between(0, story_ms / 2));
  plan.has_plain = plan.weather != Weather::moves && tincans > 2 && dice.chance(30);
  for (auto count = dice.between(3, 20); count > 0; --count) plan.events.push_back(any_event(plan, dice));
  if (dice.between(1, 200) == 1 && !plan.has_plain) add_flood(plan, dice);
  std::stable_sort(plan.events.begin(), plan.events.end(),
                   [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
  return plan;
}

std::int64_t Plan::end_ms() const {
  auto end = starts_ms.empty() ? 0 : *std::max_element(starts_ms.begin(), starts_ms.end());
  for (const auto& event : events) end = std::max(end, event.at_ms);
  return end;
}

std::string Plan::text() const {
  std::string text = fmt::format("seed {}, weather {}, {} tincans{}", seed, name(weather), tincans(),
                                 has_plain ? ", the last of them speaks plain text only" : "");
  for (std::size_t i = 0; i < starts_ms.size(); ++i)
    if (starts_ms[i] > 0) text += fmt::format("\n  {:6} ms: {} starts", starts_ms[i], i);
  for (const auto& event : events)
    text +=
        fmt::format("\n  {:6} ms: {} {} {} ({})", event.at_ms, event.who, name(event.kind), event.whom, event.amount);
  return text;
}

} // namespace tincan::sim
