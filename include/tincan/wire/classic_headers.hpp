// The headers of the plain-text dialects: which one begins a text, and what it says.
// Pure functions; any thread. The views in a Header live as long as the text. Layouts: classic_reader.hpp.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/wire/dialect.hpp"
#include "tincan/wire/probe.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tincan::wire {

struct Header {
  Match match = Match::no;
  std::string_view host; // as written, IPv6 with brackets
  std::uint16_t port = 0;
  std::string_view team; // where the header marks its end; else it is the first word of `rest`
  std::string_view rest; // what follows
};

// `complete`: nothing follows `text`, so the answer is yes or no.
Header read_address_header(std::string_view text, bool complete);  // A1:  IP:PORT blank
Header read_bracket_header(std::string_view text, bool complete);  // A2a: <IP:PORT> blank
Header read_two_line_header(std::string_view text, bool complete); // A2b: <IP:PORT> [time] @ <TEAM> LF
Header read_disconnect(std::string_view text, bool complete);      // A2b: <IP:PORT> DISCONNECT
Header read_port_line(std::string_view text, bool complete);       // A3:  PORT LF
Header read_connect_port(std::string_view text, bool complete);    // A4:  CONNECT:PORT
Header read_connect_name(std::string_view text, bool complete);    // A5:  CONNECT:NAME:PORT and nothing more
Header read_message_name(std::string_view text, bool complete);    // A5:  MESSAGE:NAME:PORT:
Header read_exit_port(std::string_view text, bool complete);       // A5:  EXIT:PORT and nothing more
Header read_acknowledgement(std::string_view text, bool complete); // A5:  ACK:NAME:PORT or RESPONSE:NAME:PORT
Header read_listening_port(std::string_view text, bool complete); // A6:  LISTENING_PORT:P|TEAM_NAME:T| or only the port
Header read_spaced_header(std::string_view text, bool complete);  // A9:  IPv4 PORT blank
Header read_two_ports(std::string_view text, bool complete);      // A10: EPHEMERAL LISTEN blank
Match is_peer_list(std::string_view text, bool complete);         // A5:  PEERLIST:ip:port,…
Match is_whole(std::string_view text, std::string_view word, bool complete); // `word`, and only white space after it

// The header that begins a message of a dialect whose header names team and text one after the other.
Header read_header(Dialect dialect, std::string_view text, bool complete);

// The address in a header; nothing for a host name.
std::optional<base::Address> address_of(std::string_view host);

// TEAM TEXT: the first word (after blanks), one separator, and the rest as it is. A first word longer than
// max_name_bytes is no name: then everything is text.
struct TeamAndText {
  std::string_view team;
  std::string_view text;
};
TeamAndText split_team(std::string_view text);

// What the first bytes of a connection show. `maybe`: more bytes may tell.
struct Opening {
  Match match = Match::no;
  Dialect dialect = Dialect::raw;
};
Opening read_opening(std::string_view text, bool complete);

} // namespace tincan::wire
