// How far one author's log in one conversation is stored here, and how far the other side has it. A value; any thread.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/time.hpp"
#include "tincan/wire/log_entry.hpp"

#include <cstdint>
#include <optional>

namespace tincan::chat {

inline constexpr base::Millis late_after{10'000};       // a line that is older than the newest by this is marked
inline constexpr base::Millis clock_tolerance{300'000}; // a line written further in our future has a doubtful time, …
inline constexpr std::int64_t earliest_ms = 946'684'800'000; // … and one from before 2000: no clock shows less

struct LogState {
  // Newer entries that came before the older ones: first..last are stored, and last + 1 of the log below is not.
  struct Island {
    std::uint64_t first = 0, last = 0;
    base::Digest prev;         // what the entry before `first` must hash to
    base::Digest hash;         // of `last`
    std::int64_t order_us = 0; // of `last`
    std::int64_t first_order_us = 0;
    bool operator==(const Island&) const = default;
  };

  base::PeerId peer{}; // with whom the conversation is, or …
  base::RoomId room{}; // … in which room it is
  base::Digest conversation;
  base::PublicKey author;
  std::uint64_t last = 0; // all of 1..last is stored
  base::Digest last_hash; // zero when last is 0
  std::int64_t last_order_us = 0;
  std::optional<Island> island;
  std::optional<wire::EntryRef> head; // the newest of the other side that this log has named
  std::uint64_t acked = 0;            // own log: the peer has stored 1..acked
  std::uint64_t read = 0;             // own log: its user has read up to there; theirs: we told that we have
  std::uint64_t bytes = 0;            // of all bodies stored
  bool is_frozen = false;             // equivocation, or a restored backup: nothing is added any more
  bool operator==(const LogState&) const = default;
};

} // namespace tincan::chat
