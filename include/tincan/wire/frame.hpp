// What two tincans say to each other inside TLS: frames, encoded with protobuf (src/wire/tincan.proto is the
// reference). Pure values; any thread. Source: shared/design/protocol.md, "Frames" and "Sync".
//
//   u32 big-endian  length of what follows, 1..limit
//   Frame           one protobuf message with a oneof; unknown kinds and fields are skipped
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

inline constexpr std::string_view native_banner = "tincan/1\n"; // said in clear to whoever connects and says nothing
inline constexpr std::uint32_t native_version = 1;
inline constexpr std::size_t max_early_frame_bytes = 8 * 1024; // before Hello was answered: strangers get little memory
inline constexpr std::size_t max_frame_bytes = 256 * 1024;     // one entry of the longest text, with room
inline constexpr std::size_t max_announced_endpoints = 8;
inline constexpr std::size_t max_logs_in_have = 64; // what knows more says it in several
inline constexpr std::size_t max_rooms_in_frame = 64;
inline constexpr std::size_t max_receipts_in_frame = 64; // of at most max_logs_in_have lines together
inline constexpr std::size_t max_neighbours_in_frame = 32;
inline constexpr std::size_t max_keys_in_frame = 256;
inline constexpr std::uint32_t max_newest_lines = 1'000; // for one Newest

struct Hello {
  std::uint32_t version = native_version;
  std::uint64_t features = 0;
  base::PeerText team;     // at most 64 bytes are looked at
  base::PeerText software; // "tincan 0.1.0"
  std::vector<base::Endpoint>
      endpoints;         // where the sender says it listens, best first; at most max_announced_endpoints
  std::uint64_t run = 0; // any number, another one each time that the sender's program starts
  bool operator==(const Hello&) const = default;
};

// How far the sender has one author's log: all of 1..up_to, and, when the newest came first, island_first..island_last.
struct LogExtent {
  base::PublicKey author;
  std::uint64_t up_to = 0;
  std::uint64_t island_first = 0, island_last = 0; // both 0: no island; else up_to + 1 < island_first <= island_last
  base::Digest hash{};    // of the entry `up_to`: what is in that place may be another; zero: not told
  std::uint32_t hops = 0; // rooms: links over which it came to the sender; 0: not told
  bool operator==(const LogExtent&) const = default;
};

// It is the acknowledgement too: what it covers is on the sender's disk.
struct Have {
  base::Digest conversation; // zero: the direct conversation of the two ends
  std::vector<LogExtent> logs;
  bool operator==(const Have&) const = default;
};

struct Want {
  base::Digest conversation;
  base::PublicKey author;
  std::uint64_t first = 0, last = 0; // 1 <= first <= last
  bool grafts = false;               // rooms: what the tree should have brought; be my parent in it again
  bool operator==(const Want&) const = default;
};

// Consecutive entries of one log. The last of them is signed.
struct Entries {
  base::Digest conversation;     // as in Have
  base::PublicKey author;        // zero: the sender
  base::Digest prev;             // hash of the entry before the first
  std::vector<LogEntry> entries; // read: without `hash`, and without `body_digest` where there is a body
  bool is_answer = false;        // rooms: to a Want or Newest, not pushed along the tree
  std::uint32_t hops = 0;        // rooms: links over which the sender got them; 0: it wrote them, or does not say
  bool operator==(const Entries&) const = default;
};

struct Ping {
  std::uint64_t token = 0;
  bool operator==(const Ping&) const = default;
};
struct Pong {
  std::uint64_t token = 0;
  bool operator==(const Pong&) const = default;
};

enum class ByeCode : std::uint16_t {
  leaving = 1,   // the program ends
  duplicate = 2, // another link between the same two stays
  bad_frame = 3, // not to be decoded, or too long
  bad_hello = 4, // version or order of frames
  bad_entry = 5, // an entry that its author cannot have written, or in a wrong place
  too_much = 6,  // a limit of ours was exceeded
  wrong_key = 7, // somebody else was expected here
  enough = 8,    // nothing is wrong: this end has links enough for now
};
std::string_view name(ByeCode code); // "leaving", …; "unknown" for a number of a newer version

struct Bye {
  ByeCode code{};
  base::PeerText why; // one line for people; may be empty
  bool operator==(const Bye&) const = default;
};

// "Where did you last hear the owner of this key?" The key is hidden by a digest over the link's exporter secret.
struct Locate {
  base::Digest token;
  bool operator==(const Locate&) const = default;
};
struct Located {
  base::Digest token;
  std::vector<base::Endpoint> endpoints; // at most max_announced_endpoints; empty answers are not sent
  bool operator==(const Located&) const = default;
};

// --- rooms. `conversation` in Have, Want and Entries is a room's id (its changes) or the id of its lines.

// The rooms of the sender, each hidden by a digest over the link's exporter secret (chat/room_names.hpp): whoever is in
// the same room knows it again. Replaces what was said before on this link.
struct Rooms {
  std::vector<base::Digest> tokens; // at most max_rooms_in_frame
  bool operator==(const Rooms&) const = default;
};

// Public rooms that the sender is in.
struct PublicRooms {
  struct Room {
    base::Digest room;
    base::PeerText name, topic;
    std::uint32_t members = 0;
    base::PublicKey creator{}; // whose key, with the genesis change, makes the room's id
    bool operator==(const Room&) const = default;
  };
  std::vector<Room> rooms; // at most max_rooms_in_frame
  bool operator==(const PublicRooms&) const = default;
};

// "The newest lines of this room, whoever wrote them": answered by Entries.
struct Newest {
  base::Digest conversation; // of lines
  std::uint32_t lines = 0;   // 1..max_newest_lines
  bool operator==(const Newest&) const = default;
};

// "I had that already: tell me only what you have from now on."
struct Prune {
  base::Digest conversation; // the room's id
  bool operator==(const Prune&) const = default;
};

// One member signs how far it has stored the lines of others. It is passed on towards those authors.
struct Receipt {
  struct Line {
    base::PublicKey author;
    std::uint64_t up_to = 0;
    base::Digest hash; // of the entry up_to
    bool operator==(const Line&) const = default;
  };
  base::PublicKey member;
  std::vector<Line> lines;
  base::Signature signature; // by `member` over the digest of receipt_bytes
  bool operator==(const Receipt&) const = default;
};
struct Receipts {
  base::Digest conversation; // of lines
  std::vector<Receipt> receipts;
  std::uint32_t hops = 0; // how often it was passed on
  bool operator==(const Receipts&) const = default;
};
// What a receipt's signature covers: "tincan/1 receipt" NUL, conversation, member, and for each line author, up_to (8
// bytes, big-endian), hash.
std::string receipt_bytes(const base::Digest& conversation, const Receipt& receipt);

// Members of a room whom the sender has reached, and where.
struct Neighbours {
  struct Member {
    base::PublicKey key;
    std::vector<base::Endpoint> endpoints; // at most max_announced_endpoints, best first
    bool operator==(const Member&) const = default;
  };
  base::Digest room;
  std::vector<Member> members; // at most max_neighbours_in_frame
  bool operator==(const Neighbours&) const = default;
};

// "I have this ticket: let me in." Answered by what the room holds, or by Denied.
struct Knock {
  base::Digest room;
  base::PublicKey ticket;
  base::Signature proof; // by the ticket's secret over the digest of knock_bytes
  bool operator==(const Knock&) const = default;
};
// "tincan/1 knock" NUL, room, ticket, key of whoever knocks.
std::string knock_bytes(const base::Digest& room, const base::PublicKey& ticket, const base::PublicKey& newcomer);

struct Denied {
  base::Digest room;
  base::PeerText why; // one line for people
  bool operator==(const Denied&) const = default;
};

// Keys of epochs that the sender lacks; members answer members.
struct AskKeys {
  base::Digest room;
  std::vector<base::Digest> epochs; // at most max_keys_in_frame
  bool operator==(const AskKeys&) const = default;
};
struct GiveKeys {
  base::Digest room;
  std::vector<base::Secret> keys; // each is known by its digest (chat/room_names.hpp); at most max_keys_in_frame
  bool operator==(const GiveKeys&) const = default;
};

using Frame = std::variant<Hello, Have, Want, Entries, Ping, Pong, Bye, Locate, Located, Rooms, PublicRooms, Newest,
                           Prune, Receipts, Neighbours, Knock, Denied, AskKeys, GiveKeys>;

// Appends the frame with its length. Frames over max_frame_bytes are our own mistake (assert).
void encode(const Frame& frame, std::string& out);
// How many bytes an entry takes in a frame, at most.
std::size_t encoded_size(const LogEntry& entry);

// Splits a stream into frames. It holds at most one frame of the current limit, and what one read brought beyond it.
class FrameReader {
public:
  void raise_limit() { limit_ = max_frame_bytes; } // Hello was answered
  void bytes(std::string_view bytes);
  // The next whole frame; frames of unknown kind are skipped. Errors (then the stream is over): bad_bytes, limit.
  std::optional<base::Result<Frame>> next();

private:
  std::optional<base::Result<std::string_view>> take();
  base::Result<Frame> broken(base::Error error);
  void forget();

  std::string held_;
  std::size_t begin_ = 0; // of what is not yet taken, in held_
  std::size_t limit_ = max_early_frame_bytes;
  bool is_broken_ = false;
};

} // namespace tincan::wire
