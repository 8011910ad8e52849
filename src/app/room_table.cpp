#include "tincan/app/room_table.hpp"

#include <fmt/format.h>
#include <utility>

namespace tincan::app {

void RoomTable::put(chat::RoomView view) {
  if (view.room.id == front_) view.room.unread = view.room.mentions = 0;
  const auto room = view.room.id;
  views_.insert_or_assign(room, std::move(view));
}

void RoomTable::tell(const chat::Event& event) {
  const base::Lock lock(mutex_);
  if (const auto* listed = std::get_if<chat::RoomsListed>(&event)) {
    views_.clear();
    for (const auto& view : listed->rooms) put(view);
  } else if (const auto* changed = std::get_if<chat::RoomChanged>(&event)) {
    if (changed->room.room.id) put(changed->room);
  }
}

void RoomTable::count_unread(base::RoomId room, bool mentions_us) {
  const base::Lock lock(mutex_);
  const auto found = views_.find(room);
  if (found == views_.end() || room == front_) return;
  ++found->second.room.unread;
  found->second.room.mentions += mentions_us ? 1 : 0;
}

std::vector<chat::RoomView> RoomTable::list() const {
  std::vector<chat::RoomView> result;
  const base::Lock lock(mutex_);
  for (const auto& [room, view] : views_) result.push_back(view);
  return result;
}

std::optional<chat::RoomView> RoomTable::find(base::RoomId room) const {
  const base::Lock lock(mutex_);
  const auto found = views_.find(room);
  return found == views_.end() ? std::nullopt : std::optional(found->second);
}

std::string RoomTable::alias_of(base::RoomId room) const {
  const auto view = find(room);
  return view ? view->alias : fmt::format("room {}", room.value);
}

void RoomTable::bring_to_front(base::RoomId room) {
  const base::Lock lock(mutex_);
  front_ = room;
  newly_read_ = 0;
  const auto found = views_.find(room);
  if (found == views_.end()) return;
  newly_read_ = std::exchange(found->second.room.unread, 0);
  found->second.room.mentions = 0;
}

base::RoomId RoomTable::front() const {
  const base::Lock lock(mutex_);
  return front_;
}

std::optional<std::uint32_t> RoomTable::take_newly_read(base::RoomId room) {
  const base::Lock lock(mutex_);
  return room && room == front_ ? std::exchange(newly_read_, std::nullopt) : std::nullopt;
}

} // namespace tincan::app
