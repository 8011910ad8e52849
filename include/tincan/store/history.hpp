// Pages of messages out of the database, as they are now. Used by SqliteStore, on the I/O thread.
#pragma once

#include "tincan/chat/ports.hpp"
#include "tincan/store/search.hpp"

#include <cstddef>
#include <cstdint>

namespace SQLite {
class Database;
}

namespace tincan::store {

inline constexpr std::size_t max_page_messages = 1000;
inline constexpr std::size_t max_page_bytes = 2u << 20; // a page ends early rather than fill the memory

enum class SearchBy : std::uint8_t { index, reading_all };

// `by` matters only when there are words. Rows that make no sense are counted in `skipped`. Throws SQLite::Exception.
chat::HistoryPage read_history(SQLite::Database& connection, const chat::HistoryQuery& query, const SearchWords& words,
                               SearchBy by, std::uint64_t& skipped);

} // namespace tincan::store
