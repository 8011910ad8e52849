// The vocabulary of commands and events as JSON objects, one per line: the stable interface of --json and of the
// control socket, documented in the README. Pure functions; any thread. Nothing here is printable before
// base::safe_json.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/chat/commands.hpp"
#include "tincan/chat/events.hpp"

#include <optional>
#include <string>
#include <string_view>
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

} // namespace tincan::chat
