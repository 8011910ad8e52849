// One message of a conversation, as it is stored, shown and told in events. Values; any thread.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/text.hpp"
#include "tincan/base/time.hpp"
#include "tincan/wire/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::chat {

inline constexpr std::size_t max_reaction_bytes = 64; // a few emoji, or a word; a longer one is not kept

enum class Direction : std::uint8_t { in, out };

// What is true of a message. The order is that of the promise: a state never claims more than what was seen.
enum class MessageState : std::uint8_t {
  received,     // in: stored here
  queued,       // out: stored here, nothing of it has left
  failed,       // out: the last attempt failed; it is kept and will be tried again
  sent,         // out: the peer's TCP stack took every byte (native: on a link that is still open)
  acknowledged, // out: a plain-text peer's program answered, in its dialect
  cancelled,    // out: the user gave it up
  delivered,    // out: stored by the peer's tincan
  read,         // out: and shown to its user, who lets us know
};

enum class MessageKind : std::uint8_t {
  text,
  mandatory, // the predefined message at start: belongs to one run, is never taken up again after a restart
  // Of a log, never shown as lines of their own; `about` is what they change.
  edit,
  deletion,
  reaction,
  read_marker,
  unknown, // of a newer version: shown as such
  // Between two: a line, its text is a wire::Invitation.
  invitation,
  // Of a room: never a line; its text is a wire::RoomChange.
  change,
};

struct Reaction {
  bool is_own = false;
  base::PeerText text;
  base::PublicKey author{}; // in rooms: whose it is; else zero
  bool operator==(const Reaction&) const = default;
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
  // Native only, from here on.
  base::EntryId about{};     // what it replies to (text), or changes; none also when that is not here
  std::int64_t order_us = 0; // its place among the conversation's lines (wire/log_entry.hpp)
  bool is_edited = false;    // `text` is the newest form
  bool is_deleted = false;   // by its author: `text` is empty
  bool is_late = false;      // it belongs before a line that came earlier
  bool has_doubtful_time = false;
  std::vector<Reaction> reactions{}; // the newest of each side, or of each member
  // In rooms only. `peer` is none there, and `team` is the name of the author in that room, or of the guest.
  base::RoomId room{};
  base::PublicKey author{}; // whose log it is in
  bool is_guest = false;    // the author, a broadcast host, heard it in clear from somebody without a key
  bool is_readable = true;  // false: its epoch's key is not here (yet); `text` is empty
  struct Tally {            // of our own lines: how many members have it, of all others
    std::uint32_t have = 0, of = 0;
    bool operator==(const Tally&) const = default;
  } tally{};

  bool operator==(const Message&) const = default;
};

std::string_view name(Direction direction); // "in", "out"
std::string_view name(MessageState state);  // "received", "queued", …
bool is_undelivered(MessageState state);    // queued or failed: will be tried
// Nothing more will become of it, or only *read*.
bool is_settled(const Message& message);
bool is_line(MessageKind kind); // shown as a line of its own: anybody may react to it
bool is_text(MessageKind kind); // a line in words: its author may edit and delete it

// What we say in the native dialect, still to be addressed: queued, and written at `now`.
Message native_draft(base::EntryId id, MessageKind kind, std::string_view team, std::string text, base::Now now);

} // namespace tincan::chat
