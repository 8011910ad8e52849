// What the heart needs of earlier runs, read from the database at start. Used by SqliteStore, on the I/O thread.
#pragma once

#include "tincan/chat/ports.hpp"

#include <cstddef>
#include <cstdint>

namespace SQLite {
class Database;
}

namespace tincan::store {

// Reads only. Rows that make no sense are counted in `skipped`. Throws SQLite::Exception.
chat::Snapshot read_snapshot(SQLite::Database& connection, std::size_t max_peers, std::uint64_t& skipped);
// The logs of one conversation.
std::vector<chat::LogState> read_logs_of(SQLite::Database& connection, const base::Digest& conversation,
                                         std::uint64_t& skipped);
// Whether undelivered mandatory messages of earlier runs wait to be cancelled.
bool has_stale_mandatory(SQLite::Database& connection);
std::uint64_t last_entry_id(SQLite::Database& connection);

} // namespace tincan::store
