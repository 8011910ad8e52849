// What the members of rooms are called on the screen, as far as lines and events told. A name that looks like that of
// another member, or like our own, is marked. Owned by Screen; I/O thread. Bounded: see the constant.
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/text.hpp"
#include "tincan/chat/room.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace tincan::app {

inline constexpr std::size_t max_authors_remembered = 16'384; // of all rooms: then all are forgotten, and learnt anew

class RoomAuthors {
public:
  explicit RoomAuthors(std::string_view own_name);

  // A member calls itself so now; `is_look_alike`: somebody who knows all members says so.
  void heard(base::RoomId room, const base::PublicKey& author, const base::PeerText& name, bool is_look_alike = false);
  void heard(base::RoomId room, const chat::MemberView& member);
  // Washed; the short key when nothing is known.
  base::SafeText name_of(base::RoomId room, const base::PublicKey& author) const;

private:
  struct Known {
    base::PeerText name;
    bool is_look_alike = false;
  };
  std::string own_shape_;
  std::map<std::pair<base::RoomId, base::PublicKey>, Known> known_;
  std::map<std::pair<base::RoomId, std::string>, base::PublicKey> shapes_; // whose it was first
};

} // namespace tincan::app
