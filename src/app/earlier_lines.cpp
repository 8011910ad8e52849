#include "tincan/app/earlier_lines.hpp"

#include <algorithm>
#include <utility>

namespace tincan::app {

namespace {

bool comes_before(const chat::Message& one, const chat::Message& other) { return one.order_us < other.order_us; }

} // namespace

void EarlierLines::came(base::RoomId room, base::WallTime now) { rooms_[room].until = now; }

bool EarlierLines::has(const chat::Message& message) const {
  const auto found = rooms_.find(message.room);
  return found != rooms_.end() && message.direction == chat::Direction::in && message.time < found->second.until;
}

bool EarlierLines::is_arriving(base::RoomId room, base::WallTime now) const {
  const auto found = rooms_.find(room);
  return found != rooms_.end() && now.ms - found->second.until.ms < longest_arrival.count();
}

void EarlierLines::count(const chat::Message& message) { ++rooms_[message.room].hidden; }

bool EarlierLines::keep(const chat::Message& message) {
  auto& arrival = rooms_[message.room];
  if (arrival.was_taken) {
    ++arrival.hidden;
    return false;
  }
  auto& page = arrival.page;
  page.insert(std::upper_bound(page.begin(), page.end(), message, comes_before), message);
  if (page.size() > max_earlier_lines_shown) {
    page.erase(page.begin());
    ++arrival.hidden;
  }
  return page.size() == 1;
}

std::vector<chat::Message> EarlierLines::take_page(base::RoomId room) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return {};
  found->second.was_taken = true;
  return std::exchange(found->second.page, {});
}

std::uint64_t EarlierLines::hidden(base::RoomId room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? 0 : found->second.hidden;
}

std::uint64_t EarlierLines::end(base::RoomId room) {
  const auto hidden_lines = hidden(room);
  rooms_.erase(room);
  return hidden_lines;
}

} // namespace tincan::app
