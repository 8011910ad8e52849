// What happens to a room, as the bodies of its entries say it, and the ticket that lets somebody in. Encoded with
// protobuf (src/wire/tincan.proto is the reference). Pure values; any thread. Source: shared/design/protocol.md,
// "Rooms".
//
// A room has two conversations: its *changes*, under the room's id, which every member has whole, and its *lines*
// (text, edit, deletion, reaction, guest), under an id of their own (chat/room_names.hpp), of which the newest come
// first. In a private room the bodies of lines, and topics, are sealed: see SealedBody.
#pragma once

#include "tincan/base/endpoint.hpp"
#include "tincan/base/error.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/text.hpp"
#include "tincan/wire/log_entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tincan::wire {

inline constexpr std::size_t max_room_name_bytes = 64;
inline constexpr std::size_t max_topic_bytes = 512;
inline constexpr std::size_t sealing_bytes = 48; // what SealedBody adds to a text
inline constexpr std::size_t max_member_name_bytes = 64;
inline constexpr std::size_t max_sealed_bytes = 32 * 1024; // of keys for one newcomer
inline constexpr std::size_t max_covered = 1'000;          // logs named by an epoch
inline constexpr std::size_t max_known_removals = 32;      // named by an Admit or a SetRole
inline constexpr std::uint32_t max_ticket_uses = 1'000;
inline constexpr std::size_t max_invited_to = 16; // members named by an Invitation
inline constexpr std::size_t max_keys = 256;      // of a room's epochs, together

enum class Role : std::uint8_t { member = 1, moderator = 2, creator = 3 };

// The first change of the creator's log; the room's id is a digest of its body and the creator's key.
struct Genesis {
  base::PeerText name;
  bool is_private = false;
  base::Salt nonce; // two rooms of one name are two rooms
  bool operator==(const Genesis&) const = default;
};
// A member lets somebody in. Into a private room nobody comes without.
struct Admit {
  base::PublicKey member;
  std::optional<base::PublicKey> ticket; // that the newcomer showed
  base::Signature proof;                 // of the ticket (Knock); zero without
  std::vector<EntryRef> knows;           // the removals of that member that its author knows: it overrides these
  std::string sealed;                    // a KeyBundle, sealed to the member's key; empty in a public room
  bool operator==(const Admit&) const = default;
};
struct Join {
  base::PeerText name;          // the team name by which it wants to be known
  std::uint64_t lines_from = 1; // seq of its first line as a member
  bool operator==(const Join&) const = default;
};
struct Leave {
  bool operator==(const Leave&) const = default;
};
struct SetRole {
  base::PublicKey member;
  Role role = Role::member;    // never creator
  std::vector<EntryRef> knows; // as in Admit
  bool operator==(const SetRole&) const = default;
};
// What the member wrote after these is not taken.
struct Remove {
  base::PublicKey member;
  std::uint64_t changes_up_to = 0, lines_up_to = 0;
  bool operator==(const Remove&) const = default;
};
struct Mute {
  base::PublicKey member;
  bool is_muted = true;
  std::uint64_t lines = 0; // muted: its last line that counts; else the first that counts again
  bool operator==(const Mute&) const = default;
};
struct Topic {
  base::PeerText text; // sealed in a private room (then it is no text); cut to max_topic_bytes + sealing_bytes
  bool operator==(const Topic&) const = default;
};
// A new key: nobody who was removed or had left, as far as `covers` goes, gets it.
struct Epoch {
  struct Covered {
    base::PublicKey author; // of a Remove or Leave
    std::uint64_t seq = 0;  // of the newest such change that is known
    bool operator==(const Covered&) const = default;
  };
  base::Digest id; // of the key
  std::vector<Covered> covers;
  bool operator==(const Epoch&) const = default;
};
struct Ticket {
  base::PublicKey key;         // whose private half the ticket carries
  std::uint32_t uses = 1;      // 1..max_ticket_uses
  std::int64_t expires_ms = 0; // milliseconds since 1970, 0..max_order_us / 1000
  bool operator==(const Ticket&) const = default;
};
struct RevokeTicket {
  base::PublicKey key;
  bool operator==(const RevokeTicket&) const = default;
};

// std::monostate: of a newer version; kept and passed on.
using RoomChange = std::variant<std::monostate, Genesis, Admit, Join, Leave, SetRole, Remove, Mute, Topic, Epoch,
                                Ticket, RevokeTicket>;

// Names are cut to their limits when they are read, and lists that are too long make the whole unreadable.
std::string encode(const RoomChange& change);
// Errors: bad_bytes, limit. The same bytes are the same change, or none, for every member.
base::Result<RoomChange> decode_room_change(std::string_view bytes);

// What an invitation between two says.
struct Invitation {
  base::Digest room;
  base::PublicKey creator;
  base::PeerText name;
  bool is_private = false;
  std::vector<base::PublicKey> members; // some, who may be asked for the rest; at most max_invited_to
  bool operator==(const Invitation&) const = default;
};
std::string encode(const Invitation& invitation);
base::Result<Invitation> decode_invitation(std::string_view bytes);

// Somebody without a key spoke in clear to the broadcast host.
struct GuestLine {
  base::PeerText name; // as it calls itself, or its address
  base::PeerText text;
  bool operator==(const GuestLine&) const = default;
};
std::string encode(const GuestLine& line);
base::Result<GuestLine> decode_guest_line(std::string_view bytes);

// The keys of a room's epochs, oldest first; at most max_keys. Errors as above.
std::string encode_keys(const std::vector<base::Secret>& keys);
base::Result<std::vector<base::Secret>> decode_keys(std::string_view bytes);

// The body of a line in a private room:
//
//   epoch        8    the first bytes of the epoch's id
//   nonce       24
//   ciphertext       XChaCha20-Poly1305 (libsodium), with its tag of 16 bytes; the associated data binds the place:
//                    conversation, author, seq (8 bytes, big-endian), kind (2 bytes)
struct SealedBody {
  static constexpr std::size_t epoch_bytes = 8;
  std::string_view epoch; // views into what was split
  base::Nonce nonce;
  std::string_view ciphertext;
};
std::string join(const SealedBody& parts);
std::optional<SealedBody> split_sealed(std::string_view body); // none when it is too short for all three
std::string associated_data(const base::Digest& conversation, const base::PublicKey& author, std::uint64_t seq,
                            EntryKind kind);

// What a newcomer needs, as one word of text: "tincan:" and z-base-32 of a protobuf message with its CRC-32 (ISO-HDLC,
// 4 bytes, big-endian) behind it, by which a slip of the fingers is noticed.
struct TicketText {
  base::Digest room;
  base::Seed secret;   // the private half of the ticket's key
  base::PeerText name; // of the room
  struct Member {
    base::PublicKey key;
    std::vector<base::Endpoint> endpoints;
    bool operator==(const Member&) const = default;
  };
  std::vector<Member> members; // at most max_ticket_members, of at most max_ticket_endpoints each
  base::PublicKey creator{};   // of the room
  bool operator==(const TicketText&) const = default;
};
inline constexpr std::size_t max_ticket_members = 8;
inline constexpr std::size_t max_ticket_endpoints = 3; // of each member
inline constexpr std::string_view ticket_prefix = "tincan:";
inline constexpr std::size_t max_ticket_characters = 2'048;
std::string ticket_text(const TicketText& ticket);
// In any case; blanks around it are skipped. Errors: bad_argument (a sentence that says what is wrong).
base::Result<TicketText> parse_ticket(std::string_view text);

} // namespace tincan::wire
