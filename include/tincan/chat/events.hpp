// Whatever a user can learn: the one vocabulary of console, one-shot commands and control socket. Values; any thread.
// An event is delivered only after everything that it tells is on disk.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/base/ids.hpp"
#include "tincan/chat/message.hpp"
#include "tincan/chat/peer.hpp"
#include "tincan/chat/ports.hpp"

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
  enum class What : std::uint8_t { appeared, announced, left, unreachable, reachable, dialect, blocked };
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

// We listen; told once at start.
struct Listening {
  std::vector<base::Endpoint> endpoints; // to share, the announced one first
  std::string team, version, profile;
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

using Event =
    std::variant<MessageAdded, StateChanged, PeerChanged, PeerAnnounced, MandatoryStatus, PeersListed, HistoryRead,
                 BlocksListed, BlockChanged, MandatoryListed, Listening, StorageChanged, Failed, Done, Stopping>;

// An event and the command that caused it, if one did.
struct Told {
  base::RequestId request{};
  Event event;
};

} // namespace tincan::chat
