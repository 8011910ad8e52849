// What people look at right now, in the console and in pages: what is said there counts as read. Owned by Node; I/O
// thread.
#pragma once

#include "tincan/base/ids.hpp"

#include <algorithm>
#include <map>

namespace tincan::chat {

class Foci {
public:
  using Viewer = base::ClientId; // none: the console

  void look(Viewer viewer, base::PeerId peer, base::RoomId room) {
    if (peer || room)
      places_[viewer] = {peer, room};
    else
      places_.erase(viewer);
  }
  bool has(base::PeerId peer) const {
    return std::ranges::any_of(places_, [peer](const auto& place) { return place.second.peer == peer; });
  }
  bool has(base::RoomId room) const {
    return std::ranges::any_of(places_, [room](const auto& place) { return place.second.room == room; });
  }

private:
  struct Place {
    base::PeerId peer;
    base::RoomId room;
  };
  std::map<Viewer, Place> places_;
};

} // namespace tincan::chat
