// Folders and files that only their owner may read, whatever the umask. Used by the rest of store/ while it opens.
// Any thread. Never follows a symbolic link in the last part of a path, never touches what belongs to another user.
#pragma once

#include "tincan/base/error.hpp"

#include <filesystem>
#include <string>

namespace tincan::store {

// Makes the folder (and missing ones above it) with mode 0700. One that is there must be a folder of ours; its mode is
// tightened to 0700. Folders above that are there already are left as they are.
base::Result<void> make_private_folder(const std::filesystem::path& folder);

// Makes an empty file with mode 0600, or tightens the mode of a regular file of ours to it. It is not opened when it is
// there: closing it would drop the locks that SQLite holds on it in this process.
base::Result<void> make_private_file(const std::filesystem::path& file);

// A path as it may be shown in a sentence.
std::string shown(const std::filesystem::path& path);

} // namespace tincan::store
