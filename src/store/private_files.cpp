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

} // namespace tincan::store
