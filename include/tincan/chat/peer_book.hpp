// All peers that are known, found by number, endpoint, address or name; which of them changed in this turn.
// Owned by the node; I/O thread. Bounded: see the constants. It never talks to anybody.
#pragma once

#include "tincan/chat/peer.hpp"
#include "tincan/chat/ports.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace tincan::chat {

inline constexpr std::size_t max_known_peers = 16'384;    // 10,000 tincans and more; a flood of made-up ports ends here
inline constexpr std::size_t max_peers_per_address = 512; // a hall behind one address translator

class PeerBook {
public:
  void load(const std::vector<Peer>& peers, std::uint64_t last_id);

  // The peer at this endpoint, made known if it was not. Making room may forget the least important other one.
  base::PeerId know(const base::Endpoint& endpoint);
  base::PeerId find(const base::Endpoint& endpoint) const; // none when unknown
  // The tincan with this key; `endpoint` becomes its own where no other peer has it.
  base::PeerId know(const base::PublicKey& key, const base::Endpoint& endpoint);
  base::PeerId find(const base::PublicKey& key) const;
  // Its key is pinned, replaced (or, with none, taken away). No other peer may have it.
  void set_key(base::PeerId peer, const std::optional<base::PublicKey>& key);
  // A number that no peer has or will have: for a room.
  std::uint64_t new_number() { return ++last_id_; }
  // Where it is reached first from now on.
  void set_endpoint(base::PeerId peer, const base::Endpoint& endpoint);
  // The user wrote to it: strangers are forgotten before it.
  void keep(base::PeerId peer) { records_.at(peer).was_written_to = true; }
  // The user wrote to it, named it, compared its number, or typed its address; no stranger can bring that about.
  bool is_contact(base::PeerId peer) const { return is_contact(records_.at(peer)); }
  // `from` turned out to be `to`: it is known no more, and what the user gave it goes over.
  void merge(base::PeerId from, base::PeerId to);
  std::vector<base::PeerId>
  named(std::string_view name) const; // by folded petname, team or host name; blanks equal '_'
  std::vector<base::PeerId> at_address(const base::Address& address) const;
  std::vector<base::PeerId> all() const;                 // by their numbers
  bool is_tincans(const base::Endpoint& endpoint) const; // one was heard or reached there
  bool has(base::PeerId peer) const { return records_.contains(peer); }
  const PeerView& view(base::PeerId peer) const { return records_.at(peer).view; }
  PeerView& change(base::PeerId peer); // marks it changed

  // Records what changed, and gives the changed views and forgotten numbers of this turn.
  struct Changes {
    std::vector<PeerView> changed;
    std::vector<base::PeerId> forgotten;
  };
  Changes write_changes(Store& store);

private:
  struct Record {
    PeerView view;
    Peer stored;
    bool was_written_to = false;
  };
  static bool is_contact(const Record& record);
  static std::pair<bool, std::int64_t> importance(const Record& record);
  Record& add(const base::Endpoint& endpoint);
  void make_room_for(const base::Endpoint& newcomer);
  void forget(base::PeerId peer);
  void forget_least(const std::vector<base::PeerId>& candidates);

  std::map<base::PeerId, Record> records_;
  std::map<base::Endpoint, base::PeerId> by_endpoint_; // where two have the same, the one that had it first
  std::map<base::PublicKey, base::PeerId> by_key_;
  std::set<base::PeerId> changed_;
  std::vector<base::PeerId> forgotten_;
  std::uint64_t last_id_ = 0;
};

} // namespace tincan::chat
