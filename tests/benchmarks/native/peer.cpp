#include "peer.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

namespace tincan::bench {

namespace {

constexpr std::chrono::seconds patience{60};

constexpr std::string_view label = "message ";

std::uint64_t number_of(const std::string& text) { return std::strtoull(text.c_str() + label.size(), nullptr, 10); }

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::_Exit(2);
}

app::EngineOptions options(const std::string& folder, std::uint16_t port) {
  app::EngineOptions options;
  options.data_dir = folder;
  options.profile = "bench";
  options.team = "Bench";
  options.announced = *base::Address::parse("127.0.0.1");
  options.port = port;
  options.is_controllable = false;
  return options;
}

} // namespace

double seconds_between(Clock::time_point began, Clock::time_point ended) {
  return std::chrono::duration<double>(ended - began).count();
}

std::string numbered_text(std::uint64_t number) {
  auto text = fmt::format("{}{} ", label, number);
  text.resize(text_bytes, '.');
  return text;
}

Peer::Peer(const std::string& folder, std::uint16_t port) {
  auto opened = app::Engine::open(options(folder, port));
  if (!opened) fail(opened.error().text);
  engine_ = std::move(*opened);
  engine_->start([this](const chat::Told& told) { hear(told); },
                 [this] {
                   const std::lock_guard lock(mutex_);
                   is_stopped_ = true;
                 });
  wait([this] { return !key_.is_zero(); });
}

Peer::~Peer() { engine_->stop(); }

template<class Condition> void Peer::wait(Condition condition) {
  std::unique_lock lock(mutex_);
  if (!news_.wait_for(lock, patience, condition)) fail("nothing more happened");
}

std::string Peer::address() const { return fmt::format("{}@127.0.0.1:{}", key_.text(), engine_->options().port); }

std::string Peer::other() {
  wait([this] { return static_cast<bool>(other_); });
  const std::lock_guard lock(mutex_);
  return std::to_string(other_.value);
}

bool Peer::connect(const std::string& address) {
  engine_->submit(chat::Announce{{address}});
  wait([this] { return is_announced_; });
  const std::lock_guard lock(mutex_);
  return is_reached_;
}

void Peer::say(std::uint64_t number, const std::string& to) { engine_->submit(chat::Send{to, numbered_text(number)}); }

// Each delivered message makes room for one more, so that no other thread takes part.
Clock::time_point Peer::send_all(std::uint64_t count, std::uint64_t window) {
  const auto to = other();
  std::uint64_t first = 0, at_once = 0;
  {
    const std::lock_guard lock(mutex_);
    other_text_ = to;
    first = said_;
    to_say_ = said_ + count;
    at_once = std::min(count, window);
    said_ += at_once;
  }
  for (std::uint64_t i = 0; i < at_once; ++i) say(first + i, to);
  wait([this] { return delivered_ == to_say_; });
  const std::lock_guard lock(mutex_);
  return delivered_at_;
}

double Peer::send_one() {
  const auto began = Clock::now();
  return seconds_between(began, send_all(1, 1));
}

void Peer::write_all(std::uint64_t count, const std::string& to) {
  {
    const std::lock_guard lock(mutex_);
    to_write_ = written_ + count;
  }
  for (std::uint64_t i = 0; i < count; ++i) say(i, to);
  wait([&] { return written_ == to_write_; });
}

Peer::Arrivals Peer::wait_for(std::uint64_t count) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = count;
  }
  wait([this] { return arrivals_.count >= wanted_; });
  const std::lock_guard lock(mutex_);
  return arrivals_;
}

// --- on the I/O thread

void Peer::hear(const chat::Told& told) {
  if (const auto* added = std::get_if<chat::MessageAdded>(&told.event)) return count(*added);
  if (const auto* changed = std::get_if<chat::StateChanged>(&told.event)) return count(*changed);
  if (std::holds_alternative<chat::Done>(told.event)) return;
  const std::lock_guard lock(mutex_);
  if (const auto* listening = std::get_if<chat::Listening>(&told.event)) key_ = listening->key.value();
  if (const auto* failed = std::get_if<chat::Failed>(&told.event)) fail(failed->error.text);
  if (const auto* announced = std::get_if<chat::PeerAnnounced>(&told.event)) {
    is_announced_ = true;
    is_reached_ = announced->reached;
  }
  if (const auto* peer = std::get_if<chat::PeerChanged>(&told.event);
      peer && peer->what == chat::PeerChanged::What::encrypted) {
    other_ = peer->view.peer.id;
    arrivals_.linked = Clock::now();
  }
  news_.notify_all();
}

void Peer::count(const chat::MessageAdded& added) {
  const std::lock_guard lock(mutex_);
  if (added.message.direction == chat::Direction::out) {
    if (++written_ == to_write_) news_.notify_all();
    return;
  }
  arrivals_.last = Clock::now();
  ++arrivals_.count;
  if (const auto number = number_of(added.message.text.untrusted_bytes()); !greatest_ || number > *greatest_) {
    greatest_ = number;
    arrivals_.newest = arrivals_.last;
  }
  if (arrivals_.count == wanted_) news_.notify_all();
}

void Peer::count(const chat::StateChanged& changed) {
  if (changed.message.state != chat::MessageState::delivered) return;
  std::uint64_t next = 0;
  {
    const std::lock_guard lock(mutex_);
    if (++delivered_ == to_say_) {
      delivered_at_ = Clock::now();
      return news_.notify_all();
    }
    if (said_ == to_say_) return;
    next = said_++;
  }
  say(next, other_text_);
}

} // namespace tincan::bench
