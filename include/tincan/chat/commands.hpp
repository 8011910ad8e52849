// Whatever a user can do: the one vocabulary of console, one-shot commands and control socket. Values; any thread.
// A peer is named as people name it: its number, its team name, "10.0.0.7:4100", "[::1]:4100" or "host:4100".
#pragma once

#include "tincan/base/ids.hpp"
#include "tincan/chat/ports.hpp"

#include <string>
#include <variant>
#include <vector>

namespace tincan::chat {

struct Send {
  std::string peer, text;
};
struct Announce {
  std::vector<std::string> peers;
}; // "connect"; nobody named: every known peer that is not blocked
struct ListPeers {};
struct ReadHistory {
  std::string peer;
  HistoryQuery query;
}; // `peer` empty: all; query.peer is filled by the node
struct Block {
  std::string target;
}; // a peer, or an address without a port: the whole host
struct ToggleBlock {
  std::string target;
}; // the one or the other, as it is not now
struct Unblock {
  std::string target;
};
struct ListBlocked {};
struct SetDialect {
  std::string peer, dialect;
}; // "auto": follow what the peer speaks
struct Cancel {
  std::string what;
}; // "#12": that message; a peer: all that waits for it
struct Retry {
  std::string peer;
}; // now instead of at the next try; empty: everything
struct Focus {
  std::string peer;
}; // what the user looks at counts as read; empty: nothing
struct ListMandatory {};
struct Quit {};

using Command = std::variant<Send, Announce, ListPeers, ReadHistory, Block, Unblock, ToggleBlock, ListBlocked,
                             SetDialect, Cancel, Retry, Focus, ListMandatory, Quit>;

// A command with a number by which its answers are known. 0: nobody waits for them.
struct Request {
  base::RequestId id{};
  Command command;
};

} // namespace tincan::chat
