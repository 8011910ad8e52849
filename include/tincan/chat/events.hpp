// Whatever a user can learn: the one vocabulary of console, one-shot commands and control socket. Values; any thread.
// An event is delivered only after everything that it tells is on disk.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/chat/ports.hpp"
#include "tincan/chat/room.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tincan::chat {

// A message came in, or one of ours was taken into the queue.
struct MessageAdded {
  Message message;
  base::PeerText peer_team;                       // of the peer, whoever spoke
  std::optional<base::Address> claimed_address{}; // its header names another address than its connection has
};

struct StateChanged {
  Message message; // with its new state
  base::PeerText peer_team;
  std::optional<base::WallTime> next_try; // of `failed`
};

struct PeerChanged {
  enum class What : std::uint8_t {
    appeared,
    announced,
    left,
    unreachable,
    reachable,
    dialect,
    blocked,
    encrypted,   // a link to its key is open
    key_changed, // somebody else answered in its place: decide with Trust
    trusted,     // that was decided
    verified,    // or no longer
    renamed,
    found, // it has moved, and was reached where it is now
    read,  // nothing of it is unread any more
  };
  What what{};
  PeerView view;
};

std::string_view name(PeerChanged::What what); // "appeared", "announced", …

// The result of "connect" for one peer.
struct PeerAnnounced {
  std::string target; // as asked for
  std::optional<base::Endpoint> endpoint;
  bool reached = false;
  bool acknowledged = false;
  std::string why; // when not reached
};

struct MandatoryStatus {
  std::string target; // as configured
  std::optional<base::Endpoint> endpoint;
  MessageState state = MessageState::queued;
  std::string why;
  base::WallTime since{};                 // when the state came to be
  std::optional<base::WallTime> next_try; // of `failed`
};

struct PeersListed {
  std::vector<PeerView> peers;
};
struct HistoryRead {
  HistoryPage page;
};
struct BlocksListed {
  std::vector<BlockRule> rules;
};
struct BlockChanged {
  BlockRule rule;
  bool blocked = false;
};
struct MandatoryListed {
  std::vector<MandatoryStatus> peers;
};

// A message that was shown before is not any more what it was; `message` is as it is now.
struct MessageChanged {
  enum class What : std::uint8_t {
    edited,
    deleted,
    reacted,
    voided,   // in a room: its author was removed or muted before it counted: it is not shown any more
    counted,  // in a room: it counts after all
    revealed, // in a room: its epoch's key came
  };
  What what{};
  bool by_us = false;
  Message message;
  base::PeerText peer_team;
};

std::string_view name(MessageChanged::What what); // "edited", …

struct VersionsRead {
  base::EntryId entry{};
  std::vector<MessageForm> forms; // the first form first, the present one last
};

struct Identity {
  base::PublicKey key;
  std::vector<base::Endpoint> endpoints; // where we listen, to share
  std::string team;
};

struct Verification {
  PeerView view;
  std::string number; // "12345 67890 …": eight groups, the same on both sides
};

// One thing that was tried to reach a peer, in the order of trying.
struct ExplainedStep {
  enum class Outcome : std::uint8_t { good, bad, open }; // open: not come to, or under way
  std::string what;                                      // "address", "TCP", "TLS", "key", "hello", "queue", "next"
  Outcome outcome{};
  std::string text; // one sentence
};
struct Explained {
  PeerView view;
  std::vector<ExplainedStep> steps;
};

// Something about a peer, or about ourselves, that the user should know; `text` is a plain paragraph.
struct Notice {
  enum class What : std::uint8_t {
    key_changed,     // nothing is sent until the user decides
    restored_backup, // a peer has more of our own log than we
    log_frozen,      // the peer wrote two different entries in one place: nothing more is taken from it
    look_alike,      // two names look the same
    too_much,        // the peer filled what we keep for it
  };
  What what{};
  base::PeerId peer{};
  std::string text;
};

std::string_view name(Notice::What what); // "key_changed", …

// --- rooms

struct RoomsListed {
  std::vector<RoomView> rooms;
  std::vector<FoundRoom> found;
};

// Something happened in a room. `who` is the member it is about, `by` the one who did it (zero: nobody, or the same).
struct RoomChanged {
  enum class What : std::uint8_t {
    created, // by us
    invited, // we are: see JoinRoom
    joining, // we asked; nobody of it was met yet
    joined,  // we are in
    left,    // we are out, by ourselves
    removed, // we are out, by `by`
    denied,  // our ticket was refused: `text` says why
    member_joined,
    member_invited,
    member_left,
    member_removed,
    role, // `role` is the new one
    muted,
    unmuted,
    topic,     // `text` is the new one; empty: none
    caught_up, // all that other members have is here now
    read,      // nothing in it is unread any more
  };
  What what{};
  RoomView room;
  MemberView who{}, by{};
  wire::Role role = wire::Role::member;
  base::PeerText text{};
};
std::string_view name(RoomChanged::What what); // "created", …

struct MembersListed {
  RoomView room;
  std::vector<MemberView> members; // present ones first, by name
};
struct TicketMade {
  RoomView room;
  base::PublicKey ticket;
  std::string text; // "tincan:…"
  std::uint32_t uses = 1;
  base::WallTime expires{};
};
struct TicketsListed {
  struct One {
    base::PublicKey ticket;
    MemberView author;
    std::uint32_t uses = 1, used = 0;
    base::WallTime expires{};
    bool is_revoked = false;
  };
  RoomView room;
  std::vector<One> tickets; // those of everyone, the newest last
};
struct WhoHasListed {
  RoomView room;
  Message message;
  std::vector<MemberView> have, lack;
};

// We listen; told once at start.
struct Listening {
  std::vector<base::Endpoint> endpoints; // to share, the announced one first
  std::string team, version, profile;
  std::optional<base::PublicKey> key{};
};

// The disk does not take what happened: it is held in memory and nothing is acknowledged until it does.
struct StorageChanged {
  bool healthy = true;
  std::string why;
};

struct Failed {
  base::Error error;
};                  // the command was not carried out
struct Done {};     // the last answer to a command
struct Stopping {}; // farewells are on their way; the program ends

using Event = std::variant<MessageAdded, StateChanged, PeerChanged, PeerAnnounced, MandatoryStatus, PeersListed,
                           HistoryRead, BlocksListed, BlockChanged, MandatoryListed, Listening, StorageChanged, Failed,
                           Done, Stopping, MessageChanged, VersionsRead, Identity, Verification, Explained, Notice,
                           RoomsListed, RoomChanged, MembersListed, TicketMade, TicketsListed, WhoHasListed>;

// An event and the command that caused it, if one did.
struct Told {
  base::RequestId request{};
  Event event;
};

} // namespace tincan::chat
