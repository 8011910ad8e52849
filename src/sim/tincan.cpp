#include "tincan/sim/tincan.hpp"

#include "tincan/chat/json.hpp"

#include <fmt/format.h>
#include <utility>

namespace tincan::sim {

namespace {

constexpr std::int64_t epoch_ms = 1'763'640'000'000;
constexpr Millis most_after_quit = chat::farewell_patience + Millis(50);

} // namespace

Tincan::Tincan(base::Endpoint listens, Character character, Stage stage)
    : Host(listens),
      character_(std::move(character)),
      agenda_(stage.agenda),
      network_(stage.network),
      dice_(stage.dice),
      witness_(stage.witness),
      entropy_(stage.dice) {
  is_up = false;
}

// The node's clock stands still while the disk is full, as in net/driver.cpp; the wall clock goes on.
base::Now Tincan::now() const {
  const auto tick = (is_stalled_ ? stalled_since_ : agenda_.now()) - stalled_for_;
  return {tick, {epoch_ms + (agenda_.now().time_since_epoch() + clock_ahead_).count()}};
}

chat::Settings Tincan::settings() const {
  chat::Settings settings{};
  settings.self = {endpoint, character_.name};
  settings.speaks_classic = character_.speaks_classic;
  settings.tells_read = character_.tells_read;
  settings.own_endpoints = {endpoint};
  settings.software = "tincan of the simulator";
  return settings;
}

// --- its lives

void Tincan::start() {
  if (node_) return;
  ++life_;
  note("starts at {}", endpoint.text());
  is_up = is_reading = true;
  is_turn_wanted_ = is_stalled_ = false;
  stalled_for_ = {};
  auto snapshot = store_.load();
  node_ = std::make_unique<chat::Node>(settings(), store_, entropy_, character_.keys.get());
  node_->load(std::move(*snapshot), now());
  want_turn();
}

void Tincan::end_life() {
  dies_at_.reset();
  ++life_;
  is_up = false;
  is_reading = true;
  node_.reset();
  store_.crash();
  sockets_.clear();
  links_.clear();
}

void Tincan::die(Millis away) {
  note("is killed");
  ++crashes_;
  end_life();
  network_.crash(*this);
  agenda_.after(away, [this, life = life_] {
    if (life == life_) start();
  });
}

void Tincan::crash(CrashPoint point, Millis away) {
  if (!node_ || dies_at_) return;
  if (point == CrashPoint::now) return die(away);
  dies_at_ = point;
  stays_away_ = away;
  want_turn();
}

bool Tincan::dies_at(CrashPoint point) {
  if (dies_at_ != point) return false;
  die(stays_away_);
  return true;
}

void Tincan::quit(Millis away) {
  if (!node_) return;
  const auto life = life_;
  const auto stalled_for = stalled_for_;
  command(chat::Quit{});
  agenda_.after(most_after_quit, [this, life, stalled_for] {
    if (life == life_ && !is_stalled_ && stalled_for == stalled_for_)
      witness_.complain(name() + " does not end half a second after quit");
  });
  agenda_.after(most_after_quit + away, [this, life] {
    if (life_ <= life + 1) start();
  });
}

// The orderly end: every link is closed, and the process is gone.
void Tincan::leave() {
  note("has left");
  for (const auto& [link, socket] : std::map(sockets_)) close(link);
  network_.crash(*this); // those that were not accepted yet
  end_life();
}

void Tincan::fill_disk(Millis time) {
  if (std::exchange(store_.is_full, true)) return;
  agenda_.after(time, [this] { store_.is_full = false; });
}

void Tincan::heal() {
  store_.is_full = false;
  dark_until = agenda_.now();
  start();
}

void Tincan::restore(Disk backup) {
  if (!node_) store_.restore(std::move(backup));
}

void Tincan::command(chat::Command wanted) {
  if (!node_) return;
  if (is_stalled_) {
    if (std::holds_alternative<chat::Quit>(wanted)) leave();
    return; // refused, as by net/driver.cpp
  }
  node_->command({{}, std::move(wanted)}, now());
  want_turn();
}

// --- turns, as net/driver.cpp takes them

void Tincan::want_turn() {
  if (std::exchange(is_turn_wanted_, true)) return;
  agenda_.after(dice_.millis(0, 2), [this, life = life_] {
    if (life == life_) turn();
  });
}

void Tincan::turn() {
  is_turn_wanted_ = false;
  node_->time_passed(now());
  node_->finish_turn(now());
  while (const auto effect = node_->next_early_effect()) carry_out(*effect);
  if (dies_at(CrashPoint::before_commit) || !commit()) return;
  if (dies_at(CrashPoint::before_effects)) return;
  node_->committed();
  if (!act() || dies_at(CrashPoint::before_events)) return;
  while (const auto told = node_->next_event()) {
    if (witness_.is_noting)
      for (const auto& line : chat::to_json_lines(told->event)) note("is told {}", line.substr(0, 200));
    witness_.told(*this, *told);
  }
  if (node_->is_finished()) return leave();
  arm();
}

bool Tincan::act() {
  while (const auto effect = node_->next_effect()) {
    carry_out(*effect);
    if (dies_at(CrashPoint::between_effects)) return false;
  }
  return true;
}

bool Tincan::commit() {
  if (!store_.has_uncommitted() || store_.commit()) {
    if (is_stalled_) go_on_after_stall();
    return true;
  }
  if (!is_stalled_) stall();
  if (node_->is_finished()) {
    leave();
    return false;
  }
  agenda_.after(Millis(1'000), [this, life = life_] { // commit_retry of net/driver.hpp
    if (life == life_) want_turn();
  });
  return false;
}

void Tincan::stall() {
  note("has a full disk");
  stalled_since_ = agenda_.now();
  is_stalled_ = true;
  is_reading = false;
}

void Tincan::go_on_after_stall() {
  is_stalled_ = false;
  stalled_for_ += agenda_.now() - stalled_since_;
  agenda_.after(Millis(0), [this, life = life_] {
    if (life == life_ && !is_stalled_) network_.resume(*this);
  });
}

void Tincan::arm() {
  const auto timer = ++timer_;
  const auto next = node_->next_deadline();
  if (!next) return;
  if (*next != Tick::min() && *next + stalled_for_ <= agenda_.now()) ++overdue_turns_;
  const auto when = *next == Tick::min() ? agenda_.now() : *next + stalled_for_;
  agenda_.at(when, [this, life = life_, timer] {
    if (life == life_ && timer == timer_) want_turn();
  });
}

} // namespace tincan::sim
