// Which entries of a log begin to count, and which cease to, when its spans become others. Pure; any thread.
#pragma once

#include "tincan/chat/line_span.hpp"

#include <optional>
#include <vector>

namespace tincan::store {

struct SpanChange {
  chat::LineSpan range; // none of it is above the greatest seq that can be stored
  bool counts = false;  // now
};

// Ascending, apart, and not above the greatest seq that can be stored.
std::vector<chat::LineSpan> put_in_order(std::vector<chat::LineSpan> spans);
// Both as put_in_order gives them. `before` none: what counted is not known, so everything may have changed.
std::vector<SpanChange> span_changes(const std::optional<std::vector<chat::LineSpan>>& before,
                                     const std::vector<chat::LineSpan>& now);

} // namespace tincan::store
