// The two logs of a direct conversation: what we write next, and whether what the other side sends is right. Pure;
// owned by node's native talk; I/O thread. It stores nothing and sends nothing itself. Source:
// shared/design/protocol.md, "Entries" and "Sync".
#pragma once

#include "tincan/chat/author_log.hpp"
#include "tincan/chat/keys.hpp"
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

  base::PeerId peer() const { return own_.state().peer; }
  void set_peer(base::PeerId peer) { own_.state().peer = theirs_.state().peer = peer; } // two records became one
  const base::PublicKey& other() const { return theirs_.state().author; }
  const base::Digest& id() const { return own_.state().conversation; }
  const LogState& own() const { return own_.state(); }
  const LogState& theirs() const { return theirs_.state(); }

  // Our next entry: its place, time and hash are set, it is not signed. Call only while our log is not frozen.
  wire::LogEntry write(wire::EntryKind kind, base::PeerText body, const std::optional<wire::EntryRef>& target,
                       Entropy& entropy, base::WallTime now);
  void sign(wire::LogEntry& entry) const { own_.sign(entry); }

  using Taken = AuthorLog::Taken;
  // Entries of the other's log. Errors (bad_bytes, a sentence): its author cannot have written that.
  base::Result<Taken> take(wire::Entries frame) { return theirs_.take(std::move(frame)); }
  // The same place was signed twice: nothing is taken any more.
  void freeze_theirs() { theirs_.state().is_frozen = true; }
  void freeze_own() { own_.state().is_frozen = true; }
  // How far the other side has our log. True when that was news.
  bool acknowledge(std::uint64_t up_to);
  bool mark_read(std::uint64_t up_to);
  void read_told(std::uint64_t up_to) { theirs_.state().read = up_to; } // the other side learns that we read so far

  wire::Have have() const;
  // What is missing below the island; none when nothing is.
  std::optional<wire::Want> missing() const;

private:
  AuthorLog own_, theirs_;
};

} // namespace tincan::chat
