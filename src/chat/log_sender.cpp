#include "tincan/chat/log_sender.hpp"

#include "tincan/chat/conversation.hpp"

#include <algorithm>

namespace tincan::chat {

void LogSender::begin(const wire::LogExtent& theirs, std::uint64_t own_last) {
  has_begun_ = true;
  up_to_ = theirs.up_to;
  pushed_ = std::max(theirs.up_to, theirs.island_last);
  if (theirs.island_last == 0 && own_last - std::min(own_last, theirs.up_to) > long_gap)
    pushed_ = own_last - newest_window;
  if (pushed_ > up_to_) gap_end_ = pushed_;
}

bool LogSender::acknowledged(const wire::LogExtent& theirs) {
  if (theirs.up_to < up_to_) return false;
  up_to_ = theirs.up_to;
  std::erase_if(flights_, [&](const Flight& flight) {
    const bool in_island =
        theirs.island_first > 0 && flight.range.first >= theirs.island_first && flight.range.last <= theirs.island_last;
    const bool is_there = flight.range.last <= theirs.up_to || in_island;
    if (is_there) in_flight_ -= flight.bytes;
    return is_there;
  });
  return true;
}

bool LogSender::wants(const wire::Want& want, std::uint64_t own_last) {
  if (want.first <= up_to_ || want.last > own_last) return false;
  wanted_ = Range{want.first, want.last};
  return true;
}

std::optional<LogSender::Range> LogSender::next(std::uint64_t own_last) const {
  if (!has_begun_ || in_flight_ >= max_unacknowledged_bytes) return std::nullopt;
  if (pushed_ < own_last) return Range{pushed_ + 1, own_last};
  return wanted_;
}

void LogSender::sent(Range range, std::size_t bytes) {
  flights_.push_back({range, bytes});
  in_flight_ += bytes;
  if (range.first == pushed_ + 1) {
    pushed_ = range.last;
    return;
  }
  if (!wanted_) return;
  wanted_->first = range.last + 1;
  if (wanted_->first > wanted_->last) wanted_.reset();
}

} // namespace tincan::chat
