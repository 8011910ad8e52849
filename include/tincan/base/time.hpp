// Time as the pure rooms see it: it comes in with every input, nobody asks a clock. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::base {

using Millis = std::chrono::milliseconds;

// A point on a clock that never steps back; its zero has no meaning.
using Tick = std::chrono::time_point<std::chrono::steady_clock, Millis>;

// Milliseconds since 1970-01-01 UTC, as the machine's clock shows it (it may step).
struct WallTime {
  std::int64_t ms = 0;
  auto operator<=>(const WallTime&) const = default;
};

struct Now {
  Tick tick{};
  WallTime wall{};
};

// "2026-11-20T12:00:00.123Z" (RFC 3339, UTC). Years outside 0..9999 give "bad time".
std::string iso_time(WallTime time);

// The inverse of iso_time, for exactly its form; none for anything else.
std::optional<WallTime> parse_iso_time(std::string_view text);

// "12:01" today, "20 Nov 12:01" on another day, in the local zone. Years outside 0..9999 give "bad time".
std::string short_time(WallTime time, WallTime now);

// "8 s", "3 min", "2 h", "5 d": whole units, rounded down, for people.
std::string rough_duration(Millis duration);

} // namespace tincan::base
