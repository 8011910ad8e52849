// Which entries of a log count in a room: those that its author wrote as a member. A value; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tincan::chat {

// first..last, both included; last may be UINT64_MAX.
struct LineSpan {
  std::uint64_t first = 1, last = 0;
  bool operator==(const LineSpan&) const = default;
};

inline bool is_within(const std::vector<LineSpan>& spans, std::uint64_t seq) {
  return std::any_of(spans.begin(), spans.end(),
                     [seq](const LineSpan& span) { return span.first <= seq && seq <= span.last; });
}

} // namespace tincan::chat
