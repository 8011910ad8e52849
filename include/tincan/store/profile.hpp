// The data folder of one profile, <data_dir>/<name>/, open in this process alone for as long as this object lives.
// Owned by app's Engine, outliving everything that uses the folder. Any thread. It never looks inside the files.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/store/profile_lock.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tincan::store {

inline constexpr std::size_t max_profile_name_bytes = 64; // leaves room for the socket's path (sun_path: 108 bytes)

class Profile {
public:
  // Makes the folder (0700) when it is missing. Errors: bad_argument (the name), in_use (with the holder's pid),
  // storage.
  static base::Result<Profile> open(const std::filesystem::path& data_dir, std::string_view name);

  const std::string& name() const { return name_; }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path socket_path() const { return path_ / "control.sock"; }
  std::filesystem::path identity_path() const { return path_ / "identity"; }
  std::filesystem::path database_path() const { return path_ / "tincan.db"; }

private:
  Profile(std::string name, std::filesystem::path path, ProfileLock lock);
  std::string name_;
  std::filesystem::path path_;
  ProfileLock lock_;
};

// Letters, digits, '-', '_' and '.', 1..max_profile_name_bytes, not beginning with a dot.
bool is_profile_name(std::string_view name);

// Which process has the profile open; none when nobody has, or there is no such profile. Makes and changes nothing.
std::optional<LockHolder> profile_holder(const std::filesystem::path& data_dir, std::string_view name);
// Where its control socket is, whether or not somebody runs.
std::filesystem::path profile_socket_path(const std::filesystem::path& data_dir, std::string_view name);

using Environment = std::function<const char*(const char*)>;

// $XDG_DATA_HOME/tincan when that is absolute, else $HOME/.local/share/tincan (XDG base directory specification 0.8).
// Without an argument it asks std::getenv. Errors: bad_argument when neither is set.
base::Result<std::filesystem::path> default_data_dir(const Environment& environment = {});

} // namespace tincan::store
