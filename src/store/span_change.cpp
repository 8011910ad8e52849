#include "tincan/store/span_change.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>

namespace tincan::store {

namespace {

constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

// How many spans of either kind begin (less those that end) at a seq.
struct Step {
  int before = 0, now = 0;
};

} // namespace

std::vector<chat::LineSpan> put_in_order(std::vector<chat::LineSpan> spans) {
  std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<chat::LineSpan> result;
  for (auto span : spans) {
    span.last = std::min(span.last, most);
    if (span.first > span.last) continue;
    if (result.empty() || span.first > result.back().last)
      result.push_back(span);
    else
      result.back().last = std::max(result.back().last, span.last);
  }
  return result;
}

std::vector<SpanChange> span_changes(const std::optional<std::vector<chat::LineSpan>>& before,
                                     const std::vector<chat::LineSpan>& now) {
  std::map<std::uint64_t, Step> steps{{0, {}}, {most + 1, {}}};
  for (const auto& span : before.value_or(std::vector<chat::LineSpan>{})) {
    ++steps[span.first].before;
    --steps[span.last + 1].before;
  }
  for (const auto& span : now) {
    ++steps[span.first].now;
    --steps[span.last + 1].now;
  }
  std::vector<SpanChange> changes;
  Step depth;
  for (auto at = steps.begin(); std::next(at) != steps.end(); ++at) {
    depth.before += at->second.before;
    depth.now += at->second.now;
    const bool counts = depth.now > 0;
    if (!before || (depth.before > 0) != counts) changes.push_back({{at->first, std::next(at)->first - 1}, counts});
  }
  return changes;
}

} // namespace tincan::store
