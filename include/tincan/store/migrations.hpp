// The schema, as numbered steps from an empty file to the newest version. Used by Database::open, on the I/O thread.
// A step is one transaction; a released step is never changed, only followed by another.
#pragma once

#include "tincan/base/error.hpp"

#include <cstdint>
#include <filesystem>

namespace SQLite {
class Database;
}

namespace tincan::store {

inline constexpr std::int32_t application_id =
    0x746e6331; // "tnc1" in the file's header: file(1) and we know it by that

std::int32_t newest_schema_version();

// Reads only. Errors: storage when the file is not ours, or newer than this program. Throws SQLite::Exception.
base::Result<void> check_schema(SQLite::Database& connection, const std::filesystem::path& file);
// Throws SQLite::Exception; steps that are done stay done.
void migrate(SQLite::Database& connection);

} // namespace tincan::store
