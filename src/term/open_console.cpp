#include "tincan/term/console.hpp"
#include "tincan/term/plain.hpp"
#include "tincan/term/terminal.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

namespace tincan::term {

namespace {

bool is_set(const char* name) { return std::getenv(name) != nullptr; }

// Only a beginning: the first resize that can tell them apart decides.
Reflow reflow_by_environment() {
  const char* value = std::getenv("TERM");
  const std::string_view term = value == nullptr ? "" : value;
  if (is_set("TMUX") || is_set("VTE_VERSION") || is_set("KITTY_WINDOW_ID") || is_set("WEZTERM_PANE"))
    return Reflow::yes;
  if (is_set("XTERM_VERSION") || term == "linux" || term.starts_with("rxvt")) return Reflow::no;
  return Reflow::unknown;
}

bool can_edit(const ConsoleOptions& options) {
  const char* term = std::getenv("TERM");
  const bool capable = term != nullptr && std::string_view(term) != "dumb" && *term != '\0';
  return options.mode == Mode::automatic && capable && ::isatty(options.input) == 1 && ::isatty(options.output) == 1;
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

} // namespace

base::Result<std::unique_ptr<Console>> open_console(const ConsoleOptions& options) {
  if (!is_open(options.input) || !is_open(options.output))
    return base::fail(base::ErrorCode::bad_argument,
                      fmt::format("cannot open the console: {} (are stdin and stdout closed?)", std::strerror(EBADF)));
  if (!can_edit(options)) return std::make_unique<PlainConsole>(options);
  auto terminal = std::make_unique<Terminal>(options, reflow_by_environment());
  if (!terminal->begin())
    return base::fail(base::ErrorCode::bad_argument,
                      fmt::format("cannot set up the terminal: {} (try --plain)", std::strerror(errno)));
  return terminal;
}

} // namespace tincan::term
