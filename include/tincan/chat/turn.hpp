// What one turn of the heart brought forth: effects and events, in order. Shared by the features of one node; I/O thread.
#pragma once

#include "tincan/chat/effects.hpp"
#include "tincan/chat/events.hpp"

#include <deque>
#include <optional>
#include <utility>

namespace tincan::chat {

class Turn {
public:
  void act(Effect effect) { effects_.push_back(std::move(effect)); }
  void tell(Event event, base::RequestId request = {}) { events_.push_back({request, std::move(event)}); }

  std::optional<Effect> next_effect() { return take(effects_); }
  std::optional<Told> next_event() { return take(events_); }
  bool is_empty() const { return effects_.empty() && events_.empty(); }

private:
  template <class T> static std::optional<T> take(std::deque<T>& queue) {
    if (queue.empty()) return std::nullopt;
    std::optional<T> first(std::move(queue.front()));
    queue.pop_front();
    return first;
  }

  std::deque<Effect> effects_;
  std::deque<Told> events_;
};

} // namespace tincan::chat
