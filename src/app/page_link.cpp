#include "tincan/app/page_link.hpp"

#include "tincan/base/text.hpp"
#include "tincan/base/unicode.hpp"
#include "tincan/store/page_keys.hpp"
#include "tincan/store/private_files.hpp"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

namespace tincan::app {

namespace {

constexpr std::size_t max_link_bytes = 256;
constexpr const char* opener = "xdg-open"; // xdg-utils: whatever the desktop's browser is

// Its output would smear the screen.
class Quiet {
public:
  Quiet() {
    posix_spawn_file_actions_init(&actions_);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      posix_spawn_file_actions_addopen(&actions_, descriptor, "/dev/null", O_RDWR, 0);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGCHLD);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &usual);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }
  ~Quiet() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

} // namespace

base::Result<std::string> page_link(const std::filesystem::path& folder) {
  const auto text = store::read_private_file(store::PageKeys::link_path(folder), max_link_bytes);
  if (!text) return tl::unexpected(text.error());
  if (!*text)
    return base::fail(base::ErrorCode::bad_argument, "there is no page: start tincan with --web, or tincan web");
  return std::string(base::trim(**text));
}

std::string sentence_of(const std::string& page_link) {
  return fmt::format("The web page opens once, on this machine, by this link:\n{}", page_link);
}

std::string json_of(const std::string& page_link) {
  return fmt::format(R"({{"event":"web","link":"{}"}})", base::SafeText::own(page_link).str());
}

base::Result<void> open_browser(const std::filesystem::path& folder) {
  auto file = "file://" + store::PageKeys::opener_path(folder).string();
  std::string name = opener;
  char* const arguments[]{name.data(), file.data(), nullptr};
  std::signal(SIGCHLD, SIG_IGN); // nobody waits for it
  const Quiet quiet;
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, opener, quiet.actions(), quiet.attributes(), arguments, environ);
  if (error != 0)
    return base::fail(
        base::ErrorCode::unreachable,
        fmt::format("cannot start a browser: {}: {} (open the link yourself)", opener, std::strerror(error)));
  return {};
}

} // namespace tincan::app
