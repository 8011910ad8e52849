// The bytes of one message in each plain-text dialect, and what its text has to look like for that.
// Pure functions; any thread. classic_writer.hpp puts them into an order.
#pragma once

#include "tincan/wire/dialect.hpp"
#include "tincan/wire/self.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tincan::wire {

inline constexpr std::size_t max_white_run = 100; // longer runs of white space could fill a message that shows nothing

// Text as every dialect can carry it: valid UTF-8; CR LF becomes LF and a tab a blank; other controls, blank lines
// at the start and white space at the end are dropped, and white space beyond max_white_run in a row.
std::string carried_text(std::string_view text);
bool carries_nothing(std::string_view text); // of this text nothing would be left

// A piece as it stands inside a message: without blank lines at its start and end, and with a blank put in
// where its reader would otherwise take a line of it for framing ("<end>", a header, FILE).
std::string guarded_text(Dialect dialect, const Self& self, std::string_view piece);

// The whole message, header and all. `piece` is carried text.
std::string message_bytes(Dialect dialect, const Self& self, std::string_view piece);

// A8: one object, `type` being message, connect or exit.
std::string json_message(const Self& self, std::string_view type, std::string_view content);

// The team as the header of a dialect can carry it.
std::string team_in(Dialect dialect, const Self& self);

} // namespace tincan::wire
