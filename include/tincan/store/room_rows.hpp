// What the database keeps of rooms beside their entries, as values of chat/. Used by SqliteStore at start, on the I/O
// thread. Rows that make no sense are counted in `skipped`. The functions throw SQLite::Exception.
#pragma once

#include "tincan/chat/ports.hpp"

#include <cstdint>
#include <vector>

namespace SQLite {
class Database;
}

namespace tincan::store {

std::vector<chat::RoomRecord> read_rooms(SQLite::Database& connection, std::uint64_t& skipped);  // by number
std::vector<chat::RoomKey> read_room_keys(SQLite::Database& connection, std::uint64_t& skipped); // as they came
std::vector<chat::RoomSeen> read_room_seen(SQLite::Database& connection, std::uint64_t& skipped);

} // namespace tincan::store
