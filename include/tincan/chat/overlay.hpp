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
#include <utility>
#include <vector>

namespace tincan::chat {

inline constexpr std::size_t full_mesh_members = 16;  // protocol.md; with us
inline constexpr std::size_t mesh_again_members = 12; // a tree stays one until so few are left: it does not flap
inline constexpr std::size_t wanted_links = 8;        // per member (protocol.md); each dials about half of them
inline constexpr std::size_t dialled_links = wanted_links / 2;
inline constexpr std::size_t most_links = 16;        // then the newest lazy ones are let go
inline constexpr std::uint32_t shorten_by = 2;       // hops that another branch must save (see shorten)
inline constexpr std::uint32_t short_way = 4;        // hops: good enough as it is
inline constexpr base::Millis graft_after{300};      // told of, but not brought along the tree
inline constexpr base::Millis replace_after{20'000}; // a member that cannot be reached: another one is chosen
inline constexpr base::Millis shun_for{300'000};     // then that member is chosen only where nobody else is left
inline constexpr base::Millis feel_every{300'000};   // a random member is dialled: halves of a room find each other

class Overlay {
public:
  Overlay(const base::PublicKey& own, Entropy& entropy);

  // The members that are present in the room, without ourselves.
  void set_members(std::vector<base::PublicKey> members, base::Now now);
  bool is_full_mesh() const { return is_mesh_; }

  // To whom we want a link now: those that are linked and stay, and those that should be dialled. Others that are
  // linked may go, as far as the room is concerned. Asked after each change, and every few seconds.
  std::vector<base::PublicKey> wanted(base::Now now);
  // Somebody says that it has reached this member: it is tried first when there are too few links.
  void seen_by_others(const base::PublicKey& member);
  // A wanted one could not be reached (told after each failed round), or nobody knows where it is.
  void unreachable(const base::PublicKey& member, base::Now now);
  // It ends its link to us because it has enough of them: another one is chosen.
  void let_go_by(const base::PublicKey& member, base::Now now) { give_up(member, now); }
  // Links of those that are not members (yet) may be told too: they count once they are.
  void linked(const base::PublicKey& member, base::Now now);
  void unlinked(const base::PublicKey& member, base::Now now);
  bool is_linked(const base::PublicKey& member) const;
  std::vector<base::PublicKey> links() const;

  // To whom a new entry goes at once: of our own (`author` is us), or one that came from `from`.
  std::vector<base::PublicKey> eager(const base::PublicKey& author, const base::PublicKey& from) const;
  // The other linked ones are told of it by Have.
  bool is_eager(const base::PublicKey& member) const; // for entries of others; in a mesh: of some of them

  // A pushed entry came for the first time, or again. True: tell `from` to prune. `hops`: over how many links it came
  // from its author to us; 0: not known.
  void fresh(const base::PublicKey& author, const base::PublicKey& from, std::uint32_t hops = 0);
  bool duplicate(const base::PublicKey& author, const base::PublicKey& from);
  void pruned_by(const base::PublicKey& member);
  // It asks for what we told it of. In a tree it is our child now; in a mesh it wants what this author writes.
  void grafted_by(const base::PublicKey& member, const base::PublicKey& author);
  void grafts(const base::PublicKey& member); // we ask it for what it told us of: it is our parent now
  // A lazy `member` has told us of an entry that we have: it came to it over `hops` links (0: not known, unless it is
  // the author). When that is a much shorter way, `member` is our parent from now on: graft it, and tell the former
  // one, which is returned, to prune. (The paper's "optimization".)
  std::optional<base::PublicKey> shorten(const base::PublicKey& author, const base::PublicKey& member,
                                         std::uint32_t hops);

private:
  struct Link {
    bool counts = false; // its member is one
    bool is_eager = true;
    bool is_feeler = false;
    bool owes = false;         // it was grafted as the shorter way, and has not brought anything since
    std::uint32_t repeats = 0; // duplicates since it was told to prune
    std::uint64_t age_rank = 0;
    base::Tick since{};
  };
  struct Choice { // whom we dial
    base::PublicKey member;
    std::optional<base::Tick> failing_since{};
  };
  struct Way { // along which an author's newest entry came
    base::PublicKey parent;
    std::uint32_t hops = 0;
  };

  bool is_member(const base::PublicKey& key) const;
  Link* find(const base::PublicKey& member); // null: not linked
  const Link* find(const base::PublicKey& member) const;
  std::size_t count_links() const;
  Choice* find_choice(const base::PublicKey& member);
  void give_up(const base::PublicKey& member, base::Now now);
  void choose(base::Now now);
  void replace_failing(base::Now now);
  bool lacks_choices() const;
  void feel(base::Now now);
  std::set<base::PublicKey> surplus() const;
  std::optional<base::PublicKey> pick(base::Now now);
  std::optional<base::PublicKey> pick_seen();
  std::optional<base::PublicKey> pick_any(bool also_shunned);
  bool may_be_picked(const base::PublicKey& member) const;
  std::size_t chance(std::size_t count) { return static_cast<std::size_t>(entropy_.next() % count); }

  base::PublicKey own_;
  Entropy& entropy_;
  bool is_mesh_ = true;
  std::vector<base::PublicKey> members_; // in order
  std::map<base::PublicKey, Link> links_;
  std::uint64_t last_rank_ = 0;
  std::vector<Choice> choices_; // at most most_links
  std::optional<base::PublicKey> feeler_;
  base::Tick feel_until_{}, feel_next_{};
  std::map<base::PublicKey, base::Tick> shunned_; // until when; only members
  std::vector<base::PublicKey> seen_;
  std::set<std::pair<base::PublicKey, base::PublicKey>> relayed_; // mesh: author, and who grafted for its entries
  std::map<base::PublicKey, Way> ways_;                           // by author
};

} // namespace tincan::chat
