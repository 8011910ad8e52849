// What was said in a room before we came there, while it arrives: author by author, and by the thousand. It is counted,
// and a page of the newest is put together when the room is in front. Owned by Screen; I/O thread.
#pragma once

#include "tincan/chat/events.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace tincan::app {

inline constexpr base::Millis longest_arrival{10'000};
inline constexpr std::size_t max_earlier_lines_shown = 100;

class EarlierLines {
public:
  // We come, or came, into that room: what is said until `now` was said before.
  void came(base::RoomId room, base::WallTime now);
  // Was it said before we came, and is not all of that here yet?
  bool has(const chat::Message& message) const;

  // Have we just come, so that its members' comings and goings are no news? For a while at most.
  bool is_arriving(base::RoomId room, base::WallTime now) const;

  void count(const chat::Message& message); // it is not shown
  // For the page, unless that was taken already: then it is counted. True: it is the first of the page.
  bool keep(const chat::Message& message);
  // The newest of what was kept, as it was said; what is left out is counted.
  std::vector<chat::Message> take_page(base::RoomId room);

  // How many were not shown.
  std::uint64_t hidden(base::RoomId room) const;
  // All is here: how many were not shown. What comes later is told as it comes.
  std::uint64_t end(base::RoomId room);

private:
  struct Arrival {
    base::WallTime until{};
    std::uint64_t hidden = 0;
    std::vector<chat::Message> page{};
    bool was_taken = false;
  };
  std::unordered_map<base::RoomId, Arrival> rooms_;
};

} // namespace tincan::app
