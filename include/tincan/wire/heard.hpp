// One thing that a peer said, its dialect taken off. A value, made by ClassicReader; any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/text.hpp"
#include "tincan/wire/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tincan::wire {

inline constexpr std::size_t max_message_bytes = 64 * 1024; // far above the 1,000 bytes that classic programs can take

struct Heard {
  enum class Kind : std::uint8_t {
    text,       // a message for people
    connect,    // it announces itself ("connect", "handshake", CONNECT:…): a notice, `text` holds its words, if any
    leave,      // it goes ("exit", EXIT:…, <…> DISCONNECT)
    query,      // A5 QUERY: it wants our list of peers
    ping,       // a health check with our own address in its header, or an empty A3 line: nothing to show
    reply,      // an answer to something that we sent (ACK:…, PEERLIST:…, DISCONNECT_ACK, "✅ Message received")
    unreadable, // not text at all (a TLS hello, a NUL at the start): `text` holds the first bytes
  };
  Kind kind{};
  Dialect dialect = Dialect::raw;
  base::PeerText team;                       // as claimed; empty when the dialect or the peer gives none
  base::PeerText text;                       // without the dialect's framing; not empty for Kind::text
  std::optional<base::Address> announced_ip; // what the header claims; a host name there is left out
  std::optional<std::uint16_t> announced_port;
  bool port_is_source = false; // A7: the connection's source port is where the peer listens
  bool wants_accept = false;   // CONNECT_REQUEST: the sender waits for CONNECT_ACCEPTED on a new connection
  bool was_cut = false;        // the text was longer than max_message_bytes
  std::string reply;           // bytes to write back on this connection after the message is stored; often empty
};

} // namespace tincan::wire
