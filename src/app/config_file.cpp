#include "tincan/app/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace tincan::app {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool sets(const std::string& line, const std::string& key) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos || line.compare(begin, key.size(), key) != 0) return false;
  const auto next = line.find_first_not_of(" \t", begin + key.size());
  return next != std::string::npos && line[next] == '=';
}

base::Result<void> cannot_write(const fs::path& file) {
  return base::fail(base::ErrorCode::storage, fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
}

base::Result<void> replace_file(fs::path file, const std::string& text) {
  std::error_code is_new;
  if (const auto target = fs::canonical(file, is_new); !is_new) file = target; // a link stays a link
  const auto draft = file.string() + ".new";
  const int descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot_write(draft);
  const bool is_written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!is_written || ::rename(draft.c_str(), file.c_str()) != 0) return cannot_write(file);
  return {};
}

} // namespace

base::Result<void> remember(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& values) {
  auto lines = lines_of(file);
  for (const auto& value : values) {
    const auto line = fmt::format("{} = {}", value.first, value.second);
    // Before the first section: what stands in one is another setting.
    const auto section = std::find_if(lines.begin(), lines.end(), [](const auto& old) { return old.starts_with("["); });
    const auto same = std::find_if(lines.begin(), section, [&](const auto& old) { return sets(old, value.first); });
    if (same != section)
      *same = line;
    else
      lines.insert(section, line);
  }
  std::error_code error;
  if (file.has_parent_path() && !fs::exists(file.parent_path(), error)) {
    fs::create_directories(file.parent_path(), error);
    fs::permissions(file.parent_path(), fs::perms::owner_all, error);
  }
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return replace_file(file, text);
}

std::string toml_string(const std::string& text) {
  if (text.find('#') != std::string::npos) return {};
  if (text.find('"') == std::string::npos && text.find('\\') == std::string::npos) return '"' + text + '"';
  return text.find('\'') == std::string::npos ? '\'' + text + '\'' : std::string{};
}

} // namespace tincan::app
