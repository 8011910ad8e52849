#include "tincan/store/profile_lock.hpp"

#include "tincan/store/private_files.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tincan::store {

namespace {

constexpr std::size_t max_program_bytes = 32;

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string safe_program(std::string_view text) {
  std::string program;
  for (const char c : text.substr(0, max_program_bytes)) {
    if (!is_plain_character(c)) break;
    program += c;
  }
  return program;
}

// "1234 tincan\n"; whatever else stands there is a holder without a name.
LockHolder read_holder(int descriptor) {
  std::array<char, 64> bytes{};
  const auto length = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  LockHolder holder;
  if (length <= 0) return holder;
  const char* end = bytes.data() + length;
  const auto [rest, error] = std::from_chars(bytes.data(), end, holder.pid);
  if (error != std::errc{} || holder.pid <= 0) return {};
  if (rest != end && *rest == ' ') holder.program = safe_program({rest + 1, static_cast<std::size_t>(end - rest - 1)});
  return holder;
}

// Only for the sentence that the next process prints, so a full disk is no reason not to start.
void write_holder(int descriptor) {
  const auto line = fmt::format("{} {}\n", ::getpid(), safe_program(program_invocation_short_name));
  if (::ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const auto written = ::pwrite(descriptor, line.data(), line.size(), 0);
}

std::string in_use_sentence(std::string_view profile, const LockHolder& holder) {
  const auto who = holder.pid == 0          ? std::string{"another process"}
                   : holder.program.empty() ? fmt::format("process {}", holder.pid)
                                            : fmt::format("process {} ({})", holder.pid, holder.program);
  return fmt::format("profile '{}' is already open in {}; use --profile NAME for a second one", profile, who);
}

} // namespace

bool is_plain_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

base::Result<ProfileLock> ProfileLock::take(const std::filesystem::path& file, std::string_view profile) {
  if (auto made = make_private_file(file); !made) return tl::unexpected(made.error());
  ProfileLock lock(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (lock.descriptor_ < 0)
    return base::fail(base::ErrorCode::storage, fmt::format("cannot open {}: {}", shown(file), std::strerror(errno)));
  auto wanted = whole_file(F_WRLCK);
  if (::fcntl(lock.descriptor_, F_OFD_SETLK, &wanted) == 0) {
    write_holder(lock.descriptor_);
    return lock;
  }
  if (errno == EAGAIN || errno == EACCES)
    return base::fail(base::ErrorCode::in_use, in_use_sentence(profile, read_holder(lock.descriptor_)));
  return base::fail(base::ErrorCode::storage, fmt::format("cannot lock {}: {}", shown(file), std::strerror(errno)));
}

ProfileLock::ProfileLock(ProfileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

ProfileLock& ProfileLock::operator=(ProfileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

ProfileLock::~ProfileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<LockHolder> lock_holder(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return std::nullopt;
  auto question = whole_file(F_RDLCK);
  std::optional<LockHolder> holder;
  if (::fcntl(descriptor, F_OFD_GETLK, &question) == 0 && question.l_type != F_UNLCK) holder = read_holder(descriptor);
  ::close(descriptor);
  return holder;
}

} // namespace tincan::store
