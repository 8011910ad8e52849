// What SQLite reports, as an Error whose sentence says what to do. Stateless; any thread.
#pragma once

#include "tincan/base/error.hpp"

#include <filesystem>
#include <string_view>

namespace tincan::store {

// `code` is SQLite's (also extended), `system_errno` that of its last system call, `reason` its message, which may
// quote a hostile file and is washed here.
base::Error sqlite_error(int code, int system_errno, std::string_view reason, std::string_view doing,
                         const std::filesystem::path& file);

} // namespace tincan::store
