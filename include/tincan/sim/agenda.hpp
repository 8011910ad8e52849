// Time and chance of a simulated world: a virtual clock that jumps from one happening to the next, and dice from one
// seed. Owned by the world; one thread.
#pragma once

#include "tincan/base/time.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <random>

namespace tincan::sim {

using base::Millis;
using base::Tick;

class Dice {
public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t bits() { return engine_(); }
  // lowest..highest, both possible
  std::int64_t between(std::int64_t lowest, std::int64_t highest) {
    return lowest + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(highest - lowest + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  Millis millis(std::int64_t lowest, std::int64_t highest) { return Millis(between(lowest, highest)); }
  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(bits() % count); } // 0..count - 1

private:
  std::mt19937_64 engine_;
};

// What happens when, in order; things of the same moment happen as they were put in.
class Agenda {
public:
  Tick now() const { return now_; }
  void after(Millis delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  void at(Tick when, std::function<void()> what) { items_.emplace(std::max(when, now_), std::move(what)); }
  void run_until(Tick end);

private:
  Tick now_{std::chrono::hours(1)};
  std::multimap<Tick, std::function<void()>> items_;
};

} // namespace tincan::sim
