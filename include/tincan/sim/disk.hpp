// What a simulated tincan has on its disk: peers, messages, and the logs they stand in. A value: a copy is a backup.
// Pure; any thread. What is shown of a message (its newest text, its state, its reactions) is derived here, on asking.
#pragma once

#include "tincan/chat/log_state.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/chat/ports.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tincan::sim {

struct Disk {
  using LogName = std::pair<base::Digest, base::PublicKey>; // conversation, author
  struct Place {
    LogName log;
    std::uint64_t seq = 0;
  };
  struct Logged {
    base::EntryId message{};
    wire::LogEntry entry;
  };

  std::map<base::PeerId, chat::Peer> peers;
  std::set<chat::BlockRule> blocked;
  std::map<base::EntryId, chat::Message> messages; // as they were recorded; shown() gives what a user sees
  std::map<LogName, chat::LogState> logs;
  std::map<LogName, std::map<std::uint64_t, Logged>> entries;
  std::unordered_map<base::EntryId, Place> places;
  std::unordered_map<base::Digest, std::vector<Place>> changes; // edits, deletions, reactions, by their target's hash
  std::map<base::RoomId, chat::RoomRecord> rooms;
  std::vector<chat::RoomKey> room_keys; // as they came
  std::map<std::pair<base::RoomId, base::PublicKey>, std::uint64_t> room_seen;
  std::map<LogName, std::vector<chat::LineSpan>> spans; // of the entries that count; none for a log: all
  std::uint64_t last_peer_id = 0;
  std::uint64_t last_entry_id = 0;

  // Recording.
  void append(const chat::Message& message);
  void enter(const chat::Message& message, const LogName& log, const wire::LogEntry& entry); // takes an old place away
  void merge(base::PeerId from, base::PeerId to);
  void put(const chat::RoomKey& key);
  void reveal(const LogName& log, std::uint64_t seq, const base::PeerText& text);
  void put_spans(const LogName& log, const std::vector<chat::LineSpan>& now);

  // Asking.
  const Logged* logged(const LogName& log, std::uint64_t seq) const; // null: not here
  const Logged* logged(base::EntryId message) const;                 // null: plain text
  std::optional<chat::Message> shown(base::EntryId message) const;
  std::vector<chat::MessageForm> forms(base::EntryId message) const; // empty: there is no such message
  base::EntryId last_own_line(base::PeerId peer) const;
  base::EntryId last_own_line(base::RoomId room) const;
  bool counts(base::EntryId message) const; // it is within the spans of its log, or plain text
  std::vector<chat::PlacedLine> newest_lines(const base::Digest& conversation, std::size_t count) const;
  std::vector<chat::PlacedLine> unreadable_lines(const base::Digest& conversation, std::size_t limit) const;

  // Where a line stands in its conversation.
  struct Rank {
    std::int64_t order_us = 0;
    base::Digest hash;
    base::EntryId id{};
    auto operator<=>(const Rank&) const = default;
  };
  Rank rank(const chat::Message& message) const;

private:
  void leave_place(base::EntryId message);
  void destroy(const Place& target);
  void destroy_if_deleted(const LogName& log, const wire::EntryRef& text);
  bool is_deleted(const Place& text) const;
  bool counts(const Place& place) const;
  bool has_effect(const Place& change) const; // it counts, is here and can be read
  std::vector<chat::PlacedLine> find_lines(const base::Digest& conversation,
                                           const std::function<bool(const Place&)>& is_wanted) const;
  base::EntryId last_own_line(const std::function<bool(const chat::Message&)>& is_there) const;
  std::optional<Place> target_of(const Place& change) const; // none: not here (yet), or nothing that it can change
  std::vector<Place> changes_of(const Place& text, wire::EntryKind kind, bool by_its_author) const; // any
  std::vector<Place> effects_on(const Place& text, wire::EntryKind kind, bool by_its_author) const; // that have effect
  void add_reactions(const Place& text, chat::Message& message) const;
  chat::MessageState state_of(const Place& place, const chat::Message& message) const;
};

} // namespace tincan::sim
