// Rows of the database as values of chat/, and what becomes of rows that make no sense: they are skipped and counted.
// Used by SqliteStore, on the I/O thread. The functions throw SQLite::Exception.
#pragma once

#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace SQLite {
class Statement;
}

namespace tincan::store {

// The columns that message_from expects first in its statement, of a table named `entry`.
inline constexpr std::string_view message_columns =
    "entry.id, entry.conversation, entry.address, entry.port, entry.direction, entry.kind, entry.state, entry.team, "
    "entry.body, entry.dialect, entry.clear, entry.was_cut, entry.time_ms, entry.why, entry.pieces_sent";
inline constexpr int message_id_column = 0;
inline constexpr int message_body_column = 8;

inline constexpr std::string_view peer_columns = "conversation, address, port, host_name, team, dialect, "
                                                 "dialect_fixed, claimed_address, last_heard_ms, has_left, unread";

std::optional<chat::Message> message_from(SQLite::Statement& row);
std::optional<chat::Peer> peer_from(SQLite::Statement& row);
// Columns: address, port.
std::optional<chat::BlockRule> block_rule_from(SQLite::Statement& row);

// The bytes of a BLOB or TEXT column; valid until the next step.
std::string_view bytes_of(SQLite::Statement& row, int column);

} // namespace tincan::store
