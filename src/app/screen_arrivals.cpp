// What Screen shows while we come into a room.
#include "tincan/app/room_lines.hpp"
#include "tincan/app/screen.hpp"

#include <utility>

namespace tincan::app {

namespace {

using RoomWhat = chat::RoomChanged::What;

// The newest of what was said before we came arrive together, within this time.
constexpr base::Millis page_patience{300};

} // namespace

// Every member that is asked may refuse us, for the same reason.
bool Screen::was_denied_alike(const chat::RoomChanged& event) {
  return std::exchange(denied_[event.room.room.id], event.text.untrusted_bytes()) == event.text.untrusted_bytes();
}

void Screen::earlier_line(const chat::Message& message) {
  if (!message.is_guest) authors_.heard(message.room, message.author, message.team);
  if (world_.rooms) world_.rooms->count_unread(message.room, mentions_us(message));
  if (!is_in_front(message.room))
    earlier_.count(message);
  else if (earlier_.keep(message))
    world_.after(page_patience, [this, room = message.room] { show_earlier_lines(room); });
  world_.prompt_changed();
}

void Screen::show_earlier_lines(base::RoomId room) {
  const auto page = earlier_.take_page(room);
  if (page.empty()) return;
  if (!is_in_front(room)) {
    for (const auto& message : page) earlier_.count(message);
    return;
  }
  oldest_shown_ = page.front().id.value;
  has_older_ = true; // it is not known yet
  for (const auto& message : page) show(message, room_setting(message));
}

void Screen::follow_arrival(const chat::RoomChanged& event) {
  const auto room = event.room.room.id;
  if (event.what == RoomWhat::joining) denied_.erase(room);
  if (event.what == RoomWhat::joining || event.what == RoomWhat::joined) earlier_.came(room, world_.now());
  if (event.what == RoomWhat::left || event.what == RoomWhat::removed) earlier_.end(room);
  if (event.what != RoomWhat::caught_up) return;
  const auto hidden = earlier_.end(room);
  if (hidden > 0) world_.print(earlier_lines_line(event.room, hidden, is_in_front(room), world_.now()));
}

} // namespace tincan::app
