// An engine on a profile of its own in a temporary folder, and everything that it tells.
#pragma once

#include "app_support.hpp"
#include "tincan/app/engine.hpp"

#include <atomic>
#include <fmt/format.h>
#include <memory>
#include <mutex>

namespace tincan::app::test {

inline EngineOptions engine_options(const fs::path& data_dir, std::string team = "Us") {
  EngineOptions options;
  options.data_dir = data_dir;
  options.profile = "test";
  options.team = std::move(team);
  options.announced = base::Address::v4({127, 0, 0, 1});
  options.mandatory_text = "Hello";
  return options;
}

class EngineStage {
public:
  explicit EngineStage(EngineOptions options) {
    auto opened = Engine::open(std::move(options));
    if (!opened) FAIL(opened.error().text);
    engine_ = std::move(*opened);
    engine_->start(
        [this](const chat::Told& told) {
          const std::lock_guard lock(mutex_);
          told_.push_back(told);
        },
        [this] { has_finished_ = true; });
  }

  Engine& engine() { return *engine_; }
  void submit(chat::Command command) { last_request_ = engine_->submit(std::move(command)); }
  base::RequestId last_request() const { return last_request_; }
  std::string address() const { return engine_->endpoints().front().text(); }
  bool has_finished() const { return has_finished_; }

  template<class Event> std::vector<Event> told() const {
    const std::lock_guard lock(mutex_);
    std::vector<Event> result;
    for (const auto& told : told_)
      if (const auto* event = std::get_if<Event>(&told.event)) result.push_back(*event);
    return result;
  }
  std::vector<std::string> heard() const {
    std::vector<std::string> texts;
    for (const auto& added : told<chat::MessageAdded>())
      if (added.message.direction == chat::Direction::in) texts.push_back(added.message.text.untrusted_bytes());
    return texts;
  }
  std::size_t count(chat::MessageState state) const {
    std::size_t number = 0;
    for (const auto& changed : told<chat::StateChanged>()) number += changed.message.state == state ? 1 : 0;
    return number;
  }

private:
  mutable std::mutex mutex_;
  std::vector<chat::Told> told_;
  std::atomic<bool> has_finished_{false};
  base::RequestId last_request_;
  std::unique_ptr<Engine> engine_; // last: it stops before the rest goes
};

} // namespace tincan::app::test
