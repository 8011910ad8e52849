// With whom of a room's members we keep links, and which of these are branches of the tree along which entries flow.
// Pure: members, links and the time go in; whom to dial, whom to tell and whom to ask come out. Owned by a Room; I/O
// thread. Source: Plumtree (Leitão, Pereira and Rodrigues, Epidemic Broadcast Trees, SRDS 2007).
//
// Small rooms (at most full_mesh_members) are a full mesh: every author tells all members itself, and others' entries
// are passed on only to those who grafted (they have no link to the author). Above that each member keeps about
// wanted_links links; entries go along the eager ones, and on the lazy ones the others are told what is here (Have).
// One that has only been told of an entry, and does not get it in time, grafts.
#pragma once

#include "tincan/base/keys.hpp"
#include "tincan/base/time.hpp"
#include "tincan/chat/ports.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tincan::chat {

inline constexpr std::size_t full_mesh_members = 16; // protocol.md
inline constexpr std::size_t wanted_links = 8;       // per member (protocol.md); each dials about half of them
inline constexpr std::size_t most_links = 16;        // then the newest lazy ones are let go
inline constexpr base::Millis graft_after{300};      // told of, but not brought along the tree
inline constexpr base::Millis replace_after{20'000}; // a member that cannot be reached: another one is chosen

class Overlay {
public:
  Overlay(const base::PublicKey& own, Entropy& entropy);

  // The members that are present, without ourselves; and those of them that are known to be reachable somewhere.
  void set_members(const std::vector<base::PublicKey>& members, base::Now now);
  bool is_full_mesh() const;

  // To whom we want a link now: those that are linked and stay, and those that should be dialled.
  std::vector<base::PublicKey> wanted(base::Now now);
  // A wanted one could not be reached (told after each failed round).
  void unreachable(const base::PublicKey& member, base::Now now);
  void linked(const base::PublicKey& member, base::Now now);
  void unlinked(const base::PublicKey& member, base::Now now);
  bool is_linked(const base::PublicKey& member) const;
  std::vector<base::PublicKey> links() const;

  // To whom a new entry goes at once: of our own (`author` is us), or one that came from `from`.
  std::vector<base::PublicKey> eager(const base::PublicKey& author, const base::PublicKey& from) const;
  // The other linked ones are told of it by Have.
  bool is_eager(const base::PublicKey& member) const; // for entries of others

  // A pushed entry came for the first time, or again. True: tell `from` to prune.
  void fresh(const base::PublicKey& author, const base::PublicKey& from);
  bool duplicate(const base::PublicKey& author, const base::PublicKey& from);
  void pruned_by(const base::PublicKey& member);
  void grafted_by(const base::PublicKey& member);
  void grafts(const base::PublicKey& member); // we ask it for what it told us of: it is our parent now

private:
  // STUB: to be written (helper "overlay")
};

} // namespace tincan::chat
