#include "simulation.hpp"

#include "sim_programs.hpp"
#include "sim_tincan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fmt/format.h>

namespace tincan::chat::sim {

namespace {

constexpr Millis story{60'000};          // in which the events lie
constexpr Millis aftermath{20 * 60'000}; // longer than the longest back-off
constexpr Millis silence{12 * 60'000};   // longer than every patience with a silent link
constexpr std::array<std::string_view, 13> between_tincans{"",        "",   "",   "A2a", "A2b", "A3", "A3-team",
                                                           "A3-line", "A4", "A5", "A6",  "A8",  "A9"};

base::Endpoint endpoint_of(std::size_t actor) {
  return {base::Address::v4({10, 0, 0, static_cast<std::uint8_t>(actor + 1)}),
          static_cast<std::uint16_t>(7001 + actor)};
}

std::string_view name(Event::Kind kind) {
  constexpr std::array<std::string_view, 11> names{
      "says to", "says much to", "tells",           "connects",       "retries", "cut",
      "crashes", "quits",        "has a full disk", "is in the dark", "is away"};
  return names[static_cast<std::size_t>(kind)];
}

std::vector<Event::Kind> mishaps(Weather weather) {
  using Kind = Event::Kind;
  switch (weather) {
  case Weather::calm: return {};
  case Weather::cuts: return {Kind::cut, Kind::cut, Kind::program_away};
  case Weather::crashes: return {Kind::crash, Kind::crash, Kind::quit, Kind::full_disk};
  case Weather::dark: return {Kind::dark, Kind::full_disk};
  case Weather::everything: break;
  }
  return {Kind::cut, Kind::crash, Kind::quit, Kind::full_disk, Kind::dark, Kind::program_away};
}

class World {
public:
  explicit World(const Plan& plan);
  std::vector<std::string> play();

private:
  Host& actor(std::size_t index) { return *actors_[index]; }
  void happen(const Event& event);
  void say(const Event& event, int marks);
  void tell(const Event& event);
  void judge_end();
  void judge_queues(std::size_t index);
  void judge_hearing(std::size_t index);
  void judge_order(std::size_t index);
  void judge_attribution(std::size_t index);
  void judge_goodbye();

  Plan plan_;
  Dice dice_;
  Agenda agenda_;
  Network network_;
  Judge judge_;
  std::vector<std::unique_ptr<Tincan>> tincans_;
  std::vector<std::unique_ptr<Program>> programs_;
  std::vector<Host*> actors_;
  std::vector<std::pair<std::size_t, std::size_t>> marks_; // who said it to whom, by mark
};

World::World(const Plan& plan) : plan_(plan), dice_(plan.seed), network_(agenda_, dice_), judge_(agenda_) {
  for (std::size_t i = 0; i < plan.tincans; ++i) {
    tincans_.push_back(std::make_unique<Tincan>(endpoint_of(i), agenda_, network_, dice_, judge_));
    tincans_.back()->acks_are_prompt = plan.weather == Weather::calm || plan.weather == Weather::cuts;
    actors_.push_back(tincans_.back().get());
  }
  for (const auto kind : plan.programs) {
    programs_.push_back(
        std::make_unique<Program>(static_cast<Kind>(kind), endpoint_of(actors_.size()), agenda_, network_));
    actors_.push_back(programs_.back().get());
  }
  for (auto* host : actors_) network_.add(*host);
}

std::vector<std::string> World::play() {
  const auto start = agenda_.now();
  for (std::size_t who = 0; who < tincans_.size(); ++who)
    for (std::size_t whom = 0; whom < actors_.size(); ++whom) {
      const auto& dialect = plan_.dialects[who * actors_.size() + whom];
      if (dialect.empty()) continue;
      tincans_[who]->name(actor(whom).endpoint);
      tincans_[who]->command(SetDialect{actor(whom).endpoint.text(), dialect});
    }
  for (const auto& event : plan_.events) agenda_.at(start + Millis(event.at_ms), [this, event] { happen(event); });
  agenda_.run_until(start + story + aftermath);
  judge_end();
  judge_goodbye();
  return judge_.complaints();
}

void World::happen(const Event& event) {
  using Event::Kind::connect, Event::Kind::retry;
  switch (event.kind) {
  case Event::Kind::say: return say(event, 1);
  case Event::Kind::say_long: return say(event, 12);
  case Event::Kind::tell: return tell(event);
  case Event::Kind::connect: return tincans_[event.who]->command(Announce{});
  case Event::Kind::retry: return tincans_[event.who]->command(Retry{});
  case Event::Kind::cut: network_.cut(static_cast<std::size_t>(event.amount)); return;
  case Event::Kind::crash:
    return tincans_[event.who]->crash(static_cast<CrashPoint>(event.amount % 5), Millis(event.amount));
  case Event::Kind::quit: return tincans_[event.who]->quit_and_restart(Millis(event.amount));
  case Event::Kind::full_disk: return tincans_[event.who]->fill_disk(Millis(event.amount));
  case Event::Kind::dark: actor(event.who).dark_until = agenda_.now() + Millis(event.amount); return;
  case Event::Kind::program_away: break;
  }
  auto& host = actor(event.who);
  if (event.who < plan_.tincans) return;
  static_cast<Program&>(host).leave();
  host.is_up = false;
  agenda_.after(Millis(event.amount), [&host] { host.is_up = true; });
}

void World::say(const Event& event, int marks) {
  auto& target = actor(event.whom);
  auto& speaker = *tincans_[event.who];
  std::string text;
  for (int i = 0; i < marks; ++i) {
    if (i) text += " " + std::string(100, static_cast<char>('A' + i)) + " with some words ";
    text += written(marks_.size());
    marks_.emplace_back(event.who, event.whom);
  }
  speaker.name(target.endpoint);
  speaker.command(Send{target.endpoint.text(), text});
}

void World::tell(const Event& event) {
  auto& program = static_cast<Program&>(actor(event.who));
  const auto mark = marks_.size();
  marks_.emplace_back(event.who, event.whom);
  program.say(actor(event.whom).endpoint, "hello " + written(mark));
}

// --- the promises

void World::judge_end() {
  for (std::size_t i = 0; i < tincans_.size(); ++i) {
    judge_queues(i);
    judge_hearing(i);
    judge_order(i);
    if (plan_.weather == Weather::calm) judge_attribution(i);
  }
  for (const auto& program : programs_)
    if (program->hangs() && plan_.weather != Weather::dark && plan_.weather != Weather::everything)
      judge_.complain("an A3 program waits for its acknowledgement for ever");
}

void World::judge_queues(std::size_t index) {
  for (const auto& [id, message] : tincans_[index]->store().disk().messages)
    if (is_undelivered(message.state))
      judge_.complain(fmt::format("tincan {} still has {} in its queue: {}", index,
                                  message.text.untrusted_bytes().substr(0, 20), message.why));
}

// Whatever a machine's TCP stack took is in the history, unless a crash came between.
void World::judge_hearing(std::size_t index) {
  auto& tincan = *tincans_[index];
  for (const auto mark : tincan.in_stack)
    if (!tincan.has_on_disk(mark) && !tincan.lost_in_crashes().contains(mark))
      judge_.complain(fmt::format("t{}; reached tincan {} and is not in its history", mark, index));
}

void World::judge_order(std::size_t index) {
  std::map<std::size_t, Mark> newest;
  std::set<Mark> seen;
  for (const auto mark : tincans_[index]->marks_on_disk()) {
    const auto speaker = marks_[mark].first;
    const bool is_new = seen.insert(mark).second;
    if (!is_new && plan_.weather == Weather::calm)
      judge_.complain(fmt::format("t{}; came twice to tincan {}", mark, index));
    if (!is_new || speaker >= plan_.tincans) continue;
    if (newest.contains(speaker) && newest[speaker] > mark)
      judge_.complain(fmt::format("t{}; came after t{}; to tincan {}", mark, newest[speaker], index));
    newest[speaker] = std::max(newest[speaker], mark);
  }
}

void World::judge_attribution(std::size_t index) {
  for (const auto& [id, message] : tincans_[index]->store().disk().messages)
    for (const auto mark : marks_in(message.text.untrusted_bytes())) {
      if (message.direction == Direction::out) continue;
      const auto& speaker = actor(marks_[mark].first).endpoint;
      const bool is_nameless = message.endpoint.port == 0 && message.endpoint.address == speaker.address;
      if (message.endpoint != speaker && !(is_nameless && message.dialect == wire::Dialect::raw))
        judge_.complain(fmt::format("t{}; of {} is shown as of {}", mark, speaker.text(), message.endpoint.text()));
    }
}

// At peace nothing is armed and nothing is open but links that are kept; and everybody can go.
void World::judge_goodbye() {
  for (const auto& program : programs_) program->leave();
  agenda_.run_until(agenda_.now() + silence);
  for (const auto& tincan : tincans_) {
    if (tincan->node().next_deadline()) judge_.complain("a deadline is left over");
    if (network_.open_sockets(*tincan) > 2 * (tincans_.size() - 1)) judge_.complain("links are left over");
  }
  for (const auto& tincan : tincans_) tincan->quit_and_restart(Millis(1));
  agenda_.run_until(agenda_.now() + Millis(5'000));
  if (network_.open_connections() > 0) judge_.complain("a link outlives everybody");
}

} // namespace

std::string Plan::text() const {
  std::string text = fmt::format("seed {}, weather {}, {} tincans, programs", seed, static_cast<int>(weather), tincans);
  for (const auto kind : programs) text += fmt::format(" {}", dialect_of(static_cast<Kind>(kind)));
  for (std::size_t i = 0; i < dialects.size(); ++i)
    if (!dialects[i].empty()) text += fmt::format("\n  {} speaks {} to {}", i / actors(), dialects[i], i % actors());
  for (const auto& event : events)
    text +=
        fmt::format("\n  {:6} ms: {} {} {} ({})", event.at_ms, event.who, name(event.kind), event.whom, event.amount);
  return text;
}

Plan plan_from(std::uint64_t seed) {
  Dice dice(seed * 2'654'435'761 + 1);
  Plan plan{.seed = seed,
            .weather = static_cast<Weather>(dice.between(0, 4)),
            .dialects = {},
            .tincans = 0,
            .programs = {},
            .events = {}};
  plan.tincans = static_cast<std::size_t>(dice.between(1, 3));
  const auto programs = dice.between(plan.tincans == 1 ? 1 : 0, 3);
  for (std::int64_t i = 0; i < programs; ++i) plan.programs.push_back(static_cast<int>(dice.between(0, 6)));
  const auto pick = [&](std::size_t count) {
    return static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(count) - 1));
  };
  for (std::size_t who = 0; who < plan.tincans; ++who)
    for (std::size_t whom = 0; whom < plan.actors(); ++whom) {
      std::string_view dialect;
      if (whom >= plan.tincans && dice.chance(70))
        dialect = dialect_of(static_cast<Kind>(plan.programs[whom - plan.tincans]));
      else if (whom < plan.tincans && whom != who)
        dialect = between_tincans[pick(between_tincans.size())];
      plan.dialects.emplace_back(dialect);
    }
  const auto bad = mishaps(plan.weather);
  for (auto count = dice.between(3, 20); count > 0; --count) {
    Event event{.at_ms = dice.between(0, story.count()), .who = pick(plan.tincans), .amount = dice.between(1, 15'000)};
    // Many things happen at nearly the same moment.
    if (dice.chance(60)) event.at_ms = event.at_ms / 10'000 * 10'000 + dice.between(0, 300);
    const auto sort = dice.between(0, 99);
    if (!bad.empty() && sort < 35) {
      event.kind = bad[pick(bad.size())];
      if (event.kind == Event::Kind::dark || event.kind == Event::Kind::program_away) event.who = pick(plan.actors());
    } else if (sort < 45 && !plan.programs.empty()) {
      event.kind = Event::Kind::tell;
      event.whom = event.who;
      event.who = plan.tincans + pick(plan.programs.size());
    } else if (sort < 50) {
      event.kind = dice.chance(50) ? Event::Kind::connect : Event::Kind::retry;
    } else {
      event.kind = dice.chance(15) ? Event::Kind::say_long : Event::Kind::say;
      event.whom = pick(plan.actors());
      if (event.whom == event.who) continue;
    }
    plan.events.push_back(event);
  }
  std::stable_sort(plan.events.begin(), plan.events.end(),
                   [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
  return plan;
}

std::vector<std::string> play(const Plan& plan) { return World(plan).play(); }

Plan shrunk(Plan plan) {
  for (bool got_smaller = true; got_smaller;) {
    got_smaller = false;
    for (std::size_t i = plan.events.size(); i-- > 0;) {
      auto smaller = plan;
      smaller.events.erase(smaller.events.begin() + static_cast<std::ptrdiff_t>(i));
      if (play(smaller).empty()) continue;
      plan = std::move(smaller);
      got_smaller = true;
    }
  }
  return plan;
}

} // namespace tincan::chat::sim

using namespace tincan::chat::sim;

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const auto* value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

std::string told(const std::vector<std::string>& complaints) {
  std::string text;
  for (const auto& complaint : complaints) text += complaint + '\n';
  return text;
}

void check_world(std::uint64_t seed) {
  const auto plan = plan_from(seed);
  if (play(plan).empty()) return;
  const auto small = shrunk(plan);
  FAIL_CHECK("run it alone with TINCAN_SEED=" << seed << "\n" << told(play(small)) << small.text());
}

} // namespace

TEST_CASE("in every world the promises hold", "[chat][simulation]") {
  if (std::getenv("TINCAN_SEED")) return check_world(number_from_environment("TINCAN_SEED", 0));
  const auto worlds = number_from_environment("TINCAN_WORLDS", 2'000);
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) check_world(seed);
  SUCCEED(worlds << " worlds");
}
