// What one turn of the heart brought forth: effects and events, in order. Shared by the features of one node; I/O
// thread.
#pragma once

#include "tincan/chat/effects.hpp"
#include "tincan/chat/events.hpp"

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace tincan::chat {

// Values in their order. It keeps its room from turn to turn: making and freeing some for each event costs more than
// what the event tells.
template<class T> class TurnQueue {
public:
  void push(T value) { values_.push_back(std::move(value)); }
  // Takes all that `from` holds, behind what is here.
  void append(TurnQueue& from) {
    if (is_empty()) std::swap(values_, from.values_);
    values_.insert(values_.end(), std::make_move_iterator(from.values_.begin()),
                   std::make_move_iterator(from.values_.end()));
    from.values_.clear();
  }
  std::optional<T> take() {
    if (is_empty()) return std::nullopt;
    std::optional<T> first(std::move(values_[taken_]));
    if (++taken_ == values_.size()) empty();
    return first;
  }

private:
  static constexpr std::size_t kept_values = 512; // a quarter of a megabyte of events

  bool is_empty() const { return values_.empty(); }
  void empty() {
    taken_ = 0;
    if (values_.capacity() > kept_values)
      values_ = {};
    else
      values_.clear();
  }

  std::vector<T> values_;
  std::size_t taken_ = 0; // of their beginning, never all
};

class Turn {
public:
  void act(Effect effect); // in turn.cpp: inlined into each caller it confuses g++ 12's -Wmaybe-uninitialized
  // What need not wait for the commit: it tells nothing of ourselves.
  void act_now(Effect effect);
  std::optional<Effect> next_early_effect() { return early_effects_.take(); }
  void tell(Event event, base::RequestId request = {}) { events_.push({request, std::move(event)}); }

  // The store has committed: what was brought forth so far may leave. What comes later waits for the next commit.
  void release() {
    ready_effects_.append(effects_);
    ready_events_.append(events_);
  }
  std::optional<Effect> next_effect() { return ready_effects_.take(); }
  std::optional<Told> next_event() { return ready_events_.take(); }

private:
  TurnQueue<Effect> effects_, ready_effects_, early_effects_;
  TurnQueue<Told> events_, ready_events_;
};

} // namespace tincan::chat
