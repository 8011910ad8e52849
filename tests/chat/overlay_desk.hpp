// One overlay on its own: member 1000 of a room.
#pragma once

#include "tincan/chat/overlay.hpp"
#include "tincan/sim/agenda.hpp"

#include <algorithm>

namespace tincan::chat::test {

using Keys = std::vector<base::PublicKey>;

inline base::PublicKey member(std::size_t number) {
  base::PublicKey key;
  key.bytes = {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
  return key;
}

inline Keys members(std::size_t first, std::size_t last) {
  Keys keys;
  for (auto number = first; number <= last; ++number) keys.push_back(member(number));
  return keys;
}

inline bool holds(const Keys& keys, const base::PublicKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

class Chance : public Entropy {
public:
  std::uint64_t next() override { return dice_.bits(); }

private:
  sim::Dice dice_{7};
};

// We are member 1000, in a room with the members 1..count.
struct Desk {
  explicit Desk(std::size_t count) { overlay.set_members(members(1, count), now); }

  void link(const Keys& keys) {
    for (const auto& key : keys) overlay.linked(key, now);
  }
  Keys wanted() { return overlay.wanted(now); }
  void pass(base::Millis time) { now.tick += time; }
  void fail_all_wanted() {
    for (const auto& key : wanted())
      if (!overlay.is_linked(key)) overlay.unreachable(key, now);
  }
  void quieten(const Keys& keys) {
    for (const auto& key : keys) overlay.pruned_by(key);
  }

  Chance entropy;
  base::Now now{base::Tick{base::Millis(1'000'000)}, {}};
  base::PublicKey own = member(1000);
  Overlay overlay{own, entropy};
};

} // namespace tincan::chat::test
