// Turns what we want to say into steps on a connection, in each plain-text dialect. Pure functions; any thread.
// The bytes of each dialect stand in the table of classic_reader.hpp, the proven recipes in classic.md 1.6.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/wire/dialect.hpp"
#include "tincan/wire/self.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::wire {

inline constexpr std::size_t max_wire_bytes = 1000;            // one write: every classic program reads 1,024 at once
inline constexpr std::chrono::milliseconds ack_patience{5000}; // classic programs acknowledge within a second or never
inline constexpr std::chrono::milliseconds greeting_patience{
    400}; // not all of them acknowledge a bare greeting (decryptors)
inline constexpr std::chrono::milliseconds stream_pause{400}; // between two texts of a stream without frames (A4)

// One step on an open connection, in order.
struct Step {
  enum class Kind : std::uint8_t {
    write,       // these bytes, in one write
    await_reply, // wait for any bytes from the peer, at most `patience`
    pause,       // let the peer read what came before: wait `patience`
    half_close,  // finish our direction
  };
  Kind kind{};
  std::string bytes;
  std::chrono::milliseconds patience{0};
  bool is_message = false; // write: carries (a piece of) the text; await_reply: its answer acknowledges the text
};
using Steps = std::vector<Step>;

// Is a connection kept for further messages (A3, A4), or is there a new one for each piece?
bool keeps_connection(Dialect dialect);
// Does the other side answer a message?
bool acknowledges(Dialect dialect);
// A7 wants our listening port as the source port of the connection.
bool wants_listening_source_port(Dialect dialect);

// The pieces in which `text` travels: each at most max_wire_bytes with its header, cut between grapheme clusters, at a
// blank or LF where one is near; never empty. Text that a dialect cannot carry is replaced as its programs can take it
// (controls but LF dropped, a final LF dropped, and so on). Joined again they give the text. An empty or blank text has
// no pieces.
std::vector<std::string> pieces(Dialect dialect, const Self& self, std::string_view text);

// What introduces us on a fresh connection before the first message (empty for dialects whose header does that).
Steps greeting(Dialect dialect, const Self& self);
// One piece. On a kept connection the greeting went before.
Steps message(Dialect dialect, const Self& self, std::string_view piece);
// "Connect to known peers": makes us known to the peer without a text for people, on a fresh connection.
Steps announcement(Dialect dialect, const Self& self);
// The last words. `fresh` when a new connection has to be opened for them; empty when the dialect knows none or when
// closing the kept connection says it.
enum class Connection : bool { kept, fresh };
Steps farewell(Dialect dialect, const Self& self, Connection connection);
// CONNECT_ACCEPTED for Heard::wants_accept, on a fresh connection.
Steps acceptance(const Self& self);
// The answer to Heard::Kind::query (A5): "PEERLIST:ip:port,ip:port", at most max_wire_bytes, whole entries only.
std::string peer_list(const std::vector<base::Endpoint>& peers);

} // namespace tincan::wire
