// The short numbers by which people name lines on the screen: [1] … [999], then again from 1; the newest wins.
// Owned by console mode. Given out on the I/O thread, looked up on the console thread; nothing is called under its
// lock.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/base/mutex.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tincan::app {

inline constexpr unsigned max_handle = 999; // three digits are quick to type, and more lines are not on any screen

// A line of a conversation.
struct Handled {
  base::EntryId entry{};
  base::PeerId peer{};
  base::RoomId room{}; // instead of a peer
};

class Handles {
public:
  // The number of a line: the one that it has, else the next one, which is taken from whoever had it.
  unsigned give(const Handled& line) TINCAN_EXCLUDES(mutex_);
  // None when the number was not given yet.
  std::optional<Handled> find(unsigned handle) const TINCAN_EXCLUDES(mutex_);

private:
  mutable base::Mutex mutex_;
  std::array<Handled, max_handle + 1> lines_ TINCAN_GUARDED_BY(mutex_){};
  std::unordered_map<base::EntryId, unsigned> numbers_ TINCAN_GUARDED_BY(mutex_);
  unsigned last_ TINCAN_GUARDED_BY(mutex_) = 0;
};

// What a person typed for a line: "3" and "[3]" are numbers of the screen, "#12" is an id. None: neither.
struct TypedLine {
  unsigned handle = 0;   // or …
  base::EntryId entry{}; // … this
};
std::optional<TypedLine> parse_typed_line(std::string_view text);

} // namespace tincan::app
