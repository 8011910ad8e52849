// A driver with a real node and a store in memory, on an I/O thread of its own, and everything that it tells.
#pragma once

#include "../chat/memory_store.hpp"
#include "far_end.hpp"
#include "reactor.hpp"
#include "tincan/net/driver.hpp"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

namespace tincan::net::test {

class DriverStage {
public:
  explicit DriverStage(const Security& security = {}) : driver_(loop_, store_, entropy_, sink(), security) {
    const auto opened = driver_.listen(0);
    REQUIRE(opened);
    port_ = *opened;
  }
  ~DriverStage() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void start(std::vector<std::string> mandatory = {}) {
    driver_.start({{{base::Address::v4({127, 0, 0, 1}), port_}, "Us"},
                   std::move(mandatory),
                   "Hello",
                   chat::Farewells::everyone,
                   true},
                  store_.load().value());
    thread_ = std::thread([this] { loop_.run(); });
  }

  // Carries it out on the I/O thread and gives what it gives.
  template<class Work> auto on_loop(Work work) {
    std::promise<decltype(work())> promise;
    auto result = promise.get_future();
    loop_.post([&] { promise.set_value(work()); });
    return result.get();
  }
  bool make_full(bool full) {
    return on_loop([this, full] { return std::exchange(store_.is_full, full); });
  }
  unsigned commits() {
    return on_loop([this] { return store_.commits; });
  }
  chat::test::MemoryStore::Disk disk() {
    return on_loop([this] { return store_.disk(); });
  }

  base::RequestId submit(chat::Command command) {
    const base::RequestId id{++last_request_};
    driver_.submit({id, std::move(command)});
    return id;
  }

  // Waits until the condition holds; the far ends' sockets are looked at in it, too.
  template<class Condition> bool until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::unique_lock lock(mutex_);
      told_something_.wait_for(lock, std::chrono::milliseconds(2));
    }
    return true;
  }
  // Looks for so long whether something happens that must not.
  void watch(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    until([end] { return std::chrono::steady_clock::now() >= end; });
  }

  template<class Event> std::vector<Event> told() const {
    const std::lock_guard lock(mutex_);
    std::vector<Event> result;
    for (const auto& told : told_)
      if (const auto* event = std::get_if<Event>(&told.event)) result.push_back(*event);
    return result;
  }
  template<class Event> std::size_t count() const { return told<Event>().size(); }
  template<class Event> std::vector<base::RequestId> requests() const {
    const std::lock_guard lock(mutex_);
    std::vector<base::RequestId> result;
    for (const auto& told : told_)
      if (std::holds_alternative<Event>(told.event)) result.push_back(told.request);
    return result;
  }
  std::vector<std::string> texts_heard() const {
    std::vector<std::string> texts;
    for (const auto& added : told<chat::MessageAdded>())
      if (added.message.direction == chat::Direction::in) texts.push_back(added.message.text.untrusted_bytes());
    return texts;
  }

  std::uint16_t port() const { return port_; }
  bool has_finished() const { return finished_ > 0; }
  int times_finished() const { return finished_; }
  int early_tellings() const { return early_; } // messages told before they were on the disk
  int peer_changes() const { return peer_changes_; }

private:
  Sink sink() {
    return {.tell = [this](const chat::Told& told) { take(told); },
            .peers_changed = [this](const chat::PeerBook::Changes&) { ++peer_changes_; },
            .idle = [] { return false; },
            .finished =
                [this] {
                  ++finished_;
                  loop_.stop();
                }};
  }

  void take(const chat::Told& told) {
    if (const auto* added = std::get_if<chat::MessageAdded>(&told.event))
      if (!store_.disk().messages.contains(added->message.id)) ++early_;
    const std::lock_guard lock(mutex_);
    told_.push_back(told);
    told_something_.notify_all();
  }

  chat::test::MemoryStore store_;
  chat::test::FixedEntropy entropy_;
  Loop loop_;
  Driver driver_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable told_something_;
  std::vector<chat::Told> told_;
  std::atomic<int> finished_{0}, early_{0}, peer_changes_{0};
  std::uint64_t last_request_ = 0;
};

} // namespace tincan::net::test
