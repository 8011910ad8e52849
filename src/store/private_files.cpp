#include "tincan/store/private_files.hpp"

#include "tincan/base/text.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tincan::store {

namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

constexpr mode_t folder_mode = 0700;
constexpr mode_t file_mode = 0600;
constexpr mode_t permission_bits = 07777;

tl::unexpected<base::Error> cannot(std::string_view doing, const fs::path& path, int error) {
  const auto code = error == ENOSPC || error == EDQUOT ? ErrorCode::no_space : ErrorCode::storage;
  return base::fail(code, fmt::format("cannot {} {}: {}", doing, shown(path), std::strerror(error)));
}

// After mkdir or open the umask has taken bits away, but never ours for good: the mode is set again.
base::Result<void> tighten(const fs::path& path, const struct stat& found, mode_t wanted) {
  if (found.st_uid != ::geteuid())
    return base::fail(ErrorCode::storage, fmt::format("cannot use {}: it belongs to another user (user id {}); use "
                                                      "--data-dir DIR for a place of your own",
                                                      shown(path), found.st_uid));
  if ((found.st_mode & permission_bits) == wanted) return {};
  if (::chmod(path.c_str(), wanted) != 0) return cannot("set the permissions of", path, errno);
  return {};
}

base::Result<void> check_folder(const fs::path& folder) {
  struct stat found {};
  if (::lstat(folder.c_str(), &found) != 0) return cannot("look at", folder, errno);
  if (!S_ISDIR(found.st_mode))
    return base::fail(
        ErrorCode::storage,
        fmt::format("cannot use {}: it is not a folder (move it away, or use --profile NAME)", shown(folder)));
  return tighten(folder, found, folder_mode);
}

base::Result<void> make_folders_above(const fs::path& folder) {
  const auto parent = folder.parent_path();
  std::error_code ignored;
  if (parent.empty() || parent == folder || fs::is_directory(parent, ignored)) return {};
  if (auto made = make_folders_above(parent); !made) return made;
  if (::mkdir(parent.c_str(), folder_mode) == 0) return check_folder(parent);
  if (errno != EEXIST) return cannot("make the folder", parent, errno);
  return {};
}

// A new name is safe from a power cut only when its folder was synchronised too.
void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

class Descriptor {
public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return number_; }

private:
  int number_;
};

base::Result<void> check_secret(const fs::path& file, const struct stat& found, std::size_t max_bytes) {
  const auto refuse = [&](const std::string& why) {
    return base::fail(ErrorCode::storage, fmt::format("cannot use {}: {}", shown(file), why));
  };
  if (!S_ISREG(found.st_mode)) return refuse("it is not a plain file");
  if (found.st_uid != ::geteuid()) return refuse(fmt::format("it belongs to another user (user id {})", found.st_uid));
  if ((found.st_mode & permission_bits & ~file_mode) != 0)
    return refuse(fmt::format("others may have read it: its permissions are {:04o} (if you trust it: chmod 600 {})",
                              found.st_mode & permission_bits, shown(file)));
  if (static_cast<std::uintmax_t>(found.st_size) > max_bytes) return refuse("the file is damaged: it is too long");
  return {};
}

bool read_descriptor(int descriptor, std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto got = ::read(descriptor, bytes.data() + at, bytes.size() - at);
    if (got < 0 && errno != EINTR) return false;
    if (got == 0) bytes.resize(at);
    if (got > 0) at += static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) return false;
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

} // namespace

std::string shown(const fs::path& path) { return base::safe_line(base::PeerText{path.string()}).str(); }

base::Result<void> make_private_folder(const fs::path& folder) {
  if (auto made = make_folders_above(folder); !made) return made;
  const bool made = ::mkdir(folder.c_str(), folder_mode) == 0;
  if (!made && errno != EEXIST) return cannot("make the folder", folder, errno);
  if (made) sync_folder(folder.parent_path());
  return check_folder(folder);
}

base::Result<void> make_private_file(const fs::path& file) {
  struct stat found {};
  if (::lstat(file.c_str(), &found) == 0) {
    if (!S_ISREG(found.st_mode))
      return base::fail(ErrorCode::storage, fmt::format("cannot use {}: it is not a plain file", shown(file)));
    return tighten(file, found, file_mode);
  }
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode);
  if (descriptor < 0) return cannot("make the file", file, errno);
  const bool is_set = ::fchmod(descriptor, file_mode) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!is_set) return cannot("set the permissions of", file, error);
  sync_folder(file.parent_path());
  return {};
}

base::Result<std::optional<std::string>> read_private_file(const fs::path& file, std::size_t max_bytes) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (*descriptor < 0 && errno == ENOENT) return std::optional<std::string>{};
  if (*descriptor < 0) return cannot("read", file, errno);
  struct stat found {};
  if (::fstat(*descriptor, &found) != 0) return cannot("look at", file, errno);
  if (auto checked = check_secret(file, found, max_bytes); !checked) return tl::unexpected(checked.error());
  std::string bytes(static_cast<std::size_t>(found.st_size), '\0');
  if (!read_descriptor(*descriptor, bytes)) return cannot("read", file, errno);
  return std::optional{std::move(bytes)};
}

base::Result<void> write_private_file(const fs::path& file, std::string_view bytes) {
  const fs::path beside = file.string() + ".new";
  ::unlink(beside.c_str()); // of a run that was killed here
  {
    const Descriptor descriptor(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode));
    if (*descriptor < 0) return cannot("make the file", beside, errno);
    if (::fchmod(*descriptor, file_mode) != 0 || !write_all(*descriptor, bytes) || ::fsync(*descriptor) != 0) {
      const int error = errno;
      ::unlink(beside.c_str());
      return cannot("write", beside, error);
    }
  }
  return rename_durably(beside, file);
}

base::Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return cannot("rename", from, errno);
  sync_folder(to.parent_path());
  return {};
}

} // namespace tincan::store
