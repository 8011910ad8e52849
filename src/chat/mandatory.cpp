#include "tincan/chat/mandatory.hpp"

#include <algorithm>

namespace tincan::chat {

Mandatory::Mandatory(std::vector<std::string> targets) {
  for (auto& target : targets) {
    due_.set(entries_.size(), base::Tick::min());
    Entry entry{};
    entry.status.target = std::move(target);
    entries_.push_back(std::move(entry));
  }
}

std::optional<std::size_t> Mandatory::take_due(base::Tick now) { return due_.take_due(now); }

void Mandatory::queued(std::size_t index, const Message& message) {
  auto& entry = entries_.at(index);
  entry.message = message.id;
  entry.status.endpoint = message.endpoint;
  entry.status.state = message.state;
  entry.status.why.clear();
  entry.status.next_try.reset();
  entry.status.since = message.time;
}

void Mandatory::name_failed(std::size_t index, const std::string& why, base::Now now) {
  auto& status = entries_.at(index).status;
  status.state = MessageState::failed;
  status.why = why;
  status.since = now.wall;
  status.next_try = base::WallTime{now.wall.ms + name_retry.count()};
  due_.set(index, now.tick + name_retry);
}

std::optional<MandatoryStatus> Mandatory::state_changed(const Message& message, std::optional<base::WallTime> next_try,
                                                        base::WallTime now) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.message == message.id; });
  if (found == entries_.end() || !message.id) return std::nullopt;
  found->status.state = message.state;
  found->status.why = message.why;
  found->status.since = now;
  found->status.next_try = next_try;
  return found->status;
}

std::vector<MandatoryStatus> Mandatory::statuses() const {
  std::vector<MandatoryStatus> result;
  for (const auto& entry : entries_) result.push_back(entry.status);
  return result;
}

} // namespace tincan::chat
