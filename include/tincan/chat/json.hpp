// The vocabulary of commands and events as JSON objects, one per line: the stable interface of --json and of the
// control socket, documented in the README. Pure functions; any thread. Nothing here is printable before
// base::safe_json.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tincan::chat {

// One line for each thing told (a list becomes several), without LF, safe for a terminal. Text that is not UTF-8 is
// given with U+FFFD in place of the broken bytes, and "bytes" holds the original in base64.
std::vector<std::string> to_json_lines(const Event& event);

// One such line read back, as far as a reader needs it: an entry of a list becomes MessageAdded, PeerChanged and so on.
// None: not an event, or one that is newer than this program.
std::optional<Event> event_from_json(std::string_view line);

// {"command":"send","peer":"…","text":"…"} and so on. Errors: bad_bytes (no JSON), bad_argument (no such command, or a
// field is missing or of the wrong type).
base::Result<Command> command_from_json(std::string_view line);
std::string to_json(const Command& command);

// What a script or a page says in one line: a command, or something about its own connection; and a "tag", by which it
// knows the answers: a whole number, or a string.
inline constexpr std::size_t max_tag_bytes = 64;
enum class ConnectionCommand : std::uint8_t { watch, ping };
struct CommandLine {
  std::string tag; // as JSON; empty: none
  base::Result<std::variant<ConnectionCommand, Command>> wanted;
};
CommandLine command_line_from_json(std::string_view line); // errors as above

} // namespace tincan::chat
