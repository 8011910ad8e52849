#include "tincan/store/profile.hpp"

#include "tincan/base/text.hpp"
#include "tincan/store/private_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

namespace tincan::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* lock_name = "lock";

fs::path absolute_without_dots(const fs::path& path) {
  std::error_code error;
  const auto absolute = fs::absolute(path, error);
  return (error ? path : absolute).lexically_normal();
}

fs::path folder_of(const fs::path& data_dir, std::string_view name) { return absolute_without_dots(data_dir / name); }

} // namespace

bool is_profile_name(std::string_view name) {
  return !name.empty() && name.size() <= max_profile_name_bytes && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), is_plain_character);
}

base::Result<Profile> Profile::open(const fs::path& data_dir, std::string_view name) {
  if (!is_profile_name(name))
    return base::fail(base::ErrorCode::bad_argument,
                      fmt::format("'{}' cannot name a profile: use 1 to {} letters, digits, '-', '_' and '.', and no "
                                  "dot at the beginning",
                                  base::safe_name(base::PeerText{std::string{name}}), max_profile_name_bytes));
  auto path = folder_of(data_dir, name);
  if (auto made = make_private_folder(path); !made) return tl::unexpected(made.error());
  auto lock = ProfileLock::take(path / lock_name, name);
  if (!lock) return tl::unexpected(lock.error());
  return Profile(std::string{name}, std::move(path), std::move(*lock));
}

Profile::Profile(std::string name, fs::path path, ProfileLock lock)
    : name_(std::move(name)),
      path_(std::move(path)),
      lock_(std::move(lock)) {}

std::optional<LockHolder> profile_holder(const fs::path& data_dir, std::string_view name) {
  if (!is_profile_name(name)) return std::nullopt;
  return lock_holder(folder_of(data_dir, name) / lock_name);
}

fs::path profile_socket_path(const fs::path& data_dir, std::string_view name) {
  return folder_of(data_dir, name) / "control.sock";
}

base::Result<fs::path> default_data_dir(const Environment& environment) {
  const auto value = [&](const char* name) {
    const char* found = environment ? environment(name) : std::getenv(name);
    return fs::path{found ? found : ""};
  };
  if (const auto data = value("XDG_DATA_HOME"); data.is_absolute()) return data / "tincan";
  if (const auto home = value("HOME"); home.is_absolute()) return home / ".local" / "share" / "tincan";
  return base::fail(base::ErrorCode::bad_argument, "cannot tell where to keep messages: neither XDG_DATA_HOME nor HOME "
                                                   "names a folder (set one, or use --data-dir DIR)");
}

} // namespace tincan::store
