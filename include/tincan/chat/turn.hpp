// What one turn of the heart brought forth: effects and events, in order. Shared by the features of one node; I/O
// thread.
#pragma once

#include "tincan/chat/effects.hpp"
#include "tincan/chat/events.hpp"

#include <deque>
#include <iterator>
#include <optional>
#include <utility>

namespace tincan::chat {

class Turn {
public:
  void act(Effect effect); // in turn.cpp: inlined into each caller it confuses g++ 12's -Wmaybe-uninitialized
  void tell(Event event, base::RequestId request = {}) { events_.push_back({request, std::move(event)}); }

  // The store has committed: what was brought forth so far may leave. What comes later waits for the next commit.
  void release() {
    move_all(effects_, ready_effects_);
    move_all(events_, ready_events_);
  }
  std::optional<Effect> next_effect() { return take(ready_effects_); }
  std::optional<Told> next_event() { return take(ready_events_); }

private:
  template<class T> static void move_all(std::deque<T>& from, std::deque<T>& to) {
    if (to.empty()) return to.swap(from);
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
  }
  template<class T> static std::optional<T> take(std::deque<T>& queue) {
    if (queue.empty()) return std::nullopt;
    std::optional<T> first(std::move(queue.front()));
    queue.pop_front();
    return first;
  }

  std::deque<Effect> effects_, ready_effects_;
  std::deque<Told> events_, ready_events_;
};

} // namespace tincan::chat
