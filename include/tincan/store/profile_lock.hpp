// One profile is open in one process at a time: a lock file held by the kernel, so kill -9 releases it too.
// Owned by Profile. Any thread. The file stays when the lock goes: removing it would let two processes hold "the" lock.
#pragma once

#include "tincan/base/error.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::store {

// ASCII letters, digits, '-', '_' and '.': what may stand in a file name and in a sentence without further thought.
bool is_plain_character(char c);

// Who has the lock, as it wrote itself into the file; pid 0 when that cannot be read.
struct LockHolder {
  std::int64_t pid = 0;
  std::string program; // plain characters, at most 32; may be empty
  bool operator==(const LockHolder&) const = default;
};

class ProfileLock {
public:
  // Errors: in_use when another process (or another ProfileLock here) has it, storage otherwise.
  static base::Result<ProfileLock> take(const std::filesystem::path& file, std::string_view profile);
  ProfileLock(ProfileLock&& other) noexcept;
  ProfileLock& operator=(ProfileLock&& other) noexcept;
  ~ProfileLock();

private:
  explicit ProfileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1; // an open-file-description lock (fcntl(2), F_OFD_SETLK) lives as long as this
};

// Asks without taking the lock, so that it disturbs nobody who is just starting. None: nobody has it.
std::optional<LockHolder> lock_holder(const std::filesystem::path& file);

} // namespace tincan::store
