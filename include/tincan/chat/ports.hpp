// What the heart asks of the world: a store and randomness. Implemented by store/ and app/, and by the tests.
// Called on the I/O thread only.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/line_span.hpp"
#include "tincan/chat/log_state.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/chat/room.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tincan::chat {

struct HistoryQuery {
  std::optional<base::PeerId> peer;    // none: all
  std::string search;                  // none when empty; else messages whose text holds all its words
  std::optional<base::EntryId> before; // only older ones
  std::optional<base::EntryId> after;  // only newer ones, and the oldest of them first in line
  std::size_t limit = 20;              // 1..1000
  std::optional<base::RoomId> room{};  // instead of a peer
};

// What the store keeps for rooms beside their entries.
struct RoomKey {
  base::RoomId room{};
  base::Digest epoch;
  base::Secret key;
};
struct RoomSeen { // a member has stored our lines 1..up_to
  base::RoomId room{};
  base::PublicKey member;
  std::uint64_t up_to = 0;
};
// A line of a room, by its place.
struct PlacedLine {
  base::PublicKey author;
  std::uint64_t seq = 0;
};

// One entry of our own log that its peer has not acknowledged; only those that are lines.
struct Unacknowledged {
  base::PeerId peer{};
  base::Digest conversation; // one peer can have had several: with a former key of its own, or of ours
  std::uint64_t seq = 0;
  base::EntryId message{};
  MessageKind kind{};
};

// A stored entry, as it is found by its place in a log.
struct LoggedMessage {
  base::EntryId message{};
  base::Digest hash;
  std::int64_t order_us = 0;
  MessageKind kind{};
  Direction direction{};
  bool is_deleted = false;
};

struct MessageForm {
  base::PeerText text;
  base::WallTime time{};
};

struct HistoryPage {
  std::vector<Message> messages; // oldest first
  bool has_more = false;         // beyond the page, in the direction of the query
};

// Everything that the heart needs of an earlier run.
struct Snapshot {
  std::vector<Peer> peers; // at most max_known_peers (peer_book.hpp), the lately heard first
  std::vector<BlockRule> blocked;
  std::vector<Message>
      undelivered; // queued or failed, oldest first; mandatory ones of earlier runs are cancelled, not here
  std::vector<LogState> logs;
  std::vector<Unacknowledged> unacknowledged; // by conversation and seq, ascending
  std::vector<RoomRecord> rooms{};
  std::vector<RoomKey> room_keys{};
  std::vector<RoomSeen> room_seen{};
  std::uint64_t last_peer_id = 0; // of all ever given, also to rooms, and to peers that were forgotten
  std::uint64_t last_entry_id = 0;
};

class Store {
public:
  virtual ~Store() = default;

  virtual base::Result<Snapshot> load() = 0;

  // Recorded at once, on disk after commit(). They cannot fail.
  virtual void put_peer(const Peer& peer) = 0;
  virtual void forget_peer(base::PeerId peer) = 0; // its messages stay
  virtual void append(const Message& message) = 0;
  virtual void set_state(base::EntryId entry, MessageState state, const std::string& why, std::uint32_t pieces_sent,
                         wire::Dialect dialect) = 0;
  virtual void add_block(const BlockRule& rule) = 0;
  virtual void remove_block(const BlockRule& rule) = 0;

  // Logs. `message` is what the entry says: its direction, kind, text, time and order; its `about` may be none although
  // the entry has a target (it may come later). Edits, deletions and reactions take effect on their target whichever of
  // the two comes first; a deletion destroys every form of the text on the disk, not only in the tables.
  virtual void append_logged(Message message, const base::Digest& conversation, const base::PublicKey& author,
                             wire::LogEntry entry) = 0;
  // A message that waited for a peer whose key was not known (or was another) becomes, or becomes again, an entry.
  virtual void log_message(Message message, const base::Digest& conversation, const base::PublicKey& author,
                           wire::LogEntry entry) = 0;
  virtual void put_log(const LogState& log) = 0;
  // Two records turned out to be one peer: what belongs to `from` now belongs to `to`, also its logs.
  virtual void merge_peer(base::PeerId from, base::PeerId to) = 0;

  // Rooms. Their entries come by append_logged too, with message.room instead of message.peer: in `entry` the body as
  // it travels, in message.text what is shown (empty while it cannot be read; a change's own bytes for a change).
  virtual void put_room(const RoomRecord& room) = 0;
  virtual void put_room_key(const RoomKey& key) = 0;
  virtual void put_room_seen(const RoomSeen& seen) = 0;
  // A line that could not be read when it came; nothing when it was deleted meanwhile.
  virtual void reveal(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq,
                      base::PeerText text) = 0;
  // Only lines within these spans of that log are found by questions from now on, whenever they come; edits, deletions
  // and reactions outside of them have no effect. Without a call: all.
  virtual void put_spans(const base::Digest& conversation, const base::PublicKey& author,
                         const std::vector<LineSpan>& spans) = 0;

  // Puts all that was recorded on disk, all or nothing, synchronously (fdatasync). On an error (no_space, storage) all
  // of it stays recorded, and commit() may be called again.
  virtual base::Result<void> commit() = 0;
  virtual bool has_uncommitted() const = 0;

  // A question about what was committed.
  virtual base::Result<HistoryPage> history(const HistoryQuery& query) = 0;
  // Its state as far as the disk knows: of a logged message of ours queued, delivered or read.
  virtual base::Result<Message> find_message(base::EntryId entry) = 0;
  // Consecutive entries from `first` on, at most up to `last` and about `max_bytes`, at least one if it is there.
  virtual base::Result<std::vector<wire::LogEntry>> read_log(const base::Digest& conversation,
                                                             const base::PublicKey& author, std::uint64_t first,
                                                             std::uint64_t last, std::size_t max_bytes) = 0;
  virtual base::Result<std::optional<LoggedMessage>> find_logged(const base::Digest& conversation,
                                                                 const base::PublicKey& author, std::uint64_t seq) = 0;
  // All logs of a conversation, whoever's they are now.
  virtual base::Result<std::vector<LogState>> find_logs(const base::Digest& conversation) = 0;
  // Where a message stands in its log; none for plain text.
  virtual base::Result<std::optional<wire::EntryRef>> place_of(base::EntryId message) = 0;
  // Our newest line to a peer that is not deleted; none when there is none.
  virtual base::Result<base::EntryId> last_own_line(base::PeerId peer) = 0;
  // The newest of a room's lines that count, newest first, also deleted ones and those that cannot be read.
  virtual base::Result<std::vector<PlacedLine>> newest_lines(const base::Digest& conversation, std::size_t count) = 0;
  // Lines of a log that could not be read yet, oldest first; at most `limit`.
  virtual base::Result<std::vector<PlacedLine>> unreadable_lines(const base::Digest& conversation,
                                                                 std::size_t limit) = 0;
  virtual base::Result<base::EntryId> last_own_line(base::RoomId room) = 0;
  // All forms of an edited text, the first one first; one for a text that was not edited.
  virtual base::Result<std::vector<MessageForm>> forms_of(base::EntryId message) = 0;
};

class Entropy {
public:
  virtual ~Entropy() = default;
  virtual std::uint64_t next() = 0; // uniform over all 64-bit values
};

} // namespace tincan::chat
