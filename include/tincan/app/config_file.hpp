// Writes what the user answered into the config file, line by line: what else stands there stays. Main thread.
#pragma once

#include "tincan/base/error.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tincan::app {

// Replaces or adds `key = value` lines, where a value is TOML already (see toml_string). The file and its folder are
// made (0600, 0700) when missing; the new text replaces the old in one step.
base::Result<void> remember(const std::filesystem::path& file,
                            const std::vector<std::pair<std::string, std::string>>& values);
// In quotes that CLI11's reader takes off again: it knows no escapes, and a comment begins at every '#', so text with
// that or with both kinds of quotes cannot be written and gives an empty string.
std::string toml_string(const std::string& text);

} // namespace tincan::app
