// The two logs of a direct conversation: what we write next, and whether what the other side sends is right. Pure;
// owned by node's native talk; I/O thread. It stores nothing and sends nothing itself. Source:
// shared/design/protocol.md, "Entries" and "Sync"; the clock is a hybrid logical clock (Kulkarni et al., 2014).
#pragma once

#include "tincan/chat/keys.hpp"
#include "tincan/chat/log_state.hpp"
#include "tincan/chat/ports.hpp"
#include "tincan/wire/frame.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tincan::chat {

inline constexpr std::size_t newest_window = 100; // lines of a long gap that come before the older ones

// The id of the conversation of the owners of two keys, in any order.
base::Digest direct_conversation(const Keys& keys, const base::PublicKey& one, const base::PublicKey& other);

class Conversation {
public:
  Conversation(const Keys& keys, base::PeerId peer, const base::PublicKey& other);
  void load(const LogState& log); // of either author

  base::PeerId peer() const { return own_.peer; }
  void set_peer(base::PeerId peer) { own_.peer = theirs_.peer = peer; } // two records became one
  const base::PublicKey& other() const { return theirs_.author; }
  const base::Digest& id() const { return own_.conversation; }
  const LogState& own() const { return own_; }
  const LogState& theirs() const { return theirs_; }

  // Our next entry: its place, time and hash are set, it is not signed. Call only while our log is not frozen.
  wire::LogEntry write(wire::EntryKind kind, base::PeerText body, const std::optional<wire::EntryRef>& target,
                       Entropy& entropy, base::WallTime now);
  void sign(wire::LogEntry& entry) const { entry.signature = keys_.sign(entry.hash); }

  struct Taken {
    enum class Outcome : std::uint8_t {
      fresh,        // `entries` are new: store them
      known,        // nothing new
      apart,        // right, but neither continues what we have nor may begin an island: ask for what is between
      equivocation, // signed, and different from what the same author signed before
    };
    Outcome outcome{};
    std::vector<wire::LogEntry> entries; // with their hashes; bodies that are too long are left out
    bool is_late = false;                // they are older than entries that came before
    wire::EntryRef newest{};             // the last of the frame
  };
  // Entries of the other's log. Errors (bad_bytes, a sentence): its author cannot have written that.
  base::Result<Taken> take(wire::Entries frame);
  // The same place was signed twice: nothing is taken any more.
  void freeze_theirs() { theirs_.is_frozen = true; }
  void freeze_own() { own_.is_frozen = true; }
  // How far the other side has our log. True when that was news.
  bool acknowledge(std::uint64_t up_to);
  bool mark_read(std::uint64_t up_to);
  void read_told(std::uint64_t up_to) { theirs_.read = up_to; } // the other side learns that we read so far

  wire::Have have() const;
  // What is missing below the island; none when nothing is.
  std::optional<wire::Want> missing() const;

private:
  base::Digest hash_of(const base::PublicKey& author, const base::Digest& prev, wire::LogEntry& entry) const;
  bool contradicts(const wire::Entries& frame) const;
  bool is_in_order(const wire::Entries& frame) const;
  Taken keep_new(wire::Entries frame);
  void advance(const wire::LogEntry& entry, bool continues);
  void join_island();

  const Keys& keys_;
  LogState own_, theirs_;
};

} // namespace tincan::chat
