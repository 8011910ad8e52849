// Rows of the database as values of chat/, and what becomes of rows that make no sense: they are skipped and counted.
// Used by SqliteStore, on the I/O thread. The functions throw SQLite::Exception.
#pragma once

#include "tincan/chat/log_state.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/wire/log_entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace SQLite {
class Statement;
}

namespace tincan::store {

// Where a message stands in a log, and what it is about.
struct StoredPlace {
  std::int64_t log = 0; // its row
  wire::EntryRef ref;
  std::optional<wire::EntryRef> target{};
};
// A message as it was written, but in the state that its log tells: what later entries made of it is in PresentForm.
struct StoredMessage {
  chat::Message message;
  std::optional<StoredPlace> place{};
  bool is_void = false; // outside of the spans of its log
};

// The columns that message_from expects first in its statement, and where they come from.
inline constexpr std::string_view message_columns =
    "entry.id, entry.conversation, entry.address, entry.port, entry.direction, entry.kind, entry.state, entry.team, "
    "entry.body, entry.dialect, entry.clear, entry.was_cut, entry.time_ms, entry.why, entry.pieces_sent, "
    "entry.order_us, "
    "entry.is_late, entry.is_doubtful, entry.is_guest, entry.is_readable, entry.is_void, "
    "entry.log, entry.seq, entry.hash, entry.target, log.author, log.acked, log.read, log.is_room";
inline constexpr std::string_view message_tables = "entry LEFT JOIN log ON log.id = entry.log";

// The place of a message among the lines of its conversation, before its hash and id: as the index entry_by_order has
// it.
inline constexpr std::string_view order_expression = "coalesce(order_us, time_ms * 1000)";

// What changes other messages or the room is no line, and what stands outside of its log's spans does not count. A row
// that makes no sense is read, and counted then.
inline constexpr std::string_view lines_only = "entry.kind NOT IN (2, 3, 4, 5, 8) AND entry.is_void <> 1";

// The columns that log_entry_from expects.
inline constexpr std::string_view log_entry_columns =
    "seq, order_us, wall_ms, kind, entry_kind, hash, salt, coalesce(wire_body, body), body_digest, signature, target, "
    "heads";
inline constexpr std::string_view log_state_columns =
    "conversation, is_room, shared_id, author, last, last_hash, last_order_us, head, acked, read, bytes, is_frozen, "
    "island_first, island_last, island_prev, island_hash, island_order_us, island_first_order_us";
inline constexpr std::string_view peer_columns =
    "conversation, address, port, host_name, team, dialect, "
    "dialect_fixed, claimed_address, last_heard_ms, has_left, unread, speaks, "
    "petname, key, changed_key, is_verified, endpoints";

std::optional<StoredMessage> message_from(SQLite::Statement& row);
// Its body_digest is zero when the body is there.
std::optional<wire::LogEntry> log_entry_from(SQLite::Statement& row);
std::optional<chat::LogState> log_state_from(SQLite::Statement& row);
std::optional<chat::Peer> peer_from(SQLite::Statement& row);
// Columns: key, address, port; where there is a key, nothing else counts.
std::optional<chat::BlockRule> block_rule_from(SQLite::Statement& row);

// The bytes of a BLOB or TEXT column; valid until the next step.
std::string_view bytes_of(SQLite::Statement& row, int column);

} // namespace tincan::store
