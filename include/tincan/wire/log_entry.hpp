// One signed element of a log, and exactly which bytes its hash and signature cover. Pure values; any thread.
//
// hash = SHA-256 of the header below; the signature is Ed25519 over that hash. The body stands in the header by its
// salted digest only, so a deleted body can be destroyed while the chain around it stays verifiable. Integers are
// big-endian.
//
//   "tincan/1 entry" NUL      15    domain
//   conversation              32    its id (chat/logs.hpp)
//   author                    32    public key
//   seq                        8    from 1, without a gap
//   prev                      32    hash of the author's entry seq - 1 here; zero for the first
//   order_us                   8    hybrid clock, microseconds since 1970: above all that the author had seen here
//   wall_ms                    8    the author's clock, milliseconds since 1970, any value
//   kind                       2
//   target                    72 or 0   after one byte 1 or 0: author, seq, hash of what it is about
//   heads                  n * 72   after one byte n <= 8: what others wrote, newest known, when it changed
//   body_digest               32    SHA-256 of "tincan/1 body" NUL, salt, body
#pragma once

#include "tincan/base/keys.hpp"
#include "tincan/base/text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tincan::wire {

inline constexpr std::size_t max_heads = 8;              // protocol.md
inline constexpr std::size_t max_body_bytes = 64 * 1024; // what a message may hold; beyond it a body is not kept
inline constexpr std::size_t max_burst_entries = 1'000;  // between two signatures, so that a frame always holds one
inline constexpr std::int64_t max_order_us = 253'402'300'799'999'999; // the year 9999: a wilder clock breaks the log

// Numbers on the wire. What is not listed is kept, passed on, and shown as "(from a newer version)".
enum class EntryKind : std::uint16_t {
  text = 1,       // body: UTF-8 text; target: what it replies to, if anything
  edit = 2,       // body: the new text; target: a text of the same author
  deletion = 3,   // no body; target: a text of the same author
  reaction = 4,   // body: one emoji or word, empty takes it back; target: a text of anyone
  read = 5,       // no body; target: the newest entry of the other that was read
  change = 6,     // of a room; body: a RoomChange (wire/room.hpp); in the room's own logs only
  invitation = 7, // body: an Invitation (wire/room.hpp); between two
  guest = 8,      // body: a GuestLine (wire/room.hpp), which the author heard from somebody in clear; in rooms
};

struct EntryRef {
  base::PublicKey author;
  std::uint64_t seq = 0;
  base::Digest hash;
  auto operator<=>(const EntryRef&) const = default;
};

struct LogEntry {
  std::uint64_t seq = 0;
  std::int64_t order_us = 0;
  std::int64_t wall_ms = 0;
  EntryKind kind = EntryKind::text;
  std::optional<EntryRef> target;
  std::vector<EntryRef> heads;
  base::PeerText body;  // meaningless without has_body
  bool has_body = true; // false: destroyed, or too long to keep; then only its digest is known
  base::Salt salt;      // of the body; zero without has_body
  base::Digest body_digest;
  std::optional<base::Signature> signature; // none inside a burst
  base::Digest hash;                        // never on the wire: computed by whoever reads or writes it
  bool operator==(const LogEntry&) const = default;
};

// Where an entry stands: what its header says beside its own fields.
struct LogPlace {
  base::Digest conversation;
  base::PublicKey author;
  base::Digest prev;
};

std::string header_bytes(const LogPlace& place, const LogEntry& entry);     // its SHA-256 is the entry's hash
std::string body_bytes(const base::Salt& salt, const base::PeerText& body); // its SHA-256 is body_digest

void drop_body(LogEntry& entry); // the text is destroyed, its digest stays

} // namespace tincan::wire
