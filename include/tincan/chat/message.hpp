// One message of a conversation with a plain-text peer, as it is stored, shown and told in events. Values; any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/time.hpp"
#include "tincan/wire/dialect.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tincan::chat {

enum class Direction : std::uint8_t { in, out };

// What is true of a message. The order is that of the promise: a state never claims more than what was seen.
enum class MessageState : std::uint8_t {
  received,     // in: stored here
  queued,       // out: stored here, nothing of it has left
  failed,       // out: the last attempt failed; it is kept and will be tried again
  sent,         // out: the peer's TCP stack took every byte
  acknowledged, // out: the peer's program answered, in its dialect
  cancelled,    // out: the user gave it up
};

enum class MessageKind : std::uint8_t {
  text,
  mandatory, // the predefined message at start: belongs to one run, is never taken up again after a restart
};

struct Message {
  base::EntryId id{};
  base::PeerId peer{};
  base::Endpoint endpoint; // of the peer: its address and listening port
  Direction direction = Direction::in;
  MessageKind kind = MessageKind::text;
  MessageState state = MessageState::received;
  base::PeerText team; // of whoever spoke: theirs (in) or ours (out)
  base::PeerText text;
  wire::Dialect dialect = wire::Dialect::a1;
  bool clear = true;             // travelled, or will travel, without encryption
  bool was_cut = false;          // in: longer than we take; the rest was refused
  base::WallTime time{};         // when it was received or written here
  std::string why;               // of `failed`: one line; of `sent`: a remark, or empty
  std::uint32_t pieces_sent = 0; // out: pieces that the peer's TCP stack took, so that a retry goes on after them

  bool operator==(const Message&) const = default;
};

std::string_view name(Direction direction); // "in", "out"
std::string_view name(MessageState state);  // "received", "queued", …
bool is_undelivered(MessageState state);    // queued or failed: will be tried

} // namespace tincan::chat
