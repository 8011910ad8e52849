#include "tincan/sim/world.hpp"

#include "tincan/sim/toy_keys.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tincan::sim {

namespace {

constexpr Millis aftermath{10 * 60'000}; // twice the longest back-off
constexpr Millis farewell{5'000};
constexpr Millis death_of_lost_links{130'000}; // see Network::lose

base::Endpoint endpoint_of(std::size_t tincan, unsigned moves) {
  return {base::Address::v4({10, 0, static_cast<std::uint8_t>(moves), static_cast<std::uint8_t>(tincan + 1)}),
          static_cast<std::uint16_t>(7001 + tincan)};
}

} // namespace

std::unique_ptr<chat::Keys> make_toy_keys(std::uint64_t seed) { return std::make_unique<ToyKeys>(seed); }

World::World(const Plan& plan, const KeysFactory& make_keys)
    : plan_(plan),
      dice_(plan.seed),
      network_(agenda_, dice_),
      oracle_(agenda_, network_) {
  for (std::size_t i = 0; i < plan.tincans(); ++i) {
    const bool is_plain = plan.has_plain && i + 1 == plan.tincans();
    Tincan::Character character{.name = std::string(1, static_cast<char>('A' + i)),
                                .keys = is_plain ? nullptr : make_keys(plan.seed * 16 + i),
                                .tells_read = dice_.chance(50)};
    tincans_.push_back(std::make_unique<Tincan>(endpoint_of(i, 0), std::move(character),
                                                Tincan::Stage{agenda_, network_, dice_, oracle_}));
    network_.add(*tincans_.back());
    oracle_.watch(*tincans_.back());
  }
}

Outcome World::play() {
  const auto start = agenda_.now();
  for (std::size_t i = 0; i < tincans_.size(); ++i)
    agenda_.at(start + Millis(plan_.starts_ms[i]), [this, i] { tincans_[i]->start(); });
  for (const auto& event : plan_.events) agenda_.at(start + Millis(event.at_ms), [this, event] { happen(event); });
  agenda_.run_until(start + Millis(plan_.end_ms() + 1'000));
  heal_all();
  run(aftermath);
  oracle_.judge_end();
  if (plan_.weather == Weather::calm && !oracle_.said_in_clear().empty())
    oracle_.complain("a text went from tincan to tincan in clear, without need");
  let_all_go();
  oracle_.judge_silence();
  unsigned crashes = 0;
  for (const auto& tincan : tincans_) crashes += tincan->crashes();
  return {oracle_.complaints(), oracle_.entries(), crashes, cuts_};
}

void World::heal_all() {
  network_.part(agenda_.now());
  for (const auto& tincan : tincans_) tincan->heal();
  // Who has moved and does not know yet that its old links are dead is asked to look for the others.
  if (moves_ > 0) agenda_.after(death_of_lost_links, [this] { tincans_[0]->command(chat::Announce{}); });
}

void World::let_all_go() {
  for (const auto& tincan : tincans_) tincan->quit(Millis(24 * 3'600'000));
  run(farewell);
}

void World::happen(const Event& event) {
  using Kind = Event::Kind;
  auto& who = tincan(event.who);
  switch (event.kind) {
  case Kind::say: return say(event.who, event.whom);
  case Kind::burst: return say(event.who, event.whom, static_cast<int>(event.amount));
  case Kind::reply:
  case Kind::edit:
  case Kind::remove:
  case Kind::react: return change(event);
  case Kind::look: return look(event);
  case Kind::history: return who.command(chat::ReadHistory{"", {}});
  case Kind::retry: return who.command(chat::Retry{});
  case Kind::connect: return who.command(chat::Announce{});
  default: return befall(event);
  }
}

void World::befall(const Event& event) {
  using Kind = Event::Kind;
  auto& who = tincan(event.who);
  const auto amount = static_cast<std::size_t>(event.amount);
  switch (event.kind) {
  case Kind::cut: cuts_ += network_.cut(amount) ? 1 : 0; return;
  case Kind::lose: cuts_ += network_.lose(amount) ? 1 : 0; return;
  case Kind::crash: return who.crash(static_cast<CrashPoint>(amount % 5), Millis(event.amount));
  case Kind::quit: return who.quit(Millis(event.amount));
  case Kind::full_disk: return who.fill_disk(Millis(event.amount));
  case Kind::dark: who.dark_until = agenda_.now() + Millis(event.amount); return;
  case Kind::part: return part(event);
  case Kind::move: return move(event);
  case Kind::clock: return who.set_clock(Millis(event.amount));
  default: return;
  }
}

std::string World::name_of(std::size_t whom, std::size_t who) {
  const auto& target = tincan(whom);
  if (!target.is_plain())
    for (const auto& [id, peer] : tincan(who).disk().peers)
      if (peer.key == target.key()) return target.key().text();
  return target.endpoint.text();
}

std::string World::any_text(std::int64_t amount) {
  auto text = written(marks_.size());
  if (amount % 7 == 0) text += " in\ntwo lines";
  if (amount % 11 == 0) text += " and some words more" + std::string(static_cast<std::size_t>(amount) % 3'000, 'x');
  return text;
}

void World::say(std::size_t who, std::size_t whom, int messages) {
  for (int i = 0; i < messages; ++i) {
    const auto text = any_text(static_cast<std::int64_t>(dice_.bits() % 10'000));
    marks_.emplace_back(who, whom);
    const auto name = name_of(whom, who);
    if (name == tincan(whom).endpoint.text()) typed_ = agenda_.now();
    tincan(who).command(chat::Send{name, text, {}});
  }
}

// A line of the conversation that stands in a log; none when there is none.
base::EntryId World::any_line(const Event& event, bool only_own) {
  const auto& disk = tincan(event.who).disk();
  std::vector<base::EntryId> lines;
  for (const auto& [id, message] : disk.messages) {
    const auto* logged = disk.logged(id);
    if (!logged || message.kind != chat::MessageKind::text) continue;
    if (!only_own || message.direction == chat::Direction::out) lines.push_back(id);
  }
  return lines.empty() ? base::EntryId{} : lines[static_cast<std::size_t>(event.amount) % lines.size()];
}

void World::change(const Event& event) {
  using Kind = Event::Kind;
  auto& who = tincan(event.who);
  const auto line = any_line(event, event.kind == Kind::edit || event.kind == Kind::remove);
  if (!line) return;
  if (event.kind == Kind::remove) return who.command(chat::Delete{line, {}});
  if (event.kind == Kind::react) return who.command(chat::React{line, event.amount % 4 == 0 ? "" : "+1"});
  const auto text = any_text(event.amount);
  marks_.emplace_back(event.who, event.whom);
  if (event.kind == Kind::edit) return who.command(chat::Edit{line, {}, text});
  const auto peer = who.disk().messages.at(line).peer;
  who.command(chat::Send{fmt::format("{}", peer.value), text, line});
}

void World::look(const Event& event) {
  auto& who = tincan(event.who);
  if (!who.is_running()) return;
  if (!tincan(event.whom).is_plain()) oracle_.looked(who, tincan(event.whom));
  who.command(chat::Focus{name_of(event.whom, event.who)});
}

void World::part(const Event& event) {
  for (std::size_t i = 0; i < tincans_.size(); ++i)
    tincans_[i]->group = i == event.who ? 0 : i == event.whom ? 1 : static_cast<int>(dice_.between(0, 1));
  network_.part(agenda_.now() + Millis(3 * event.amount));
}

// Who moves must know where to find everybody who looks for it, and nobody may know it by its address alone: else they
// wait for ever, and rightly so.
bool World::may_move(const Tincan& who) const {
  const auto knows = [](const Tincan& one, const Tincan& other) {
    const auto& peers = one.disk().peers;
    return std::any_of(peers.begin(), peers.end(), [&](const auto& peer) { return peer.second.key == other.key(); });
  };
  const auto can_find = [](const Tincan& one, const Tincan& other) {
    const auto& peers = one.disk().peers;
    return std::any_of(peers.begin(), peers.end(), [&](const auto& peer) {
      return peer.second.key == other.key() && peer.second.endpoint == other.endpoint;
    });
  };
  if (agenda_.now() < typed_ + Millis(100)) return false; // that may not be on disk yet
  return std::all_of(tincans_.begin(), tincans_.end(), [&](const auto& other) {
    for (const auto& [id, peer] : other->disk().peers)
      if (peer.endpoint == who.endpoint && !peer.key) return false;
    return !knows(*other, who) || can_find(who, *other);
  });
}

void World::move_now(std::size_t index) {
  auto& who = tincan(index);
  if (may_move(who)) network_.move(who, endpoint_of(index, ++moves_));
}

void World::move(const Event& event) {
  if (event.amount % 2 == 0) return move_now(event.who);
  tincan(event.who).quit(Millis(event.amount));
  agenda_.after(chat::farewell_patience + Millis(60), [this, event] { move_now(event.who); });
}

Outcome play(const Plan& plan, const KeysFactory& make_keys) { return World(plan, make_keys).play(); }

Plan shrunk(Plan plan, const KeysFactory& make_keys) {
  for (auto chunk = std::max<std::size_t>(plan.events.size() / 2, 1); chunk > 0;) {
    bool got_smaller = false;
    for (auto end = plan.events.size(); end > 0; end -= std::min(end, chunk)) {
      auto smaller = plan;
      const auto last = smaller.events.begin() + static_cast<std::ptrdiff_t>(std::min(end, smaller.events.size()));
      smaller.events.erase(last - static_cast<std::ptrdiff_t>(std::min(chunk, end)), last);
      if (play(smaller, make_keys).complaints.empty()) continue;
      plan = std::move(smaller);
      got_smaller = true;
    }
    if (!got_smaller) chunk /= 2;
  }
  return plan;
}

} // namespace tincan::sim
