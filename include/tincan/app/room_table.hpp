// The rooms as this console knows them: what events told of them, which one is in front, and what is unread in the
// others. Owned by console mode; told on the I/O thread, read on both. Values in, values out: nothing is called under
// its lock.
#pragma once

#include "tincan/base/mutex.hpp"
#include "tincan/chat/events.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tincan::app {

class RoomTable {
public:
  // Whatever tells of rooms; other events are ignored.
  void tell(const chat::Event& event) TINCAN_EXCLUDES(mutex_);
  void count_unread(base::RoomId room, bool mentions_us) TINCAN_EXCLUDES(mutex_); // a line came
  // By their numbers; what is in front has nothing unread.
  std::vector<chat::RoomView> list() const TINCAN_EXCLUDES(mutex_);
  std::optional<chat::RoomView> find(base::RoomId room) const TINCAN_EXCLUDES(mutex_);
  // "#plans"; "room 7" when it is not known.
  std::string alias_of(base::RoomId room) const TINCAN_EXCLUDES(mutex_);

  // The conversation that the user looks at; none: no room's.
  void bring_to_front(base::RoomId room) TINCAN_EXCLUDES(mutex_);
  base::RoomId front() const TINCAN_EXCLUDES(mutex_);
  // How many of its lines were unread when it came to the front; once, then none.
  std::optional<std::uint32_t> take_newly_read(base::RoomId room) TINCAN_EXCLUDES(mutex_);

private:
  void put(chat::RoomView view) TINCAN_REQUIRES(mutex_);

  mutable base::Mutex mutex_;
  std::map<base::RoomId, chat::RoomView> views_ TINCAN_GUARDED_BY(mutex_);
  base::RoomId front_ TINCAN_GUARDED_BY(mutex_){};
  std::optional<std::uint32_t> newly_read_ TINCAN_GUARDED_BY(mutex_){};
};

} // namespace tincan::app
