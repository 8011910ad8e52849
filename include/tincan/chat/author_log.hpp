// One author's log in one conversation: what its author writes next, and whether what comes from elsewhere continues
// it. Pure; owned by a Conversation or a Room; I/O thread. It stores nothing and sends nothing itself. Source:
// shared/design/protocol.md, "Entries" and "Sync"; the clock is a hybrid logical clock (Kulkarni et al., 2014).
#pragma once

#include "tincan/chat/keys.hpp"
#include "tincan/chat/log_state.hpp"
#include "tincan/chat/ports.hpp"
#include "tincan/wire/frame.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tincan::chat {

class AuthorLog {
public:
  AuthorLog(const Keys& keys, const LogState& state) : keys_(&keys), state_(state) {}

  const LogState& state() const { return state_; }
  LogState& state() { return state_; }
  // Its newest stored entry, wherever it stands; seq 0: none.
  wire::EntryRef newest() const;
  std::int64_t newest_order_us() const;
  bool has(std::uint64_t seq) const;

  // Our next entry: its place, time and hash are set, it is not signed. `seen_us`: the newest order of all that we have
  // seen in this conversation; `head`: what others wrote last. Call only while the log is not frozen.
  struct Draft {
    wire::EntryKind kind{};
    std::optional<wire::EntryRef> target;
    std::int64_t seen_us = 0;
    std::optional<wire::EntryRef> head;
  };
  // The body may depend on the place: it is asked for once the seq is known.
  using MakeBody = std::function<base::PeerText(std::uint64_t seq)>;
  wire::LogEntry write(const Draft& draft, const MakeBody& body, Entropy& entropy, base::WallTime now);
  void sign(wire::LogEntry& entry) const { entry.signature = keys_->sign(entry.hash); }

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
  // Errors (bad_bytes, a sentence): its author cannot have written that.
  base::Result<Taken> take(wire::Entries frame);
  // How far it is here.
  wire::LogExtent extent() const;

private:
  base::Digest hash_of(const base::Digest& prev, wire::LogEntry& entry) const;
  bool contradicts(const wire::Entries& frame) const;
  bool is_in_order(const wire::Entries& frame) const;
  Taken keep_new(wire::Entries frame);
  void advance(const wire::LogEntry& entry, bool continues);
  void join_island();

  const Keys* keys_;
  LogState state_;
};

} // namespace tincan::chat
