// The plain-text dialects by name. What each looks like on the wire stands in the table of classic_reader.hpp.
// Pure values; any thread. Source: shared/wire/classic.md, section 1.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tincan::wire {

enum class Dialect : std::uint8_t {
  a1,      // IP:PORT TEAM TEXT, one connection per message
  a2a,     // <IP:PORT> TEAM TEXT
  a2b,     // <IP:PORT> @ <TEAM> LF TEXT LF <end>
  a3,      // PORT LF CONNECT LF, then TEXT LF; every line acknowledged; the connection stays
  a3_team, // PORT LF TEAM LF CONNECT LF, then TEXT LF; likewise
  a3_line, // PORT LF CONNECT LF, then IP:PORT TEAM TEXT LF; likewise
  a4,      // CONNECT:PORT, then unframed TEAM : TEXT both ways on the same connection
  a5,      // CONNECT:NAME:PORT, MESSAGE:NAME:PORT:TEXT, QUERY, EXIT:PORT
  a6,      // LISTENING_PORT:P|TEAM_NAME:T|TEXT
  a7,      // raw text; the source port is the listening port
  a8,      // one JSON object per connection
  a9,      // IP PORT NAME TEXT
  a10,     // EPHEMERAL LISTEN TEAM TEXT
  raw,     // text without any header: who spoke is known by address only
  c,       // NAME: TEXT on one lasting connection with a broadcast host (broadcast.hpp)
  native,  // tincan/1, encrypted (frame.hpp); never spoken by the classic reader and writer
};

// Those that a user may choose for a peer: native is found out, and c comes with joining a broadcast host.
inline constexpr std::array all_dialects{Dialect::a1,      Dialect::a2a, Dialect::a2b, Dialect::a3, Dialect::a3_team,
                                         Dialect::a3_line, Dialect::a4,  Dialect::a5,  Dialect::a6, Dialect::a7,
                                         Dialect::a8,      Dialect::a9,  Dialect::a10, Dialect::raw};

// "A1", "A2a", "A2b", "A3", "A3-team", "A3-line", "A4" … "A10", "raw", "C": the stable spelling in JSON, config and
// commands.
std::string_view name(Dialect dialect);
// The inverse, in any case of letters.
std::optional<Dialect> dialect_from_name(std::string_view text);
// One line for people: "IP:PORT TEAM TEXT, one connection per message (most programs)".
std::string_view describe(Dialect dialect);

} // namespace tincan::wire
