// A set of named deadlines, of which the earliest is known at once. Pure; owned by one feature.
#pragma once

#include "tincan/base/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace tincan::chat {

template<class Key> class Deadlines {
public:
  void set(const Key& key, base::Tick when) {
    clear(key);
    when_.emplace(key, when);
    order_.emplace(when, key);
  }

  void clear(const Key& key) {
    const auto found = when_.find(key);
    if (found == when_.end()) return;
    order_.erase({found->second, key});
    when_.erase(found);
  }

  std::optional<base::Tick> next() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
  }

  // Takes one whose time has come out of the set.
  std::optional<Key> take_due(base::Tick now) {
    if (order_.empty() || order_.begin()->first > now) return std::nullopt;
    const Key key = order_.begin()->second;
    clear(key);
    return key;
  }

private:
  std::map<Key, base::Tick> when_;
  std::set<std::pair<base::Tick, Key>> order_;
};

inline std::optional<base::Tick> earlier(std::optional<base::Tick> a, std::optional<base::Tick> b) {
  if (!a) return b;
  if (!b) return a;
  return *a < *b ? a : b;
}

} // namespace tincan::chat
