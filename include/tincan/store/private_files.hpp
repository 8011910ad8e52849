// Folders and files that only their owner may read, whatever the umask. Used by the rest of store/ while it opens.
// Any thread. Never follows a symbolic link in the last part of a path, never touches what belongs to another user.
#pragma once

#include "tincan/base/error.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::store {

// Makes the folder (and missing ones above it) with mode 0700. One that is there must be a folder of ours; its mode is
// tightened to 0700. Folders above that are there already are left as they are.
base::Result<void> make_private_folder(const std::filesystem::path& folder);

// Makes an empty file with mode 0600, or tightens the mode of a regular file of ours to it. It is not opened when it is
// there: closing it would drop the locks that SQLite holds on it in this process.
base::Result<void> make_private_file(const std::filesystem::path& file);

// A small file that must stay secret; none when there is no such file. Errors: storage when it is not a plain file of
// ours, when others may read or write it, when it is longer than `max_bytes`, or when it cannot be read.
base::Result<std::optional<std::string>> read_private_file(const std::filesystem::path& file, std::size_t max_bytes);
// All of it is on disk at return, with mode 0600, or the file is as it was.
base::Result<void> write_private_file(const std::filesystem::path& file, std::string_view bytes);
base::Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// A path as it may be shown in a sentence.
std::string shown(const std::filesystem::path& path);

} // namespace tincan::store
